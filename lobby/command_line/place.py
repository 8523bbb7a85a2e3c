"""What a command on the machine is about: a branch in its data folder; or, below `lobby head-office`, a head office."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from lobby.access import ROLES, STAFF

if TYPE_CHECKING:  # loaded where it is used: a database layer costs a command line its quickness
    from lobby.queue.services import Setup
    from lobby.records.kept import Kept
    from lobby.records.store import Store


class Opened(NamedTuple):
    """A place and its database. `id` is that of its audit trail, `name` that of its backups; `setup` has the zone of
    its times."""

    store: Store
    id: str
    name: str
    setup: Setup

    def setups(self) -> Mapping[str, Setup]:
        """Of every branch whose journal is here, by id."""
        from lobby.records.received import Received

        return {self.id: self.setup} if self.setup.id else Received(self.store).setups()


class Place(NamedTuple):
    """A kind of place: how it is opened, by its folder (the second is for a database copied elsewhere), what it keeps,
    the roles that people may have there, and those of tokens that are made by hand."""

    open: Callable[[Path], Opened]
    former: Callable[[Path, Path], Store]
    kept: Callable[[], Kept]
    roles: tuple[str, ...]
    token_roles: tuple[str, ...]


def _open_branch(folder: Path) -> Opened:
    from lobby.config import load
    from lobby.records.store import Store

    config = load(folder)
    id = config.setup.id
    return Opened(Store.beside(folder, config.database), id, id, config.setup)


def _former_branch(folder: Path, scratch: Path) -> Store:
    from lobby.config import load

    return former_store(folder, load(folder).database, scratch)


def _a_branch() -> Kept:
    from lobby.records.kept import A_BRANCH

    return A_BRANCH


def former_store(folder: Path, database: str, scratch: Path) -> Store:
    """What is left of an old database: a copy of its file, which stays as it is, or the server that it is on."""
    from lobby.records.copying import copy_file
    from lobby.records.store import Store

    if database:
        return Store.beside(scratch, database)
    copy_file(folder / "lobby.db", scratch / "lobby.db")
    return Store.in_folder(scratch)


BRANCH_PLACE = Place(_open_branch, _former_branch, _a_branch, STAFF, ROLES)


def place() -> Place:
    """The kind of place that the present command is about."""
    context = click.get_current_context(silent=True)
    found = context.find_object(Place) if context is not None else None
    return found or BRANCH_PLACE


def role_here(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """A role, as people may have it here: for `callback`."""
    return _among(place().roles, value)


def token_role_here(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """A role, as a token may have it here: for `callback`."""
    return _among(place().token_roles, value)


def _among(roles: tuple[str, ...], value: str) -> str:
    if value not in roles:
        raise click.BadParameter(f"{value!r} is not one of {', '.join(roles)}")
    return value
