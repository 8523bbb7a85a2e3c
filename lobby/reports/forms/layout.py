"""The report of a period in words: what `contents` lists, filled with the figures. Every form shows the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from babel.dates import format_date

from lobby.errors import N_
from lobby.queue.services import WEEKDAYS
from lobby.reports.definitions import FIGURES, PERCENTILES
from lobby.reports.forms import contents
from lobby.reports.forms.breaches import law_grids, law_headline, law_notes
from lobby.reports.forms.contents import Part
from lobby.reports.forms.document import Bar, Cell, Column, Definition, Document, Grid, Headed, Headline, Line, Value
from lobby.reports.forms.opinion_layout import choice_names, named_grids
from lobby.reports.forms.shown import (
    Words,
    cell,
    day_shown,
    duration,
    name_of,
    service_names,
    time_shown,
    values,
)
from lobby.reports.half_hours import HeatCell
from lobby.reports.period import Before, PeriodFigures
from lobby.reports.scopes import Scope, ServiceFigures

BEFORE = "before"
A_MONDAY = date(2024, 1, 1)


def document(figures: PeriodFigures, words: Words) -> Document:
    """The report in words."""
    headlines = tuple(_headlines(figures, words))
    grids = tuple(grid for grid in _grids(figures, words) if grid.lines)
    shown = [figure.key for headline in headlines for figure in headline.figures]
    shown += [column.figure for grid in grids for column in grid.columns if column.figure in FIGURES]
    return Document(
        title=f"{name_of(figures.overall, words)}: {day_shown(figures.day, words)}",
        about=(
            ("branch", figures.branch),
            ("day", figures.day),
            ("zone", figures.zone),
            ("service_level_target_s", f"{figures.service_level_target_s:g}"),
        ),
        scope="branch",
        notes=tuple(_notes(figures, words)),
        headlines=headlines,
        grids=grids,
        definitions=tuple(
            Definition(key, words(FIGURES[key].title), words(FIGURES[key].definition)) for key in dict.fromkeys(shown)
        ),
    )


def _notes(figures: PeriodFigures, words: Words) -> Iterator[str]:
    """What a reader must know beside the numbers."""
    one_day, at = figures.first == figures.last, time_shown(figures.at, figures.zone, words)
    if one_day and not figures.closed:
        yield words(N_("As of %(time)s; the day is still open."), time=at)
    elif not figures.closed:
        yield words(N_("As of %(time)s; these days are not over."), time=at)
    elif one_day:
        yield words(N_("The day is closed."))
    else:
        yield words(N_("These days are over. Days with customers: %(days)s."), days=figures.days)
    if figures.before is not None:
        days = day_shown("/".join(dict.fromkeys((figures.before.first, figures.before.last))), words)
        if figures.before.whole:
            yield words(N_("Compared with: %(days)s"), days=days)
        else:
            yield words(N_("Compared with the same part of the period before: %(days)s"), days=days)
    yield words(N_("Service level target: called within %(target)s."), target=duration(figures.service_level_target_s))
    yield words(
        N_("Spans of time are minutes:seconds, from an hour on hours:minutes:seconds. Time zone: %(zone)s."),
        zone=figures.zone,
    )
    yield words(PERCENTILES)
    if figures.legal is not None:
        yield from law_notes(figures.legal, words)


def _headlines(figures: PeriodFigures, words: Words) -> Iterator[Headline]:
    now = dict(values(figures.overall)) | dict(values(figures.honesty.overall))
    before: dict[str, Value] = {}
    if figures.before is not None:
        before = dict(values(figures.before.overall)) | dict(values(figures.before.honesty))
    services = service_names(figures.services, words)
    shown = [*contents.HEADLINES]
    if not figures.closed:
        shown.insert(1, contents.HEADLINE_STILL_HERE)
    for heading, keys, _ in shown:
        yield Headline(words(heading), tuple(_headed(key, now, before, words, services) for key in keys))
    if figures.legal is not None:
        yield law_headline(figures.legal, words)


def _headed(
    key: str,
    now: Mapping[str, Value],
    before: Mapping[str, Value],
    words: Words,
    services: Mapping[str, str],
) -> Headed:
    was = cell(FIGURES[key], before[key], words) if key in before and not isinstance(now[key], dict) else None
    return Headed(key, words(FIGURES[key].title), cell(FIGURES[key], now[key], words, services), was)


def _grids(figures: PeriodFigures, words: Words) -> Iterator[Grid]:
    services = service_names(figures.services, words)
    half_hours, came = contents.HALF_HOURS, "issued"
    if figures.first != figures.last:
        yield from parts(contents.DAYS, N_("By day"), figures.by_day, words, bar="issued")
        half_hours, came = contents.HALF_HOURS_OF_DAYS, "issued_per_day"
    yield from parts(half_hours, N_("By half-hour"), figures.half_hours, words, bar=came)
    if len({one.weekday for one in figures.heat}) > 1:
        yield from _heat(figures.heat, words)
    services_parts = contents.SERVICES if figures.closed else contents.SERVICES + contents.SERVICES_STILL_HERE
    yield from parts(services_parts, N_("By service"), figures.services, words)
    if figures.before is not None:
        yield _compared(figures.services, figures.before, words)
    yield from parts(contents.COUNTERS, N_("By counter"), figures.counters, words, services)
    yield from parts(contents.TELLERS, N_("By teller"), figures.tellers, words, services)
    yield from parts(contents.LANGUAGES, N_("By language"), figures.languages, words)
    yield from parts(contents.CLASSES, N_("By priority class"), figures.classes, words)
    yield from _said(figures, words)
    honesty = figures.honesty
    predictors = [one for one in honesty.predictors if one.judged]
    yield from parts(contents.PROMISED_BY_SERVICE, N_("Promises by service"), honesty.services, words)
    yield from parts(contents.PROMISED_BY_HOUR, N_("Promises by hour"), honesty.hours, words)
    yield from parts(contents.PROMISED_BY_LANGUAGE, N_("Promises by language"), honesty.languages, words)
    yield from parts(contents.PREDICTED, N_("What would have been better"), predictors, words)
    if figures.legal is not None:
        yield from law_grids(figures.legal, figures.zone, services, figures.classes, words)


def _said(figures: PeriodFigures, words: Words) -> Iterator[Grid]:
    """What customers said; services of which nobody said anything have no line."""
    said, (good, bad) = figures.said, choice_names(figures.said, words)
    services = [one for one in figures.services if one.opinions.ratings]
    sheet = N_("Answers by service")
    yield from parts(contents.SAID_OF_SERVICES, sheet, services, words)
    yield from parts(contents.GOOD_OF_SERVICES, sheet, services, words, good)
    yield from parts(contents.BAD_OF_SERVICES, sheet, services, words, bad)
    yield from parts(contents.SAID_AT_PLACES, N_("Answers by where"), said.places, words)
    yield from parts(contents.SAID_OF_TELLERS, N_("Answers by teller"), said.tellers, words)
    yield from named_grids(said, words)


def parts(
    parts: Iterable[Part],
    sheet: str,
    scopes: Sequence[Scope],
    words: Words,
    services: Mapping[str, str] | None = None,
    *,
    bar: str = "",
    lines_are: str = "",
) -> Iterator[Grid]:
    """One grid a part, a line for each of `scopes`, with `services` as the names in a mix; with a bar for the figure
    `bar`, the longest for the largest. `lines_are`: see `Grid`."""
    if not scopes:
        return
    have = [dict(values(scope)) for scope in scopes]
    most = max((_number(one[bar]) for one in have), default=0) or 1 if bar else 1
    for heading, keys, _ in parts:
        lines = []
        for scope, known in zip(scopes, have, strict=True):
            cells = tuple(cell(FIGURES[key], known[key], words, services) for key in keys)
            share = _number(known[bar]) / most if bar else 0.0
            lines.append(Line(scope.key, name_of(scope, words), cells, Bar(share, share) if bar else None))
        columns = tuple(Column(key, words(FIGURES[key].title)) for key in keys)
        yield Grid(scopes[0].scope, words(heading), words(sheet), columns, tuple(lines), lines_are=lines_are)


def _number(value: Value) -> float:
    return value if isinstance(value, (int, float)) else 0.0


def _compared(services: Sequence[ServiceFigures], before: Before, words: Words) -> Grid:
    """Figures of each service, each beside the same in the period before."""
    was = {service.key: dict(values(service)) for service in before.services}
    columns: list[Column] = []
    for key in contents.COMPARED:
        title = words(FIGURES[key].title)
        columns += [Column(key, title), Column(f"{key}/{BEFORE}", words(N_("%(figure)s, before"), figure=title))]
    lines = []
    for service in services:
        have, had = dict(values(service)), was.get(service.key, {})
        cells: list[Cell] = []
        for key in contents.COMPARED:
            cells += [cell(FIGURES[key], have[key], words), cell(FIGURES[key], had.get(key), words)]
        lines.append(Line(service.key, name_of(service, words), tuple(cells)))
    title = words(N_("By service: against the period before"))
    return Grid("service", title, words(N_("By service")), tuple(columns), tuple(lines))


def _heat(cells: Sequence[HeatCell], words: Words) -> Iterator[Grid]:
    """Demand, open counters and waits, each with a column for each weekday and a line for each half-hour."""
    at = {(one.weekday, one.half_hour): dict(values(one)) for one in cells}
    days, times = sorted({day for day, _ in at}), sorted({time for _, time in at})
    for heading, (key,), sheet in contents.HEAT:
        columns = tuple(Column(f"{key}/{WEEKDAYS[day]}", _weekday(day, words)) for day in days)
        lines = tuple(
            Line(time, time, tuple(cell(FIGURES[key], at.get((day, time), {}).get(key), words) for day in days))
            for time in times
        )
        yield Grid("heat", words(heading), words(sheet), columns, lines, shaded=True)


def _weekday(day: int, words: Words) -> str:
    return format_date(A_MONDAY + timedelta(days=day), "EEEE", locale=words.locale)
