"""What figures are about: the branch, a service, a counter, a teller, a language, a class, a half-hour, a day."""

from __future__ import annotations

import msgspec

from lobby.reports.complaints import ComplaintCounts
from lobby.reports.flow import FlowFigures
from lobby.reports.follow_ups import FollowUpFigures
from lobby.reports.opinions import OpinionFigures
from lobby.reports.visits import VisitFigures, WaitFigures
from lobby.reports.work import CounterFigures, HandlingFigures, TimeFigures


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What figures are about: `scope` is branch, service, counter, teller, language, class, half_hour, hour, day or
    predictor; `key` its code, number, user name, time or date; `name` what people call it in the branch's own
    language (empty: it has no name of its own), `names` in each."""

    scope: str
    key: str
    name: str = ""
    names: dict[str, str] = {}


class ServiceFigures(Scope, frozen=True, kw_only=True):
    """Visits that were issued for one service, the steps in which it was given, and what customers said of it."""

    visits: VisitFigures
    flow: FlowFigures
    handling: HandlingFigures
    opinions: OpinionFigures


class BranchFigures(Scope, frozen=True, kw_only=True):
    """All visits, all steps, all counters. `mix` is how many services of each kind were finished; `comments_settled`
    the share of the bad answers with words that somebody who leads has seen to, `settled_median_s` how soon."""

    visits: VisitFigures
    flow: FlowFigures
    handling: HandlingFigures
    visit_handling_mean_s: float | None
    time: TimeFigures
    counters: CounterFigures
    mix: dict[str, int]
    lists_taken: int = 0
    handed_in_late: int = 0
    opinions: OpinionFigures = OpinionFigures()
    comments_settled: float | None = None
    settled_median_s: float | None = None
    complaints: ComplaintCounts = ComplaintCounts()
    follow_ups: FollowUpFigures = FollowUpFigures()


class PlaceFigures(Scope, frozen=True, kw_only=True):
    """What was done at one counter, or by one teller. `wait` is of the visits whose first call was here."""

    called: int
    no_show: int
    wait: WaitFigures
    handling: HandlingFigures
    time: TimeFigures
    mix: dict[str, int]


class GroupFigures(Scope, frozen=True, kw_only=True):
    """Visits of one language (`scope` language) or of one priority class (`scope` class; the key is empty for those
    without any)."""

    visits: VisitFigures
    flow: FlowFigures


class DayLine(Scope, frozen=True, kw_only=True):
    """One business day (`key`: its ISO date) among several."""

    visits: VisitFigures
    time: TimeFigures
