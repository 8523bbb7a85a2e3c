"""What the console needs besides a `lobby.door.Door`: who lets a teller in, and who tells what happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from textual.message import Message

from lobby.door import Door

if TYPE_CHECKING:  # its rooms take long to load, and the first screen needs none of them
    from lobby.care_door import CareDoor

Hear = Callable[[Message], object]
"""Takes a message from any thread; a screen's `post_message`."""


class Session(Protocol):
    """A member of staff who signed in."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...

    @property
    def must_change(self) -> bool:
        """The password was for one time: a new one has to be chosen first."""
        ...


class Follower(Protocol):
    """Follows a branch and posts `SnapshotArrived`, `EventArrived`, `TimeTold`, `LiveStateChanged`."""

    def start(self, hear: Hear) -> None:
        """Begin to follow; returns at once."""
        ...

    def stop(self) -> None:
        """End; nothing is posted afterwards."""
        ...

    def hurry(self) -> None:
        """Somebody waits for it: where the branch is out of reach, try to reach it now. From any thread."""
        ...


@dataclass(frozen=True)
class Workplace:
    """A branch for one signed-in teller: its door, and a new follower for each time at a counter; `branch` is its id;
    `care` its records, answers and complaints. Closing it signs the teller out."""

    door: Door
    follow: Callable[[], Follower]
    branch: str = ""
    care: CareDoor | None = None
    close: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Post:
    """Who works where: the counter, the teller's name as the branch writes it, the role."""

    counter: int
    teller: str
    role: str


class SignIn(Protocol):
    """Lets tellers in. Every method may be slow, and raises a `LobbyError`."""

    def sign_in(self, username: str, password: str) -> Session: ...

    def change_password(self, session: Session, password: str, new_password: str) -> None: ...

    def enter(self, session: Session) -> Workplace:
        """The branch that this server holds, for who signed in."""
        ...
