"""Whom to call next: cases worked out by hand, the order of the rules, what may be called at all, and the theory."""

from __future__ import annotations

import random
from math import sqrt
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.queue import commands as c
from lobby.queue.branch import Branch
from lobby.queue.calling import Decision, free_counters, may_call, pick, weigh
from lobby.queue.counters import Counter
from lobby.queue.services import CounterPlace, PriorityClass, Rules
from lobby.queue.ticket import State, Step, Ticket
from tests.builders import ANN, BOB, MIA, TUESDAY, Room, a_room, a_service, a_setup

NO_CAP = Rules(age_cap_s=1e12, age_cap_targets=1e12)
EVERYTHING = Counter(3, open=True, teller="ann")


def decision(room: Room, counter: Counter = EVERYTHING) -> Decision:
    made = pick(room.branch, counter, room.clock())
    assert made is not None
    return made


def order(room: Room, counter: Counter = EVERYTHING) -> list[str]:
    return [candidate.ticket.number for candidate in decision(room, counter).ranked]


# -- the index


def test_nobody_waiting_is_no_decision(room: Room) -> None:
    assert pick(room.branch, EVERYTHING, TUESDAY) is None


def test_the_index_is_the_wait_against_the_target(room: Room) -> None:
    """Loans (target 20 min) waited 10 min: 0.5. Cash (target 10 min) waited 6 min: 0.6, and goes first."""
    room.issue("loans")
    room.clock.forward(minutes=4)
    room.issue("cash")
    room.clock.forward(minutes=6)
    made = decision(room)
    assert [(x.ticket.number, x.index, x.target_s, x.elapsed_s) for x in made.ranked] == [
        ("A001", 0.6, 600, 360),
        ("L001", 0.5, 1200, 600),
    ]
    assert made.rule == "index"
    assert made.chosen is made.ranked[0]


def test_the_order_turns_where_the_two_lines_cross(room: Room) -> None:
    """Loans since 0 s, cash since 240 s: t/1200 = (t-240)/600 at t = 480 s, a tie that the older arrival wins."""
    room.issue("loans")
    room.clock.forward(240)
    room.issue("cash")
    room.clock.forward(239.999)
    assert order(room) == ["L001", "A001"]
    room.clock.forward(0.001)
    assert order(room) == ["L001", "A001"]
    room.clock.forward(0.001)
    assert order(room) == ["A001", "L001"]


def test_a_credit_is_a_head_start_in_seconds(room: Room) -> None:
    """Premium has 120 s: come 119 s later it is first, come 121 s later it is not."""
    room.issue("cash")
    room.clock.forward(119)
    room.issue("cash", priority="premium")
    assert order(room) == ["A002", "A001"]
    room.clock.forward(2)
    room.issue("cash", priority="premium")
    assert order(room) == ["A002", "A001", "A003"]
    assert decision(room).chosen.index == pytest.approx((2 + 120) / 600)


def test_a_class_may_have_a_target_of_its_own() -> None:
    fast = PriorityClass("fast", {"en": "Fast"}, target_s=60.0)
    room = a_room(a_setup(priorities=(fast,)))
    room.issue("cash")
    room.clock.forward(50)
    room.issue("cash", priority="fast")
    room.clock.forward(10)
    assert [(x.ticket.number, x.index) for x in decision(room).ranked] == [("A002", 10 / 60), ("A001", 60 / 600)]


def test_within_one_class_first_come_is_first_called(room: Room) -> None:
    for _ in range(5):
        room.issue("cash")
        room.clock.forward(7)
    assert order(room) == ["A001", "A002", "A003", "A004", "A005"]


# -- before the index


def test_priority_by_law_goes_before_everything_however_long_others_waited(room: Room) -> None:
    room.issue("cash")
    room.clock.forward(hours=3)
    room.issue("cash", priority="premium")
    room.issue("loans", priority="by-law")
    made = decision(room)
    assert order(room) == ["L001", "A001", "A002"]
    assert made.rule == "statutory"


def test_lower_ranks_first_and_the_oldest_first_within_a_rank(room: Room) -> None:
    room.issue("cash", priority="donor")
    room.clock.forward(600)
    room.issue("loans", priority="by-law")
    room.clock.forward(1)
    room.issue("cash", priority="by-law")
    room.clock.forward(1)
    room.issue("cash", priority="donor")
    assert order(room) == ["L001", "A002", "A001", "A003"]


