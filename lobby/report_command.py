"""`lobby report`: a day's figures from the journal, whether a server runs or not."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:  # loaded where it is used: a database layer costs a command line its quickness
    from lobby.care.complaints import Complaint
    from lobby.queue.events import Happened
    from lobby.queue.services import Setup
    from lobby.records.store import Store
    from lobby.reports.complaints import ComplaintFigures
    from lobby.reports.figures import DayFigures
    from lobby.reports.rendering import Figures
    from lobby.words import Words

FORMATS = ("table", "html", "csv", "json")
LISTED = 12
"""So many days are named when the one asked for is not there; of more, the first and the last."""


def _now() -> int:
    return time.time_ns() // 1_000_000


@click.command()
@click.option(
    "--data",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The branch's data folder.",
)
@click.option(
    "--day", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]), help="A business day; the latest by default."
)
@click.option("--complaints", is_flag=True, help="Report complaints instead: the last four weeks, or --from and --to.")
@click.option("--from", "first", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]), help="The first day.")
@click.option("--to", "last", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--language", default="", metavar="xx", help="The language of the report; the branch's own by default.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write into FILE instead of printing.",
)
def report(
    folder: Path,
    day: datetime | None,
    complaints: bool,
    first: datetime | None,
    last: datetime | None,
    form: str,
    language: str,
    output: Path | None,
) -> None:
    """Print the report of a business day: per service, per counter and per teller, each figure with its definition.
    With --complaints, the report of the complaints received in some time."""
    from lobby.config import load
    from lobby.records.store import Store
    from lobby.words import LANGUAGES, words

    if complaints and day is not None:
        raise click.UsageError("--complaints takes --from and --to, not --day")
    if not complaints and (first or last):
        raise click.UsageError("--from and --to go with --complaints")
    config = load(folder)
    language = language or config.setup.languages[0]
    if language not in LANGUAGES:
        raise click.BadParameter(
            f'no words for "{language}"; there are {", ".join(LANGUAGES)}', param_hint="--language"
        )
    if not config.database and not (folder / "lobby.db").exists():
        raise click.ClickException(f"nothing was recorded in {folder} yet")
    store = Store.in_folder(folder, config.database)
    try:
        figures: Figures = (
            _complaint_figures(store, config.setup, _iso(first), _iso(last))
            if complaints
            else _figures(store, config.setup, _iso(day))
        )
    finally:
        store.close()
    _write(rendered(figures, form, words(language), _width(output)), output)


def _figures(store: Store, setup: Setup, day: str) -> DayFigures:
    from lobby.queue.events import RehearsalStarted
    from lobby.records.journal import Journal
    from lobby.reports.day import day_record
    from lobby.reports.figures import day_figures

    days = business_days(store, setup.id)
    if not days:
        raise click.ClickException(f'branch "{setup.id}" has no business day in its journal yet')
    day = day or max(days)
    if day not in days:
        raise click.ClickException(f"there is no business day {day} in the journal; there {_are(sorted(days))}")
    first, last = days[day]
    journal = Journal(store, setup.id)
    rehearsal = [
        r for (seq,) in _of_kinds(store, setup.id, [RehearsalStarted], "seq") for r in journal.read(seq - 1, 1)
    ]
    part = journal.read(first - 1, None if last is None else last - first + 1)
    record = day_record(setup, [*(r for r in rehearsal if r.seq < first), *part], day)
    if record is None:
        raise click.ClickException(f"the journal holds no event of {day}")
    return day_figures(record, record.at if rehearsal else _now(), _complaints(store, setup.id))


def _complaint_figures(store: Store, setup: Setup, first: str, last: str) -> ComplaintFigures:
    from lobby.reports.complaints import asked_days, complaint_figures

    now = _now()
    try:
        first, last = asked_days(setup, first, last, now)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return complaint_figures(_complaints(store, setup.id), setup, first, last, now)


def _complaints(store: Store, branch: str) -> list[Complaint]:
    """Every complaint in the journal, of which the events of care alone are read."""
    from typing import get_args

    import msgspec

    from lobby.care.events import CareEvent
    from lobby.queue.events import Event, Recorded
    from lobby.reports.complaints import complaints_of

    rows = _of_kinds(store, branch, get_args(CareEvent), "seq", "at", "actor", "body")
    decode = msgspec.json.Decoder(Event).decode
    return complaints_of(Recorded(seq, at, actor, decode(body)) for seq, at, actor, body in rows)


def _iso(day: datetime | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def business_days(store: Store, branch: str) -> dict[str, tuple[int, int | None]]:
    """The business days in the journal, each with the numbers of its first and last event (None: up to the end)."""
    import msgspec

    from lobby.queue.events import DayOpened

    opened = [
        (msgspec.json.decode(body, type=DayOpened).day, int(seq))
        for seq, body in _of_kinds(store, branch, [DayOpened], "seq", "body")
    ]
    ends = [*(seq - 1 for _, seq in opened[1:]), None]
    return {day: (seq, end) for (day, seq), end in zip(opened, ends, strict=False)}


def _of_kinds(store: Store, branch: str, kinds: Iterable[type[Happened]], *columns: str) -> list[Any]:
    """These columns of every event of these kinds, in order."""
    from sqlalchemy import select

    from lobby.records.schema import events

    table = events.c
    query = select(*(table[name] for name in columns)).where(
        table.branch == branch, table.kind.in_([kind.__name__ for kind in kinds])
    )
    with store.read() as connection:
        return list(connection.execute(query.order_by(table.seq)))


def _are(days: list[str]) -> str:
    if len(days) == 1:
        return f"is {days[0]} only"
    if len(days) <= LISTED:
        return f"are {', '.join(days)}"
    return f"are {len(days)}, from {days[0]} to {days[-1]}"


def rendered(figures: Figures, form: str, words: Words, width: int | None) -> str:
    """The figures in one of `FORMATS`; `width` in characters is for the table (None: the terminal's own)."""
    from lobby.reports.rendering import as_csv, as_html, as_json, as_table

    if form == "html":
        return as_html(figures, words)
    if form == "csv":
        return as_csv(figures, words)
    if form == "json":
        return as_json(figures, words).decode() + "\n"
    from rich.console import Console

    console = Console(width=width, highlight=False)
    with console.capture() as capture:
        console.print(as_table(figures, words))
    return capture.get()


WIDE = 110
"""Characters of a table that is not printed on a terminal."""


def _width(output: Path | None) -> int | None:
    return None if output is None and sys.stdout.isatty() else WIDE


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from None
