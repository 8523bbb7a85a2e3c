"""`lobby export`: records, complaints, follow-ups or feedback as CSV, whether a server runs or not."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # loaded where it is used: a command line is quick
    from lobby.outbound.messages import Reader
    from lobby.queue.services import Day, Setup

WHAT = ("interactions", "complaints", "follow-ups", "feedback")
"""What can be exported; `lobby.outbound.rows.COLUMNS` has a table for each."""


@click.command()
@click.argument("what", type=click.Choice(WHAT))
@click.option(
    "--data",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The branch's data folder.",
)
@click.option(
    "--from", "first", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]), help="The first business day."
)
@click.option("--to", "last", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]), help="The last business day.")
@click.option("--private", is_flag=True, help="With notes, names and contacts, as far as they were not erased.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write into FILE instead of printing.",
)
def export(
    what: str, folder: Path, first: datetime | None, last: datetime | None, private: bool, output: Path | None
) -> None:
    """Print records, complaints, follow-ups or feedback as CSV, one a row."""
    from lobby.config import load
    from lobby.outbound.rows import as_csv, rows, words_asked
    from lobby.queue.commands import LATEST
    from lobby.records.acts import OPERATOR, Acts, operator
    from lobby.records.journal import Journal
    from lobby.records.people import Look, People
    from lobby.records.store import Store

    config = load(folder)
    if first is not None and last is not None and last < first:
        raise click.BadParameter("is before --from", param_hint="--to")
    if not config.database and not (folder / "lobby.db").exists():
        raise click.ClickException(f"nothing was recorded in {folder} yet")
    setup = config.setup
    start = _day(setup, first, "--from").start if first else 0
    end = _day(setup, last, "--to").end if last else LATEST
    store = Store.beside(folder, config.database)
    try:
        journal = Journal(store, setup.id)

        def table(words: Reader | None) -> Iterator[list[str]]:
            return rows(what, journal.stream(journal.before(start)), setup, start, end, words)

        asked = words_asked(table) if private else frozenset()
        days = {"from": f"{first:%Y-%m-%d}" if first else "", "to": f"{last:%Y-%m-%d}" if last else ""}
        look = Look("data-exported", operator(), OPERATOR, time.time_ns() // 1_000_000, what, days)
        if not asked:
            look.note(Acts(store, setup.id), 0)
        said = People(store, setup.id).read(asked, look)
        _write(as_csv(table(said.get if private else None)), output)
    finally:
        store.close()


def _day(setup: Setup, asked: datetime, option: str) -> Day:
    from lobby.queue.services import day_of

    try:
        return day_of(setup, asked.date().isoformat())
    except ValueError:
        raise click.BadParameter("is at the end of the calendar", param_hint=option) from None


def _write(lines: Iterable[str], output: Path | None) -> None:
    try:
        with click.open_file("-" if output is None else str(output), "wb") as file:
            for line in lines:
                file.write(line.encode())
    except BrokenPipeError:
        raise  # whoever reads has enough
    except OSError as error:
        raise click.ClickException(f"{output or 'the output'} cannot be written: {error.strerror}") from None
