"""The branch as a scene: who stands in which line, what the counters do, what is expected."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lobby.queue import commands as c
from lobby.queue.appointments import LETTERS
from lobby.queue.calling import pick
from lobby.queue.services import Hours, Ratio, Reserve, Rules, Span
from lobby.waits.rates import Rates, Stream
from lobby.waits.scene import Line, Post, Scene
from lobby.waits.scene_of import BACK_S, scene_of
from lobby.waits.service_times import Learnt, distribution, learnt
from lobby.waits.simulation import simulate
from tests.builders import ANN, BOB, CASH, CEM, KIOSK, LOANS, PREMIUM, VISITOR, Room, a_room, a_setup

NEW = learnt([], a_setup())
TUESDAY_AT_NINE = (1, 18)


def seen(room: Room, known: Learnt = NEW) -> Scene:
    return scene_of(room.branch, room.clock(), known)


def line_of(room: Room, number: str) -> Line:
    scene = seen(room)
    return scene.lines[next(one.line for one in scene.waiting if one.id == room.ticket(number).id)]


# -- lines


def test_with_no_counter_open_there_is_nothing_to_see(room: Room) -> None:
    scene = seen(room)
    assert (scene.lines, scene.waiting, scene.posts) == ((), (), ())
    assert simulate(scene).joining == {}


def test_the_first_lines_are_those_of_customers_without_a_class_by_service(room: Room) -> None:
    room.issue("cash", priority="premium")
    room.open(1)
    assert [(line.service, line.priority, line.counters) for line in seen(room).lines] == [
        ("cash", "", (1,)),
        ("cards", "", (1,)),
        ("cash", "premium", (1,)),
    ]


def test_a_line_has_the_target_rank_and_credit_by_which_pick_goes(room: Room) -> None:
    room.open(3)
    plain, premium, by_law = (room.issue("loans", priority=code) for code in ("", "premium", "by-law"))
    assert line_of(room, plain).target_s == LOANS.target_s
    assert line_of(room, premium).credit_s == PREMIUM.credit_s
    assert line_of(room, by_law).rank == 1


def test_an_appointment_has_a_line_and_a_clock_of_its_own(room: Room) -> None:
    room.open(3)
    room.do(c.Book("loans", room.clock() + 600_000, code="ABC2345"), BOB)
    room.do(c.CheckIn("ABC2345"), KIOSK)
    room.clock.forward(60)
    scene = seen(room)
    (one,) = scene.waiting
    assert one.waited_s == -540
    assert scene.lines[one.line].target_s == LOANS.appointment_target_s


def test_a_newcomer_is_before_an_early_appointment_of_the_same_target() -> None:
    room = a_room(a_setup(services=(replace(CASH, appointment_target_s=CASH.target_s), LOANS)))
    room.open(3)
    room.do(c.Book("cash", room.clock() + 900_000, code="ABC2345"), BOB)
    room.issue("loans")
    room.serve(3)
    room.do(c.CheckIn("ABC2345"), KIOSK)
    scene = seen(room)
    simulated = simulate(scene)
    assert np.array_equal(simulated.joining[0], simulated.waits[:, 0])
    assert scene.waiting[0].line not in (0, 1)


@pytest.mark.parametrize(
    ("to", "counters"), [({"to_counter": 1}, (1,)), ({"to_teller": "bob"}, (3,)), ({"to_counter": 2}, ())]
)
def test_who_is_kept_for_a_counter_or_a_teller_is_called_there_alone(
    room: Room, to: dict[str, Any], counters: tuple[int, ...]
) -> None:
    """Counter 2 is closed."""
    for counter, actor in ((1, ANN), (3, BOB)):
        room.open(counter, actor)
    number = room.issue("cash")
    room.serve(1)
    room.do(c.Transfer(1, **to))
    line = line_of(room, number)
    assert line.counters == counters
    assert line.arrivals_per_s == 0


def test_who_needs_a_few_minutes_stands_alone_and_holds_nobody_up(room: Room) -> None:
    room.open(1)
    away, behind = room.issue("cash"), room.issue("cash")
    room.do(c.Hold(away), VISITOR)
    room.clock.forward(60)
    scene = seen(room)
    assert [(one.waited_s, one.away_s) for one in scene.waiting] == [(60, 240), (60, 0)]
    assert line_of(room, away) == replace(line_of(room, behind), arrivals_per_s=0.0)
    assert len({one.line for one in scene.waiting}) == 2
    waits = simulate(replace(scene, posts=(Post(1),))).waits
    assert waits[:, 1].max() == 0
    assert waits[:, 0].min() >= 240


def test_who_waits_for_what_nobody_gives_is_seen_and_not_called(room: Room) -> None:
    room.open(1)
    room.issue("loans")
    scene = seen(room)
    assert simulate(scene).waits.min() == inf


def test_ties_are_broken_as_pick_breaks_them(room: Room) -> None:
    """Cash and cards of the same second, with the same target: the first to be issued."""
    room.open(1)
    cards, cash = room.issue("cards"), room.issue("cash")
    scene = seen(room)
    made = pick(room.branch, room.branch.counter(1), room.clock())
    assert made is not None
    waits = dict(zip((one.id for one in scene.waiting), simulate(scene).waits[0], strict=True))
    assert waits[made.chosen.ticket.id] == 0
    assert waits[room.ticket(cards).id] < waits[room.ticket(cash).id]


comers = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 90, 700]),
        st.sampled_from(["cash", "cards", "loans"]),
        st.sampled_from(["", "", "premium", "by-law", "donor"]),
        st.sampled_from([None, None, 60, 900]),
        st.sampled_from([False, False, True]),
    ),
    min_size=1,
    max_size=10,
)
rules = st.sampled_from(
    [Rules(), Rules(900.0, 1.5), Rules(reserves=(Reserve(3, ("loans",)),)), Rules(ratios=(Ratio("premium", 1),))]
)


@settings(max_examples=40)
@given(comers, rules, st.booleans())
def test_the_first_in_the_simulation_is_the_one_whom_pick_calls(
    comers: list[tuple[int, str, str, int | None, bool]], rules: Rules, after_a_premium: bool
) -> None:
    """With appointments too, checked in two minutes after they were made for so many seconds later: late, or early; and
    with some who need a few minutes."""
    room = a_room(a_setup(rules=rules))
    room.open(3)
    if after_a_premium:
        room.do(c.CallTicket(3, room.issue("cash", priority="premium"), "asked for"))
        room.do(c.Start(3))
        room.do(c.Finish(3))
    for nth, (after_s, service, priority, slot_in_s, away) in enumerate(comers):
        room.clock.forward(after_s)
        if slot_in_s is None:
            room.issue(service, priority=priority)
        else:
            code = f"LATE{LETTERS[nth]}"
            room.do(c.Book(service, room.clock() + slot_in_s * 1000, code=code), BOB)
            room.clock.forward(120)
            room.do(c.CheckIn(code), KIOSK)
        if away:
            room.do(c.Hold(next(reversed(room.branch.tickets))), VISITOR)
    scene = seen(room)
    scene = replace(scene, posts=(Post(3),))  # it was left alone for long, but calls now
    at_once = [one.id for one, wait in zip(scene.waiting, simulate(scene, paths=1).waits[0], strict=True) if wait == 0]
    made = pick(room.branch, room.branch.counter(3), room.clock())
    assert at_once == ([made.chosen.ticket.id] if made is not None else [])


# -- who is expected


def busy(per_half_hour: float, stream: Stream) -> Learnt:
    """So many come in each half-hour."""
    return replace(NEW, rates=Rates({stream: {TUESDAY_AT_NINE: 1}}, {TUESDAY_AT_NINE: 1.0}, per_half_hour))


def test_who_comes_is_as_learnt_for_the_half_hour(room: Room) -> None:
    room.open(1)
    scene = seen(room, busy(6, Stream("cash", "premium", False)))
    assert [(line.priority, line.arrivals_per_s) for line in scene.lines] == [
        ("", 0),
        ("", 0),
        ("premium", pytest.approx(6 / 1800)),
    ]


def test_who_comes_rarely_and_who_comes_for_what_nobody_gives_is_not_expected(room: Room) -> None:
    room.open(1)
    assert len(seen(room, busy(0.1, Stream("cash", "premium", False))).lines) == 2
    assert len(seen(room, busy(6, Stream("loans", "", False))).lines) == 2


def test_nobody_is_expected_after_the_doors_close() -> None:
    hours = Hours({"tue": (Span(540, 720), Span(780, 960))})
    room = a_room(a_setup(hours=hours))
    room.open(1)
    assert seen(room).closes_in_s == 7 * 3600
    room.clock.forward(hours=8)
    assert seen(room).closes_in_s == 0
    assert seen(a_room()).closes_in_s == inf


# -- counters


def test_a_free_counter_has_been_idle_since_its_last_customer(room: Room) -> None:
    room.open(1)
    room.clock.forward(30)
    assert seen(room).posts == (Post(1, "free", idle_s=30, skills=2),)


def test_a_counter_that_gives_everything_has_as_many_skills(room: Room) -> None:
    room.open(3)
    assert seen(room).posts[0].skills == 3


def test_a_service_has_lasted_since_its_start_without_the_time_in_the_park(room: Room) -> None:
    room.open(1)
    number = room.issue("cash")
    room.serve(1)
    room.clock.forward(40)
    assert seen(room).posts[0] == Post(1, "serving", "cash", 40, skills=2)
    room.do(c.Park(1, "form"))
    room.clock.forward(600)
    room.do(c.Resume(1, number))
    room.clock.forward(5)
    assert seen(room).posts[0].for_s == 45


def test_a_called_customer_is_on_the_way_at_first_and_then_as_good_as_there(room: Room) -> None:
    room.open(1)
    room.issue("cash")
    room.call(1)
    room.clock.forward(5)
    assert seen(room).posts[0].for_s == 5 - NEW.call_s
    room.clock.forward(60)
    assert seen(room).posts[0].for_s == 0


def test_a_counter_on_a_break_comes_back_when_breaks_of_that_length_end(room: Room) -> None:
    known = replace(NEW, breaks=distribution([600.0] * 20, 900))
    room.open(1)
    room.do(c.TakeBreak(1, "lunch"))
    room.clock.forward(200)
    assert seen(room, known).posts[0] == Post(1, "away", back_in_s=400, skills=2)
    room.clock.forward(minutes=30)
    assert seen(room, known).posts[0].back_in_s == BACK_S


def test_a_counter_that_could_call_and_long_does_not_is_away_without_a_word(room: Room) -> None:
    """Open and free for twenty minutes, with somebody there for six of them: as after six minutes of a break."""
    known = replace(NEW, breaks=distribution([600.0] * 20, 900))
    room.open(1)
    room.clock.forward(minutes=14)
    room.issue("loans")
    room.issue("cash")
    room.clock.forward(minutes=4)
    assert seen(room, known).posts[0].doing == "free"
    room.clock.forward(minutes=2)
    assert seen(room, known).posts[0] == Post(1, "away", back_in_s=240, skills=2)
    room.do(c.Cancel(room.ticket("A001").id), KIOSK)
    assert seen(room, known).posts[0].doing == "free"


def test_a_counter_is_not_away_for_the_time_in_which_its_only_customer_was(room: Room) -> None:
    room.open(1)
    number = room.issue("cash")
    room.do(c.Hold(number), VISITOR)
    room.clock.forward(minutes=20)
    room.do(c.Hold(room.issue("cash")), VISITOR)
    assert seen(room).posts[0].doing == "away", "it could have called for fifteen minutes"
    room.do(c.Cancel(number), VISITOR)
    room.clock.forward(minutes=5, seconds=30)
    assert seen(room).posts[0].doing == "free", "the only one who waits is back for half a minute"


# -- the rest


def test_the_rules_in_force_and_the_calls_in_a_row_are_seen() -> None:
    rules = Rules(900.0, 2.0, reserves=(Reserve(1, ("cash",)),), ratios=(Ratio("premium", 2),))
    room = a_room(a_setup(rules=rules))
    for counter, actor in ((1, ANN), (3, CEM)):
        room.open(counter, actor)
        room.issue("cash", priority="premium")
        room.call(counter, actor)
    rule = seen(room).rule
    assert (rule.age_cap_s, rule.age_cap_targets, rule.reserves, rule.ratios) == (900, 2, rules.reserves, rules.ratios)
    assert rule.in_a_row == ("premium", 2)


def test_a_service_keeps_its_counter_until_the_next_can_be_called(room: Room) -> None:
    room.open(1)
    known = replace(NEW, times={"cash": distribution([100.0] * 20, 300)}, turnover_s=20.0)
    assert set(seen(room, known).times["cash"].ascending) == {120.0}


def test_times_are_there_for_every_service_that_is_waited_for_or_served(room: Room) -> None:
    room.open(1)
    room.issue("loans")
    known = replace(NEW, times={})
    assert set(seen(room, known).times) == {"cash", "cards", "loans"}
    assert seen(room, known).times["cash"].mean_s == pytest.approx(CASH.mean_service_s, rel=0.05)
