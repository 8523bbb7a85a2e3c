"""`SignIn` at a branch server over HTTP.

What speaks HTTP and Socket.IO is loaded when the teller signs in, not before: half a second until the first screen.
"""

from __future__ import annotations

from contextlib import suppress

from lobby.errors import LobbyError, UnknownBranch
from teller_console.protocols import Follower, Session, Workplace


class RemoteSignIn:
    def __init__(self, url: str, branch: str = "", *, language: str = "en") -> None:
        self._url = url.rstrip("/")
        self._branch = branch
        self._language = language

    def sign_in(self, username: str, password: str) -> Session:
        from lobby.remote import RemoteDesk

        return RemoteDesk.sign_in(self._url, username, password, language=self._language)

    def change_password(self, session: Session, password: str, new_password: str) -> None:
        from lobby.remote import RemoteDesk

        RemoteDesk.change_password(self._url, _token(session), password, new_password)

    def enter(self, session: Session) -> Workplace:
        from lobby.remote import RemoteDesk
        from teller_console.counter_desk import CounterDesk
        from teller_console.live import SocketFollower

        token = _token(session)
        branches = RemoteDesk.branches(self._url, token)
        branch = self._branch or next(iter(branches), "")
        if branch not in branches:
            raise UnknownBranch(branch=branch)
        door = CounterDesk(self._url, token, branch, language=self._language)

        def follow() -> Follower:
            return SocketFollower(self._url, token, branch)

        def close() -> None:
            with suppress(LobbyError):
                RemoteDesk.sign_out(self._url, token)
            door.close()

        return Workplace(door, follow, branch, door, close)


def _token(session: Session) -> str:
    from lobby.remote import Session as RemoteSession

    assert isinstance(session, RemoteSession)
    return session.token
