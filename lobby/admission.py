"""Who may come in, for commands that are given on the machine itself: accounts, tokens, and the audit trail of both."""

from __future__ import annotations

import time
from pathlib import Path

from lobby.access import ADMINISTRATOR
from lobby.command_line.place import place
from lobby.errors import LastAdministrator, UnknownUser
from lobby.records.acts import Acts, by_operator
from lobby.records.staff import Member, Staff
from lobby.records.tokens import Tokens


class Admission:
    """The accounts and tokens of the branch (or head office) in a data folder. What is done is in the trail before it
    is done, and what will be refused is asked for before that."""

    def __init__(self, folder: Path) -> None:
        opened = place().open(folder)
        self.staff, self.tokens = Staff(opened.store), Tokens(opened.store)
        self._acts = Acts(opened.store, opened.id)

    def now(self) -> int:
        """Milliseconds since the epoch, UTC."""
        return time.time_ns() // 1_000_000

    def note(self, kind: str, about: str, **detail: str) -> None:
        by_operator(self._acts, kind, about, **detail)

    def member(self, username: str) -> Member:
        """The account of this name, asked for before an act on it is noted; `UnknownUser` where there is none."""
        found = self.staff.any_named(username)
        if found is None:
            raise UnknownUser(user=username)
        return found

    def leave_an_administrator(self, member: Member) -> None:
        """Refuse with `LastAdministrator` to take this one away who alone may make others."""
        others = [one for one in self.staff.members() if one.role == ADMINISTRATOR and one != member]
        if member.role == ADMINISTRATOR and not others:
            raise LastAdministrator(user=member.username)

    def end_sessions(self, username: str) -> int:
        """End every session of a user; how many there were. A server that runs refuses them within seconds."""
        return self.tokens.end_sessions(username, self.now())