def test_past_the_age_cap_the_oldest_goes_first_before_any_index() -> None:
    room = a_room(a_setup(rules=Rules(age_cap_s=3600, age_cap_targets=1000)))
    room.issue("loans")
    room.clock.forward(600)
    room.issue("cash")
    room.clock.forward(2999.999)
    assert order(room) == ["A001", "L001"]  # indices 5.0 and 3.0
    room.clock.forward(0.001)
    assert order(room) == ["L001", "A001"]
    assert decision(room).rule == "age_cap"
    room.clock.forward(600)
    assert [x.rule for x in decision(room).ranked] == ["age_cap", "age_cap"]
    assert order(room) == ["L001", "A001"]


def test_the_age_cap_is_also_a_multiple_of_the_target_whichever_comes_first() -> None:
    room = a_room(a_setup(rules=Rules(age_cap_s=3600, age_cap_targets=4)))
    room.issue("cash")
    room.issue("loans")
    room.clock.forward(2399)
    assert {x.rule for x in decision(room).ranked} == {"index"}
    room.clock.forward(1)
    assert [(x.ticket.number, x.rule) for x in decision(room).ranked] == [("A001", "age_cap"), ("L001", "index")]
    room.clock.forward(1200)
    assert [x.rule for x in decision(room).ranked] == ["age_cap", "age_cap"]


def test_a_commercial_class_never_passes_a_class_by_law() -> None:
    king = PriorityClass("king", {"en": "King"}, credit_s=1e6, target_s=1.0)
    law = PriorityClass("law", {"en": "Law"}, rank=99)
    room = a_room(a_setup(priorities=(king, law)))
    room.issue("cash", priority="king")
    room.clock.forward(hours=2)
    room.issue("cash", priority="law")
    assert order(room) == ["A002", "A001"]


# -- appointments


def test_an_early_appointment_waits_from_its_slot_against_the_appointment_target(room: Room) -> None:
    slot = TUESDAY + 1800_000
    number = room.issue("loans", appointment=slot)
    ticket = room.ticket(number)
    assert (ticket.arrived_at, ticket.since, ticket.appointment) == (TUESDAY, slot, slot)
    room.clock.forward(1800)
    assert decision(room).chosen.index == 0
    room.clock.forward(60)
    assert decision(room).chosen.index == 60 / 300


def test_before_its_slot_an_appointment_goes_behind_everyone_who_waits(room: Room) -> None:
    room.issue("loans", appointment=TUESDAY + 1800_000)
    room.clock.forward(1700)
    room.issue("loans")
    assert order(room) == ["L002", "L001"]


def test_an_appointment_that_comes_late_within_the_grace_waits_from_its_check_in(room: Room) -> None:
    room.clock.forward(600)
    ticket = room.ticket(room.issue("loans", appointment=TUESDAY))
    assert (ticket.since, ticket.appointment) == (TUESDAY + 600_000, TUESDAY)
    assert weigh(room.branch, ticket, room.clock()).target_s == 300


def test_an_appointment_on_the_dot_waits_from_now(room: Room) -> None:
    assert room.ticket(room.issue("loans", appointment=TUESDAY)).since == TUESDAY


def test_an_appointment_past_the_grace_becomes_a_walk_in(room: Room) -> None:
    room.clock.forward(600.001)
    ticket = room.ticket(room.issue("loans", appointment=TUESDAY))
    assert (ticket.since, ticket.appointment) == (room.clock(), None)
    assert weigh(room.branch, ticket, room.clock()).target_s == 1200


def test_the_wait_of_an_early_appointment_is_never_reported_negative(room: Room) -> None:
    room.issue("loans", appointment=TUESDAY + 600_000)
    room.open(2)
    room.call(2)
    assert room.history[-1].event.waited_s == 0


# -- what may be called at all


def test_a_counter_calls_only_what_it_serves(room: Room) -> None:
    room.issue("cash")
    room.issue("loans")
    room.issue("cards")
    assert order(room, Counter(1, open=True, services=("cash", "cards"))) == ["A001", "C001"]
    assert order(room, Counter(2, open=True, services=("loans",))) == ["L001"]
    assert len(order(room)) == 3


def test_a_ticket_kept_for_a_counter_or_a_colleague_is_a_candidate_there_and_nowhere_else() -> None:
    branch = Branch(a_setup())

    def kept(**where: object) -> Ticket:
        return Ticket("x", "A001", "cash", "en", "t", 0, 0, (Step("cash", 0),), **where)

    for number, teller, services, ticket, expected in [
        (1, "ann", ("cash",), kept(), True),
        (1, "ann", ("loans",), kept(), False),
        (1, "ann", ("loans",), kept(for_counter=1), True),
        (2, "ann", ("cash",), kept(for_counter=1), False),
        (1, "ann", ("loans",), kept(for_teller="ann"), True),
        (1, "bob", ("cash",), kept(for_teller="ann"), False),
        (2, "ann", (), kept(for_counter=1, for_teller="ann"), False),
    ]:
        counter = Counter(number, open=True, teller=teller, services=services)
        assert may_call(branch, counter, ticket) is expected, (counter, ticket)


