"""`lobby head-office`: the group of its commands, and how they open an office."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lobby.access import ADMINISTRATOR, AUDITOR, MANAGER
from lobby.command_line.place import Opened, Place, former_store

if TYPE_CHECKING:  # loaded where it is used: a database layer costs a command line its quickness
    from lobby.records.kept import Kept
    from lobby.records.received import Arrived
    from lobby.records.store import Store


def open_office(folder: Path) -> Opened:
    """The office in a data folder, beside its server."""
    from lobby.head_office.office_file import load
    from lobby.head_office.office_kept import NAME
    from lobby.head_office.office_store import TRAIL, office_store

    office = load(folder)
    return Opened(office_store(folder, office, beside=True), TRAIL, NAME, office.setup)


def _former_office(folder: Path, scratch: Path) -> Store:
    from lobby.head_office.office_file import load

    return former_store(folder, load(folder).database, scratch)


def _kept() -> Kept:
    from lobby.head_office.office_kept import THE_OFFICE

    return THE_OFFICE


ROLES = (MANAGER, AUDITOR, ADMINISTRATOR)
OFFICE = Place(open_office, _former_office, _kept, ROLES, token_roles=ROLES)


@click.group("head-office")
@click.pass_context
def head_office(context: click.Context) -> None:
    """The head office of a chain of branches."""
    context.obj = OFFICE


def now() -> int:
    """Milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


def moment(at: int) -> str:
    """`at` (ms UTC) to the minute."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC"


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """The office's database, for as long as the block lasts."""
    store = open_office(folder).store
    try:
        yield store
    finally:
        store.close()


def note(store: Store, kind: str, about: str, **detail: str) -> None:
    """Write down in the office's trail what whoever runs this command does."""
    from lobby.head_office.office_store import TRAIL
    from lobby.records.acts import Acts, by_operator

    by_operator(Acts(store, TRAIL), kind, about, **detail)


def expected(store: Store, branch: str) -> Arrived:
    """How far the journal of this branch has arrived; a refusal where it is not expected at all."""
    from lobby.records.received import Received

    found = next((one for one in Received(store).branches() if one.branch == branch), None)
    if found is None:
        raise click.ClickException(f"no branch “{branch}” is expected; lobby head-office add-branch")
    return found
