"""Signing in and out: with a brake on guessing, a session that ends by itself, and a line in the audit trail.

The brake holds whoever guesses, and as little as possible whoever does not: five wrong passwords for one name from one
address; twenty for one name, from wherever; fifty from one address, behind which a whole branch may stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from display_server.single_sign_on.refusals import OnlySingleSignOn
from lobby.access import ADMINISTRATOR
from lobby.brake import FREE
from lobby.errors import LobbyError, WrongPassword
from lobby.records.acts import UNKNOWN
from lobby.records.staff import Member
from lobby.records.tokens import CODE_LENGTH, CONSOLE, SESSION, Holder, typed
from lobby.remote import Session

if TYPE_CHECKING:  # which knows the provider, and that the refusals
    from display_server.gate.house import House

FREE_FOR_NAME, FREE_FROM_ADDRESS = 20, 50
HOUR_MS, MINUTE_MS = 3600 * 1000, 60 * 1000
LONGEST_NAME = 100
"""So much of a user name is remembered by the brake: anybody may send one of any length."""


def sign_in(house: House, username: str, password: str, address: str, *, shared: bool = False) -> Session:
    """A session for a member of staff, or `WrongPassword`, or `TooManyAttempts`. On a `shared` machine it ends soon
    after it was used last."""
    brake, now, tried = house.brake, house.clock(), username[:LONGEST_NAME]
    own, shared_by_all = (f"user {tried} from {address}", f"user {tried}"), f"sign-in from {address}"
    keys = {own[0]: FREE, own[1]: FREE_FOR_NAME, shared_by_all: FREE_FROM_ADDRESS}
    for key, free in keys.items():
        brake.check(key, now, free)
    for key, free in keys.items():
        brake.begin(key, now, free)
    found, days = _by_code(house, username, password), house.config.server.password_days
    try:
        member = found[0] if found else house.offload(lambda: house.staff.check(username, password, now, days))
    except WrongPassword:
        known: Member | None = house.offload(lambda: house.staff.named(username))
        actor, role = (known.username, known.role) if known else (UNKNOWN, "")
        house.commits(lambda: house.acts.note("sign-in-failed", actor=actor, role=role, at=now))
        raise
    for key in own:
        brake.passed(key)
    brake.take_back(shared_by_all)
    single_sign_on = house.config.single_sign_on
    if found:
        return begin(house, member, "code", shared=shared, until=found[1])
    if single_sign_on is not None and not single_sign_on.passwords and member.role != ADMINISTRATOR:
        raise OnlySingleSignOn()
    return begin(house, member, "password", shared=shared)


def _by_code(house: House, username: str, password: str) -> tuple[Member, int | None] | None:
    """The member who has made this code, which they type in place of the password, and until when it lets them stay;
    None where it is none of theirs."""
    code, now = typed(password), house.clock()
    if len(code) != CODE_LENGTH or len(password) > CODE_LENGTH + 1:
        return None
    found = house.commits(lambda: house.tokens.use(code, CONSOLE, now))
    if found is None or found.name != username:
        return None
    member: Member | None = house.offload(lambda: house.staff.named(username))
    return (member, found.expires_at) if member is not None else None


def begin(house: House, member: Member, way: str, *, shared: bool = False, until: int | None = None) -> Session:
    """A session for a member who has shown who they are, in this `way` (`password`, `code`, `single sign-on`); it ends
    after its hours, and at `until` (ms UTC)."""
    now, rules = house.clock(), house.config.server
    idle = rules.shared_idle_min if shared else rules.idle_min
    lasts = int(rules.session_hours * HOUR_MS)
    house.commits(lambda: house.acts.note("signed-in", actor=member.username, role=member.role, at=now, way=way))
    token = house.commits(
        lambda: house.tokens.create(
            SESSION,
            member.username,
            member.role,
            now,
            lasts_ms=lasts if until is None else min(lasts, until - now),
            idle_ms=int(idle * MINUTE_MS) or None,
        )
    )
    return Session(token, member.name, member.role, member.must_change)


def sign_out(house: House, who: Holder, token: str) -> None:
    """End this session."""
    now = house.clock()
    house.commits(lambda: house.acts.note("signed-out", actor=who.name, role=who.role, at=now))
    house.commits(lambda: house.tokens.revoke(token, now))
    house.forget_holders()


def sign_out_everywhere(house: House, who: Holder, username: str, but: str = "") -> int:
    """End every session of a user but the one with this token; how many there were."""
    now = house.clock()
    house.commits(lambda: house.acts.note("sessions-ended", actor=who.name, role=who.role, at=now, about=username))
    ended = house.commits(lambda: house.tokens.end_sessions(username, now, but=but))
    house.forget_holders()
    return int(ended)


def change_password(house: House, username: str, old: str, new: str, token: str) -> None:
    """Replace a password and end the person's other sessions; the one with `token` goes on. Who sits down at somebody
    else's session guesses at their password behind a brake too."""
    key, now = f"password of {username}", house.clock()
    house.brake.check(key, now)
    house.brake.begin(key, now)
    try:
        renewed = house.offload(lambda: house.staff.renewed(username, old, new))
    except LobbyError as refused:
        if not isinstance(refused, WrongPassword):
            house.brake.passed(key)
        raise
    house.brake.passed(key)
    member: Member | None = house.offload(lambda: house.staff.named(username))
    role = member.role if member else ""
    house.commits(lambda: house.acts.note("password-changed", actor=username, role=role, at=now))
    house.commits(lambda: house.staff.keep(username, renewed, now))
    house.commits(lambda: house.tokens.end_sessions(username, now, but=token))
    house.forget_holders()
