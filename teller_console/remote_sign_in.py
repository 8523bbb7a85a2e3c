"""`SignIn` at a branch server over HTTP."""

from __future__ import annotations

from lobby.errors import UnknownBranch
from lobby.remote import RemoteDesk
from lobby.remote import Session as RemoteSession
from teller_console.live import SocketFollower
from teller_console.protocols import Session, Workplace


class RemoteSignIn:
    def __init__(self, url: str, branch: str = "", *, language: str = "en") -> None:
        self._url = url.rstrip("/")
        self._branch = branch
        self._language = language

    def sign_in(self, username: str, password: str) -> Session:
        return RemoteDesk.sign_in(self._url, username, password, language=self._language)

    def change_password(self, session: Session, password: str, new_password: str) -> None:
        RemoteDesk.change_password(self._url, _token(session), password, new_password)

    def enter(self, session: Session) -> Workplace:
        token = _token(session)
        branches = RemoteDesk.branches(self._url, token)
        branch = self._branch or next(iter(branches), "")
        if branch not in branches:
            raise UnknownBranch(branch=branch)
        door = RemoteDesk(self._url, token, branch, language=self._language)
        return Workplace(door, lambda: SocketFollower(self._url, token, branch), door.close)


def _token(session: Session) -> str:
    assert isinstance(session, RemoteSession)
    return session.token
