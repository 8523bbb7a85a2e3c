"""Signing in, with a brake on guessing: for each user name and for each address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lobby.records.tokens import SESSION
from lobby.remote import Session

if TYPE_CHECKING:  # the server holds the brake
    from display_server.branch_server import BranchServer

WORKING_DAY_MS = 14 * 3600 * 1000
"""How long a session lasts."""


def sign_in(house: BranchServer, username: str, password: str, address: str) -> Session:
    """A session for a member of staff, or `WrongPassword`, or `TooManyAttempts`."""
    brake, now = house.brake, house.clock()
    keys = [f"user {username}", f"from {address}"]
    for key in keys:
        brake.check(key, now)
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
