"""The watch over the queue: which alerts begin, about what, and when they are over."""

from __future__ import annotations

import pytest

from lobby.queue import commands as c
from lobby.queue.outlook import Foreseen, Outlook
from lobby.queue.services import WEEKDAYS, Hours, Rules, Span
from lobby.queue.supervision import Reassign
from lobby.waits.watch import watch
from tests.builders import ANN, BOB, CEM, KIOSK, MIA, TUESDAY, VISITOR, Room, a_room, a_setup, moment

NINE_TO_FIVE = Hours({day: (Span(9 * 60, 17 * 60),) for day in WEEKDAYS})


def look(room: Room) -> None:
    for command in watch(room.branch, room.clock()):
        assert room.do(command, MIA)


def alerts(room: Room) -> list[tuple[str, str, str]]:
    """Look, and tell what is open: problem, service, and the number of whoever waits longest."""
    look(room)
    return sorted((one.problem, one.subject, one.detail) for one in room.branch.alerts.values())


def all_open(room: Room) -> None:
    for number, teller in ((1, ANN), (2, BOB), (3, CEM)):
        room.open(number, teller)


def test_a_quiet_branch_needs_nobody(room: Room) -> None:
    assert alerts(room) == []
    room.issue()
    all_open(room)
    assert alerts(room) == []


# -- somebody whom nobody can call


def test_who_waits_while_no_counter_is_open_for_it_is_told_after_two_minutes(room: Room) -> None:
    first = room.issue("loans")
    room.issue("loans")
    room.open(1, ANN)
    room.clock.forward(119)
    assert alerts(room) == []
    room.clock.forward(1)
    assert alerts(room) == [("nobody_open", "loans", first)]
    room.open(2, BOB)
    room.clock.forward(60)
    assert alerts(room) == []


def test_a_counter_on_a_break_calls_nobody(room: Room) -> None:
    number = room.issue("loans")
    room.open(2, BOB)
    room.do(c.TakeBreak(2), BOB)
    room.clock.forward(120)
    assert alerts(room) == [("nobody_open", "loans", number)]


def test_a_customer_kept_for_a_colleague_who_is_not_there_is_stuck(room: Room) -> None:
    number = room.issue()
    all_open(room)
    room.do(Reassign(number, to_teller="zoe"), MIA)
    room.clock.forward(120)
    assert alerts(room) == [("nobody_open", "cash", number)]


# -- the law, the cap, the promise


@pytest.mark.parametrize(
    ("minutes", "problem"),
    [(23, None), (24, None), (24.1, "legal_limit_near"), (30, "legal_limit_near"), (30.1, "legal_limit")],
)
def test_the_laws_limit_is_told_beforehand_and_when_it_is_over(minutes: float, problem: str | None) -> None:
    room = a_room(a_setup(jurisdiction="br-manaus"))
    number = room.issue()
    room.open(1, ANN)
    room.open(2, BOB)
    room.clock.forward(minutes=minutes)
    assert alerts(room) == ([(problem, "cash", number)] if problem else [])


def test_with_every_counter_open_the_law_of_some_places_gives_longer() -> None:
    room = a_room(a_setup(jurisdiction="br-manaus"))
    room.issue()
    all_open(room)
    room.clock.forward(minutes=31)
    assert alerts(room) == []
    room.clock.forward(minutes=9.1)
    assert [problem for problem, *_ in alerts(room)] == ["age_cap", "legal_limit"]


def test_the_wait_after_a_transfer_is_a_new_one_for_the_law() -> None:
    room = a_room(a_setup(jurisdiction="br-uberaba"))
    room.issue()
    room.open(3, CEM)
    room.clock.forward(minutes=10)
    room.serve(3, CEM)
    room.do(c.Transfer(3, "loans"), CEM)
    room.clock.forward(minutes=11)
    assert alerts(room) == []


def test_nobody_waits_longer_than_anyone_should_without_an_alert(room: Room) -> None:
    number = room.issue("cash", priority="by-law")
    all_open(room)
    room.clock.forward(minutes=40)
    assert alerts(room) == [("age_cap", "cash", number)]


