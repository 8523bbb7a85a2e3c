"""`lobby forecast`, `lobby staffing`, `lobby what-if`, `lobby brief`: what will come, needs, and might have been.

Long work tells a terminal what it is doing, and is quiet in a pipe.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lobby.command_line.language_option import words_asked

if TYPE_CHECKING:  # loaded where it is used: numpy and a database layer cost a command line its quickness
    import msgspec

    from lobby.branch_past import BranchPast
    from lobby.reports.forms.document import Document
    from lobby.waits.planning.brief import Morning
    from lobby.waits.planning.what_if import Slot
    from lobby.words import Words

WIDE = 130
"""Characters of a table that is not printed on a terminal."""

SLOT = re.compile(r"(\d{1,3})@([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")

Command = Callable[..., None]


def _options(command: Command) -> Command:
    """Options that all of them have; the command gets the branch's past, the words, and how to answer."""

    @click.option(
        "--data",
        "folder",
        required=True,
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="The branch's data folder.",
    )
    @click.option("--day", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]), help="The business day.")
    @click.option("--language", default="", metavar="xx", help="The language; the branch's own by default.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
    @wraps(command)
    def with_options(folder: Path, day: datetime | None, language: str, as_json: bool, **options: Any) -> None:
        asked = _day(day)
        with _past(folder) as past:
            command(past, _Answer(past, language, as_json), asked, **options)

    return with_options


def _weeks(command: Command) -> Command:
    return click.option(
        "--weeks", type=click.IntRange(1, 520), default=26, show_default=True, help="How far to look back."
    )(command)


def _seed(command: Command) -> Command:
    return click.option("--seed", type=int, default=0, help="Another throw of the dice.")(command)


def _goal(command: Command) -> Command:
    return click.option(
        "--goal",
        type=click.FloatRange(1, 99),
        default=80.0,
        show_default=True,
        help="Of a hundred customers, so many are to be called in time.",
    )(command)


@click.command()
@_options
@_weeks
@_seed
def forecast(past: BranchPast, answer: _Answer, day: date | None, weeks: int, seed: int) -> None:
    """Who will come, by half-hour, with its uncertainty; today by default."""
    from lobby.reports.forms.staffing_layout import forecast_document
    from lobby.waits.planning.brief import forecast

    day = day or past.today(_now())
    found = forecast(past.behind(day, weeks), past.setup, day, seed)
    answer.say(found, lambda words: forecast_document(found, past.setup, words))


@click.command()
@_options
@_weeks
@_goal
@_seed
def staffing(past: BranchPast, answer: _Answer, day: date | None, weeks: int, goal: float, seed: int) -> None:
    """The counters that a day needs by half-hour, and what one more and one fewer would change; today by default."""
    from lobby.reports.forms.staffing_layout import staffing_document

    day = day or past.today(_now())
    found = _morning(past, day, weeks, goal, 0, seed)
    plan = found.staffing
    if plan is None:
        raise click.ClickException(f"the branch is closed on {day.isoformat()}")
    answer.say(plan, lambda words: staffing_document(plan, found.forecast, past.setup, words))


@click.command("what-if")
@_options
@click.option("--open", "opened", multiple=True, metavar="N@HH:MM-HH:MM", help="Counter N open in this time besides.")
@click.option("--close", "closed", multiple=True, metavar="N@HH:MM-HH:MM", help="Counter N closed in this time.")
@click.option(
    "--rules",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another branch file's rules, targets and skills: the folder that has it.",
)
@_seed
def what_if(
    past: BranchPast,
    answer: _Answer,
    day: date | None,
    opened: tuple[str, ...],
    closed: tuple[str, ...],
    rules: Path | None,
    seed: int,
) -> None:
    """A day under another staffing or other rules, beside the same day as it was; the latest by default."""
    from lobby.config import load
    from lobby.reports.forms.staffing_layout import what_if_document
    from lobby.waits.planning.habits import habits
    from lobby.waits.planning.what_if import Change, what_if

    if not opened and not closed and rules is None:
        raise click.UsageError("what would be different? Write --open, --close or --rules")
    change = Change(
        tuple(_slot(text, "--open", past) for text in opened),
        tuple(_slot(text, "--close", past) for text in closed),
        load(rules).setup if rules is not None else None,
    )
    day = day or past.latest()
    the_day = past.day(day)
    with _progress() as progress:
        progress("the day again, with and without")
        found = what_if(the_day, past.setup, change, habits([*past.behind(day), the_day], past.setup), seed=seed)
    answer.say(found, lambda words: what_if_document(found, past.setup, words))


@click.group()
def brief() -> None:
    """The morning brief and the evening brief."""


@brief.command("morning")
@_options
@_weeks
@_goal
@click.option("--break-min", type=click.IntRange(0, 120), default=30, show_default=True, help="Minutes of a break.")
@_seed
def morning_brief(
    past: BranchPast, answer: _Answer, day: date | None, weeks: int, goal: float, break_min: int, seed: int
) -> None:
    """What today will ask for: customers, counters, breaks, appointments."""
    from lobby.reports.forms.brief_layout import morning_document

    day = day or past.today(_now())
    found = _morning(past, day, weeks, goal, break_min, seed)
    answer.say(found, lambda words: morning_document(found, past.setup, words))


@brief.command("evening")
@_options
@_weeks
@_seed
def evening_brief(past: BranchPast, answer: _Answer, day: date | None, weeks: int, seed: int) -> None:
    """What came of the day, and the one counter more that would have kept most promises; the latest day by default."""
    from lobby.reports.forms.brief_layout import evening_document
    from lobby.waits.planning.brief import evening

    day = day or past.latest()
    the_day = past.day(day)
    with _progress() as progress:
        found = evening(the_day, past.behind(day, weeks), past.setup, seed=seed, progress=progress)
    answer.say(found, lambda words: evening_document(found, past.setup, words))


# -- what goes in


def _morning(past: BranchPast, day: date, weeks: int, goal: float, break_min: int, seed: int) -> Morning:
    """What a day will ask for; `goal` in percent."""
    from lobby.waits.planning.brief import morning

    with _progress() as progress:
        return morning(
            past.behind(day, weeks),
            past.setup,
            day,
            past.booked(day),
            goal=goal / 100,
            break_min=break_min,
            seed=seed,
            progress=progress,
        )


def _day(asked: datetime | None) -> date | None:
    from lobby.branch_past import EARLIEST, LATEST

    if asked is not None and not EARLIEST <= asked.date() <= LATEST:
        raise click.BadParameter(f"a business day lies between {EARLIEST} and {LATEST}", param_hint="--day")
    return asked and asked.date()


@contextmanager
def _past(folder: Path) -> Iterator[BranchPast]:
    from lobby.branch_past import BranchPast
    from lobby.config import load
    from lobby.records.store import Store

    config = load(folder)
    if not config.database and not (folder / "lobby.db").exists():
        raise click.ClickException(f"nothing was recorded in {folder} yet")
    store = Store.beside(folder, config.database)
    try:
        with _progress() as progress:
            past = BranchPast(store, config.setup, lambda day: progress(f"reading {day}"))
        yield past
    finally:
        store.close()


def _slot(text: str, option: str, past: BranchPast) -> Slot:
    from lobby.waits.planning.what_if import Slot

    found = SLOT.fullmatch(text)
    if found is None:
        raise click.BadParameter(
            f'"{text}" is not a counter and a time; write such as 3@10:40-11:40', param_hint=option
        )
    counter, *times = map(int, found.groups())
    if counter not in past.setup.counters:
        there = ", ".join(map(str, sorted(past.setup.counters)))
        raise click.BadParameter(f"there is no counter {counter}; there are {there}", param_hint=option)
    start_s, end_s = (times[0] * 60 + times[1]) * 60, (times[2] * 60 + times[3]) * 60
    if start_s >= end_s:
        raise click.BadParameter(f'"{text}" ends before it begins', param_hint=option)
    return Slot(counter, float(start_s), float(end_s))


def _now() -> int:
    return time.time_ns() // 1_000_000


# -- what comes out


class _Answer:
    """How the command is answered: in words, or as JSON."""

    def __init__(self, past: BranchPast, language: str, as_json: bool) -> None:
        self._words = words_asked(language, past.setup)
        self._as_json = as_json

    def say(self, figures: msgspec.Struct, document: Callable[[Words], Document]) -> None:
        import msgspec
        from rich.console import Console

        from lobby.reports.forms.table import as_table

        if self._as_json:
            click.echo(msgspec.json.format(msgspec.json.encode(figures), indent=2).decode())
            return
        console = Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
        with console.capture() as capture:
            console.print(as_table(document(self._words), self._words))
        click.echo(capture.get(), nl=False)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    from rich.console import Console

    console = Console(stderr=True)
    if not sys.stderr.isatty():
        yield lambda doing: None
        return
    with console.status("") as status:
        yield lambda doing: status.update(f"{doing}…")
