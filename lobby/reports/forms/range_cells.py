"""Ranges, effects and times of day as cells."""

from __future__ import annotations

from babel.numbers import format_decimal

from lobby.errors import N_
from lobby.reports.brief_definitions import BRIEF
from lobby.reports.forms.document import Cell, Column, Definition
from lobby.reports.forms.shown import NOTHING, Words, duration, in_unit
from lobby.reports.units import MEAN, SECONDS
from lobby.waits.planning.arrivals import Range
from lobby.waits.planning.day_run import Effect


def number(value: float, words: Words) -> str:
    """One decimal below ten, none above."""
    return str(format_decimal(round(value, 1) if abs(value) < 9.95 else round(value), locale=words.locale))


def ranged(found: Range | None, words: Words, unit: str = MEAN) -> Cell:
    """`15 (11–20)`, or `5:10 (3:02–8:11)` for seconds."""
    if found is None:
        return Cell(None, unit, NOTHING)
    show = duration if unit == SECONDS else lambda value: number(value, words)
    return Cell(round(found.mean, 2), unit, f"{show(found.mean)} ({show(found.low)}–{show(found.high)})")


def changes(effect: Effect | None, words: Words, counter: int | None = None) -> Cell:
    """`+3 (0 to +8)`, and the counter that it is about."""
    if effect is None:
        return Cell(None, MEAN, NOTHING)
    said = words(
        N_("%(mean)s (%(low)s to %(high)s)"),
        mean=signed(effect.mean, words),
        low=signed(effect.low, words),
        high=signed(effect.high, words),
    )
    if counter is not None:
        said = words(N_("counter %(counter)s: %(effect)s"), counter=counter, effect=said)
    return Cell(round(effect.mean, 2), MEAN, said)


def signed(value: float, words: Words) -> str:
    shown = number(abs(value), words)
    if not any(digit in shown for digit in "123456789"):
        return shown
    return ("+" if value > 0 else "−") + shown


def figure(key: str, value: float | None, words: Words) -> Cell:
    """A figure of `BRIEF`."""
    known = BRIEF[key]
    return Cell(value, known.unit, in_unit(known.unit, value, words))


def column(key: str, words: Words) -> Column:
    return Column(key, words(BRIEF[key].title))


def definitions(keys: tuple[str, ...], words: Words) -> tuple[Definition, ...]:
    return tuple(Definition(key, words(BRIEF[key].title), words(BRIEF[key].definition)) for key in keys)


def clock(minutes: float) -> str:
    """`10:40` for 640 minutes after midnight."""
    hours, rest = divmod(int(minutes), 60)
    return f"{hours % 24:02d}:{rest:02d}"
