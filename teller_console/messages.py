"""What reaches the work screen from threads: one dataclass a message."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from lobby.care.views import OfferedCare
from lobby.door import Answer
from lobby.errors import LobbyError
from lobby.views import BranchView, CounterView, QueueView, TicketView
from teller_console.outbox import Intention


@dataclass
class SnapshotArrived(Message):
    """The whole queue, from the follower or fetched; the branch and what it records too where they came along."""

    queue: QueueView
    branch: BranchView | None = None
    care: OfferedCare | None = None


@dataclass
class EventArrived(Message):
    """One journal entry, with ticket and counter as they are after it where it touched them."""

    seq: int
    at: int
    kind: str
    ticket: TicketView | None = None
    counter: CounterView | None = None


@dataclass
class TimeTold(Message):
    """The branch's time, ms UTC."""

    at: int


@dataclass
class LiveStateChanged(Message):
    """Whether what is shown is certainly what is."""

    sure: bool


@dataclass
class NoLongerSignedIn(Message):
    """The server does not know this session any more."""


@dataclass
class Answered(Message):
    """An intention was carried out, once."""

    intention: Intention
    answer: Answer


@dataclass
class Refused(Message):
    """An intention was refused; nothing happened."""

    intention: Intention
    error: LobbyError


@dataclass
class Unsent(Message):
    """No answer came: perhaps carried out, perhaps not. The same key goes out again."""

    intention: Intention


@dataclass
class FetchFailed(Message):
    """The queue could not be fetched."""

    error: LobbyError
