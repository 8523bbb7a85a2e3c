"""Signing in, with a brake on guessing: after five wrong passwords a user name, or an address, waits.

The wait doubles from one second to fifteen minutes, and ends with the first right password after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lobby.errors import TooManyAttempts
from lobby.records.tokens import SESSION
from lobby.remote import Session

if TYPE_CHECKING:  # the server holds the brake
    from display_server.branch_server import BranchServer

FREE = 5
LONGEST_MS = 15 * 60 * 1000
MANY = 10_000
WORKING_DAY_MS = 14 * 3600 * 1000
"""How long a session lasts."""


class Brake:
    """Counts attempts by key; says how long a key must wait. Times in ms. An attempt counts as failed from its start,
    so that many at the same moment meet the brake too; a right password clears the count."""

    def __init__(self) -> None:
        self._attempts: dict[str, tuple[int, int]] = {}

    def wait_ms(self, key: str, now: int) -> int:
        count, last = self._attempts.get(key, (0, 0))
        if count < FREE:
            return 0
        return max(0, last + min(LONGEST_MS, 1000 << (count - FREE)) - now)

    def begin(self, key: str, now: int) -> None:
        if len(self._attempts) > MANY:
            self._attempts.clear()
        self._attempts[key] = (min(self._attempts.get(key, (0, 0))[0] + 1, 40), now)

    def passed(self, key: str) -> None:
        self._attempts.pop(key, None)


def sign_in(house: BranchServer, username: str, password: str, address: str) -> Session:
    """A session for a member of staff, or `WrongPassword`, or `TooManyAttempts`."""
    brake, now = house.brake, house.clock()
    keys = [f"user {username}", f"from {address}"]
    wait = max(brake.wait_ms(key, now) for key in keys)
    if wait:
        raise TooManyAttempts(seconds=-(-wait // 1000))
    for key in keys:
        brake.begin(key, now)
    member = house.offload(lambda: house.staff.check(username, password))
    for key in keys:
        brake.passed(key)
    token = house.commits(lambda: house.tokens.create(SESSION, member.username, member.role, now, WORKING_DAY_MS))
    return Session(token, member.name, member.role, member.must_change)


def change_password(house: BranchServer, username: str, old: str, new: str, token: str) -> None:
    """Replace a password and end the person's other sessions; the one with `token` goes on."""
    renewed, now = house.offload(lambda: house.staff.renewed(username, old, new)), house.clock()
    house.commits(lambda: house.staff.keep(username, renewed, now))
    house.commits(lambda: house.tokens.revoke_all(username, SESSION, now, but=token))
    house.forget_holders()