def test_a_promise_that_will_hardly_hold_is_told_once_for_a_service(room: Room) -> None:
    numbers = [room.issue() for _ in range(3)]
    all_open(room)
    ids = [room.ticket(number).id for number in numbers]
    late = (0.2, 0.6, 0.9)
    waiting = {id: Foreseen(0, 600, 300, chance) for id, chance in zip(ids, late, strict=True)}
    room.branch.outlook = Outlook(room.branch.seq, TUESDAY, {}, waiting)
    assert alerts(room) == [("promise_at_risk", "cash", numbers[1])]


def test_whoever_asked_for_a_few_minutes_needs_nobody_meanwhile_save_by_the_law() -> None:
    room = a_room(a_setup(jurisdiction="br-manaus"))
    number = room.issue(priority="by-law")
    all_open(room)
    late = {room.ticket(number).id: Foreseen(0, 600, 300, 0.9)}
    room.clock.forward(minutes=41)
    room.do(c.Hold(number), VISITOR)
    room.branch.outlook = Outlook(room.branch.seq, room.clock(), {}, late)
    assert alerts(room) == [("legal_limit", "cash", number)]
    room.do(c.Release(number), VISITOR)
    room.branch.outlook = Outlook(room.branch.seq, room.clock(), {}, late)
    assert [problem for problem, *_ in alerts(room)] == ["age_cap", "legal_limit", "promise_at_risk"]


# -- the service level


def visits(room: Room, count: int, waited_min: float) -> None:
    """So many come together, wait so long, and are served at once."""
    for _ in range(count):
        room.issue()
    room.clock.forward(minutes=waited_min)
    for _ in range(count):
        room.serve()
        room.do(c.Finish(1))


@pytest.mark.parametrize(("quick", "slow", "said"), [(15, 4, False), (16, 4, False), (15, 5, True), (0, 19, False)])
def test_too_few_called_in_time_is_told_where_there_were_enough_to_judge(quick: int, slow: int, said: bool) -> None:
    room = a_room(a_setup(rules=Rules(service_level_s=300)))
    room.open()
    visits(room, quick, 5)
    visits(room, slow, 5.1)
    assert alerts(room) == ([("service_level", "", "")] if said else [])


def test_who_left_after_the_target_was_not_served_in_time_and_who_left_early_is_not_counted() -> None:
    room = a_room(a_setup(rules=Rules(service_level_s=300)))
    room.open()
    visits(room, 16, 1)
    leaving = [room.issue() for _ in range(9)]
    for number in leaving[:4]:
        room.do(c.Cancel(number), KIOSK)
    room.clock.forward(minutes=6)
    for number in leaving[4:8]:
        room.do(c.Cancel(number), KIOSK)
    assert alerts(room) == []
    room.do(c.Cancel(leaving[8]), KIOSK)
    assert alerts(room) == [("service_level", "", "")]
    room.clock.forward(minutes=60)
    assert alerts(room) == []


# -- beginning and end


def test_an_alert_lasts_a_minute_at_least_and_is_raised_once(room: Room) -> None:
    room.issue("loans")
    room.open(1, ANN)
    room.clock.forward(120)
    assert len(alerts(room)) == 1
    assert watch(room.branch, room.clock()) == []
    room.open(2, BOB)
    room.clock.forward(59)
    assert len(alerts(room)) == 1
    room.clock.forward(1)
    assert alerts(room) == []
    (over,) = room.branch.alerts_over.values()
    assert (over.since, over.resolved_at) == (TUESDAY + 120_000, TUESDAY + 180_000)


def test_alerts_of_devices_are_left_alone(room: Room) -> None:
    room.do(c.RaiseAlert("printer", "nobody_open", "cash"), KIOSK)
    room.clock.forward(hours=1)
    assert watch(room.branch, room.clock()) == []


def test_when_the_day_is_over_nobody_is_alarmed(room: Room) -> None:
    room.issue("loans")
    room.clock.forward(120)
    assert len(alerts(room)) == 1
    room.do(c.CloseDay(), MIA)
    room.clock.forward(60)
    assert alerts(room) == []


def test_at_night_nobody_is_alarmed_and_who_works_late_still_is() -> None:
    room = a_room(a_setup(hours=NINE_TO_FIVE), moment("2024-03-05 16:55"))
    room.issue("loans")
    room.open(1, ANN)
    room.clock.forward(minutes=10)
    assert [problem for problem, *_ in alerts(room)] == ["nobody_open"]
    room.do(c.CloseCounter(1), ANN)
    room.clock.forward(minutes=10)
    assert alerts(room) == []
    room.clock.forward(hours=12)
    assert alerts(room) == []
