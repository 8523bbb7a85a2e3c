"""`lobby visits`: the projection that reports read, made anew from the journal."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click


@click.group()
def visits() -> None:
    """The days that are over, as reports read them."""


@visits.command()
@click.option(
    "--data",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The branch's data folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a sentence.")
def rebuild(folder: Path, as_json: bool) -> None:
    """Make every day anew from the journal, while the branch and its reports go on. Never needed in use: after a
    restore, or to see that figures come out the same."""
    from lobby.config import load
    from lobby.records.journal import Journal
    from lobby.records.store import Store
    from lobby.records.visits import Visits

    config = load(folder)
    if not config.database and not (folder / "lobby.db").exists():
        raise click.ClickException(f"nothing was recorded in {folder} yet")
    store = Store.beside(folder, config.database)
    try:
        made = Visits(store, config.setup.id).rebuild(Journal(store, config.setup.id), config.setup, _told)
    finally:
        store.close()
        _tell("\r           \r")
    days = f"{made} {'day' if made == 1 else 'days'}"
    click.echo(json.dumps({"days": made}) if as_json else f"{days} made anew from the journal")


def _told(day: str) -> None:
    _tell(f"\r{day} ")


def _tell(text: str) -> None:
    """Progress, on a terminal only."""
    if sys.stderr.isatty():
        click.echo(text, nl=False, err=True)
