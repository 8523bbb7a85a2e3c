"""The counter as the screens of the care room see it: the branch's care door, the branch's time, who is served, where
what is typed is kept, and the way out for commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lobby.access import may, permission_for
from lobby.care.setup import CATEGORIES, CAUSES
from lobby.care.views import OfferedCare
from lobby.queue.commands import Command
from lobby.views import TicketView
from lobby.words import Words
from teller_console.seen import Seen
from teller_console.tongue import Tongue

if TYPE_CHECKING:  # its rooms take long to load, and the first screen needs none of them
    from lobby.care_door import CareDoor

UNTOLD = OfferedCare({}, {}, {code: {} for code in CATEGORIES}, {code: {} for code in CAUSES}, {})
"""What is offered before the branch has said so: our own categories and causes, no templates or standards."""


def _nothing() -> None:
    """What nobody listens to."""


@dataclass
class CareDesk:
    """`typed` holds what stands in forms, by place; `keep` writes it down. `intend` has a command carried out, once;
    `unsent` says what is on its way without an answer, empty when nothing is. `expired` ends the session on the screen
    when the server does not know it any more. `role` is that of whoever signed in."""

    door: CareDoor
    seen: Seen
    tongue: Tongue
    intend: Callable[[Command], None]
    typed: MutableMapping[str, str]
    unsent: Callable[[], str] = str
    keep: Callable[[], None] = _nothing
    expired: Callable[[], None] = _nothing
    role: str = ""

    def may(self, command: type[Command]) -> bool:
        """Whether the role of whoever signed in allows this."""
        return may(self.role, permission_for(command))

    @property
    def offered(self) -> OfferedCare:
        return self.seen.care or UNTOLD

    @property
    def words(self) -> Words:
        return self.tongue.words

    @property
    def zone(self) -> ZoneInfo:
        branch = self.seen.branch
        return ZoneInfo(branch.zone if branch else "UTC")

    def now(self) -> datetime:
        """The branch's time, in its zone."""
        return datetime.fromtimestamp(self.seen.clock.now() / 1000, self.zone)

    @property
    def ticket(self) -> TicketView | None:
        """Of the customer at the counter."""
        return self.seen.counter.ticket

    def other_language(self, language: str) -> str:
        """The customer's language for the teller's, and the other way round."""
        mine = self.words.language
        return self.ticket.language if self.ticket is not None and language == mine else mine

    @property
    def service(self) -> str:
        """The service at hand: the customer's, else the only one of this counter, else none."""
        if self.ticket is not None:
            return self.ticket.service
        services = self.seen.counter.services
        return services[0] if len(services) == 1 else ""


class Under(MutableMapping[str, str]):
    """The places of a mapping that begin with `place`, without it."""

    def __init__(self, kept: MutableMapping[str, str], place: str) -> None:
        self._kept = kept
        self._place = f"{place} "

    def __getitem__(self, key: str) -> str:
        return self._kept[self._place + key]

    def __setitem__(self, key: str, value: str) -> None:
        self._kept[self._place + key] = value

    def __delitem__(self, key: str) -> None:
        del self._kept[self._place + key]

    def __iter__(self) -> Iterator[str]:
        return (key.removeprefix(self._place) for key in self._kept if key.startswith(self._place))

    def __len__(self) -> int:
        return sum(1 for _ in self)
