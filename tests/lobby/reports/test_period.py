"""The figures of a period, against a second, obvious implementation and by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from lobby.queue.events import Promise
from lobby.queue.past import BREAK, OPEN, PastDay, PastStep, Span
from lobby.queue.services import CounterPlace, Setup, business_day
from lobby.reports.columns import PREDICTORS, columns_of
from lobby.reports.day import day_record
from lobby.reports.packed import packed, unpacked
from lobby.reports.past import past_day
from lobby.reports.period import PeriodFigures, period_before, period_figures, reached
from lobby.reports.visits import visit_figures
from tests.builders import a_setup, moment
from tests.lobby.reports.random_days import random_days
from tests.lobby.reports.slow_period import Plain, Slow
from tests.lobby.reports.ten_tickets import DAY, ten_tickets

MANAUS: dict[str, Any] = {"jurisdiction": "br-manaus", "holidays": ("2024-03-29",), "paydays": (31,)}


def figures(days: list[PastDay], setup: Setup | None = None, now: int = 0, **more: Any) -> PeriodFigures:
    return period_figures(columns_of(days), setup or a_setup(), days[0].day, days[-1].day, now, **more)


def same(found: Any, want: Plain) -> None:
    """Every value of `want` is in the struct `found`, as exact as reports are: a ms, a hundredth of a per cent."""
    plain = msgspec.to_builtins(found)
    for path, value in _flat(want):
        here = plain
        for key in path:
            here = here[key]
        assert here == (None if value is None else pytest.approx(value, abs=6e-3)), (getattr(found, "key", ""), path)


def _flat(nested: Mapping[str, Any], *above: str) -> list[tuple[tuple[str, ...], Any]]:
    return [
        one
        for key, value in nested.items()
        for one in (_flat(value, *above, key) if isinstance(value, dict) else [((*above, key), value)])
    ]


@pytest.fixture(
    scope="module",
    params=[(1, "2024-03-29", True), (2, "2024-10-26", True), (3, "2024-03-29", False)],
    ids=["an hour is lost", "an hour comes twice", "a day is under way"],
)
def both(request: pytest.FixtureRequest) -> tuple[PeriodFigures, Slow]:
    """A period of three days and the other way to reckon it."""
    seed, first, over = request.param
    setup = a_setup(**MANAUS)
    days = random_days(setup, seed, first, over=over)
    now = days[-1].at + 40 * 60_000
    return figures(days, setup, now), Slow(days, setup, now)


def test_the_branchs_figures_equal_the_slow_ones(both: tuple[PeriodFigures, Slow]) -> None:
    quick, slow = both
    same(quick.overall, slow.overall())


def test_each_services_figures_equal_the_slow_ones(both: tuple[PeriodFigures, Slow]) -> None:
    quick, slow = both
    want = slow.services()
    assert [one.key for one in quick.services] == ["cash", "cards", "loans", "gone"]
    for one in quick.services:
        same(one, want.pop(one.key))
    assert not want


def test_each_counters_and_tellers_figures_equal_the_slow_ones(both: tuple[PeriodFigures, Slow]) -> None:
    quick, slow = both
    for places, want in (
        (quick.counters, slow.places(lambda one: str(one.counter))),
        (quick.tellers, slow.places(lambda one: one.teller)),
    ):
        assert [one.key for one in places] == sorted(want)
        for place in places:
            same(place, want[place.key])


def test_each_languages_and_classes_figures_equal_the_slow_ones(both: tuple[PeriodFigures, Slow]) -> None:
    quick, slow = both
    for found, want, order in (
        (quick.languages, slow.groups(lambda step: step.language), ["en", "ar", "tlh"]),
        (quick.classes, slow.groups(lambda step: step.priority), ["", "by-law", "donor", "premium", "gone"]),
    ):
        assert [one.key for one in found] == order
        for one in found:
            same(one, want[one.key])


def test_each_days_figures_equal_the_slow_ones_and_add_up(both: tuple[PeriodFigures, Slow]) -> None:
    quick, slow = both
    want = slow.by_day()
    assert [line.key for line in quick.by_day] == list(want)
    for line in quick.by_day:
        same(line, want[line.key])
    assert sum(line.visits.issued for line in quick.by_day) == quick.overall.visits.issued


def test_each_half_hours_figures_equal_the_slow_ones(both: tuple[PeriodFigures, Slow]) -> None:
    quick, slow = both
    want = slow.half_hours()
    assert [one.key for one in quick.half_hours] == sorted(want)
    for one in quick.half_hours:
        same(one, want[one.key])


def test_the_heat_map_is_the_half_hours_of_each_weekday(both: tuple[PeriodFigures, Slow]) -> None:
    quick, slow = both
    seen = 0
    for weekday in {cell.weekday for cell in quick.heat}:
        want = slow.half_hours([weekday])
        for cell in (cell for cell in quick.heat if cell.weekday == weekday):
            one = want[cell.half_hour]
            same(cell, {key: one[key] for key in ("issued_per_day", "open_on_average")})
            same(cell, {"wait_mean_s": one["visits"]["wait"]["wait_mean_s"]})
            seen += 1
        assert len(want) == len([cell for cell in quick.heat if cell.weekday == weekday])
    assert seen == len(quick.heat) > 0


def test_promises_are_judged_as_the_slow_way_judges_them(both: tuple[PeriodFigures, Slow]) -> None:
    quick, slow = both
    honesty = quick.honesty
    same(honesty.overall, slow.honesty(slow.visits))
    for found, key in (
        (honesty.services, lambda visit: visit[0].service),
        (honesty.languages, lambda visit: visit[0].language),
        (honesty.hours, lambda visit: slow.half_hour(visit[0].arrived_at)[:3] + "00"),
    ):
        assert found
        for one in found:
            same(one, slow.honesty([visit for visit in slow.visits if key(visit) == one.key]))
    assert [one.key for one in honesty.predictors] == list(PREDICTORS)
    for predictor in honesty.predictors:
        same(predictor, slow.predictor(predictor.key))


def test_breaches_of_the_law_are_those_that_the_slow_way_finds(both: tuple[PeriodFigures, Slow]) -> None:
    quick, slow = both
    assert quick.legal is not None
    found = [(one.ticket, one.waited_s, one.limit_s, one.all_open) for one in quick.legal.breaches]
    assert found == slow.legal()
    assert quick.legal.judged == sum(limit.judged for limit in quick.legal.limits)
    assert len(found) == sum(limit.breaches for limit in quick.legal.limits)


def test_visits_are_counted_as_the_live_figures_count_them() -> None:
    room = ten_tickets()
    record = day_record(room.branch.setup, room.history, DAY)
    assert record is not None
    target_s = record.setup.rules.service_level_s
    assert figures([past_day(record)]).overall.visits == visit_figures(record.tickets, target_s, record.at)


# -- what no figure may do


@pytest.mark.parametrize("seed", range(10, 16))
def test_nobody_is_lost_and_nobody_counts_twice(seed: int) -> None:
    made = figures(random_days(a_setup(), seed, "2024-06-03", over=seed % 2 == 0))
    scopes = (made.services, made.languages, made.classes, made.half_hours, made.by_day)
    for visits in (made.overall.visits, *(scope.visits for some in scopes for scope in some)):
        assert visits.issued == visits.served + visits.left + visits.waiting + visits.at_counter + visits.parked
        ways = (visits.no_show, visits.cancelled_by_customer, visits.cancelled_by_staff, visits.left_at_close)
        assert visits.left == sum(ways)
    for some in scopes:
        for key in ("issued", "served", "left", "waiting", "promised"):
            assert sum(getattr(scope.visits, key) for scope in some) == getattr(made.overall.visits, key)
    for places in (made.counters, made.tellers):
        for key in ("staffed_s", "break_s", "serving_s"):
            assert sum(getattr(place.time, key) for place in places) == getattr(made.overall.time, key)
    assert sum(made.overall.mix.values()) == sum(sum(place.mix.values()) for place in made.counters)
    assert sum(one.promised for one in made.honesty.hours) == made.honesty.overall.promised


def test_a_day_comes_back_from_its_packing_as_it_was() -> None:
    for day in random_days(a_setup(), 4, "2024-03-29", over=False):
        assert unpacked(msgspec.msgpack.decode(msgspec.msgpack.encode(packed(day)), type=type(packed(day)))) == day


def test_a_period_without_any_day_has_counts_and_no_means() -> None:
    none = period_figures(columns_of([]), a_setup(**MANAUS), "2024-03-04", "2024-03-10", moment("2024-03-20 09:00"))
    assert (none.days, none.closed, none.day) == (0, True, "2024-03-04/2024-03-10")
    assert none.overall.visits.issued == 0
    assert none.overall.visits.wait.wait_mean_s is None
    assert (none.half_hours, none.heat, none.by_day, none.services) == ((), (), (), ())
    assert none.legal is not None
    assert (none.legal.judged, none.legal.within) == (0, None)


def test_figures_survive_the_way_through_json() -> None:
    made = figures(random_days(a_setup(**MANAUS), 5, "2024-03-29"), a_setup(**MANAUS))
    assert msgspec.json.decode(msgspec.json.encode(made), type=PeriodFigures) == made


# -- the period before


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2026-11-22", "2026-11-22", ("2026-11-15", "2026-11-15")),
        ("2026-11-16", "2026-11-22", ("2026-11-09", "2026-11-15")),
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-01-31", ("2025-12-01", "2025-12-31")),
        ("2026-01-01", "2026-12-31", ("2025-01-01", "2025-12-31")),
        ("2026-07-01", "2026-09-30", ("2026-04-01", "2026-06-30")),
        ("2026-11-10", "2026-11-19", ("2026-10-27", "2026-11-05")),
    ],
)
def test_the_period_before_has_the_same_weekdays_or_whole_months(
    first: str, last: str, before: tuple[str, str]
) -> None:
    assert period_before(first, last) == before


@pytest.mark.parametrize(
    ("first", "last", "until", "before"),
    [
        ("2026-11-16", "2026-11-22", "2026-11-18", ("2026-11-09", "2026-11-11")),
        ("2026-11-16", "2026-11-22", "2026-11-22", ("2026-11-09", "2026-11-15")),
        ("2026-11-16", "2026-11-22", "2026-11-15", ("2026-11-09", "2026-11-09")),
        ("2026-11-16", "2026-11-22", "2026-12-24", ("2026-11-09", "2026-11-15")),
        ("2026-11-10", "2026-11-19", "2026-11-12", ("2026-10-27", "2026-10-29")),
        ("2026-12-01", "2026-12-31", "2026-12-12", ("2026-11-01", "2026-11-12")),
        ("2026-03-01", "2026-03-31", "2026-03-30", ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-01-31", "2026-01-05", ("2025-12-01", "2025-12-05")),
        ("2026-07-01", "2026-09-30", "2026-08-10", ("2026-04-01", "2026-05-10")),
        ("2024-01-01", "2024-12-31", "2024-02-29", ("2023-01-01", "2023-02-28")),
    ],
)
def test_a_period_that_goes_on_is_compared_with_the_same_part_of_the_one_before(
    first: str, last: str, until: str, before: tuple[str, str]
) -> None:
    assert period_before(first, last, until) == before


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2024-03-06 20:00", "2024-03-06"),
        ("2024-03-07 03:59", "2024-03-06"),
        ("2024-03-07 09:00", "2024-03-06"),
        ("2024-03-08 09:00", "2024-03-07"),
        ("2024-03-20 09:00", "2024-03-10"),
    ],
)
def test_the_present_day_counts_once_something_happened_on_it(now: str, until: str) -> None:
    setup = a_setup()
    assert reached(columns_of(random_days(setup, 9, "2024-03-05", 2)), setup, "2024-03-10", moment(now)) == until


def test_the_period_before_stands_beside_the_period() -> None:
    setup = a_setup()
    now, then = random_days(setup, 7, "2024-03-05", 1), random_days(setup, 8, "2024-02-27", 1)
    made = figures(now, setup, before=columns_of(then))
    assert made.before is not None
    assert (made.before.first, made.before.last, made.before.days) == ("2024-02-27", "2024-02-27", 1)
    assert made.before.overall == figures(then, setup).overall
    assert made.before.honesty == figures(then, setup).honesty.overall
    assert made.before.honesty.promised > 0
    assert figures(now, setup, before=columns_of([])).before is None


# -- reckoned by hand


def visit(n: int, arrived: str, called: str | None, **changes: Any) -> PastStep:
    """One who came and was served at once when called, on the fifth of March."""
    at = moment(f"{DAY} {called}") if called else None
    fields: dict[str, Any] = {
        "day": DAY,
        "ticket": f"{DAY}-A{n:03d}",
        "number": f"A{n:03d}",
        "step": 0,
        "service": "cash",
        "first_service": "cash",
        "language": "en",
        "priority": "",
        "appointment": False,
        "arrived_at": (arrived_at := moment(f"{DAY} {arrived}")),
        "since": arrived_at,
        "queued_at": arrived_at,
        "called_at": at,
        "last_called_at": at,
        "calls": 1,
        "started_at": at,
        "ended_at": at + 60_000 if at else None,
        "parked_ms": 0,
        "ended": "finished",
        "outcome": "",
        "counter": 1,
        "teller": "ann",
        "state": "finished",
        "steps": 1,
    }
    return PastStep(**fields | changes)


def gone(n: int, arrived: str, left: str, **changes: Any) -> PastStep:
    """One who gave up."""
    away = {"ended": "cancelled_by_customer", "state": "cancelled", "counter": None, "teller": "", "calls": 0}
    return visit(n, arrived, None, ended_at=moment(f"{DAY} {left}"), **away, **changes)


def one_day(*steps: PastStep, spans: tuple[Span, ...] = (), **changes: Any) -> PastDay:
    _, start, end = business_day(a_setup(), moment(f"{DAY} 09:00"))
    return msgspec.structs.replace(
        PastDay(DAY, start, end, moment(f"{DAY} 18:00"), closed=True, steps=steps, spans=spans), **changes
    )


def test_who_left_after_the_promised_end_breaks_the_promise_and_who_left_before_says_nothing() -> None:
    said = Promise(0, 600)
    day = one_day(
        visit(1, "09:00", "09:05", promise=said),
        visit(2, "09:00", "09:10", promise=said),
        visit(3, "09:00", "09:20", promise=said),
        gone(4, "09:00", "09:11", promise=said),
        gone(5, "09:00", "09:09", promise=said),
    )
    told = figures([day]).honesty.overall
    assert (told.promised, told.promise_kept, told.coverage) == (3, 0.6667, 0.5)
    assert told.width_mean_s == 600


def test_who_asked_for_a_few_minutes_before_the_promised_end_is_not_judged_and_who_asked_after_it_is() -> None:
    said = Promise(0, 600)

    def at(minute: str) -> dict[str, int]:
        held = moment(f"{DAY} 09:{minute}")
        return {"held_at": held, "held_until": held + 300_000}

    day = one_day(
        visit(1, "09:00", "09:05", promise=said),
        visit(2, "09:00", "09:20", promise=said, **at("10")),
        visit(3, "09:00", "09:20", promise=said, **at("11")),
        gone(4, "09:00", "09:20", promise=said, **at("09")),
        gone(5, "09:00", "09:20", promise=said, **at("12")),
        visit(6, "09:00", "09:20", **at("02")),
    )
    report = figures([day])
    told = report.honesty.overall
    assert (told.promised, told.promise_kept, told.coverage, told.held) == (2, 0.5, 0.3333, 2)
    assert (report.overall.visits.promised, report.overall.visits.promise_kept) == (2, 0.5)


def test_the_law_s_clock_runs_on_and_the_breach_says_how_long_the_customer_was_away() -> None:
    held = {"held_at": moment(f"{DAY} 09:10"), "held_until": moment(f"{DAY} 09:15")}
    day = one_day(visit(1, "09:00", "09:22", **held), visit(2, "09:00", "09:22"))
    legal = figures([day], a_setup(jurisdiction="br-uberaba")).legal
    assert legal is not None
    assert [(one.number, one.waited_s, one.held_s) for one in legal.breaches] == [
        ("A001", 1320, 300),
        ("A002", 1320, 0),
    ]


def test_a_customer_who_was_told_in_time_was_warned_and_one_told_afterwards_was_not() -> None:
    said, then = Promise(0, 600), Promise(900, 1500)
    day = one_day(
        visit(1, "09:00", "09:20", promise=said, told=then, told_at=moment(f"{DAY} 09:09")),
        visit(2, "09:00", "09:20", promise=said, told=then, told_at=moment(f"{DAY} 09:11")),
        visit(3, "09:00", "09:30", promise=said, told=then, told_at=moment(f"{DAY} 09:09")),
        visit(4, "09:00", "09:30", promise=said),
    )
    told = figures([day]).honesty.overall
    assert (told.revised, told.warned) == (3, 0.5)
    assert told.told_kept == 0.6667


def test_the_service_level_stands_between_its_two_other_readings() -> None:
    day = one_day(visit(1, "09:00", "09:05"), visit(2, "09:00", "09:30"), gone(3, "09:00", "09:02"))
    overall = figures([day]).overall
    assert (overall.flow.within_of_all, overall.visits.service_level, overall.flow.within_of_served) == (
        0.3333,
        0.5,
        0.5,
    )


def test_a_longer_limit_holds_only_while_every_counter_was_open_all_through_the_wait() -> None:
    setup = a_setup(counters=(CounterPlace(1), CounterPlace(2)), jurisdiction="br-manaus")
    nine, noon = moment(f"{DAY} 09:00"), moment(f"{DAY} 12:00")
    day = one_day(
        visit(1, "09:10", "09:45"),
        visit(2, "10:00", "10:35"),
        visit(3, "11:00", "11:41"),
        visit(4, "11:50", "12:21"),
        visit(5, "11:55", "12:24"),
        spans=(
            Span(OPEN, 1, "ann", nine, noon + 3_600_000),
            Span(OPEN, 2, "bob", nine, noon),
            Span(BREAK, 2, "bob", moment(f"{DAY} 10:20"), moment(f"{DAY} 10:21")),
        ),
    )
    legal = figures([day], setup).legal
    assert legal is not None
    assert [(one.number, one.limit_s // 60, one.all_open) for one in legal.breaches] == [
        ("A002", 30, False),
        ("A003", 40, True),
        ("A004", 30, False),
    ]
    assert legal.within == 0.4


def test_the_law_has_another_limit_on_a_payday_and_beside_a_holiday() -> None:
    for more, limit in (({}, 20), ({"paydays": (5,)}, 30), ({"holidays": ("2024-03-06",)}, 25)):
        legal = figures([one_day(visit(1, "09:00", "10:00"))], a_setup(jurisdiction="br-uberaba", **more)).legal
        assert legal is not None
        assert [one.limit_s // 60 for one in legal.breaches] == [limit]


def test_a_place_without_such_a_law_has_no_legal_part() -> None:
    assert figures([one_day(visit(1, "09:00", "10:00"))]).legal is None


def test_a_half_hour_that_the_clocks_repeat_is_an_hour_long_and_one_they_skip_is_none() -> None:
    setup = a_setup(counters=(CounterPlace(1),))
    _, start, end = business_day(setup, moment("2024-10-26 12:00"))
    night = Span(OPEN, 1, "ann", end - 4 * 3_600_000, end - 3_600_000)  # from 01:00 to 03:00, three hours long
    day = PastDay("2024-10-26", start, end, end, closed=True, spans=(night,))
    made = {one.key: one.open_on_average for one in figures([day], setup).half_hours}
    assert (end - start) == 25 * 3_600_000
    assert made == {"01:00": 1.0, "01:30": 1.0, "02:00": 1.0, "02:30": 1.0}


def test_a_period_may_change_while_a_day_of_it_is_open_or_still_to_come() -> None:
    day, open_day = one_day(visit(1, "09:00", "09:05")), one_day(visit(1, "09:00", "09:05"), closed=False)
    evening, later = moment(f"{DAY} 20:00"), moment("2024-03-20 09:00")
    setup = a_setup()
    assert figures([day], setup, evening).closed
    assert not figures([open_day], setup, evening).closed
    assert not period_figures(columns_of([day]), setup, DAY, "2024-03-08", evening).closed
    assert period_figures(columns_of([day]), setup, DAY, "2024-03-08", later).closed
