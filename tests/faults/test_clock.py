"""Clocks that are set, by a hand, by a time service, by the law: numbers stay unique, time never runs backwards, and
the reports count everybody once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from lobby.queue import events as e
from tests.builders import Clock, moment
from tests.end_to_end.house import House

HOUR = 3600.0
NIGHTS = {"spring": ("2024-03-30", "2024-03-31", "2024-04-01"), "autumn": ("2024-10-26", "2024-10-27", "2024-10-28")}
STARTS = ["01:30", "04:00"]
"""When a business day begins: the first is skipped in spring, and comes twice in autumn."""


def visit(house: House, tap: str) -> None:
    """A customer comes, and is served at counter 6."""
    house.post("/counters/6/open", role="teller", Idempotency_Key=f"open {tap}")
    issued = house.post("/tickets", {"service": "cash"}, "kiosk", Idempotency_Key=tap)
    assert issued.status_code == 201, issued.text
    house.clock.forward(60)
    for verb in ("next", "start", "finish"):
        answer = house.post(f"/counters/6/{verb}", role="teller", Idempotency_Key=f"{verb} {tap}")
        assert answer.status_code == 200, answer.text
        house.clock.forward(60)


def report(house: House, day: str) -> Any:
    """What the day's report says of the visits; None where nobody came."""
    answer = house.get(f"/reports/day?day={day}")
    return answer.json["overall"]["visits"] if answer.status_code == 200 else None  # type: ignore[index]


def check(house: House) -> list[e.Recorded]:
    """What holds whatever a clock does; the journal."""
    recorded = house.server.desk.journal.read()
    assert all(before.at <= after.at for before, after in pairwise(recorded))
    tickets = Counter(one.event.ticket for one in recorded if isinstance(one.event, e.TicketIssued))
    assert set(tickets.values()) == {1}, "a number was given twice in a day"
    assert house.server.desk.journal.verify() == len(recorded)
    return recorded


@pytest.mark.parametrize("back_s", [1, 600, HOUR, 26 * HOUR, 9600 * HOUR])
def test_a_clock_set_back_stops_time_until_it_has_caught_up_and_nothing_else(house: House, back_s: float) -> None:
    visit(house, "before")
    house.clock.forward(-back_s)
    visit(house, "meanwhile")
    assert house.get("/board").status_code == 200
    house.clock.forward(back_s + 600)
    visit(house, "afterwards")
    recorded = check(house)
    numbers = [one.event.number for one in recorded if isinstance(one.event, e.TicketIssued)]
    assert numbers == ["A001", "A002", "A003"]
    assert len([one for one in recorded if isinstance(one.event, e.ClockSetBack)]) == (back_s > 60)
    if back_s < HOUR * 12:
        visits = report(house, "2024-03-05")
        assert (visits["issued"], visits["served"]) == (3, 3)
        assert visits["wait"]["wait_mean_s"] >= 0


@pytest.mark.parametrize("ahead_s", [HOUR, 26 * HOUR, 240 * HOUR])
def test_a_clock_that_was_ahead_and_is_set_right_gives_no_number_twice(house: House, ahead_s: float) -> None:
    visit(house, "before")
    house.clock.forward(ahead_s)
    visit(house, "ahead")
    house.clock.forward(-ahead_s)
    visit(house, "set right")
    visit(house, "and on")
    check(house)
    house.clock.forward(ahead_s + HOUR)
    visit(house, "caught up")
    check(house)
    assert house.get("/queue").status_code == house.get("/reports/day").status_code == 200


@pytest.mark.parametrize("starts", STARTS)
@pytest.mark.parametrize("night", list(NIGHTS))
def test_in_the_night_when_the_clocks_change_every_customer_is_in_one_report(
    a_house_of: Callable[..., House], clock: Clock, night: str, starts: str
) -> None:
    before, changed, after = NIGHTS[night]
    clock.now = moment(f"{before} 21:07")
    house = a_house_of(edit=lambda text: text.replace('day_starts = "04:00"', f'day_starts = "{starts}"'))
    visits = 0
    while clock.now < moment(f"{after} 06:00"):
        visit(house, f"visit {visits}")
        visits += 1
        clock.forward(3220)
    house.post("/close-day")
    check(house)
    reports = [report(house, day) for day in (before, changed, after)]
    assert sum(one["issued"] for one in reports if one) == visits
    assert sum(one["served"] for one in reports if one) == visits
    assert {one["wait"]["wait_mean_s"] for one in reports if one} == {60.0}
