"""Questions to a printer, and the fence that proves that a job was printed.

"Sent" is not "printed": a network stack swallows a whole slip while the printer stands still. So a job is
1. status (DLE EOT 1-4, answered at once, even when the printer is busy): is there paper, is the cover shut;
2. a knock (GS r 1, answered in the order of the data): is the printer between commands, or still inside a picture that
   an earlier connection never finished? Then zeros fill the picture, and the spoiled strip is cut off. After a slip
   whose end is unknown its remains are cut off in any case, and late answers to its questions are heard out, for one
   GS r answer looks like another;
3. the slip and the fence: GS ( H fn 48, answered when all before it has been printed, where the printer knows it
   (TM-T20, T82, T88IV and later, m30), else GS r 1, answered when all before it has been parsed, and the status again.
Source: Epson ESC/POS reference, "DLE EOT", "GS r", "GS ( H".
"""

from __future__ import annotations

import secrets
import time
from typing import TypeVar

from hardware.encoding import CUT_AT_CUTTER, LONGEST_BAND_BYTES
from hardware.replies import InOrder, Noise, Process, RealTime, Reply, ReplyReader
from hardware.status import (
    ASK_ERROR_CAUSE,
    ASK_OFFLINE_CAUSE,
    ASK_PAPER,
    ASK_PRINTER,
    PrinterStatus,
    read_status,
)
from hardware.wire import Wire, WireBroken, seconds_left

ASK_IN_ORDER = b"\x1dr\x01"  # GS r 1: paper sensors
CUT_OFF = b"\n" + CUT_AT_CUTTER
FILL = bytes(LONGEST_BAND_BYTES) + CUT_OFF
MOST_HEARD = 64
"""So many replies are kept that nobody has asked for yet; a printer owes a handful, and some never stop talking."""

_MARK_LETTERS = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

R = TypeVar("R", RealTime, InOrder, Process)


def new_mark() -> bytes:
    """Four printable bytes that no earlier question carried."""
    return bytes(secrets.choice(_MARK_LETTERS) for _ in range(4))


def ask_process(mark: bytes) -> bytes:
    """GS ( H fn 48 m 48: answer `mark` when everything before has been printed."""
    return b"\x1d(H\x06\x0000" + mark


class NotAPrinter(Exception):
    """The other side sends what no receipt printer sends."""


class Conversation:
    """Questions and answers over one wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._reader = ReplyReader()
        self._heard: list[Reply] = []
        self._noise = False

    def first_status(self, deadline: float) -> PrinterStatus | None:
        """The status, from a peer that has not yet shown that it is a printer.

        Raises NotAPrinter where one byte of its answers could not come from one: the letters of a web server, a login
        banner or an echo contain bytes that read like consent.
        """
        found = self.status(deadline)
        if self._noise or (found is None and self._reader.rest):
            raise NotAPrinter
        return found

    def says_anything(self, deadline: float) -> bool:
        """Whether a peer that did not answer has something else to say until the deadline."""
        try:
            return bool(self._wire.receive(deadline))
        except WireBroken:
            return False

    def status(self, deadline: float) -> PrinterStatus | None:
        """What the printer says of itself; None when it does not answer."""
        first = self._real_time(ASK_PRINTER, deadline)
        if first is None or self._noise:
            return None
        causes = [self._real_time(question, deadline) for question in (ASK_OFFLINE_CAUSE, ASK_ERROR_CAUSE, ASK_PAPER)]
        return read_status(first, *causes)

    def knock(self, deadline: float) -> bool:
        """Whether the printer answers in the order of the data, and so stands between two commands."""
        self._heard.clear()
        self._wire.send(ASK_IN_ORDER, deadline)
        return self._wait_for(InOrder, deadline) is not None

    def fill_open_picture(self, deadline: float) -> None:
        """Ends a picture that was cut off: zeros for its missing rows, white on paper and ignored outside a picture."""
        self._wire.send(FILL, deadline)

    def cut_off_remains(self, deadline: float) -> None:
        """Cuts off what an unfinished slip left hanging, so that the next one does not hang on it."""
        self._wire.send(CUT_OFF, deadline)

    def hear_out(self, quiet_s: float, deadline: float) -> None:
        """Takes in late answers to the questions of an earlier slip, until none has come for `quiet_s` seconds, or the
        deadline has passed."""
        while self._wait_for(InOrder, min(deadline, time.monotonic() + quiet_s)) is not None:
            pass

    def knows_process_marks(self, deadline: float) -> bool | None:
        """Whether the printer answers GS ( H; None when it does not answer at all. Prints nothing."""
        mark = new_mark()
        self._heard.clear()
        self._wire.send(ask_process(mark) + ASK_IN_ORDER, deadline)
        if self._wait_for(InOrder, deadline) is None:
            return None
        return self.printed(mark, deadline)

    def send(self, data: bytes, deadline: float) -> None:
        """Hands the bytes of a job to the wire."""
        self._heard.clear()
        self._wire.send(data, deadline)

    def printed(self, mark: bytes, deadline: float) -> bool:
        """Waits for the fence that carried `mark`."""
        while (reply := self._wait_for(Process, deadline)) is not None:
            if reply.mark == mark:
                return True
        return False

    def parsed(self, deadline: float) -> int | None:
        """Waits for the answer to GS r 1; its byte, or None."""
        reply = self._wait_for(InOrder, deadline)
        return None if reply is None else reply.value

    def _real_time(self, question: bytes, deadline: float) -> int | None:
        self._heard = [reply for reply in self._heard if not isinstance(reply, RealTime)]
        self._wire.send(question, deadline)
        reply = self._wait_for(RealTime, deadline)
        return None if reply is None else reply.value

    def _wait_for(self, kind: type[R], deadline: float) -> R | None:
        """The next reply of that kind, kept ones first; None when the deadline passes."""
        while True:
            for index, reply in enumerate(self._heard):
                if isinstance(reply, kind):
                    del self._heard[index]
                    return reply
            if not seconds_left(deadline):
                return None
            replies = self._reader.feed(self._wire.receive(deadline))
            self._noise = self._noise or any(isinstance(reply, Noise) for reply in replies)
            self._heard.extend(replies)
            del self._heard[:-MOST_HEARD]
