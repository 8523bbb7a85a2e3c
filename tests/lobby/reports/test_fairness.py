"""The fairness ledger: overtakes counted by hand, every rule told from the others, and the bound for any stream."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.calling import pick
from lobby.queue.rules_in_force import TakeUpRules, rule_set
from lobby.queue.services import CounterPlace, PriorityClass, Ratio, Reserve, Rules
from lobby.reports.calls import Made, calls_made
from lobby.reports.fairness import Ledger, Sufferer, fairness, jain
from lobby.reports.overtakes import Overtake, overtakes
from tests.builders import ANN, BOB, CEM, KIOSK, VISITOR, Room, a_room, a_service, a_setup

PEOPLE = {1: ANN, 2: BOB, 3: CEM}


def ledger(room: Room) -> Ledger:
    return fairness(room.branch.setup, room.history)


def a_day(**rules: Any) -> Room:
    """A day under these rules, which are on record."""
    room = a_room(a_setup(rules=Rules(**rules)))
    room.do(TakeUpRules())
    return room


def serve_all(room: Room, counter: int = 3) -> list[str]:
    """Everybody who waits for the counter, in the order of the calls, a minute each."""
    if not room.branch.counter(counter).open:
        room.open(counter)
    called = []
    while pick(room.branch, room.branch.counter(counter), room.clock()):
        called.append(room.serve(counter))
        room.clock.forward(60)
        room.do(c.Finish(counter))
    return called


def test_first_come_first_served_has_no_overtakes_and_is_perfectly_even() -> None:
    room = a_day()
    for _ in range(3):
        room.issue()
        room.clock.forward(60)
    assert serve_all(room) == ["A001", "A002", "A003"]
    made = ledger(room)
    assert (made.calls, made.tickets, made.by_rule, made.between, made.worst) == (3, 3, {}, (), ())
    assert made.jain == pytest.approx(1.0)


def test_an_overtake_is_counted_where_the_younger_clock_is_called_first() -> None:
    """Loans since 0 s and cash since 240 s, at 600 s: 0.5 against 0.6, so cash goes first, 240 s later than loans."""
    room = a_day()
    room.issue("loans")
    room.clock.forward(240)
    room.issue("cash")
    room.clock.forward(360)
    assert serve_all(room) == ["A001", "L001"]
    made = ledger(room)
    assert made.by_rule == {"index": 1}
    [between] = made.between
    assert (between.service, between.by_service, between.rule, between.count) == ("loans", "cash", "index", 1)
    assert (between.longest_later_s, between.bound_s) == (240, 3600 * (1 - 600 / 1200))
    assert made.worst == (Sufferer("2024-03-05-L001", "L001", (("A001", "index"),)),)


@pytest.mark.parametrize(
    ("rules", "first", "second", "wait", "rule", "bound_s"),
    [
        ({}, ("cash", ""), ("cash", "by-law"), 0, "statutory", None),
        ({}, ("cash", ""), ("cash", "premium"), 0, "index", 120),
        ({"age_cap_targets": 2.0}, ("loans", ""), ("cash", ""), 1200, "age_cap", 1200),
        ({"reserves": (Reserve(3, services=("loans",)),)}, ("cash", ""), ("loans", ""), 700, "reserve", 2400),
    ],
)
def test_each_rule_is_told_from_the_others(
    rules: dict[str, Any],
    first: tuple[str, str],
    second: tuple[str, str],
    wait: int,
    rule: str,
    bound_s: float | None,
) -> None:
    room = a_day(**rules)
    room.issue(first[0], priority=first[1])
    room.clock.forward(60)
    late = room.issue(second[0], priority=second[1])
    room.clock.forward(wait)
    assert serve_all(room)[0] == late
    made = ledger(room)
    assert made.by_rule == {rule: 1}
    assert made.between[0].bound_s == bound_s
    assert (made.broken, made.otherwise) == ((), ())


def test_a_ratio_explains_what_no_index_would() -> None:
    room = a_day(ratios=(Ratio("premium", 1),))
    for priority in ("premium", "premium", ""):
        room.issue(priority=priority)
        room.clock.forward(1)
    assert serve_all(room) == ["A001", "A003", "A002"]
    assert ledger(room).by_rule == {"ratio": 1}


def test_calls_by_hand_and_to_other_counters_are_counted_apart() -> None:
    room = a_day()
    room.issue("loans")
    room.clock.forward(1)
    room.issue("cash")
    room.clock.forward(1)
    room.issue("cash")
    room.open(1)
    room.do(c.CallTicket(1, "A002", "in a hurry"))
    made = ledger(room)
    assert made.by_rule == {"by_hand": 2}
    room.do(c.Start(1))
    room.do(c.Finish(1))
    room.call(1)
    made = ledger(room)
    assert made.by_rule == {"by_hand": 2, "elsewhere": 1}
    assert (made.broken, made.otherwise) == ((), ())


def test_a_call_that_was_undone_overtook_nobody() -> None:
    room = a_day()
    room.issue()
    room.clock.forward(1)
    room.issue(priority="by-law")
    room.open(3)
    room.call(3)
    room.do(c.UndoStep(3))
    made = ledger(room)
    assert (made.calls, made.by_rule) == (0, {})


def test_nobody_is_overtaken_while_away_at_the_own_wish() -> None:
    room = a_day()
    for _ in range(3):
        room.issue()
        room.clock.forward(60)
    room.do(c.Hold("A001"), VISITOR)
    room.open(3)
    assert room.call(3) == "A002"
    assert ledger(room).by_rule == {}
    room.do(c.Start(3))
    room.do(c.Finish(3))
    room.do(c.Release("A001"), VISITOR)
    room.do(c.CallTicket(3, "A003", "in a hurry"))
    made = ledger(room)
    assert (made.by_rule, made.broken, made.otherwise) == ({"by_hand": 1}, (), ())


def test_a_call_that_no_rule_allows_is_named() -> None:
    """What a journal written by other rules than it says would hold."""
    room = a_day()
    room.issue()
    room.clock.forward(60)
    room.issue()
    room.open(3)
    room.happen(e.TicketCalled("2024-03-05-A002", 3, "ann", "index", 0, 600, 0.0))
    made = ledger(room)
    assert [(one.number, one.by_number, one.rule) for one in made.broken] == [("A001", "A002", "index")]
    assert made.otherwise == (room.branch.seq,)


@pytest.mark.parametrize("rule", ["age_cap", "statutory", "reserve", "ratio"])
def test_a_rule_that_is_only_claimed_excuses_nothing(rule: str) -> None:
    room = a_day()
    room.issue()
    room.clock.forward(60)
    room.issue()
    room.open(3)
    room.happen(e.TicketCalled("2024-03-05-A002", 3, "ann", rule, 0, 600, 0.0))
    assert [one.by_number for one in ledger(room).broken] == ["A002"]


def test_the_ledger_goes_by_the_rules_that_were_in_force() -> None:
    """In the morning loans had a target of 10 min; since then it is 100. Under today's rules the morning's call is
    another one."""
    loans = a_service("loans", "L", target_s=600.0)
    morning = a_setup(services=(a_service("cash", "A"), loans))
    room = a_room(morning)
    room.do(TakeUpRules())
    room.issue("loans")
    room.clock.forward(60)
    room.issue("cash")
    room.clock.forward(30)
    assert serve_all(room)[0] == "L001"
    today = a_setup(services=(a_service("cash", "A"), msgspec.structs.replace(loans, target_s=6000.0)))
    made = fairness(today, room.history)
    assert (made.broken, made.otherwise) == ((), ())
    [first, *rest] = room.history
    under_todays = e.RulesChanged(1, "", rule_set(today))
    assert fairness(morning, [msgspec.structs.replace(first, event=under_todays), *rest]).otherwise


def test_calls_without_rules_on_record_are_counted_and_not_judged() -> None:
    room = a_room()
    room.issue()
    room.clock.forward(60)
    room.issue()
    room.open(3)
    room.happen(e.TicketCalled("2024-03-05-A002", 3, "ann", "index", 0, 600, 0.0))
    made = ledger(room)
    assert (made.calls, made.unjudged, made.by_rule) == (1, 1, {"index": 1})
    assert (made.broken, made.otherwise) == ((), ())
    room.do(c.UndoStep(3))
    assert ledger(room).unjudged == 0


def test_a_rule_set_takes_up_nothing_of_the_one_before_it() -> None:
    """Premium had a rank for one morning. A class that the rules in force do not name has none."""
    ranked = a_setup(priorities=(PriorityClass("premium", {}, rank=1),))
    plain = a_setup(priorities=())
    room = a_room(ranked)
    room.do(TakeUpRules())
    room.issue()
    room.clock.forward(60)
    room.issue(priority="premium")
    room.branch.setup = plain
    room.do(TakeUpRules())
    assert serve_all(room) == ["A001", "A002"]
    assert fairness(plain, room.history).otherwise == ()


@pytest.mark.parametrize(("shares", "index"), [([1, 1, 1], 1.0), ([1, 0, 0, 0], 0.25), ([1, 2, 3], 36 / 42)])
def test_jains_index_by_hand(shares: list[float], index: float) -> None:
    assert jain(shares) == pytest.approx(index)


def test_where_nobody_waited_there_is_no_index() -> None:
    assert jain([]) is None
    assert jain([0.0, 0.0]) is None


# -- for any stream

CLASSES = ("", "", "", "premium", "by-law", "donor", "quick")
QUICK = PriorityClass("quick", {"en": "Quick"}, target_s=240.0)
COMERS = st.tuples(
    st.integers(0, 400),
    st.sampled_from(["cash", "cards", "loans"]),
    st.sampled_from(CLASSES),
    st.sampled_from([None, None, None, 600, 1500]),
)
RESERVES = [(), (Reserve(3, ("loans",)),), (Reserve(3, (), ("premium",), 0.5), Reserve(1, ("cards",)))]
CALLS = st.lists(st.tuples(st.integers(0, 700), st.sampled_from([1, 2, 3, 3])), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(
    day=st.lists(st.tuples(COMERS, CALLS), min_size=4, max_size=14),
    targets=st.tuples(*[st.sampled_from([120.0, 600.0, 1200.0])] * 3),
    caps=st.tuples(st.sampled_from([600.0, 1800.0, 1e9]), st.sampled_from([1.0, 3.0])),
    reserves=st.sampled_from(
        [(), (Reserve(3, ("loans",)),), (Reserve(3, (), ("premium",), 0.5), Reserve(1, ("cards",)))]
    ),
    ratios=st.sampled_from([(), (Ratio("premium", 1),), (Ratio("premium", 2), Ratio("quick", 1))]),
)
def test_nobody_is_overtaken_beyond_what_the_rules_allow(
    day: list[Any],
    targets: tuple[float, float, float],
    caps: tuple[float, float],
    reserves: tuple[Reserve, ...],
    ratios: tuple[Ratio, ...],
) -> None:
    """Whatever comes, whenever somebody calls: the facts of each overtake bear out the rule that it is put down to; it
    came no later than the bound; and of each kind no more went before than came within the bound."""
    names = zip(("cash", "cards", "loans"), "ACL", targets, strict=True)
    setup = a_setup(
        services=tuple(a_service(code, prefix, target_s=target) for code, prefix, target in names),
        counters=(CounterPlace(1, "", ("cash", "cards")), CounterPlace(2, "", ("loans",)), CounterPlace(3)),
        priorities=(*a_setup().priorities.values(), QUICK),
        rules=Rules(age_cap_s=caps[0], age_cap_targets=caps[1], reserves=reserves, ratios=ratios),
    )
    room = a_room(setup)
    room.do(TakeUpRules())
    for number, who in PEOPLE.items():
        room.open(number, who)
    for (gap, service, priority, slot), calls in day:
        room.clock.forward(gap)
        appointment = None if slot is None else room.clock() + slot * 1000
        room.do(c.Issue(service, priority=priority, appointment=appointment), KIOSK)
        if gap % 5 == 0:
            _ask_for_time(room, gap)
        for pause, number in calls[: gap % 4]:
            room.clock.forward(pause)
            _call(room, number)
    for _ in range(len(day)):
        room.clock.forward(200)
        for number in PEOPLE:
            _call(room, number)
    made = ledger(room)
    assert (made.broken, made.otherwise) == ((), ())
    came = room.branch.tickets
    suffered: dict[tuple[str, str, str, str], int] = {}
    for between in made.between:
        if between.bound_s is not None:
            assert between.longest_later_s <= between.bound_s + 1e-6
    for one in _overtakes(room):
        if one.bound_s is not None:
            assert one.later_s <= one.bound_s + 1e-6
            kind = (one.ticket, one.by_service, one.by_priority, one.rule)
            suffered[kind] = suffered.get(kind, 0) + 1
            since = came[one.ticket].since
            within = [
                t
                for t in came.values()
                if (t.service, t.priority) == (one.by_service, one.by_priority)
                and t.id != one.ticket
                and 0 <= t.since - since <= one.bound_s * 1000 + 1
            ]
            assert suffered[kind] <= len(within)


def _ask_for_time(room: Room, seed: int) -> None:
    """One of those who wait needs a few minutes, where that is possible yet."""
    waiting = [ticket for ticket in room.branch.waiting_tickets() if not ticket.held]
    if waiting:
        room.do(c.Hold(waiting[seed % len(waiting)].id), VISITOR)


def _call(room: Room, number: int) -> None:
    """Call, serve and finish, where there is somebody."""
    who = PEOPLE[number]
    if room.do(c.WaitForNext(number), who) and room.branch.counter(number).ready:
        room.do(c.StopWaiting(number), who)
    elif room.branch.counter(number).ticket:
        room.do(c.Start(number), who)
        room.do(c.Finish(number), who)


def _overtakes(room: Room) -> list[Overtake]:
    return [
        one for made in calls_made(room.branch.setup, room.history) if isinstance(made, Made) for one in overtakes(made)
    ]
