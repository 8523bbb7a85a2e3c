"""`lobby staff`: the people who sign in."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from lobby.access import ADMINISTRATOR
from lobby.command_line.data_option import data_option
from lobby.command_line.place import role_here
from lobby.command_line.token import day


@click.group()
def staff() -> None:
    """People who sign in."""


@staff.command("add")
@data_option
@click.option("--role", required=True, metavar="ROLE", callback=role_here)
@click.option("--name", required=True, help="The name that colleagues know.")
@click.argument("username")
def add(folder: Path, role: str, name: str, username: str) -> None:
    """Add a member of staff and print the one-time password, once."""
    from lobby.admission import Admission
    from lobby.errors import UserNameTaken
    from lobby.records.staff import refuse_odd

    branch = Admission(folder)
    refuse_odd(username)
    if branch.staff.any_named(username) is not None:
        raise UserNameTaken(user=username)
    branch.note("staff-added", username, as_role=role)
    click.echo(branch.staff.add(username, name, role, branch.now()))


@staff.command("reset")
@data_option
@click.argument("username")
def reset(folder: Path, username: str) -> None:
    """Give somebody who forgot theirs a new one-time password, and print it, once."""
    from lobby.admission import Admission

    branch = Admission(folder)
    branch.member(username)
    branch.note("staff-reset", username)
    password = branch.staff.reset(username, branch.now(), one_time=True)
    branch.end_sessions(username)
    click.echo(password)


@staff.command("role")
@data_option
@click.argument("username")
@click.argument("role", metavar="ROLE", callback=role_here)
def change_role(folder: Path, username: str, role: str) -> None:
    """Give somebody another role; they sign in anew."""
    from lobby.admission import Admission

    branch = Admission(folder)
    member = branch.member(username)
    if role != ADMINISTRATOR:
        branch.leave_an_administrator(member)
    branch.note("staff-role-changed", username, was_as_role=member.role, as_role=role)
    branch.staff.place(username, role)
    branch.end_sessions(username)
    click.echo(f"{username} is {role} now")


@staff.command("link")
@data_option
@click.argument("username")
@click.argument("subject")
def link(folder: Path, username: str, subject: str) -> None:
    """Have somebody come by single sign-on, by the provider's SUBJECT for them ("issuer subject"), and by password no
    more."""
    from lobby.admission import Admission

    branch = Admission(folder)
    branch.member(username)
    branch.note("settings-changed", username, subject=subject)
    branch.staff.link(username, subject, branch.now())
    branch.end_sessions(username)
    click.echo(f"{username} comes by single sign-on now")


@staff.command("remove")
@data_option
@click.argument("username")
def remove(folder: Path, username: str) -> None:
    """Take somebody out: no more sign-ins, and present ones end."""
    from lobby.admission import Admission

    branch = Admission(folder)
    branch.leave_an_administrator(branch.member(username))
    branch.note("staff-disabled", username)
    branch.staff.disable(username, branch.now())
    branch.end_sessions(username)
    click.echo(f"{username} may not sign in any more")


@staff.command("list")
@data_option
def listed(folder: Path) -> None:
    """Who may sign in, and in which role."""
    from lobby.admission import Admission

    for member in Admission(folder).staff.members():
        click.echo(f"{member.username}\t{member.role}\t{member.name}")


@staff.command("sessions")
@data_option
@click.option("--json", "as_json", is_flag=True, help="For programs; times in milliseconds since 1970, UTC.")
def sessions(folder: Path, as_json: bool) -> None:
    """Who is signed in: the session's id, role and user name, since when, and when it was used last. Times are UTC."""
    from lobby.admission import Admission
    from lobby.records.tokens import SESSION

    branch = Admission(folder)
    kept = branch.tokens.good(branch.now(), SESSION)
    if as_json:
        click.echo(msgspec.json.encode(kept))
        return
    if kept:
        click.echo("id\trole\tuser name\tsince\tused")
    for one in kept:
        click.echo("\t".join((one.id, one.role, one.name, day(one.created_at), day(one.used_at))))


@staff.command("sign-out")
@data_option
@click.argument("username")
def sign_out(folder: Path, username: str) -> None:
    """End every session of somebody."""
    from lobby.admission import Admission

    branch = Admission(folder)
    branch.member(username)
    branch.note("sessions-ended", username)
    click.echo(f"{branch.end_sessions(username)} ended")
