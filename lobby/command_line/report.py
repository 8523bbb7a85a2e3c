"""`lobby report`: the figures of a day, a week, a month or any days from the journal, whether a server runs or not."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lobby.command_line.language_option import words_asked
from lobby.command_line.report_choice import LAST, Choice, a_date, a_day, a_month

if TYPE_CHECKING:  # loaded where it is used: a database layer costs a command line its quickness
    from lobby.config import Config
    from lobby.reckoning import Reckoning
    from lobby.records.acts import Acts
    from lobby.records.store import Store
    from lobby.reports.asked import Asked
    from lobby.reports.complaints import ComplaintFigures
    from lobby.reports.forms.rendering import Figures
    from lobby.reports.period import PeriodFigures
    from lobby.words import Words

FORMATS = ("table", "html", "xlsx", "csv", "json")
LISTED = 12
"""So many days are named when the one asked for is not there; of more, the first and the last."""
WIDE = 110
"""Characters of a table that is not printed on a terminal."""


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
    "--day",
    is_flag=False,
    flag_value=LAST,
    type=a_day,
    metavar="[YYYY-MM-DD]",
    help="A business day; the latest without a date, and without any option.",
)
@click.option(
    "--week",
    is_flag=False,
    flag_value=LAST,
    type=a_day,
    metavar="[YYYY-MM-DD]",
    help="The week of this day, from Monday to Sunday; the latest without a date.",
)
@click.option(
    "--month",
    is_flag=False,
    flag_value=LAST,
    type=a_month,
    metavar="[YYYY-MM]",
    help="A month; the latest without one.",
)
@click.option("--from", "first", metavar="YYYY-MM-DD", type=a_date, help="The first of any days.")
@click.option("--to", "last", metavar="YYYY-MM-DD", type=a_date, help="The last of them.")
@click.option("--complaints", is_flag=True, help="Report complaints instead: the last four weeks, or --from and --to.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="table by default.")
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option("--language", default="", metavar="xx", help="The language of the report; the branch's own by default.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write into FILE instead of printing.",
)
@click.option(
    "--mail",
    is_flag=True,
    help="Mail page and workbook as [mail] of the branch file says, once. Without a date: of the last day, week or "
    "month that is over.",
)
@click.option("--again", is_flag=True, help="Mail it although it was mailed.")
def report(
    folder: Path,
    day: date | str | None,
    week: date | str | None,
    month: date | str | None,
    first: date | None,
    last: date | None,
    complaints: bool,
    form: str | None,
    language: str,
    output: Path | None,
    mail: bool,
    again: bool,
) -> None:
    """Print the report of a business day, a week, a month or any days, each figure with its definition. With
    --complaints, the report of the complaints received in some time. With --mail, mail it."""
    from lobby.config import load
    from lobby.records.acts import Acts, by_operator
    from lobby.records.store import Store

    choice = Choice(day, week, month, first, last, complaints=complaints)
    if mail and (complaints or form or output):
        raise click.UsageError(
            "--mail sends page and workbook; it goes with neither --complaints, --format nor --output"
        )
    if again and not mail:
        raise click.UsageError("--again goes with --mail")
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("a workbook is not for a terminal; write --output FILE")
    config = load(folder)
    words = words_asked(language, config.setup)
    if not config.database and not (folder / "lobby.db").exists():
        raise click.ClickException(f"nothing was recorded in {folder} yet")
    store = Store.beside(folder, config.database)
    try:
        reckoning = _reckoning(store, config)
        if complaints:
            figures: Figures = _complaint_figures(reckoning, first, last)
        else:
            asked = choice.asked(reckoning, _now(), only_over=mail)
            if mail:
                _mail(folder, config, reckoning, asked, words, again, Acts(store, config.setup.id))
                return
            figures = _figures(reckoning, asked)
        days = f"{figures.first}/{figures.last}"
        what = "complaints" if complaints else "period"
        by_operator(Acts(store, config.setup.id), "report-exported", days, what=what, format=form or "table")
    finally:
        store.close()
    _write(rendered(figures, form or "table", words, _width(output)), output)


def _reckoning(store: Store, config: Config) -> Reckoning:
    """The branch's figures; on a terminal the days are named as they are read for the first time."""
    from lobby.reckoning import Reckoning

    if not sys.stderr.isatty():
        return Reckoning(store, config.setup)
    reckoning = Reckoning(store, config.setup, lambda day: click.echo(f"\r{day} ", nl=False, err=True))
    click.echo("\r           \r", nl=False, err=True)
    return reckoning