# -- ties


def test_a_tie_goes_to_the_lower_arrival(room: Room) -> None:
    """Two appointments for one slot: who checked in first is called first."""
    slot = TUESDAY + 600_000
    room.issue("loans", appointment=slot)
    room.clock.forward(10)
    room.issue("cash", appointment=slot)
    room.clock.now = slot
    assert order(room) == ["L001", "A001"]


def test_a_tie_in_arrival_goes_to_the_lower_number_also_past_999() -> None:
    room = a_room(a_setup(services=(a_service("cash", "A", first=998, last=1002),), counters=(CounterPlace(3),)))
    for _ in range(4):
        room.issue("cash")
    assert order(room) == ["A998", "A999", "A1000", "A1001"]


# -- purity


def test_pick_changes_nothing_and_says_the_same_again(room: Room) -> None:
    for service, priority in [("cash", ""), ("loans", "by-law"), ("cards", "premium")]:
        room.issue(service, priority=priority)
        room.clock.forward(30)
    before = room.branch.copy()
    first = pick(room.branch, EVERYTHING, room.clock())
    again = pick(room.branch, EVERYTHING, room.clock())
    assert first == again
    assert room.branch == before


def test_pick_does_not_depend_on_the_order_in_which_tickets_are_kept(room: Room) -> None:
    for service in ("loans", "cash", "cards", "cash", "loans"):
        room.issue(service)
    expected = order(room)
    turned = room.branch.copy()
    turned.waiting = {service: dict(reversed(ids.items())) for service, ids in reversed(turned.waiting.items())}
    made = pick(turned, EVERYTHING, room.clock())
    assert made is not None
    assert [x.ticket.number for x in made.ranked] == expected


def test_what_is_called_is_what_pick_put_first(room: Room) -> None:
    for n, service in enumerate(["loans", "cash", "cards", "cash", "loans", "cash"]):
        room.issue(service, priority="premium" if n % 2 else "")
        room.clock.forward(45)
    room.open(3)
    while pick(room.branch, room.branch.counter(3), room.clock()):
        due = order(room, room.branch.counter(3))
        assert room.serve(3) == due[0]
        assert room.history[-2].event.runner_up == (due[1] if len(due) > 1 else "")
        room.clock.forward(100)
        room.do(c.Finish(3))


# -- free counters


def test_the_counter_with_the_fewest_services_is_called_to_first_then_the_longest_idle(room: Room) -> None:
    room.open(3, MIA)  # everything
    room.clock.forward(1)
    room.open(1, ANN)  # two services
    room.clock.forward(1)
    room.open(2, BOB)  # one
    assert [x.number for x in free_counters(room.branch)] == [2, 1, 3]
    room.do(c.OpenCounter(3, ("cash", "cards")), MIA)
    assert [x.number for x in free_counters(room.branch)] == [2, 1, 3]
    room.clock.forward(1)
    room.do(c.TakeBreak(1), ANN)
    assert [x.number for x in free_counters(room.branch)] == [2, 3]
    room.clock.forward(1)
    room.do(c.EndBreak(1), ANN)
    assert [x.number for x in free_counters(room.branch)] == [2, 3, 1]
    room.issue("loans")
    room.call(2, BOB)
    assert [x.number for x in free_counters(room.branch)] == [3, 1]


# -- nobody starves

ARRIVALS = st.lists(st.tuples(st.integers(0, 300), st.booleans(), st.integers(0, 400)), min_size=2, max_size=40)


