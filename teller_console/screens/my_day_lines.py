"""A teller's own day in words and a small table: compared with their own weeks, with nobody else's. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from lobby.care.my_day import Kindness, MyDay, OwnService
from lobby.care.views import RecordView
from lobby.words import Words
from teller_console import care_phrases as say_of
from teller_console.phrases import running

STEADY = 0.1
"""Means that differ by less than this share are the same."""


def today(day: MyDay, words: Words) -> list[Text]:
    """Served, waits, handling of today."""
    own = day.today
    if not own.served:
        return [Text(words("Nobody served yet today."))]
    lines = [words.plural("%(count)s customer served", "%(count)s customers served", own.served)]
    if own.waited_mean_s is not None:
        lines.append(words("They waited %(minutes)s min on average.", minutes=round(own.waited_mean_s / 60)))
    if own.handled_mean_s is not None:
        lines.append(words("With each you took %(time)s on average.", time=span(own.handled_mean_s)))
    return [Text(lines[0], "bold"), *(Text(line) for line in lines[1:])]


def ratings(day: MyDay, words: Words) -> str:
    """What customers gave, the best first; empty while too few did."""
    given = [(stars, count) for stars, count in sorted(day.ratings.items(), reverse=True) if count]
    return "   ".join(words("%(stars)s of 5: %(count)s", stars=stars, count=count) for stars, count in given)


def services(day: MyDay, name: Callable[[str], str], words: Words) -> Table:
    """Each service beside one's own last weeks; `name` gives a service's name."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in (words("Service"), words("served"), words("time each"), words("your weeks before")):
        table.add_column(title)
    for own in day.services:
        table.add_row(name(own.service), str(own.served), span(own.handled_mean_s), _before(own, words))
    return table


def _before(own: OwnService, words: Words) -> str:
    if own.before_mean_s is None or own.handled_mean_s is None:
        return span(own.before_mean_s)
    return f"{span(own.before_mean_s)} ({beside(own.handled_mean_s, own.before_mean_s, words)})"


def beside(now_s: float, before_s: float, words: Words) -> str:
    """A mean beside an earlier one, without a judgement."""
    if abs(now_s - before_s) <= before_s * STEADY:
        return words("about the same")
    return words("shorter now") if now_s < before_s else words("longer now")


def praise(given: Iterable[Kindness], zone: ZoneInfo, words: Words) -> list[Text]:
    """What customers said, the latest first."""
    latest = sorted(given, key=lambda one: -one.at)
    return [Text.assemble((f"{say_of.moment(one.at, zone, words)}  ", "dim"), one.text) for one in latest]


def reviews(seen: Iterable[RecordView], zone: ZoneInfo, words: Words) -> list[Text]:
    """What a supervisor saw in one's records, with the remark that only the teller reads."""
    lines = []
    for one in sorted(seen, key=lambda one: -one.at):
        kept = words("%(met)s of %(lines)s lines of the standard seen", met=len(one.met), lines=one.lines)
        lines.append(
            Text.assemble(
                (f"{say_of.moment(one.at, zone, words)}  ", "dim"), kept, f"\n  {one.remark}" if one.remark else ""
            )
        )
    return lines


def span(seconds: float | None) -> str:
    """`4:12`; a dash for none."""
    return running(0, round(seconds * 1000)) if seconds is not None else "–"
