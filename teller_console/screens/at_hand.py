"""What the counter lends to the care room, and what the care room has ready for the customer at hand: its articles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message

from lobby.errors import LobbyError
from teller_console.care_desk import CareDesk
from teller_console.command_names import command_name
from teller_console.messages import NoLongerSignedIn
from teller_console.screens.verbs import Verbs

if TYPE_CHECKING:
    from lobby.care_door import CareDoor, Headline


@dataclass
class OpeningTold(Message):
    """The articles of a service, in a language; None when the branch could not be asked."""

    asked: tuple[str, str]
    opening: tuple[Headline, ...] | None


class AtHand(Verbs):
    """`care` is the care door; None where there is none. `role` is that of whoever signed in. `opening` are the
    articles of the service at hand, as far as they are known."""

    care: CareDoor | None = None
    role: str = ""
    opening: tuple[Headline, ...] = ()
    _opening_of: tuple[str, str] | None = None

    @property
    def care_desk(self) -> CareDesk | None:
        if self.care is None:
            return None
        return CareDesk(
            self.care,
            self.seen,
            self.tongue,
            self.intend,
            self.memory.drafts.typed,
            self.unsent,
            self.memory.keep,
            self._expired,
            self.role,
        )

    def _expired(self) -> None:
        self.post_message(NoLongerSignedIn())

    def changed(self) -> None:
        """Something is different: in the branch, on the line, in time, or among the answers."""

    def unsent(self) -> str:
        """What is on its way without an answer; empty when nothing is."""
        if not self.unreached:
            return ""
        verbs = ", ".join(command_name(command, self.words) for command in self.outbox.commands)
        return self.words("Not sent yet: %(verbs)s. Trying again by itself; it will be done once.", verbs=verbs)

    def look_up(self) -> None:
        """Have `opening` follow the service and the language; calls `changed` when it is told."""
        desk = self.care_desk
        if desk is None or self.branch is None:
            return
        wanted = (desk.service, self.words.language)
        if wanted != self._opening_of:
            self._opening_of = wanted
            self.run_worker(partial(self._ask_opening, desk.door, wanted), thread=True, group="opening")

    def _ask_opening(self, care: CareDoor, asked: tuple[str, str]) -> None:
        try:
            self.post_message(OpeningTold(asked, care.opening(*asked)))
        except LobbyError:
            self.post_message(OpeningTold(asked, None))

    @on(OpeningTold)
    def take_opening(self, event: OpeningTold) -> None:
        if event.asked != self._opening_of:
            return
        if event.opening is None:
            self._opening_of = None  # asked again when something changes, at the latest in a second
        else:
            self.opening = event.opening
            self.changed()
