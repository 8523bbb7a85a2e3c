"""`lobby train`: a lesson at a practice branch, in this terminal."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from random import Random
from types import FrameType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # loaded when the lesson begins
    from teller_console.training.practice_branch import PracticeBranch

MOST = 10
"""There are so many situations; `teller_console.training.situations` is loaded when the lesson begins."""


def _places(context: click.Context, parameter: click.Parameter, asked: str) -> list[int]:
    """Situations by their number from 1, in the order given; all when none is."""
    try:
        numbers = [int(one) for one in asked.split(",")] if asked else list(range(1, MOST + 1))
    except ValueError:
        numbers = []
    if not numbers or not all(1 <= one <= MOST for one in numbers):
        raise click.BadParameter(f"numbers from 1 to {MOST}, such as 1,3,5")
    return numbers


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Told to end, before or after the console has the terminal, it still tidies up."""

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _opened() -> PracticeBranch:
    from teller_console.training.practice_branch import PracticeBranch

    try:
        return PracticeBranch()
    except OSError as error:
        raise click.ClickException(f"the practice branch cannot be made: {error.strerror}") from None


@click.command()
@click.option(
    "--language", metavar="LANGUAGE", help="Language of the lesson, such as ru. The terminal's own if not given."
)
@click.option(
    "--situations", "places", default="", callback=_places, metavar="NUMBERS", help="Such as 1,3,5; all if not given."
)
@click.option("--seed", type=int, help="Mix the order; the same seed, the same order.")
@click.option("--lay-out", is_flag=True, help="Order right-to-left words here, where the terminal does not (xterm).")
@click.option("--json", "as_json", is_flag=True, help="Print what went how as JSON.")
def train(language: str | None, places: list[int], seed: int | None, lay_out: bool, as_json: bool) -> None:
    """Practise at a branch of your own: customers come, nothing is real, feedback at the end. Ctrl+Q ends it."""
    from lobby.words import words
    from teller_console.commands import spoken_language
    from teller_console.training.console import PracticeConsole
    from teller_console.training.report import data, told
    from teller_console.training.situations import SITUATIONS

    spoken = spoken_language(language)
    plan = [SITUATIONS[place - 1] for place in places]
    if seed is not None:
        Random(seed).shuffle(plan)
    with _ended_by_signals(), closing(_opened()) as branch:
        click.echo(words(spoken)("The practice branch is being opened..."), err=True)
        branch.start()
        console = PracticeConsole(branch, plan, spoken, lay_out=lay_out)
        with suppress(KeyboardInterrupt):
            console.run()
        held = console.lesson()
    if as_json:
        json.dump(data(held), sys.stdout, ensure_ascii=False, indent=2)
        click.echo()
    else:
        click.echo(told(held, words(console.tongue.words.language)))
