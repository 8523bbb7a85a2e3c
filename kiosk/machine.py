"""A kiosk on a machine of its own: pages on localhost, its own printer, its own small database.

While the server is there it gives the numbers; when it is not, the machine goes on from the numbers that are leased to
it. What was answered to a touch is kept before it is said, so the same touch gets the same ticket whatever was lost,
stopped or started in between.
"""

from __future__ import annotations

import logging

import msgspec

from hardware.document import Document
from kiosk import alone, speech
from kiosk.line import NOT_HEARD, NOT_WANTED, Line
from kiosk.memory import Memory
from kiosk.printing import Printing
from lobby import errors
from lobby.care.commands import TakeComplaint
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.signage import Look
from lobby.views import BranchView, Briefing, TicketView

log = logging.getLogger(__name__)


class MachineDoor:
    """The branch as a kiosk machine reaches it: through the line, or alone."""

    def __init__(self, line: Line, memory: Memory) -> None:
        self._line = line
        self._memory = memory

    def branch(self) -> BranchView:
        """What the branch offered a moment ago; without the server, what it offers by its hours."""
        line = self._line
        if line.up and line.latest is not None:
            return line.latest
        setup = self._briefing().setup
        return alone.view(setup, line.now(), alone.closed_by_hand(line.latest, setup))

    def submit(self, command: c.Command, *, key: str, at: int | None = None) -> Answer:
        """See `Door.submit`; what was answered to this key before is answered again. A complaint is the server's alone:
        what people say of themselves is not kept on this machine, and a reference that nobody knows is none."""
        if isinstance(command, TakeComplaint):
            return self._through(command, key)
        if isinstance(command, c.Reprint):
            command = self._by_number(command)
        answer = self._memory.answered(key, command)
        if answer is not None:
            return answer
        if self._line.up:
            try:
                answer = self._line.desk.submit(command, key=key)
            except NOT_HEARD:
                self._line.lost()
            else:
                return self._kept(key, command, answer)
        setup = self._briefing().setup
        closed = alone.closed_by_hand(self._line.latest, setup)
        return alone.carry_out(self._memory, setup, command, key, self._line.now, closed)

    def _through(self, command: c.Command, key: str) -> Answer:
        """The server's answer, or `NotWithoutServer`; the server knows a key that comes again."""
        if not self._line.up:
            raise errors.NotWithoutServer()
        try:
            return self._line.desk.submit(command, key=key)
        except NOT_HEARD:
            self._line.lost()
            raise

    def _by_number(self, command: c.Reprint) -> c.Reprint:
        """The server may know a ticket of ours by another id: that which it had issued for the same touch."""
        known = self._memory.latest(command.ticket)
        return command if known is None or known.ticket is None else c.Reprint(known.ticket.number)

    def _kept(self, key: str, command: c.Command, answer: Answer) -> Answer:
        """The answer for good: when the same touch, tapped twice, was answered alone meanwhile, that one. A disk that
        is full must not take a number away that is given already."""
        try:
            return self._memory.answer(key, command, answer, self._line.now())
        except errors.Unavailable as fault:
            log.error("an answer could not be kept: %s", fault)
            return answer

    def _briefing(self) -> Briefing:
        if isinstance(self._line.refusal, NOT_WANTED):
            raise self._line.refusal
        if self._line.briefing is None:
            raise errors.ServerUnreachable()
        return self._line.briefing


class KioskMachine:
    """What the kiosk's pages need, on a machine of its own; a `kiosk.place.Kiosk`."""

    def __init__(self, line: Line, memory: Memory, printing: Printing) -> None:
        self.line = line
        self.memory = memory
        self.printing = printing
        self._door = MachineDoor(line, memory)

    def door(self) -> MachineDoor:
        return self._door

    def connected(self) -> bool:
        return self.line.up

    def print(self, ticket: TicketView, branch: BranchView) -> None:
        self.printing.send(ticket, branch, self.ticket_url(ticket))

    def print_slip(self, id: str, slip: Document) -> None:
        self.printing.send_slip(id, slip)

    def paper(self, id: str, copy: int = 0) -> str:
        return self.printing.state(id, copy)

    def ticket_url(self, ticket: TicketView) -> str:
        return self._page(f"/t/{ticket.token}") if ticket.token else ""

    def complaint_url(self, reference: str) -> str:
        return self._page(f"/c/{reference}")

    def _page(self, path: str) -> str:
        briefing = self.line.briefing
        address = briefing.public_url.rstrip("/") if briefing is not None else ""
        return f"{address}{path}" if address else ""

    def look(self) -> Look:
        """The bank's colour and rounding, as the server last told them; the file of its logo stays there."""
        briefing = self.line.briefing
        return msgspec.structs.replace(briefing.look, logo="") if briefing is not None else Look()

    def speech(self) -> tuple[str, ...]:
        briefing = self.line.briefing
        return speech.spoken(briefing.setup.languages) if briefing is not None else ()

    def volume(self) -> int:
        set_here = self.memory.volume()
        if set_here is not None:
            return set_here
        return self.line.briefing.setup.kiosk.volume if self.line.briefing is not None else 60
