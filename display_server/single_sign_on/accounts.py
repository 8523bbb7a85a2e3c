"""Who has come by single sign-on, as a member of the staff here: known by the subject, made at the first time, in the
role that the provider's groups have now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from display_server.single_sign_on.provider import Person
from display_server.single_sign_on.refusals import AccountClosed, NameTaken, NoRoleHere
from lobby.branch_file.single_sign_on_values import SingleSignOn
from lobby.errors import UserNameTaken
from lobby.records.staff import Member

if TYPE_CHECKING:
    from display_server.gate.house import House

ACTOR = "single sign-on"
"""Who makes accounts and changes roles, in the audit trail."""


def account(house: House, setup: SingleSignOn, person: Person) -> Member:
    """The member that this person is; `NoRoleHere`, `AccountClosed` or `NameTaken`."""
    role = setup.role(list(person.groups))
    found: tuple[Member, bool] | None = house.offload(lambda: house.staff.by_subject(person.subject))
    if found is not None:
        member, closed = found
        if closed:
            raise AccountClosed()
        if role != member.role:
            _end_sessions(house, member)
        if not role:
            raise NoRoleHere()
        if role != member.role:
            _note(house, "staff-role-changed", member.username, role, was_as_role=member.role)
        if (role, person.name) != (member.role, member.name):
            house.commits(lambda: house.staff.place(member.username, role, person.name))
        return Member(member.username, person.name, role, must_change=False, subject=person.subject)
    if not role:
        raise NoRoleHere()
    now = house.clock()
    try:
        house.commits(lambda: house.staff.add_subject(person.subject, person.username, person.name, role, now))
    except UserNameTaken:
        raise NameTaken(name=person.username) from None
    _note(house, "staff-added", person.username, role)
    return Member(person.username, person.name, role, must_change=False, subject=person.subject)


def _end_sessions(house: House, member: Member) -> None:
    """They were begun in a role that is not theirs any more."""
    house.commits(lambda: house.tokens.end_sessions(member.username, house.clock()))
    house.forget_holders()


def _note(house: House, kind: str, username: str, role: str, **before: str) -> None:
    now, detail = house.clock(), before | {"as_role": role}
    house.commits(lambda: house.acts.note(kind, actor=ACTOR, role="", at=now, about=username, **detail))
