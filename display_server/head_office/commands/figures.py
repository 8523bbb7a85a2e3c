"""`lobby head-office report` and `export`: the figures of the chain, as a report and as tables."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from display_server.head_office.commands.group import note, now, opened
from lobby.command_line.data_option import data_option
from lobby.command_line.report_choice import a_date

FORMATS = ("table", "html", "xlsx", "csv", "json")
WIDE = 130
"""Characters of a table that is not printed on a terminal."""


@click.command()
@data_option
@click.option("--from", "first", metavar="YYYY-MM-DD", type=a_date, help="The first business day.")
@click.option("--to", "last", metavar="YYYY-MM-DD", type=a_date, help="The last; the same day by default.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--language", default="", metavar="xx", help="The language of the report; the office's own by default.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write into FILE.")
def report(folder: Path, first: date | None, last: date | None, form: str, language: str, output: Path | None) -> None:
    """Print the report of the chain over business days that are over; of the last of them without --from."""
    from lobby.command_line.report import rendered
    from lobby.head_office.office_file import load
    from lobby.head_office.reckoning import ChainReckoning
    from lobby.records.received import Received
    from lobby.reports.asked import Asked
    from lobby.words import LANGUAGES, words

    office = load(folder)
    if language and language not in LANGUAGES:
        raise click.UsageError(f'there are no words in "{language}"; there are {", ".join(LANGUAGES)}')
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("a workbook is not for a terminal; write --output FILE")
    with opened(folder) as store:
        reckoning = ChainReckoning(store, office)
        reckoning.bring_up_to_date(_told)
        known = reckoning.days()
        if not known:
            begun = any(one.seq for one in Received(store).branches())
            raise click.ClickException("no business day is over yet" if begun else "no business day has arrived yet")
        since = first or date.fromisoformat(known[-1])
        until = last or since
        if until < since:
            raise click.UsageError("--to comes before --from")
        figures = reckoning.period(Asked("range", since, until), now())
        note(store, "report-exported", f"{since}/{until}")
    if figures is None:
        raise click.ClickException(f"nothing is known of these days; there are {known[0]} to {known[-1]}")
    width = None if output is None and sys.stdout.isatty() else WIDE
    content = rendered(figures, form, words(language or office.languages[0]), width)
    if output is None:
        click.echo(content, nl=False)
        return
    output.write_bytes(content)


@click.command()
@data_option
@click.option("--to", "target", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--from", "first", metavar="YYYY-MM", default="", help="The first month; all without it.")
@click.option("--branch", "only", multiple=True, metavar="BRANCH", help="This branch only; may be repeated.")
def export(folder: Path, target: Path, first: str, only: tuple[str, ...]) -> None:
    """Write visits and the counters' spans as Parquet for a warehouse: a file for each branch and month, made anew
    where it is there already."""
    try:
        from lobby.records.parquet import export_branch
    except ImportError:
        raise click.ClickException('Parquet needs pyarrow: pip install "branch-lobby[parquet]"') from None
    from lobby.head_office.office_file import load
    from lobby.head_office.reckoning import ChainReckoning
    from lobby.records.received import Received

    with opened(folder) as store:
        known = {one.branch for one in Received(store).branches()}
        if unknown := sorted(set(only) - known):
            raise click.ClickException(f"no branch “{unknown[0]}” is expected; there are: {', '.join(sorted(known))}")
        reckoning = ChainReckoning(store, load(folder))
        reckoning.bring_up_to_date(_told)
        branches = only or tuple(reckoning.setups)
        note(store, "data-exported", "parquet", branches=str(len(branches)), first=first)
        made = sum(export_branch(store, branch, target, first) for branch in branches)
    click.echo(f"{made} files in {target}")


def _told(branch: str) -> None:
    """Progress, on a terminal only."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{branch} ", nl=False, err=True)
