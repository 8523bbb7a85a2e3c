"""Signing in, with a brake on guessing: after five wrong passwords a user name, or an address, waits.

The wait doubles from one second to fifteen minutes, and ends with the first right password after it.
"""

from __future__ import annotations

from display_server.branch_server import WORKING_DAY_MS, BranchServer
from lobby.errors import TooManyAttempts, WrongPassword
from lobby.records.tokens import SESSION
from lobby.remote import Session

FREE = 5
LONGEST_MS = 15 * 60 * 1000
MANY = 10_000


class Brake:
    """Counts failures by key; says how long a key must wait. Times in ms."""

    def __init__(self) -> None:
        self._failures: dict[str, tuple[int, int]] = {}

    def wait_ms(self, key: str, now: int) -> int:
        count, last = self._failures.get(key, (0, 0))
        if count < FREE:
            return 0
        return max(0, last + min(LONGEST_MS, 1000 << (count - FREE)) - now)

    def failed(self, key: str, now: int) -> None:
        if len(self._failures) > MANY:
            self._failures.clear()
        self._failures[key] = (min(self._failures.get(key, (0, 0))[0] + 1, 40), now)

    def passed(self, key: str) -> None:
        self._failures.pop(key, None)


_brakes: dict[str, Brake] = {}


def sign_in(house: BranchServer, username: str, password: str, address: str) -> Session:
    """A session for a member of staff, or `WrongPassword`, or `TooManyAttempts`."""
    brake = _brakes.setdefault(house.epoch, Brake())
    keys = [f"user {username}", f"from {address}"]
    now = house.clock()
    wait = max(brake.wait_ms(key, now) for key in keys)
    if wait:
        raise TooManyAttempts(seconds=-(-wait // 1000))
    try:
        member = house.offload(lambda: house.staff.check(username, password))
    except WrongPassword:
        for key in keys:
            brake.failed(key, now)
        raise
    for key in keys:
        brake.passed(key)
    token = house.commits(lambda: house.tokens.create(SESSION, member.username, member.role, now, WORKING_DAY_MS))
    return Session(token, member.name, member.role, member.must_change)
