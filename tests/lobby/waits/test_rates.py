"""Who comes just now, by the days behind and by how busy today is. All on a Tuesday, unless said otherwise."""

from __future__ import annotations

import pytest

from lobby.queue.past import PastDay
from lobby.waits.rates import CALM, Rates, Stream, rates
from tests.builders import a_setup, moment
from tests.lobby.waits.past_steps import a_day, a_step

SETUP = a_setup()
CASH = Stream("cash", "", False)
HALF_S = 1800
TUESDAY, WEDNESDAY = 1, 2
AT_TEN = 20
"""The half-hour from ten to half past."""

DATES = ["2024-03-05", "2024-03-12", "2024-03-19", "2024-03-26"]


def came(day: str, times: list[str], now: str = "19:00", **changes: object) -> PastDay:
    """Somebody came at each of these times; a day that is looked at before seven in the evening is not over."""
    nine = moment(f"{day} 09:00")
    steps = [a_step(moment(f"{day} {time}"), **changes) for time in times]
    return a_day(*steps, nine=nine, day=day, at=moment(f"{day} {now}"), closed=now == "19:00")


def test_without_a_past_nobody_is_expected() -> None:
    assert rates([], SETUP) == Rates()
    assert Rates().per_s(CASH, (TUESDAY, AT_TEN)) == 0


def test_a_rate_is_that_of_the_half_hour_and_those_beside_it() -> None:
    """Three from half past nine to eleven, in an hour and a half; the one at noon is not near."""
    found = rates([came(DATES[0], ["09:30", "10:10", "10:59", "12:00"])], SETUP)
    assert found.per_s(CASH, (TUESDAY, AT_TEN)) == 3 / (3 * HALF_S)


def test_streams_are_told_apart() -> None:
    days = [came(DATES[0], ["10:00"], priority="premium"), came(DATES[1], ["10:00"], appointment=True)]
    found = rates(days, SETUP)
    for stream in (Stream("cash", "premium", False), Stream("cash", "", True)):
        assert found.per_s(stream, (TUESDAY, AT_TEN)) == 1 / (2 * 3 * HALF_S)
    assert found.per_s(CASH, (TUESDAY, AT_TEN)) == 0


def test_only_the_first_wait_of_a_visit_was_by_appointment() -> None:
    found = rates([came(DATES[0], ["10:00"], appointment=True, step=1)], SETUP)
    assert found.per_s(CASH, (TUESDAY, AT_TEN)) > 0


def test_a_weekday_goes_by_itself_from_three_of_them_on() -> None:
    wednesday = came("2024-03-06", ["10:00"] * 9)
    two, three = ([wednesday, *(came(day, ["10:00"]) for day in DATES[:count])] for count in (2, 3))
    assert rates(two, SETUP).per_s(CASH, (TUESDAY, AT_TEN)) == 11 / (3 * 3 * HALF_S)
    assert rates(three, SETUP).per_s(CASH, (TUESDAY, AT_TEN)) == 3 / (3 * 3 * HALF_S)
    assert rates(three, SETUP).per_s(CASH, (WEDNESDAY, AT_TEN)) == 12 / (4 * 3 * HALF_S)


def test_a_day_on_which_nobody_came_does_not_count() -> None:
    assert rates([came(DATES[0], ["10:00"]), came(DATES[1], [])], SETUP) == rates([came(DATES[0], ["10:00"])], SETUP)


def test_the_first_day_of_all_goes_by_itself_as_far_as_it_went() -> None:
    """At a quarter past ten: two in an hour and a quarter of what is near."""
    found = rates([came(DATES[0], ["09:40", "10:10"], now="10:15")], SETUP)
    assert found.per_s(CASH, (TUESDAY, AT_TEN)) == 2 / (1.5 * HALF_S)


def test_a_busy_day_raises_what_is_expected() -> None:
    """Usually 20 come before ten, and one at ten past; today 60 came. Each half-hour shares with those beside it, so
    that 20 and a third of the one were to be expected."""
    usual = [came(day, ["09:10"] * 20 + ["10:10"]) for day in DATES[:3]]
    today = came(DATES[3], ["09:20"] * 60, now="10:00")
    found = rates([*usual, today], SETUP)
    assert found.level == pytest.approx((60 + CALM) / (20 + 1 / 3 + CALM))
    assert found.per_s(CASH, (TUESDAY, AT_TEN)) == pytest.approx(found.level / (3 * HALF_S))


def test_hours_are_those_of_the_branch_when_the_clocks_have_changed() -> None:
    """London is an hour ahead of UTC from 31 March on; ten is ten."""
    found = rates([came("2024-04-02", ["10:10"])], SETUP)
    assert found.came == {CASH: {(TUESDAY, AT_TEN): 1}}
