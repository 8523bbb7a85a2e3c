"""Whom a token stands for, remembered for a few seconds: a busy client asks many times within one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from msgspec.structs import replace

from display_server.running.threads import Runs
from lobby.errors import LobbyError, NotSignedIn
from lobby.records.tokens import CODES, SESSION, Holder, Tokens

CACHE_MS = 3000
"""For how long a token that was found good is not looked up again; a revoked one is refused after that."""

NOTE_SESSION_MS, NOTE_DEVICE_MS = 60_000, 3_600_000
"""How often it is written down that a session, or a device's token, is in use."""

MANY = 50_000


class Holders:
    """The holders of the tokens in one store. `lookup` runs what reads the database, `commits` what writes to it;
    `clock` gives ms UTC."""

    def __init__(
        self,
        tokens: Tokens,
        clock: Callable[[], int],
        lookup: Runs,
        commits: Runs,
    ) -> None:
        self._tokens = tokens
        self._clock = clock
        self._lookup = lookup
        self._commits = commits
        self._known: dict[str, tuple[int, Holder]] = {}

    def one(self, token: str) -> Holder:
        """Whom a token stands for, or `NotSignedIn`."""
        now = self._clock()
        known = self._known.get(token)
        if known is not None and known[0] > now:
            return known[1]
        self._known.pop(token, None)
        found: Holder | None = self._lookup(partial(self._tokens.holder, token, now)) if token else None
        if found is None or found.kind in CODES:
            raise NotSignedIn()
        if len(self._known) > MANY:
            self._known.clear()
        self._known[token] = (now + CACHE_MS, found)
        return found

    def all(self, tokens: list[str]) -> list[Holder]:
        """Whomever these tokens stand for, without those that stand for nobody any more."""
        found = []
        for token in tokens:
            with suppress(NotSignedIn):
                found.append(self.one(token))
        return found

    def used(self, tokens: list[str]) -> None:
        """Note that somebody is at these: a session left alone ends. At most once a minute, a device's once an hour."""
        now = self._clock()
        for token in tokens:
            until, found = self._known.get(token, (0, None))
            if found is None or now - found.used_at < (NOTE_SESSION_MS if found.kind == SESSION else NOTE_DEVICE_MS):
                continue
            self._known[token] = (until, replace(found, used_at=now))
            with suppress(LobbyError):  # a full disk does not keep those out who come to see to it
                self._commits(partial(self._tokens.touch, token, now))

    def forget(self) -> None:
        """Look every token up again: one was revoked, or a password changed."""
        self._known.clear()
