"""The figures of a period by what they are about: the branch, each service, counter, teller, language, class, day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from lobby.queue.past import PastOpinion
from lobby.queue.services import Setup, named
from lobby.reports.cases import Cases
from lobby.reports.columns import NOBODY, Coded, Ints, count, distinct, groups
from lobby.reports.complaints import complaint_counts
from lobby.reports.flow import flow_figures
from lobby.reports.follow_ups import follow_up_figures
from lobby.reports.judged import Judged
from lobby.reports.opinions import opinion_figures
from lobby.reports.scopes import BranchFigures, DayLine, GroupFigures, PlaceFigures, ServiceFigures
from lobby.reports.spread import share, spread
from lobby.reports.visit_columns import visit_figures
from lobby.reports.visits import WaitFigures
from lobby.reports.work import (
    counters_together,
    handling,
    mix,
    time_figures,
    visit_handling_mean_s,
    waits_of_first_calls,
)

NO_ROWS: Ints = np.empty(0, dtype=np.int64)


def branch_figures(judged: Judged, cases: Cases, now: int) -> BranchFigures:
    """All of it together; `cases` are those of this time, and count as they stand at `now` (ms UTC)."""
    setup, days = judged.setup, judged.rows.days
    visits = visit_figures(judged)
    opinions = opinion_figures([one for day in days for one in day.opinions], visits.served)
    settled_ms = None if cases.settled is None else [one.at - one.given_at for one in cases.settled]
    return BranchFigures(
        scope="branch",
        key=setup.id,
        name=named(setup.names, setup.languages[0], setup.id),
        names=setup.names,
        visits=visits,
        flow=flow_figures(judged),
        handling=handling(judged),
        visit_handling_mean_s=visit_handling_mean_s(judged),
        time=time_figures(judged),
        counters=counters_together(judged),
        mix=mix(judged),
        lists_taken=sum(day.lists_taken for day in days),
        handed_in_late=sum(day.handed_in_late for day in days),
        opinions=opinions,
        comments_settled=None if settled_ms is None else share(len(settled_ms), opinions.bad_comments),
        settled_median_s=None if settled_ms is None else spread(settled_ms).median_s,
        complaints=complaint_counts(cases.complaints, now),
        follow_ups=follow_up_figures(cases.follow_ups, now),
    )


def service_figures(judged: Judged) -> tuple[ServiceFigures, ...]:
    """In the order of the branch file; services without any visit or step are left out."""
    setup, steps, visits = judged.setup, judged.rows.steps, judged.rows.visits
    asked = rows_by_name(visits.service)
    given = rows_by_name(steps.service)
    said: dict[str, list[PastOpinion]] = {}
    for day in judged.rows.days:
        for one in day.opinions:
            said.setdefault(one.service, []).append(one)
    return tuple(
        ServiceFigures(
            scope="service",
            key=code,
            name=named(names := setup.known_service(code).names, setup.languages[0], code),
            names=names,
            visits=(came := visit_figures(judged, asked.get(code, NO_ROWS))),
            flow=flow_figures(judged, asked.get(code, NO_ROWS)),
            handling=handling(judged, given[code]),
            opinions=opinion_figures(said.get(code, ()), came.served),
        )
        for code in in_order(given, setup.services)
    )


def counter_figures(judged: Judged) -> tuple[PlaceFigures, ...]:
    """By counter, in order of number."""
    steps, spans = judged.rows.steps, judged.rows.spans
    numbers = sorted({*steps.counter.tolist(), *spans.counter.tolist()} - {NOBODY})
    width = max(numbers, default=0) + 1
    done, spent = groups(steps.counter, width), groups(spans.counter, width)
    return tuple(
        _place(judged, "counter", str(number), _counter_name(judged.setup, number), done[number], spent[number])
        for number in numbers
    )


def teller_figures(judged: Judged) -> tuple[PlaceFigures, ...]:
    """By teller, in order of user name."""
    steps = judged.rows.steps
    done = {name: rows[steps.counter[rows] != NOBODY] for name, rows in rows_by_name(steps.teller).items()}
    spent = rows_by_name(judged.rows.spans.teller)
    return tuple(
        _place(judged, "teller", name, "", done.get(name, NO_ROWS), spent.get(name, NO_ROWS))
        for name in sorted(done.keys() | spent.keys())
        if len(done.get(name, NO_ROWS)) or len(spent.get(name, NO_ROWS))
    )


def language_figures(judged: Judged) -> tuple[GroupFigures, ...]:
    """By the language that the customer took, in the order of the branch file."""
    return _visits_by(judged, "language", judged.rows.visits.language, judged.setup.languages, {})


def class_figures(judged: Judged) -> tuple[GroupFigures, ...]:
    """By priority class, those without any first, then in the order of the branch file."""
    kinds = judged.setup.priorities
    names = {code: kind.names for code, kind in kinds.items()}
    return _visits_by(judged, "class", judged.rows.visits.priority, ("", *kinds), names)


def day_lines(judged: Judged) -> tuple[DayLine, ...]:
    """By business day, in order of time."""
    rows, width = judged.rows, len(judged.rows.days)
    visits, spans, steps = (
        groups(days, width) for days in (rows.visits.day, rows.spans.day, rows.visits.day[rows.steps.visit])
    )
    return tuple(
        DayLine(
            scope="day",
            key=day.day,
            visits=visit_figures(judged, visits[index]),
            time=time_figures(judged, spans[index], steps[index]),
        )
        for index, day in enumerate(rows.days)
    )


def _place(judged: Judged, scope: str, key: str, name: str, steps: Ints, spans: Ints) -> PlaceFigures:
    columns = judged.rows.steps
    no_show = columns.ended.codes[steps] == columns.ended.code("no_show")
    return PlaceFigures(
        scope=scope,
        key=key,
        name=name,
        called=distinct(columns.visit[steps]),
        no_show=count(no_show),
        wait=WaitFigures.of(waits_of_first_calls(judged, steps)),
        handling=handling(judged, steps),
        time=time_figures(judged, spans, steps),
        mix=mix(judged, steps),
    )


def _visits_by(
    judged: Judged, scope: str, column: Coded, order: Iterable[str], names: Mapping[str, dict[str, str]]
) -> tuple[GroupFigures, ...]:
    found = rows_by_name(column)
    return tuple(
        GroupFigures(
            scope=scope,
            key=key,
            name=named(names.get(key, {}), judged.setup.languages[0], ""),
            names=names.get(key, {}),
            visits=visit_figures(judged, found[key]),
            flow=flow_figures(judged, found[key]),
        )
        for key in in_order(found, order)
    )


def rows_by_name(column: Coded) -> dict[str, Ints]:
    """The rows of each name that occurs."""
    found = groups(column.codes, len(column.names))
    return {name: rows for name, rows in zip(column.names, found, strict=True) if len(rows)}


def in_order(found: Collection[str], order: Iterable[str]) -> list[str]:
    """The names that were found, in this order; those that it does not have after them."""
    known = [name for name in order if name in found]
    return [*known, *sorted(set(found) - set(known))]


def _counter_name(setup: Setup, number: int) -> str:
    place = setup.counters.get(number)
    return place.name if place else ""
