"""The figures of a whole chain over any business days: of all its branches together, and of each beside the others.

A business day is each branch's own, by its own clock; only days that are over count. One target of the service level is
taken for all, so that branches can be compared whatever each of them promises.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from lobby.queue.services import Rules, Setup, named
from lobby.reports.by_scope import class_figures, language_figures, service_figures
from lobby.reports.columns import Columns, groups
from lobby.reports.flow import FlowFigures, flow_figures
from lobby.reports.judged import Judged
from lobby.reports.merged import light, merged
from lobby.reports.opinions import OpinionFigures, opinion_figures
from lobby.reports.scopes import DayLine, GroupFigures, Scope, ServiceFigures
from lobby.reports.visit_columns import visit_figures
from lobby.reports.visits import VisitFigures
from lobby.reports.work import HandlingFigures, TimeFigures, handling, mix, time_figures, visit_handling_mean_s


class Together(Scope, frozen=True, kw_only=True):
    """All visits, steps and counters of a branch (`scope` branch), or of the whole chain (`scope` chain); `days` on how
    many business days anything happened, of a chain summed over its branches."""

    days: int
    visits: VisitFigures
    flow: FlowFigures
    handling: HandlingFigures
    visit_handling_mean_s: float | None
    time: TimeFigures
    mix: dict[str, int]
    opinions: OpinionFigures


class ChainFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The report of a chain over the business days from `first` to `last` (ISO dates); `day` is the one date, or both
    with a slash. `missing` are branches of which nothing is known in this time: it may not have arrived yet. Of `late`
    ones something is, but perhaps not all; of `replaced` ones, rows of this time gave way to another version."""

    names: dict[str, str]
    day: str
    first: str
    last: str
    zone: str
    at: int
    service_level_target_s: float
    overall: Together
    branches: tuple[Together, ...]
    services: tuple[ServiceFigures, ...]
    languages: tuple[GroupFigures, ...]
    classes: tuple[GroupFigures, ...]
    by_day: tuple[DayLine, ...]
    missing: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


def chain_setup(
    names: dict[str, str], languages: tuple[str, ...], zone: str, service_level_s: float, setups: Mapping[str, Setup]
) -> Setup:
    """The chain as if it were one branch: every service and class that any branch has, as the first that has it names
    them; and one target of the service level."""
    offered = [setups[branch] for branch in sorted(setups)]
    return Setup(
        id="",
        names=names,
        languages=languages,
        zone=zone,
        services={code: one for setup in reversed(offered) for code, one in setup.services.items()},
        counters={},
        priorities={code: one for setup in reversed(offered) for code, one in setup.priorities.items()},
        rules=Rules(service_level_s=service_level_s),
    )


class ChainSums:
    """Takes the rows of one branch after the other, and gives the figures of all. `at` (ms UTC) is the present."""

    def __init__(self, setup: Setup, at: int) -> None:
        self._setup = setup
        self._at = at
        self._parts: list[Columns] = []
        self._branches: list[Together] = []
        self._missing: list[str] = []
        self._late: list[str] = []
        self._replaced: list[str] = []

    def add(self, branch: Setup, rows: Columns, *, late: bool = False, replaced: bool = False) -> None:
        """The rows of a branch, days that are over; none where nothing is known of it. `late`: some may be still to
        come; `replaced`: others were here in their place."""
        if replaced:
            self._replaced.append(branch.id)
        if rows.days and late:
            self._late.append(branch.id)
        if not rows.days:
            self._missing.append(branch.id)
            return
        part = light(rows)
        self._parts.append(part)
        name = named(branch.names, self._setup.languages[0], branch.id)
        self._branches.append(_together(Judged(part, self._setup, self._at), "branch", branch.id, name, branch.names))

    def figures(self, first: str, last: str) -> ChainFigures | None:
        """The report of the business days from `first` to `last` (ISO), of which the rows are; None without any."""
        if not self._parts:
            return None
        setup = self._setup
        judged = Judged(merged(self._parts), setup, self._at)
        name = named(setup.names, setup.languages[0], "")
        return ChainFigures(
            names=setup.names,
            day=first if first == last else f"{first}/{last}",
            first=first,
            last=last,
            zone=setup.zone,
            at=self._at,
            service_level_target_s=setup.rules.service_level_s,
            overall=_together(judged, "chain", "", name, setup.names),
            branches=tuple(self._branches),
            services=service_figures(judged),
            languages=language_figures(judged),
            classes=class_figures(judged),
            by_day=_by_day(judged),
            missing=tuple(self._missing),
            late=tuple(self._late),
            replaced=tuple(self._replaced),
        )


def _together(judged: Judged, scope: str, key: str, name: str, names: dict[str, str]) -> Together:
    days = judged.rows.days
    visits = visit_figures(judged)
    return Together(
        scope=scope,
        key=key,
        name=name,
        names=names,
        days=len(days),
        visits=visits,
        flow=flow_figures(judged),
        handling=handling(judged),
        visit_handling_mean_s=visit_handling_mean_s(judged),
        time=time_figures(judged),
        mix=mix(judged),
        opinions=opinion_figures([one for day in days for one in day.opinions], visits.served),
    )


def _by_day(judged: Judged) -> tuple[DayLine, ...]:
    """By date, of all branches that had this business day."""
    rows = judged.rows
    dates = sorted({day.day for day in rows.days})
    place = {date: index for index, date in enumerate(dates)}
    date_of = np.array([place[day.day] for day in rows.days], dtype=np.int64)
    visits, spans, steps = (
        groups(date_of[days], len(dates))
        for days in (rows.visits.day, rows.spans.day, rows.visits.day[rows.steps.visit])
    )
    return tuple(
        DayLine(
            scope="day",
            key=date,
            visits=visit_figures(judged, visits[index]),
            time=time_figures(judged, spans[index], steps[index]),
        )
        for index, date in enumerate(dates)
    )
