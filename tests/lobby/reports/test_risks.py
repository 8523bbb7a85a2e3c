"""Who waits too long, or will: the gravest reason for each, the worst first."""

from __future__ import annotations

from typing import Any

import msgspec

from lobby.queue import commands as c
from lobby.queue.events import Promise
from lobby.queue.outlook import Foreseen, Outlook
from lobby.reports.live import live_figures
from lobby.reports.risks import at_risk
from tests.builders import BOB, VISITOR, Room, a_room, a_setup

MINUTE_S = 60


def waiting(minutes: float = 0, promise: Promise | None = None, **setup: Any) -> Room:
    """Somebody waits for cash (target ten minutes), for so long already, and was told so much."""
    room = a_room(a_setup(**setup))
    room.open(3, BOB)
    room.issue()
    (ticket,) = room.branch.waiting_tickets()
    room.branch.put(msgspec.structs.replace(ticket, promise=promise))
    room.clock.forward(minutes=minutes)
    return room


def told(low_min: int, high_min: int) -> Promise:
    return Promise(low_min * MINUTE_S, high_min * MINUTE_S)


def reasons(room: Room) -> list[tuple[str, int]]:
    return [(risk.reason, risk.over_s) for risk in at_risk(room.branch, room.clock.now)]


def test_who_waits_within_everything_is_not_at_risk() -> None:
    assert reasons(waiting(9, told(5, 12))) == []


def test_beyond_the_target_counts_although_nothing_was_told() -> None:
    assert reasons(waiting(10)) == []
    assert reasons(waiting(11)) == [("target", 60)]


def test_what_was_told_weighs_more_than_the_target() -> None:
    assert reasons(waiting(15, told(5, 12))) == [("broken", 180)]
    assert reasons(waiting(15, told(5, 20))) == [("target", 300)]


def test_a_promise_that_will_hardly_hold_is_at_risk_before_it_breaks() -> None:
    room = waiting(6, told(5, 12))
    (ticket,) = room.branch.waiting_tickets()
    late = {ticket.id: Foreseen(300.0, 900.0, 600.0, late=0.8)}
    room.branch.outlook = Outlook(room.branch.seq, room.clock.now, waiting=late)
    assert reasons(room) == [("promise", -360)]  # six of twelve minutes are left
    room.branch.outlook = Outlook(
        room.branch.seq, room.clock.now, waiting={ticket.id: Foreseen(60.0, 300.0, 120.0, 0.1)}
    )
    assert reasons(room) == []


def test_the_law_weighs_most() -> None:
    assert reasons(waiting(25, told(5, 12), jurisdiction="br-uberaba")) == [("law", 300)]


def test_who_asked_for_a_few_minutes_is_at_risk_by_the_law_alone() -> None:
    for minutes, setup, meanwhile, afterwards in (
        (11, {}, [], [("target", 60)]),
        (15, {}, [], [("broken", 180)]),
        (25, {"jurisdiction": "br-uberaba"}, [("law", 300)], [("law", 300)]),
    ):
        room = waiting(minutes, told(5, 12), **setup)
        room.do(c.Hold("A001"), VISITOR)
        assert reasons(room) == meanwhile
        room.do(c.Release("A001"), VISITOR)
        assert reasons(room) == afterwards


def test_a_promise_to_who_asked_for_a_few_minutes_in_time_is_not_judged_today_either() -> None:
    for minutes, promised in ((12, 0), (13, 1)):
        room = waiting(minutes, told(5, 12))
        room.do(c.Hold("A001"), VISITOR)
        room.do(c.CallTicket(3, "A001", "stands here"), BOB)
        room.do(c.Start(3), BOB)
        assert live_figures(room.branch, room.clock.now).promised == promised


def test_the_worst_come_first_and_the_services_know_how_many() -> None:
    room = waiting(5, told(1, 2))
    room.issue("cards")
    room.clock.forward(minutes=12)
    room.issue()
    risks = at_risk(room.branch, room.clock.now)
    assert [(risk.number, risk.reason) for risk in risks] == [("A001", "broken"), ("C001", "target")]
    live = live_figures(room.branch, room.clock.now)
    assert live.at_risk_count == 2
    assert {service.code: service.at_risk for service in live.services if service.at_risk} == {"cash": 1, "cards": 1}


def test_the_latest_calls_say_by_which_rule_after_which_wait_and_where() -> None:
    room = waiting(3)
    room.issue("cards")
    room.open(1)
    room.serve(1)
    room.clock.forward(minutes=1)
    room.call(3, BOB)
    latest, first = live_figures(room.branch, room.clock.now).calls
    assert (first.number, first.counter, first.waited_s, first.rule) == ("A001", 1, 180, "index")
    assert (latest.number, latest.counter, latest.waited_s) == ("C001", 3, 60)
