"""Subcommands that need a branch's data folder and nothing else: init, token, staff, audit."""

from __future__ import annotations

import time
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lobby.command_line.anchor import anchor
from lobby.command_line.appointments import appointments
from lobby.command_line.backup import backup, restore_backup
from lobby.command_line.forecast import brief, forecast, staffing, what_if
from lobby.command_line.knowledge import knowledge
from lobby.command_line.person import person
from lobby.command_line.replay import replay
from lobby.command_line.report import report
from lobby.command_line.retention import retention
from lobby.command_line.staff import staff
from lobby.command_line.ticket_check import ticket
from lobby.command_line.token import token
from lobby.command_line.trail import trail
from lobby.command_line.verify import verify
from lobby.command_line.visits import visits
from lobby.command_line.waits import waits
from lobby.command_line.why import fairness, why
from lobby.outbound.command import webhooks
from lobby.outbound.export_command import export
from lobby.outbound.ship_command import ship

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
def audit() -> None:
    """Check what was recorded."""


for one in (verify, anchor, ticket, trail):
    audit.add_command(one)


def _store(folder: Path) -> Store:
    from lobby.config import load
    from lobby.records.store import Store

    return Store.beside(folder, load(folder).database)


commands: list[click.Command] = [
    init,
    token,
    staff,
    audit,
    backup,
    restore_backup,
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
    ship,
    export,
    person,
    retention,
    visits,
    why,
    fairness,
]