def _figures(reckoning: Reckoning, asked: Asked) -> PeriodFigures:
    figures = reckoning.period(asked, _now())
    if figures is None:
        days = f"day {asked.first}" if asked.first == asked.last else f"day from {asked.first} to {asked.last}"
        raise click.ClickException(f"there is no business {days} in the journal; there {_are(reckoning.days())}")
    return figures


def _complaint_figures(reckoning: Reckoning, first: date | None, last: date | None) -> ComplaintFigures:
    from lobby.reports.complaints import asked_days

    now = _now()
    try:
        days = asked_days(reckoning.setup, str(first or ""), str(last or ""), now)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return reckoning.complaints(*days, now)


def _are(days: list[str]) -> str:
    if not days:
        return "is none"
    if len(days) == 1:
        return f"is {days[0]} only"
    if len(days) <= LISTED:
        return f"are {', '.join(days)}"
    return f"are {len(days)}, from {days[0]} to {days[-1]}"


def _mail(
    folder: Path, config: Config, reckoning: Reckoning, asked: Asked, words: Words, again: bool, acts: Acts
) -> None:
    """Mail the report, and say in one line what became of it. Nothing to mail, or nobody to whom it was not mailed
    before, is no failure: a timer asks every morning."""
    from lobby.mail_reports import mail_report
    from lobby.outbound.mail_values import BadPassword
    from lobby.records.acts import by_operator
    from lobby.reports.forms.rendering import document

    if config.mail is None:
        raise click.ClickException("there is no [mail] in the branch file, so nobody knows whom to mail to")
    figures = reckoning.period(asked, _now())
    if figures is None:
        click.echo(f"nothing was recorded in {asked.code}; nothing was mailed")
        return
    if not (figures.closed or reckoning.is_over(figures.last, _now())):
        raise click.ClickException(f"{asked.code} is not over; its report is mailed when it is")

    def begun(taken: Sequence[str]) -> None:
        by_operator(acts, "report-mailed", asked.code, to=", ".join(taken))

    report = document(figures, words)
    try:
        posted = mail_report(folder, config.mail, asked.code, report, words, _now(), again=again, begun=begun)
    except BadPassword as error:
        raise click.ClickException(f"password_file {error}") from None
    except OSError as error:
        raise click.ClickException(f"what was mailed cannot be kept in {folder}: {error.strerror}") from None
    if sent := posted.of("sent"):
        click.echo(f"{asked.code} mailed to {', '.join(sent)}")
    elif posted.went_well:
        click.echo(f"{asked.code} was mailed before")
    if not posted.went_well:
        raise click.ClickException(posted.problem)


def rendered(figures: Figures, form: str, words: Words, width: int | None) -> bytes:
    """The figures in one of `FORMATS`; `width` in characters is for the table (None: the terminal's own)."""
    from lobby.reports.forms.rendering import as_csv, as_html, as_json, as_table, as_xlsx

    if form == "html":
        return as_html(figures, words).encode()
    if form == "xlsx":
        return as_xlsx(figures, words)
    if form == "csv":
        return as_csv(figures, words).encode()
    if form == "json":
        return as_json(figures, words) + b"\n"
    from rich.console import Console

    console = Console(width=width, highlight=False)
    with console.capture() as capture:
        console.print(as_table(figures, words))
    return capture.get().encode()


def _width(output: Path | None) -> int | None:
    return None if output is None and sys.stdout.isatty() else WIDE


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from None
