"""Arrivals: what is learnt of them, what is said about what is not known, and whether the ranges hold."""

from __future__ import annotations

from datetime import date

import msgspec
import numpy as np
import pytest

from lobby.queue.services import Hours, Setup, Span
from lobby.waits.planning.arrivals import Arrivals, Forecast, NothingToForecastFrom, arrivals, half_of
from lobby.waits.planning.came import visits_of
from lobby.waits.planning.day_clock import wall_s
from lobby.waits.planning.day_kinds import BESIDE_HOLIDAY, BESIDE_PAYDAY, CLOSED, ORDINARY, PAYDAY, kind_of
from tests.builders import a_setup, moment
from tests.lobby.waits.foreign.bank_days import bank
from tests.lobby.waits.planning.made_up_days import made_up_days

WEEKDAYS = Hours({day: (Span(540, 1020),) for day in ("mon", "tue", "wed", "thu", "fri")})
FRIDAY = date(2024, 3, 15)


def foretold(behind: Arrivals, setup: Setup, day: date) -> Forecast:
    return behind.forecast(setup, day, np.random.default_rng(1))


# -- kinds of days


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2024-03-05", PAYDAY),
        ("2024-03-04", BESIDE_PAYDAY),
        ("2024-03-06", BESIDE_PAYDAY),
        ("2024-03-07", ORDINARY),
        ("2024-03-09", CLOSED),
        ("2024-03-18", CLOSED),
        ("2024-03-15", BESIDE_HOLIDAY),
        ("2024-03-19", BESIDE_HOLIDAY),
        ("2024-05-06", BESIDE_PAYDAY),
    ],
)
def test_a_day_is_beside_a_holiday_when_no_open_day_lies_between(day: str, kind: str) -> None:
    setup = a_setup(hours=WEEKDAYS, holidays=("2024-03-18",), paydays=(5,))
    assert kind_of(setup, date.fromisoformat(day)) == kind


def test_a_time_of_day_stays_what_the_clock_shows_when_the_clocks_change() -> None:
    setup = a_setup()
    quarter_past_nine = 9 * 3600 + 15 * 60
    for day in ("2024-03-30", "2024-03-31", "2024-10-27"):
        assert wall_s(setup, day, moment(f"{day} 09:15")) == quarter_past_nine
    assert wall_s(setup, "2024-03-30", moment("2024-03-31 00:30")) == 24.5 * 3600


# -- what is learnt


def test_without_a_day_behind_nothing_is_invented() -> None:
    setup = a_setup()
    with pytest.raises(NothingToForecastFrom):
        arrivals([], setup)
    empty = made_up_days(setup, "2024-02-01", 2, per_hour={})
    with pytest.raises(NothingToForecastFrom):
        arrivals(empty, setup)


def test_a_weekday_has_the_mean_of_its_own_days() -> None:
    setup = a_setup()
    days = made_up_days(setup, "2024-02-01", 20, per_hour={"cash": 10, "loans": 2})
    behind = arrivals(days, setup)
    fridays = [len(day.steps) for day in days if date.fromisoformat(day.day).weekday() == 4]
    assert behind.levels[4].mean == pytest.approx(sum(fridays) / len(fridays))
    found = foretold(behind, setup, FRIDAY)
    assert found.total.mean == pytest.approx(behind.levels[4].mean, rel=0.03)
    assert (found.half_hours[0].start_min, found.half_hours[-1].start_min) == (540, 990)
    assert sum(half.arrivals.mean for half in found.half_hours) == pytest.approx(found.total.mean, rel=0.01)


