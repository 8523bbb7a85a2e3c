"""A second implementation of a period's figures: slow, obvious, one customer and one minute at a time.

It reads rows, not columns, and gives the figures as plain values under the same names.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

from lobby.queue.law import wait_limit_min
from lobby.queue.past import BREAK, OPEN, SERVING, PastDay, PastOpinion, PastStep, Span
from lobby.queue.services import Setup

Visit = list[PastStep]
Plain = dict[str, Any]
LEFT = ("no_show", "cancelled_by_customer", "cancelled_by_staff", "left_at_close")
MINUTE, INSTANT = 60_000, 10_000


class Slow:
    def __init__(self, days: Sequence[PastDay], setup: Setup, now: int) -> None:
        self.days, self.setup, self.now = days, setup, now
        self.visits: list[Visit] = []
        for day in days:
            for step in day.steps:
                if step.step == 0:
                    self.visits.append([])
                self.visits[-1].append(step)
        self.steps = [step for day in days for step in day.steps]

    # -- one customer

    def at(self, day: PastDay) -> int:
        return day.at if day.closed else max(day.at, min(self.now, day.end))

    def waited(self, visit: Visit) -> int:
        first = visit[0]
        if first.called_at is not None:
            return first.called_at - first.arrived_at
        if first.ended_at is not None:
            return first.ended_at - first.arrived_at
        return self.at(next(day for day in self.days if day.day == first.day)) - first.arrived_at

    def left(self, visit: Visit) -> bool:
        return visit[0].state in {"no_show", "cancelled"}

    def served(self, visit: Visit) -> bool:
        begun = any(step.started_at is not None for step in visit)
        return not self.left(visit) and (visit[0].state == "finished" or begun)

    def over(self, visit: Visit) -> bool:
        return self.waited(visit) > self.setup.rules.service_level_s * 1000

    def half_hour(self, at: int) -> str:
        local = datetime.fromtimestamp(at / 1000, ZoneInfo(self.setup.zone))
        return f"{local.hour:02d}:{local.minute // 30 * 30:02d}"

    # -- some customers

    def visit_figures(self, visits: Sequence[Visit]) -> Plain:
        states = Counter(visit[0].state for visit in visits)
        ways = Counter(visit[-1].ended for visit in visits if self.left(visit))
        waits = [self.waited(visit) for visit in visits if self.served(visit)]
        told = [
            (visit[0].promise, self.waited(visit))
            for visit in visits
            if self.served(visit) and visit[0].promise and not self.asked_for_time(visit)
        ]
        late = [wait - said.high_s * 1000 for said, wait in told if said and wait > said.high_s * 1000]
        kept = [wait for said, wait in told if said and said.low_s * 1000 <= wait <= said.high_s * 1000]
        left_over = [visit for visit in visits if self.left(visit) and self.over(visit)]
        in_time = [wait for wait in waits if wait <= self.setup.rules.service_level_s * 1000]
        waiting = [visit for visit in visits if visit[0].state == "waiting" and not self.served(visit)]
        return {
            "issued": len(visits),
            "called": sum(visit[0].called_at is not None for visit in visits),
            "served": states["finished"],
            "left": sum(ways.values()),
            **{way: ways[way] for way in LEFT},
            "waiting": states["waiting"],
            "waiting_over_target": sum(self.over(visit) for visit in waiting),
            "at_counter": states["called"] + states["serving"],
            "parked": states["parked"],
            "wait": {f"wait_{key}": value for key, value in spread(waits).items()},
            "service_level": share(len(in_time), len(waits) + len(left_over)),
            "promised": len(told),
            "promise_kept": share(len(kept), len(told)),
            "promise_late": share(len(late), len(told)),
            "promise_error_mean_s": mean(
                wait - (said.low_s + said.high_s) * 500 for said, wait in told if said is not None
            ),
            "promise_late_p90_s": spread(late)["p90_s"],
        }

    def flow(self, visits: Sequence[Visit]) -> Plain:
        served = [visit for visit in visits if self.served(visit)]
        finished = [visit for visit in visits if visit[0].state == "finished"]
        moved = [visit for visit in visits if any(step.ended == "transferred" for step in visit)]
        in_time = [visit for visit in served if not self.over(visit)]
        left = [visit for visit in visits if self.left(visit)]
        return {
            "appointments": sum(visit[0].appointment for visit in visits),
            "transferred": len(moved),
            "in_one_place": share(len([visit for visit in finished if visit not in moved]), len(finished)),
            "last_call_mean_s": mean(
                visit[0].last_called_at - visit[0].arrived_at for visit in served if visit[0].last_called_at is not None
            ),
            "within_of_all": share(len(in_time), len(served) + len(left)),
            "within_of_served": share(len(in_time), len(served)),
        }

    def handling(self, steps: Iterable[PastStep]) -> Plain:
        times = [ms for step in steps if (ms := handled(step)) is not None]
        known = spread(times)
        return {"steps": len(times)} | {f"handling_{key}": known[key] for key in ("mean_s", "median_s", "p90_s")}

    def time(self, spans: Iterable[tuple[PastDay, Span]], steps: Iterable[PastStep]) -> Plain:
        ms = Counter({OPEN: 0, BREAK: 0, SERVING: 0})
        for day, span in spans:
            ms[span.kind] += (self.at(day) if span.end is None else span.end) - span.start
        customers = len({step.ticket for step in steps if step.ended == "finished"})
        hours = (ms[OPEN] - ms[BREAK]) / 3_600_000
        return {
            "staffed_s": ms[OPEN] / 1000,
            "break_s": ms[BREAK] / 1000,
            "serving_s": ms[SERVING] / 1000,
            "occupancy": share(ms[SERVING] / 3_600_000, hours),
            "customers": customers,
            "per_hour": customers / hours if hours else None,
        }

    def all_spans(self) -> list[tuple[PastDay, Span]]:
        return [(day, span) for day in self.days for span in day.spans]

    # -- the report, by scope

    def overall(self) -> Plain:
        finished = [visit for visit in self.visits if visit[0].state == "finished"]
        return {
            "visits": self.visit_figures(self.visits),
            "flow": self.flow(self.visits),
            "handling": self.handling(self.steps),
            "visit_handling_mean_s": mean(sum(handled(step) or 0 for step in visit) for visit in finished),
            "time": self.time(self.all_spans(), self.steps),
            "mix": dict(Counter(step.service for step in self.steps if step.ended == "finished")),
            "lists_taken": sum(day.lists_taken for day in self.days),
            "handed_in_late": sum(day.handed_in_late for day in self.days),
            "opinions": self.said([one for day in self.days for one in day.opinions], len(finished)),
        }

    def said(self, opinions: list[PastOpinion], served: int) -> Plain:
        ratings = [one.rating for one in opinions]
        answered = len([one for one in opinions if one.visit])
        named = {
            side: Counter(code for one in opinions if one.rating in ratings_asked for code in one.choices)
            for side, ratings_asked in (("good_named", (4, 5)), ("bad_named", (1, 2, 3)))
        }
        return {
            "ratings": len(ratings),
            "answered": answered,
            "response_rate": share(answered, served),
            "rating_mean": sum(ratings) / len(ratings) if ratings else None,
            "satisfied": share(ratings.count(4) + ratings.count(5), len(ratings)),
            **{f"rated_{rating}": ratings.count(rating) for rating in (5, 4, 3, 2, 1)},
            "comments": len([one for one in opinions if one.worded]),
            "bad_comments": len([one for one in opinions if one.worded and one.rating in (1, 2)]),
            **{side: dict(counted) for side, counted in named.items()},
        }

    def services(self) -> dict[str, Plain]:
        return {
            code: {
                "visits": self.visit_figures(mine := [visit for visit in self.visits if visit[0].service == code]),
                "flow": self.flow(mine),
                "handling": self.handling(step for step in self.steps if step.service == code),
                "opinions": self.said(
                    [one for day in self.days for one in day.opinions if one.service == code],
                    len([visit for visit in mine if visit[0].state == "finished"]),
                ),
            }
            for code in {step.service for step in self.steps}
        }

    def places(self, key: Callable[[PastStep | Span], str]) -> dict[str, Plain]:
        called = [step for step in self.steps if step.counter is not None]
        keys = {key(step) for step in called} | {key(span) for _, span in self.all_spans()}
        return {one: self._place(one, key, called) for one in keys}

    def _place(self, one: str, key: Callable[[PastStep | Span], str], called: list[PastStep]) -> Plain:
        here = [step for step in called if key(step) == one]
        visits = [visit for visit in self.visits if visit[0] in here and visit[0].started_at is not None]
        known = spread([self.waited(visit) for visit in visits if not self.left(visit)])
        return {
            "called": len({step.ticket for step in here}),
            "no_show": sum(step.ended == "no_show" for step in here),
            "wait": {f"wait_{name}": value for name, value in known.items()},
            "handling": self.handling(here),
            "time": self.time([(day, span) for day, span in self.all_spans() if key(span) == one], here),
            "mix": dict(Counter(step.service for step in here if step.ended == "finished")),
        }

    def groups(self, key: Callable[[PastStep], str]) -> dict[str, Plain]:
        found: dict[str, list[Visit]] = {}
        for visit in self.visits:
            found.setdefault(key(visit[0]), []).append(visit)
        return {one: {"visits": self.visit_figures(visits), "flow": self.flow(visits)} for one, visits in found.items()}

    def by_day(self) -> dict[str, Plain]:
        return {
            day.day: {
                "visits": self.visit_figures([visit for visit in self.visits if visit[0].day == day.day]),
                "time": self.time([(day, span) for span in day.spans], day.steps),
            }
            for day in self.days
        }

    # -- by half-hour, minute by minute

    def half_hours(self, weekdays: Iterable[int] = range(7)) -> dict[str, Plain]:
        days = [day for day in self.days if date.fromisoformat(day.day).weekday() in weekdays]
        lasted: Counter[str] = Counter()
        working: Counter[str] = Counter()
        serving: Counter[str] = Counter()
        for day in days:
            for minute in range(day.start, day.end if day.closed else self.at(day), MINUTE):
                lasted[self.half_hour(minute)] += 1
            for span in day.spans:
                for minute in range(span.start, self.at(day) if span.end is None else span.end, MINUTE):
                    key = self.half_hour(minute)
                    serving[key] += span.kind == SERVING
                    working[key] += {OPEN: 1, BREAK: -1}.get(span.kind, 0)
        names = {day.day for day in days}
        found: dict[str, list[Visit]] = {}
        for visit in self.visits:
            if visit[0].day in names:
                found.setdefault(self.half_hour(visit[0].arrived_at), []).append(visit)
        return {
            key: {
                "visits": self.visit_figures(found.get(key, [])),
                "issued_per_day": len(found.get(key, [])) / len(days),
                "open_on_average": working[key] / lasted[key],
                "busy": share(serving[key], working[key]),
            }
            for key in found.keys() | {key for key, minutes in working.items() if minutes}
        }

    # -- promises

    def honesty(self, visits: Sequence[Visit]) -> Plain:
        promised = [visit for visit in visits if visit[0].promise is not None]
        told = [visit for visit in promised if not self.asked_for_time(visit)]
        right = [visit for visit in told if self.served(visit)]
        late = [visit for visit in right if self.lateness(visit) > 0]
        gone = [visit for visit in told if self.left(visit) and self.lateness(visit) > 0]
        revised = [visit for visit in right if visit[0].told is not None]
        kept = [visit for visit in revised if inside(visit[0].told, self.waited(visit))]
        warned = [
            visit
            for visit in late
            if visit[0].told_at is not None
            and visit[0].told_at <= visit[0].arrived_at + self.waited(visit) - self.lateness(visit)
        ]
        errors = [self.waited(visit) - middle(visit) for visit in right]
        return {
            "promised": len(right),
            "promise_kept": share(sum(inside(visit[0].promise, self.waited(visit)) for visit in right), len(right)),
            "promise_early": share(sum(self.waited(one) < one[0].promise.low_s * 1000 for one in right), len(right)),  # type: ignore[union-attr]
            "promise_late": share(len(late), len(right)),
            "coverage": share(len(right) - len(late), len(right) + len(gone)),
            "width_mean_s": mean((one[0].promise.high_s - one[0].promise.low_s) * 1000 for one in right),  # type: ignore[union-attr]
            "promise_error_mean_s": mean(errors),
            "promise_error_abs_s": mean(abs(error) for error in errors),
            "promise_late_p90_s": spread([self.lateness(visit) for visit in late])["p90_s"],
            "held": len(promised) - len(told),
            "about": sum(visit[0].promise.about for visit in right if visit[0].promise is not None),
            "revised": sum(visit[0].told_at is not None for visit in visits),
            "told_kept": share(len(kept), len(revised)),
            "warned": share(len(warned), len(late)),
        }

    def asked_for_time(self, visit: Visit) -> bool:
        """Before the promise was over."""
        first = visit[0]
        if first.held_at is None or first.promise is None:
            return False
        return first.held_at <= first.arrived_at + first.promise.high_s * 1000

    def lateness(self, visit: Visit) -> int:
        assert visit[0].promise is not None
        return self.waited(visit) - visit[0].promise.high_s * 1000

    def predictor(self, name: str) -> Plain:
        pairs = []
        for visit in self.visits:
            said = None if visit[0].basis is None else getattr(visit[0].basis, name)
            if self.served(visit) and visit[0].promise is not None and said is not None:
                if self.asked_for_time(visit):
                    continue
                pairs.append((self.waited(visit) - said * 1000, self.waited(visit) - middle(visit)))
        return {
            "judged": len(pairs),
            "bias_s": mean(own for own, _ in pairs),
            "mae_s": mean(abs(own) for own, _ in pairs),
            "rmse_s": sqrt(mean(own**2 for own, _ in pairs) * 1000) / 1000 if pairs else None,  # type: ignore[operator]
            "promise_mae_s": mean(abs(promise) for _, promise in pairs),
            "promise_rmse_s": sqrt(mean(promise**2 for _, promise in pairs) * 1000) / 1000 if pairs else None,  # type: ignore[operator]
            "closer": share(sum(abs(own) < abs(promise) for own, promise in pairs), len(pairs)),
        }

    # -- the law

    def legal(self) -> list[tuple[str, float, int, bool]]:
        """Ticket, wait, limit and whether every counter was open, of each wait that was too long."""
        return [
            (visit[0].ticket, self.waited(visit) / 1000, limit * 60, all_open)
            for visit in self.visits
            for all_open in [self.all_open(visit)]
            for limit in [wait_limit_min(self.setup, visit[0].arrived_at, all_open=all_open)]
            if self.waited(visit) > limit * MINUTE
        ]

    def all_open(self, visit: Visit) -> bool:
        first = visit[0]
        (day,) = [day for day in self.days if day.day == first.day]
        return all(
            self._open(day, counter, at)
            for at in range(first.arrived_at, first.arrived_at + self.waited(visit), INSTANT)
            for counter in self.setup.counters
        )

    def _open(self, day: PastDay, counter: int, at: int) -> bool:
        now = [
            span.kind
            for span in day.spans
            if span.counter == counter and span.start <= at < (self.at(day) if span.end is None else span.end)
        ]
        return OPEN in now and BREAK not in now


def handled(step: PastStep) -> int | None:
    if step.started_at is None or step.ended_at is None or step.ended not in {"finished", "transferred"}:
        return None
    return step.ended_at - step.started_at - step.parked_ms


def middle(visit: Visit) -> float:
    assert visit[0].promise is not None
    return (visit[0].promise.low_s + visit[0].promise.high_s) * 500


def inside(said: Any, waited: int) -> bool:
    return bool(said.low_s * 1000 <= waited <= said.high_s * 1000)


def mean(values: Iterable[float]) -> float | None:
    """In seconds, of ms."""
    known = list(values)
    return sum(known) / len(known) / 1000 if known else None


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def spread(values: Sequence[int]) -> Plain:
    """In seconds, of ms; percentiles of five and more."""
    few = len(values) < 5
    tenths = [] if few else statistics.quantiles(values, n=10, method="inclusive")
    return {
        "mean_s": mean(values),
        "median_s": None if few else statistics.median(values) / 1000,
        "p90_s": None if few else tenths[8] / 1000,
        "max_s": max(values) / 1000 if values else None,
    }
