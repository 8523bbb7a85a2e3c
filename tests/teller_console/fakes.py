"""Stand-ins that can fail on purpose: a line to the desk, a follower, a way in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from textual.message import Message

from lobby.board import BoardView
from lobby.desk import Desk
from lobby.door import Answer, Door
from lobby.errors import LobbyError, PasswordTooWeak, ServerUnreachable, WrongPassword
from lobby.happened import Happened
from lobby.queue.branch import Branch
from lobby.queue.commands import Command
from lobby.queue.events import Recorded
from lobby.views import BranchView, CounterView, QueueView, TicketView, counter_view, ticket_view
from teller_console.messages import EventArrived, LiveStateChanged
from teller_console.protocols import Hear, Session, Workplace
from tests.teller_console.typist import PATIENCE_S


@dataclass
class Line:
    """A door whose line can be cut, that can refuse commands, or what is read. `sent` is what left the console;
    `carried` what reached the branch."""

    door: Door
    cut: bool = False
    lose_answers: int = 0
    refuse_with: LobbyError | None = None
    refuse_reading: LobbyError | None = None
    sent: list[tuple[Command, str]] = field(default_factory=list)
    carried: list[tuple[Command, str]] = field(default_factory=list)
    way: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.way.set()

    def submit(self, command: Command, *, key: str, at: int | None = None) -> Answer:
        self.sent.append((command, key))
        assert self.way.wait(PATIENCE_S), "the test never let the command through"
        if self.cut:
            raise ServerUnreachable()
        if self.refuse_with is not None:
            raise self.refuse_with
        answer = self.door.submit(command, key=key, at=at)
        self.carried.append((command, key))
        if self.lose_answers:
            self.lose_answers -= 1
            raise ServerUnreachable()
        return answer

    def queue(self) -> QueueView:
        return self._reach().queue()

    def branch(self) -> BranchView:
        return self._reach().branch()

    def board(self) -> BoardView:
        return self._reach().board()

    def ticket(self, reference: str) -> TicketView:
        return self._reach().ticket(reference)

    def events(self, after: int = 0, limit: int = 1000) -> list[Recorded]:
        return self._reach().events(after, limit)

    def _reach(self) -> Door:
        if self.cut:
            raise ServerUnreachable()
        if self.refuse_reading is not None:
            raise self.refuse_reading
        return self.door


class FakeFollower:
    """Says what the test tells it to say."""

    def __init__(self) -> None:
        self.hear: Hear | None = None
        self.hurried = 0

    def start(self, hear: Hear) -> None:
        self.hear = hear

    def stop(self) -> None:
        self.hear = None

    def hurry(self) -> None:
        self.hurried += 1

    def say(self, message: Message) -> None:
        assert self.hear is not None, "nobody follows"
        self.hear(message)


class DeskFollower:
    """Follows a desk in this process as the wire follows a server: every event at once, with ticket and counter."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._cursor = desk.seq
        self._woken = threading.Event()
        self._ended = False

    def start(self, hear: Hear) -> None:
        self._desk.follow(self._woken.set)
        hear(LiveStateChanged(True))
        threading.Thread(target=self._follow, args=(hear,), daemon=True).start()

    def stop(self) -> None:
        self._ended = True
        self._woken.set()

    def hurry(self) -> None:
        """It is never out of reach."""

    def _follow(self, hear: Hear) -> None:
        while self._woken.wait() and not self._ended:
            self._woken.clear()
            for one in self._desk.events(self._cursor):
                self._cursor = one.seq
                ticket, counter = self._desk.view(lambda branch, _, event=one.event: _touched(branch, event))
                hear(EventArrived(one.seq, one.at, type(one.event).__name__, ticket, counter))


def _touched(branch: Branch, event: Happened) -> tuple[TicketView | None, CounterView | None]:
    ticket = branch.tickets.get(getattr(event, "ticket", ""))
    number = getattr(event, "counter", None)
    counter = counter_view(branch, branch.counter(number)) if number in branch.setup.counters else None
    return ticket_view(branch, ticket) if ticket else None, counter


@dataclass
class FakeSession:
    name: str = "maria"
    role: str = "teller"
    must_change: bool = False


@dataclass
class FakeSignIn:
    """Knows maria and her password; `one_time` makes it one that must be changed."""

    place: Callable[[Session], Workplace]
    password: str = "counting-sheep"
    one_time: bool = False
    away: bool = False
    way: threading.Event = field(default_factory=threading.Event)
    session: FakeSession = field(default_factory=FakeSession)
    """Whoever signs in is this, under the name of maria."""

    def __post_init__(self) -> None:
        self.way.set()

    def _reach(self) -> None:
        assert self.way.wait(PATIENCE_S), "the test never let the teller through"
        if self.away:
            raise ServerUnreachable()

    def sign_in(self, username: str, password: str) -> Session:
        self._reach()
        if username != "maria" or password != self.password:
            raise WrongPassword()
        return replace(self.session, must_change=self.one_time)

    def change_password(self, session: Session, password: str, new_password: str) -> None:
        self._reach()
        if len(new_password) < 10:
            raise PasswordTooWeak(length=10)
        self.password, self.one_time = new_password, False

    def enter(self, session: Session) -> Workplace:
        return self.place(session)