def test_a_payday_is_as_busy_as_paydays_were_and_one_that_was_never_seen_as_an_ordinary_day() -> None:
    setup = a_setup(paydays=(5,))
    busier = {"2024-02-05": 2.0, "2024-03-05": 2.0}
    days = made_up_days(setup, "2024-02-01", 30, per_hour={"cash": 20}, busier=busier)
    behind = arrivals(days, setup)
    assert behind.effects[PAYDAY].days == 2
    assert behind.effects[PAYDAY].mean == pytest.approx((2 + 2 + 1) / 3, abs=0.15)
    payday = foretold(behind, setup, date(2024, 4, 5))
    assert payday.total.mean == pytest.approx(behind.levels[4].mean * behind.effects[PAYDAY].mean, rel=0.04)
    unseen = foretold(arrivals(days[3:20], setup), setup, date(2024, 4, 5))
    assert (unseen.of_kind, unseen.about) == (0, True)
    assert unseen.total.mean == pytest.approx(160, rel=0.1)


def test_few_days_say_about_and_have_a_wider_range() -> None:
    setup = a_setup()
    days = made_up_days(setup, "2024-01-01", 50, per_hour={"cash": 20})
    few, many = foretold(arrivals(days[:5], setup), setup, FRIDAY), foretold(arrivals(days, setup), setup, FRIDAY)
    assert (few.about, many.about) == (True, False)
    assert (few.like_it, many.like_it) == (1, 10)
    assert few.total.high - few.total.low > 1.3 * (many.total.high - many.total.low)


def test_a_weekday_on_which_it_never_opened_is_closed_once_that_can_be_known() -> None:
    setup = a_setup()
    saturday = date(2024, 3, 16)
    days = made_up_days(setup, "2024-02-01", 15, per_hour={"cash": 20})
    early = foretold(arrivals(days[:4], setup), setup, saturday)
    assert early.about
    assert early.total.mean > 0
    late = foretold(arrivals(days, setup), setup, saturday)
    assert (late.kind, late.total.mean, late.half_hours) == (CLOSED, 0, ())


def test_nobody_is_expected_on_a_holiday() -> None:
    setup = a_setup(holidays=("2024-03-15",))
    behind = arrivals(made_up_days(setup, "2024-02-01", 10, per_hour={"cash": 20}), setup)
    assert not behind.counts(setup, FRIDAY, 50, np.random.default_rng(0)).any()


def test_days_that_differ_more_than_chance_allows_widen_the_range() -> None:
    setup = a_setup()
    even = made_up_days(setup, "2024-01-01", 30, per_hour={"cash": 20})
    levels = {day.day: (0.5, 1.0, 1.5)[number // 5 % 3] for number, day in enumerate(even)}
    uneven = made_up_days(setup, "2024-01-01", 30, per_hour={"cash": 20}, busier=levels)
    steady, restless = arrivals(even, setup), arrivals(uneven, setup)
    assert steady.day_cv2**0.5 < 0.1
    assert restless.day_cv2**0.5 == pytest.approx(np.std([0.5, 1.0, 1.5], ddof=1), abs=0.12)


def test_appointments_are_no_part_of_what_is_expected_without_one() -> None:
    setup = a_setup()
    day = made_up_days(setup, "2024-02-01", 1, per_hour={"cash": 20})[0]
    booked = msgspec.structs.replace(day.steps[0], ticket="booked", appointment=True)
    with_one = msgspec.structs.replace(day, steps=(*day.steps, booked))
    behind = arrivals([with_one], setup)
    assert behind.seen[0].counts.sum() == len(day.steps)
    assert len(behind.seen[0].appointments) == 1


def test_on_the_banks_own_log_the_ranges_hold_on_days_that_they_were_not_made_from() -> None:
    setup, days = bank()
    learn_from = int(len(days) * 0.6)
    behind = arrivals(days[:learn_from], setup)
    within = halves = totals = 0
    for day in days[learn_from:]:
        found = foretold(behind, setup, date.fromisoformat(day.day))
        came = np.bincount([half_of(visit.at_s) for visit in visits_of(day, setup)], minlength=72)
        totals += found.total.low <= came.sum() <= found.total.high
        for half in found.half_hours:
            within += half.arrivals.low <= came[half.start_min // 30] <= half.arrivals.high
            halves += 1
    assert len(days) - learn_from == 12
    assert 8 <= totals <= 12
    assert 0.76 <= within / halves <= 0.9
