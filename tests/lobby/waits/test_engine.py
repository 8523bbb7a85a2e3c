"""The engine: the same calls as `pick` makes, in the same order, with every rule; and what it does besides."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lobby.queue import commands as c
from lobby.queue.calling import free_counters, pick
from lobby.queue.services import PriorityClass, Ratio, Reserve, Rules, Setup
from lobby.waits.engine import run
from lobby.waits.play import Crowd, Floats, Play, Played, Shift
from lobby.waits.scene import Line, Rule
from lobby.waits.scene_of import scene_of
from lobby.waits.service_times import learnt
from tests.builders import ANN, BOB, BY_LAW, CEM, DONOR, PREMIUM, TUESDAY, Room, a_room, a_setup

VIP = PriorityClass("vip", {"en": "VIP"}, target_s=150.0)
TELLERS = {1: ANN, 2: BOB, 3: CEM}
ALWAYS = np.array([[-np.inf, np.inf]])
NO_CAP = Rule(1e12, 1e12)


# -- against `pick`, call by call


class Customer(NamedTuple):
    """Comes so many seconds after the one before, and keeps a counter for so long."""

    after_s: int
    service: str
    priority: str
    keeps_s: int


customers = st.lists(
    st.builds(
        Customer,
        st.sampled_from([0, 0, 1, 30, 60, 200]),
        st.sampled_from(["cash", "cash", "cards", "loans"]),
        st.sampled_from(["", "", "", "premium", "vip", "by-law", "donor"]),
        st.sampled_from([30, 60, 90, 300, 600]),
    ),
    min_size=1,
    max_size=12,
)
reserves = st.sampled_from(
    [
        (),
        (Reserve(3, services=("loans",), until=0.5),),
        (Reserve(1, services=("cards",), priorities=("vip",)), Reserve(3, priorities=("premium",), until=2.0)),
    ]
)
ratios = st.sampled_from([(), (Ratio("premium", 1),), (Ratio("premium", 2), Ratio("vip", 1))])
rules = st.builds(
    Rules,
    age_cap_s=st.sampled_from([400.0, 3600.0]),
    age_cap_targets=st.sampled_from([0.5, 4.0]),
    reserves=reserves,
    ratios=ratios,
)


@settings(max_examples=60)
@given(customers, rules, st.sampled_from([(3,), (1, 2), (1, 3), (1, 2, 3)]))
def test_it_calls_whom_pick_calls_when_pick_would(
    coming: list[Customer], rules: Rules, counters: tuple[int, ...]
) -> None:
    setup = a_setup(priorities=(BY_LAW, DONOR, PREMIUM, VIP), rules=rules)
    assert engines_calls(coming, setup, counters) == picks_calls(coming, setup, counters)


Calls = dict[str, tuple[float, int]]
"""By number: when it was called, in seconds, and to which counter."""


def picks_calls(coming: list[Customer], setup: Setup, counters: tuple[int, ...]) -> Calls:
    """The branch itself, moment after moment at which anything can change."""
    room = opened(setup, counters)
    arrivals = dict[int, list[Customer]]()
    at = 0
    for customer in coming:
        at += customer.after_s
        arrivals.setdefault(at, []).append(customer)
    moments = {at + wait for at, some in arrivals.items() for one in some for wait in turning_points(one, setup)}
    ends, called, keeps = [(float(at), 0) for at in moments | set(arrivals)], Calls(), dict[str, int]()
    heapq.heapify(ends)
    while ends:
        now, counter = heapq.heappop(ends)
        room.clock.now = TUESDAY + round(now * 1000)
        for customer in arrivals.pop(round(now), ()):
            keeps[room.issue(customer.service, priority=customer.priority)] = customer.keeps_s
        if counter:
            room.do(c.Finish(counter), TELLERS[counter])
        if not ends or ends[0][0] > now:
            while called_to := call_somebody(room):
                number, counter = called_to
                called[number] = now, counter
                heapq.heappush(ends, (now + keeps[number], counter))
    return called


def opened(setup: Setup, counters: tuple[int, ...]) -> Room:
    room = a_room(setup)
    for counter in counters:
        room.open(counter, TELLERS[counter])
    return room


def turning_points(customer: Customer, setup: Setup) -> list[float]:
    """Waits at which a reserve lets the customer go, or the age cap takes effect."""
    kind = setup.known_priority(customer.priority)
    target_s = kind.target_s or setup.known_service(customer.service).target_s
    until = [reserve.until * target_s - kind.credit_s for reserve in setup.rules.reserves]
    return [max(0.0, wait) for wait in (*until, setup.rules.age_cap_s, setup.rules.age_cap_targets * target_s)]


def call_somebody(room: Room) -> tuple[str, int] | None:
    for counter in free_counters(room.branch):
        if pick(room.branch, counter, room.clock()):
            return room.serve(counter.number, TELLERS[counter.number]), counter.number
    return None


def engines_calls(coming: list[Customer], setup: Setup, counters: tuple[int, ...]) -> Calls:
    room = opened(setup, counters)
    keeps = {}
    for customer in coming:
        room.clock.forward(customer.after_s)
        keeps[room.issue(customer.service, priority=customer.priority)] = float(customer.keeps_s)
    scene = scene_of(room.branch, room.clock(), learnt([], setup))
    numbers = [
        [room.branch.tickets[one.id].number for one in scene.waiting if one.line == at]
        for at in range(len(scene.lines))
    ]
    crowds = tuple(
        Crowd(
            line,
            since=column((room.ticket(number).since - TUESDAY) / 1000 for number in there),
            keeps_s=column(keeps[number] for number in there),
            order=np.array([room.ticket(number).issued_seq for number in there], np.int64),
        )
        for line, there in zip(scene.lines, numbers, strict=True)
    )
    shifts = tuple(Shift(post.number, ALWAYS, 0.0, post.skills) for post in scene.posts)
    played = run(Play(crowds, shifts, 1, scene.rule))
    return {
        number: (float(called[place, 0]), int(counter[place, 0]))
        for there, called, counter in zip(numbers, played.called, played.counter, strict=True)
        for place, number in enumerate(there)
        if called[place, 0] < np.inf
    }


def column(values: Iterable[float]) -> Floats:
    return np.array(list(values), float)[:, None]


# -- what it does besides


def test_a_counter_calls_only_within_its_spans_and_serves_to_the_end_whom_it_called() -> None:
    """Open 0-100 and 200-300. The first keeps it until 120, the second is called at 200, the third until 310, so that
    the fourth is not called any more."""
    played = one_line(since=[0, 10, 20, 250], keeps_s=[120, 20, 90, 5], shifts=(shift(1, (0, 100), (200, 300)),))
    assert list(played.called[0][:, 0]) == [0, 200, 220, np.inf]
    assert list(played.counter[0][:, 0]) == [1, 1, 1, 0]
    assert played.free_at[1][0] == 310


def test_spans_may_differ_from_path_to_path() -> None:
    late = Shift(1, np.array([[[0.0, 50.0], [np.inf, np.inf]]]))
    played = one_line(since=[0, 0], keeps_s=[10, 10], shifts=(late,), paths=2)
    assert played.called[0].tolist() == [[0, 50], [10, 60]]


def test_who_gave_up_takes_no_time_and_is_said_to_have_left() -> None:
    """The second leaves at 50, and would have been called at 100; the third is called in that moment."""
    played = one_line(since=[0, 1, 2], keeps_s=[100, 100, 100], leaves=[np.inf, 50, np.inf])
    assert list(played.called[0][:, 0]) == [0, 100, 100]
    assert list(played.left[0][:, 0]) == [False, True, False]


@settings(max_examples=40)
@given(st.integers(0, 2**32), rules, st.lists(st.integers(0, 20), max_size=6))
def test_ghosts_change_nothing_for_the_others(seed: int, rules: Rules, ghosts: list[int]) -> None:
    """Those who gave up before coming, anywhere in any line, under any rule."""
    chance = np.random.default_rng(seed)
    rule = Rule(rules.age_cap_s, rules.age_cap_targets, rules.reserves, rules.ratios)
    kinds = [("cash", "", None), ("cards", "premium", None), ("loans", "vip", None), ("cash", "by-law", 1)]
    lines = [Line(service, (1, 2, 3), 300.0, priority, rank) for service, priority, rank in kinds]
    shifts = tuple(shift(number, (0, 900), (1000, np.inf)) for number in (1, 2, 3))
    without, haunted = [], []
    for at, line in enumerate(lines):
        since, keeps = np.cumsum(chance.exponential(60, (6, 2)), axis=0), chance.exponential(150, (6, 2))
        places = [ghost // 4 for ghost in ghosts if ghost % 4 == at]
        among = np.insert(since, places, since[np.array(places, int).clip(max=5)], axis=0)
        gone = np.insert(np.full_like(since, np.inf), places, -np.inf, axis=0)
        without.append(Crowd(line, since, keeps))
        haunted.append(Crowd(line, among, np.insert(keeps, places, 1e6, axis=0), leaves=gone))
    plain, other = run(Play(tuple(without), shifts, 2, rule)), run(Play(tuple(haunted), shifts, 2, rule))
    for called, by_others, crowd in zip(plain.called, other.called, haunted, strict=True):
        assert crowd.leaves is not None
        assert by_others[crowd.leaves[:, 0] > 0].tolist() == called.tolist()


def test_who_does_not_come_at_all_is_never_called_and_keeps_nobody_from_it() -> None:
    played = one_line(since=[0, 5, np.inf], keeps_s=[10, 10, 10], joins=[0, 5, 5])
    assert list(played.called[0][:, 0]) == [0, 10, np.inf]


def test_who_may_be_called_before_the_clock_starts_waits_behind_nobody_who_is_not_there() -> None:
    """An appointment at 100 that is there from 20 on."""
    assert list(one_line(since=[100], keeps_s=[10], joins=[20]).called[0][:, 0]) == [20]


def test_a_class_whose_ratio_is_used_up_is_called_while_nobody_else_is_there() -> None:
    premium, plain = Line("cash", (1,), 600.0, "premium"), Line("cash", (1,), 600.0)
    crowds = (
        Crowd(plain, column([9, 40]), column([10, 10])),
        Crowd(premium, column([0, 1, 2, 3]), column([10, 10, 10, 10])),
    )
    played = run(Play(crowds, (Shift(1, ALWAYS),), 1, Rule(ratios=(Ratio("premium", 1),))))
    assert played.called[1][:, 0].tolist() == [0, 20, 30, 50]
    assert played.called[0][:, 0].tolist() == [10, 40]


def test_the_free_counter_with_the_fewest_services_calls_then_the_longest_idle() -> None:
    idle = Shift(1, ALWAYS, -30.0, 3), Shift(2, ALWAYS, -10.0, 1), Shift(3, ALWAYS, -20.0, 1)
    played = one_line(since=[0, 0, 0], keeps_s=[9, 9, 9], shifts=idle)
    assert list(played.counter[0][:, 0]) == [3, 2, 1]


def test_a_path_may_stop_when_those_watched_are_called() -> None:
    played = one_line(since=[0, 0, 0, 0], keeps_s=[10, 10, 10, 10], watched=(2,))
    assert list(played.called[0][:2, 0]) == [0, 10]
    assert played.called[0][3, 0] == np.inf


def test_paths_know_nothing_of_each_other() -> None:
    """Played together or one by one, it is the same."""
    chance = np.random.default_rng(5)
    since = np.cumsum(chance.exponential(50, (30, 4)), axis=0)
    keeps, leaves = chance.exponential(90, (30, 4)), since + chance.exponential(200, (30, 4))
    lines = Line("a", (1, 2), 300.0), Line("b", (2, 3), 200.0, credit_s=30.0)
    shifts = tuple(Shift(number, np.array([[0.0, 800.0], [900.0, np.inf]])) for number in (1, 2, 3))

    def crowds(paths: slice) -> tuple[Crowd, ...]:
        some = since[:, paths], keeps[:, paths], leaves[:, paths]
        return tuple(
            Crowd(line, each[0] + shift, each[1], leaves=each[2])
            for line, each, shift in ((lines[0], some, 0), (lines[1], some, 7))
        )

    together = run(Play(crowds(slice(None)), shifts, 4))
    for path in range(4):
        alone = run(Play(crowds(slice(path, path + 1)), shifts, 1))
        for of_all, of_one in zip(together.called, alone.called, strict=True):
            assert of_all[:, path].tolist() == of_one[:, 0].tolist()


def test_with_no_counter_and_with_nobody_there_is_no_call() -> None:
    assert one_line(since=[0], keeps_s=[1], shifts=()).called[0][0, 0] == np.inf
    assert run(Play((), (shift(1, (0, 9)),), 3)).called == ()
    assert one_line(since=[], keeps_s=[]).called[0].shape == (0, 1)


def shift(number: int, *spans: tuple[float, float]) -> Shift:
    return Shift(number, np.array(spans, float))


def one_line(
    since: list[float],
    keeps_s: list[float],
    leaves: list[float] | None = None,
    joins: list[float] | None = None,
    shifts: tuple[Shift, ...] = (Shift(1, ALWAYS),),
    paths: int = 1,
    watched: tuple[int, ...] | None = None,
) -> Played:
    line = Line("cash", (1, 2, 3), 600.0)
    crowd = Crowd(
        line,
        column(since),
        column(keeps_s),
        joins=None if joins is None else column(joins),
        leaves=None if leaves is None else column(leaves),
    )
    return run(Play((crowd,), shifts, paths, NO_CAP, watched))