@given(arrivals=ARRIVALS, targets=st.tuples(st.integers(60, 2400), st.integers(60, 2400)))
def test_nobody_is_overtaken_by_one_who_came_later_than_the_targets_allow(
    arrivals: list[tuple[int, bool, int]], targets: tuple[int, int]
) -> None:
    """With a pure index, j overtakes i at a wait w of i only if w/T_i < (w-d)/T_j, where d is how much later j came:
    d < w (1 - T_j/T_i). So with T_j >= T_i never, and otherwise only who came within that share of the wait."""
    slow, fast = (a_service("x", "X", target_s=targets[0]), a_service("y", "Y", target_s=targets[1]))
    room = a_room(a_setup(services=(slow, fast), counters=(CounterPlace(3),), rules=NO_CAP, priorities=()))
    room.open(3)
    for gap, second, pause in arrivals:
        room.clock.forward(gap)
        room.issue("y" if second else "x")
        if pause < 200:
            continue
        room.clock.forward(pause)
        waiting = {ticket.id: ticket for ticket in room.branch.waiting_tickets()}
        if not waiting:
            continue
        called = room.branch.ticket(room.serve(3))
        for other in waiting.values():
            waited = (room.clock() - other.since) / 1000
            later = (called.since - other.since) / 1000
            if later > 0:
                share = 1 - room.branch.setup.services[called.service].target_s / (
                    room.branch.setup.services[other.service].target_s
                )
                assert later <= waited * share + 1e-6
        room.do(c.Finish(3))


@given(ahead=st.integers(1, 30), credit=st.integers(0, 3600))
def test_a_stream_of_favoured_customers_does_not_starve_the_one_who_waits(ahead: int, credit: int) -> None:
    """A new premium customer at each call: the walk-in goes at the latest once its wait passes theirs plus credit."""
    premium = PriorityClass("premium", {"en": "Premium"}, credit_s=float(credit))
    room = a_room(a_setup(priorities=(premium,), rules=NO_CAP))
    room.open(3)
    room.issue("cash")
    for _ in range(ahead):
        room.issue("cash", priority="premium")
    calls = 0
    while room.ticket("A001").state is State.WAITING:
        calls += 1
        room.clock.forward(60)
        room.issue("cash", priority="premium")
        room.serve(3)
        room.do(c.Finish(3))
        assert calls <= ahead + credit // 60 + 2


# -- against theory: mean waits in an M/M/c queue, see the docstring of the test


def simulate(
    rates: tuple[float, ...], targets: tuple[float, ...], servers: int, seed: int, customers: int
) -> list[float]:
    """One run of M/M/`servers`, mu = 1, with `pick` deciding: the mean wait of each class after a warm-up.

    One time unit is 1000 s, so that the milliseconds of the branch do not show."""
    chance = random.Random(seed)
    services = tuple(a_service(f"s{n}", "ABC"[n], target_s=t, last=10**9) for n, t in enumerate(targets))
    setup = a_setup(services=services, counters=(CounterPlace(3),), rules=NO_CAP, priorities=())
    branch = Branch(setup)
    total = sum(rates)
    waits: list[list[float]] = [[] for _ in rates]
    busy: list[float] = []
    now, arrival, made = 0.0, chance.expovariate(total), 0

    def begin(ticket: Ticket) -> None:
        busy.append(now + chance.expovariate(1.0))
        if made > customers // 10:
            waits[int(ticket.service[1:])].append(now - ticket.since / 1e6)

    while made < customers:
        if busy and min(busy) < arrival:
            now = min(busy)
            busy.remove(now)
            decided = pick(branch, EVERYTHING, round(now * 1e6))
            if decided is not None:
                ticket = decided.chosen.ticket
                branch.tickets.pop(ticket.id)
                branch.waiting[ticket.service].pop(ticket.id)
                begin(ticket)
        else:
            now = arrival
            arrival = now + chance.expovariate(total)
            made += 1
            service = f"s{chance.choices(range(len(rates)), rates)[0]}"
            at = round(now * 1e6)
            ticket = Ticket(f"{made:09d}", str(made), service, "en", "", at, at, (Step(service, at),))
            if len(busy) < servers:
                begin(ticket)
            else:
                branch.tickets[ticket.id] = ticket
                branch.waiting.setdefault(service, {})[ticket.id] = None
    return [mean(each) for each in waits]


T_29 = 2.4620  # Student, two-sided 98.3 % with 29 degrees of freedom: 95 % for three classes together


@pytest.mark.slow
def test_mean_waits_are_those_of_the_accumulating_priority_queue() -> None:
    """M/M/3 with rates of accumulation b = 1/target as 4:2:1 (Stanford, Taylor & Ziedins 2014). Thirty seeded runs give
    the interval; it must be narrow enough to tell this rule from first come and from strict priority."""
    runs = [simulate((0.5, 0.7, 0.9), (1e4, 2e4, 4e4), 3, seed, 9_000) for seed in range(30)]
    for kind, expected in enumerate((0.328885, 0.478737, 0.721384)):
        sample = [run[kind] for run in runs]
        half = T_29 * stdev(sample) / sqrt(len(sample))
        assert abs(mean(sample) - expected) <= half
        assert half < 0.1 * expected
