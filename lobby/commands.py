"""Subcommands that need a branch's data folder and nothing else: init, token, staff, audit."""

from __future__ import annotations

import time
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lobby.access import ROLES, STAFF
from lobby.anchor_command import anchor
from lobby.appointments_command import appointments
from lobby.check_command import ticket
from lobby.data_option import data_option
from lobby.forecast_command import brief, forecast, staffing, what_if
from lobby.knowledge_command import knowledge
from lobby.outbound.command import webhooks
from lobby.outbound.export_command import export
from lobby.person_command import person
from lobby.replay_command import replay
from lobby.report_command import report
from lobby.retention_command import retention
from lobby.verify_command import verify
from lobby.visits_command import visits
from lobby.waits_command import waits
from lobby.why_command import fairness, why

if TYPE_CHECKING:  # loaded where it is used: a database layer costs a command line its quickness
    from lobby.records.store import Store


BESIDE = ("standards.toml", "records", "knowledge", "media")
"""What lies beside the example's branch file: checklists, templates of records, answers."""


def _now() -> int:
    return time.time_ns() // 1_000_000


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Write an example branch into DIR (branch.toml), ready to be edited."""
    from lobby.config import FILE

    if not write_example(folder):
        raise click.ClickException(f"{folder / FILE} is there already; nothing was changed")
    click.echo(f"{folder / FILE} written. Edit it, then: lobby serve --data {folder}")


def write_example(folder: Path) -> bool:
    """Write the example branch into `folder`, which nobody else may read; False when there is a branch already."""
    from lobby.config import FILE

    target = folder / FILE
    if target.exists():
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _copy(files("lobby.examples"), folder, BESIDE)
    target.write_text(files("lobby.examples").joinpath(FILE).read_text(encoding="utf-8"), encoding="utf-8")
    return True


def _copy(source: Traversable, folder: Path, names: Iterable[str]) -> None:
    """Copy these files and folders of the package, but nothing over what is there already."""
    for name in names:
        found, target = source.joinpath(name), folder / name
        if found.is_dir():
            target.mkdir(mode=0o700, exist_ok=True)
            _copy(found, target, [one.name for one in found.iterdir() if not one.name.startswith("__")])
        elif not target.exists():
            target.write_bytes(found.read_bytes())


@click.group()
def token() -> None:
    """Tokens of devices and programs."""


@token.command("create")
@data_option
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the holder may do.")
@click.option("--name", required=True, help="Who or what holds it, as the journal will name it.")
def create_token(folder: Path, role: str, name: str) -> None:
    """Make a bearer token and print it, once."""
    from lobby.records.tokens import DEVICE, Tokens

    click.echo(Tokens(_store(folder)).create(DEVICE, name, role, _now()))


@token.command("revoke")
@data_option
@click.option("--name", required=True)
def revoke_token(folder: Path, name: str) -> None:
    """End every device token of this name."""
    from lobby.records.tokens import DEVICE, Tokens

    click.echo(f"{Tokens(_store(folder)).revoke_all(name, DEVICE, _now())} revoked")


@click.group()
def staff() -> None:
    """People who sign in."""


@staff.command("add")
@data_option
@click.option("--role", required=True, type=click.Choice(STAFF))
@click.option("--name", required=True, help="The name that colleagues know.")
@click.argument("username")
def add_staff(folder: Path, role: str, name: str, username: str) -> None:
    """Add a member of staff and print the one-time password, once."""
    from lobby.records.staff import Staff

    click.echo(Staff(_store(folder)).add(username, name, role, _now()))


@staff.command("reset")
@data_option
@click.argument("username")
def reset_staff(folder: Path, username: str) -> None:
    """Give somebody who forgot theirs a new one-time password, and print it, once."""
    from lobby.records.staff import Staff
    from lobby.records.tokens import SESSION, Tokens

    store = _store(folder)
    password = Staff(store).reset(username, _now(), one_time=True)
    Tokens(store).revoke_all(username, SESSION, _now())
    click.echo(password)


@staff.command("remove")
@data_option
@click.argument("username")
def remove_staff(folder: Path, username: str) -> None:
    """Take somebody out: no more sign-ins, and present ones end."""
    from lobby.records.staff import Staff
    from lobby.records.tokens import SESSION, Tokens

    store = _store(folder)
    Staff(store).disable(username, _now())
    Tokens(store).revoke_all(username, SESSION, _now())
    click.echo(f"{username} may not sign in any more")


@staff.command("list")
@data_option
def list_staff(folder: Path) -> None:
    """Who may sign in, and in which role."""
    from lobby.records.staff import Staff

    for member in Staff(_store(folder)).members():
        click.echo(f"{member.username}\t{member.role}\t{member.name}")


@click.group()
def audit() -> None:
    """Check what was recorded."""


for one in (verify, anchor, ticket):
    audit.add_command(one)


def _store(folder: Path) -> Store:
    from lobby.config import load
    from lobby.records.store import Store

    return Store.in_folder(folder, load(folder).database)


commands: list[click.Command] = [
    init,
    token,
    staff,
    audit,
    report,
    forecast,
    staffing,
    what_if,
    brief,
    replay,
    waits,
    appointments,
    knowledge,
    webhooks,
    export,
    person,
    retention,
    visits,
    why,
    fairness,
]
