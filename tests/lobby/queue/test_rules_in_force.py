"""Rules have versions in the journal: recorded when they change, once, and enough to go by again."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import msgspec

from lobby.desk import Desk
from lobby.past_calls import ledger, recorded_between, why_ticket
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.given import Actor
from lobby.queue.rules_in_force import RulesChanged, TakeUpRules, rule_set
from lobby.queue.services import CounterPlace, PriorityClass, Ratio, Reserve, Rules
from tests.builders import ANN, KIOSK, MIA, TUESDAY, Clock, a_desk, a_room, a_service, a_setup

SERVER = Actor("lobby", "server")
keys = count()


def do(desk: Desk, command: c.Command, actor: Actor = ANN) -> int:
    return desk.submit(command, key=f"key-{next(keys)}", actor=actor).seq


def test_the_first_rules_are_version_one_and_the_same_rules_are_recorded_once() -> None:
    room = a_room()
    [made] = room.do(TakeUpRules())
    assert isinstance(made, RulesChanged)
    assert (made.version, made.before, made.digest) == (1, 0, rule_set(a_setup()).digest)
    assert room.do(TakeUpRules()) == []
    assert (room.branch.rules.version, room.branch.rules.seq) == (1, 1)


def test_rules_that_come_back_get_a_new_version_and_their_old_digest(tmp_path: Path) -> None:
    setups = [a_setup(), a_setup(rules=Rules(age_cap_s=1800)), a_setup()]
    for setup in setups:
        desk = a_desk(tmp_path, setup=setup)
        do(desk, TakeUpRules(), SERVER)
        do(desk, TakeUpRules(), SERVER)
        desk.close()
    changes = [recorded.event for recorded in desk.journal.read() if isinstance(recorded.event, RulesChanged)]
    assert [(one.version, one.before) for one in changes] == [(1, 0), (2, 1), (3, 2)]
    assert changes[0].digest == changes[2].digest != changes[1].digest


def test_whatever_decides_a_call_is_a_rule_and_whatever_does_not_is_none() -> None:
    def digest(**changes: object) -> str:
        return rule_set(a_setup(**changes)).digest

    same = digest()
    assert digest(names={"en": "Another name"}) == same
    assert digest(rules=Rules(undo_s=99, no_show_grace_s=1, service_level_s=5)) == same
    assert digest(services=tuple(reversed(a_setup().services.values()))) == same
    for change in (
        {"services": (a_service("cash", "A", target_s=601.0),)},
        {"services": (a_service("cash", "A", appointment_target_s=301.0),)},
        {"counters": (CounterPlace(1), CounterPlace(2, "Two", ("loans",)), CounterPlace(3))},
        {"priorities": (PriorityClass("premium", {"en": "Premium"}, credit_s=121.0),)},
        {"rules": Rules(age_cap_s=1)},
        {"rules": Rules(age_cap_targets=2)},
        {"rules": Rules(appointment_grace_s=1)},
        {"rules": Rules(reserves=(Reserve(3, ("loans",)),))},
        {"rules": Rules(ratios=(Ratio("premium", 1),))},
        {"jurisdiction": "br-manaus"},
    ):
        assert digest(**change) != same, change


def test_rules_put_over_another_setup_decide_as_they_did() -> None:
    old = a_setup(
        services=(a_service("cash", "A", target_s=60.0), a_service("loans", "L", target_s=90.0)),
        counters=(CounterPlace(1, "One", ("cash",)), CounterPlace(3)),
        priorities=(PriorityClass("premium", {"en": "Premium"}, credit_s=5.0, law="x"),),
        rules=Rules(age_cap_s=100, reserves=(Reserve(3, ("loans",)),), ratios=(Ratio("premium", 2),)),
        jurisdiction="br-uberaba",
    )
    kept = msgspec.json.decode(msgspec.json.encode(rule_set(old)), type=type(rule_set(old)))
    now = a_setup(rules=Rules(undo_s=77))
    again = rule_set(kept.over(now))
    assert again.services["cash"] == kept.services["cash"]
    assert again.classes["premium"] == kept.classes["premium"]
    assert (again.counters[1], again.reserves, again.ratios) == (("cash",), kept.reserves, kept.ratios)
    assert (again.age_cap_s, again.law) == (100, "br-uberaba")
    assert kept.over(now).rules.undo_s == 77
    assert again.services["cards"] == rule_set(now).services["cards"], "what the old rules did not know stays"


def test_what_the_branch_has_lost_since_is_there_again_under_the_old_rules() -> None:
    old = rule_set(a_setup())
    lost = a_setup(services=(a_service("tea", "T"),), counters=(CounterPlace(7),), priorities=())
    again = rule_set(old.over(lost))
    assert {**again.services, **old.services} == again.services
    assert (again.classes, again.counters) == (old.classes, {**old.counters, 7: ()})


def test_a_branch_with_nothing_but_rules_may_still_be_a_rehearsal() -> None:
    room = a_room()
    room.do(TakeUpRules())
    [made] = room.do(c.StartRehearsal(), MIA)
    assert isinstance(made, e.RehearsalStarted)


def test_a_snapshot_knows_the_rules_in_force(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    do(desk, TakeUpRules(), SERVER)
    desk.close()
    assert a_desk(tmp_path).state.rules == desk.state.rules


# -- calls of another day, under the rules of that day


def two_days(folder: Path) -> Desk:
    """On Tuesday loans have a target of 10 min, since Wednesday of 100: L001 goes before A001, then not any more."""
    clock = Clock()
    loans = a_service("loans", "L", target_s=600.0)
    for target_s in (600.0, 6000.0):
        setup = a_setup(services=(a_service("cash", "A"), msgspec.structs.replace(loans, target_s=target_s)))
        desk = a_desk(folder, setup=setup, clock=clock)
        do(desk, TakeUpRules(), SERVER)
        do(desk, c.OpenCounter(3))
        do(desk, c.Issue("loans"), KIOSK)
        clock.forward(60)
        do(desk, c.Issue("cash"), KIOSK)
        clock.forward(30)
        do(desk, c.CallNext(3))
        do(desk, c.Start(3))
        do(desk, c.Finish(3))
        do(desk, c.CallNext(3))
        clock.forward(hours=24)
    return desk


def test_a_call_of_another_day_is_explained_by_the_rules_of_that_day(tmp_path: Path) -> None:
    desk = two_days(tmp_path)
    tuesday = why_ticket(desk.journal, desk.state, "L001", "2024-03-05")
    wednesday = why_ticket(desk.journal, desk.state, "L001", "2024-03-06")
    assert [(one.rules, one.as_ruled, one.index) for one in tuesday.calls] == [(1, True, 0.15)]
    assert [place.number for place in tuesday.calls[0].ranked] == ["L001", "A001"]
    assert [(one.rules, one.as_ruled) for one in wednesday.calls] == [(2, True)]
    assert [[one.by_number for one in day.overtaken] for day in (tuesday, wednesday)] == [[], ["A001"]]


def test_a_day_before_any_rules_on_record_is_shown_by_the_oldest_and_not_judged(tmp_path: Path) -> None:
    """Nothing was recorded on Monday; on Wednesday loans got another target, and counter 3 went. By today's rules
    Monday's call would be another one, at a counter that is not there."""
    clock, loans = Clock(TUESDAY - 24 * 3600 * 1000), a_service("loans", "L", target_s=600.0)
    counters = (CounterPlace(1), CounterPlace(3))
    for day, (target_s, there) in enumerate([(600.0, counters), (600.0, counters), (6000.0, counters[:1])]):
        services = (a_service("cash", "A"), msgspec.structs.replace(loans, target_s=target_s))
        desk = a_desk(tmp_path, setup=a_setup(services=services, counters=there), clock=clock)
        if day:
            do(desk, TakeUpRules(), SERVER)
        number = there[-1].number
        do(desk, c.OpenCounter(number))
        do(desk, c.Issue("loans"), KIOSK)
        clock.forward(60)
        do(desk, c.Issue("cash"), KIOSK)
        clock.forward(30)
        do(desk, c.CallNext(number))
        clock.forward(hours=24)
    days = [ledger(desk.journal, desk.state, day) for day in ("2024-03-04", "2024-03-05", "2024-03-06")]
    assert [(day.calls, day.unjudged, day.otherwise, day.broken) for day in days] == [
        (1, 1, (), ()),
        (1, 0, (), ()),
        (1, 0, (), ()),
    ]
    monday = why_ticket(desk.journal, desk.state, "L001", "2024-03-04")
    assert [(one.rules, one.as_ruled, one.counter) for one in monday.calls] == [(0, None, 3)]
    assert [(place.number, place.index) for place in monday.calls[0].ranked] == [("L001", 0.15), ("A001", 0.05)]


def test_a_counter_that_was_gone_before_any_rules_were_on_record_is_there_again(tmp_path: Path) -> None:
    clock = Clock()
    desk = a_desk(tmp_path, clock=clock)
    for command, actor in ((c.OpenCounter(2), ANN), (c.Issue("loans"), KIOSK), (c.CallNext(2), ANN)):
        do(desk, command, actor)
    clock.forward(hours=24)
    desk = a_desk(tmp_path, setup=a_setup(counters=(CounterPlace(3),)), clock=clock)
    do(desk, TakeUpRules(), SERVER)
    [call] = why_ticket(desk.journal, desk.state, "L001", "2024-03-05").calls
    assert (call.counter, [place.number for place in call.ranked]) == (2, ["L001"])
    assert ledger(desk.journal, desk.state, "2024-03-05").calls == 1


def test_the_rules_before_a_day_are_found_without_searching(tmp_path: Path) -> None:
    desk = two_days(tmp_path)
    found = list(recorded_between(desk.journal, desk.state, desk.state.day_start - 86_400_000, desk.state.day_start))
    assert [recorded.seq for recorded in found if isinstance(recorded.event, RulesChanged)] == [1]
    assert not list(recorded_between(desk.journal, desk.state, 0, 1))
