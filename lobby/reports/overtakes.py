"""Who was called before somebody with the older clock, under which rule, and how far the rule may go.

Let i have waited w seconds when j, whose clock started d seconds later, is called, with targets T, credits c and age
caps A = min(age_cap_s, age_cap_targets T). Where both can be called to the counter, i is overtaken

    by the index      if (w - d + c_j) / T_j >= (w + c_i) / T_i: d <= w (1 - T_j/T_i) + c_j - c_i T_j/T_i, while w < A_i
    by the age cap    if w - d >= A_j while w < A_i: d < A_i - A_j
    by a reserve      while w < A_i: d < A_i
    by a ratio        once after each `most` calls of i's class
    by law            as often as somebody of a lower rank comes

The index's bound is linear in w, so it is largest where w begins or at A_i: nobody is overtaken by one who came later
than `bound_s`, and by at most as many as came within it. The wait begins at 0, or before it for an appointment whose
slot is still to come. Whoever was called by hand, or to a counter that i cannot be called to, overtook i by no rule of
the queue and is counted apart. While i asked not to be called, nobody overtook it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from lobby.queue.calling import (
    AGE_CAP,
    BY_HAND,
    INDEX,
    RATIO,
    RESERVE,
    STATUTORY,
    Candidate,
    by_turn,
    in_a_row,
    may_call,
    weigh,
)
from lobby.queue.services import Rules, Setup
from lobby.queue.ticket import Ticket
from lobby.reports.calls import Made

ELSEWHERE = "elsewhere"
"""Called to a counter that the one who waits cannot be called to."""

CLOSE_S = 1e-6
"""Seconds of a clock that arithmetic may lose."""


class Overtake(msgspec.Struct, frozen=True):
    """In the call `seq`, at `at` (ms UTC), `by` was called to `counter` under `rule` although `ticket` had the older
    clock, by `later_s`. What both had waited by their clocks, their credits and targets in seconds, and their indices:
    those of `ticket`, and with `by_` those of who was called. `bound_s` is how much later one may come and still be
    called before, at any time (None: nothing bounds it). `reason` is a person's own, for a call by hand; what was typed
    is under `note`. `broken`: the rule, which is on record, does not allow it. `line` is the why in words, when it was
    asked for."""

    seq: int
    at: int
    counter: int
    ticket: str
    number: str
    priority: str
    service: str
    by: str
    by_number: str
    by_priority: str
    by_service: str
    rule: str
    later_s: float
    waited_s: float
    target_s: float
    index: float
    by_waited_s: float
    by_credit_s: float
    by_target_s: float
    by_index: float
    bound_s: float | None
    reason: str = ""
    note: str = ""
    broken: bool = False
    line: str = ""


def overtakes(made: Made, only: str | None = None) -> Iterator[Overtake]:
    """Everybody whom this call overtook; `only` the ticket with this id."""
    branch, event = made.branch, made.event
    called = branch.tickets[event.ticket]
    j = weigh(branch, called, made.at)
    for ticket in branch.waiting_tickets():
        if _clock(ticket) < _clock(called) and only in (None, ticket.id) and not ticket.is_held(made.at):
            i = weigh(branch, ticket, made.at)
            rule = _rule(made, i, j)
            yield Overtake(
                seq=made.seq,
                at=made.at,
                counter=event.counter,
                ticket=ticket.id,
                number=ticket.number,
                priority=ticket.priority,
                service=ticket.service,
                by=called.id,
                by_number=called.number,
                by_priority=called.priority,
                by_service=called.service,
                rule=rule,
                later_s=i.elapsed_s - j.elapsed_s,
                waited_s=i.elapsed_s,
                target_s=i.target_s,
                index=round(i.index, 4),
                by_waited_s=j.elapsed_s,
                by_credit_s=j.credit_s,
                by_target_s=j.target_s,
                by_index=round(j.index, 4),
                bound_s=bound_s(rule, branch.setup, i, j),
                reason=event.reason,
                note=event.note,
                broken=made.on_record and not _allowed(made, rule, i, j),
            )


def _clock(ticket: Ticket) -> tuple[int, int, int]:
    return (ticket.since, ticket.arrived_at, ticket.issued_seq)


def age_cap_s(rules: Rules, target_s: float) -> float:
    """After how long a ticket with this target goes before every index."""
    return min(rules.age_cap_s, rules.age_cap_targets * target_s)


def bound_s(rule: str, setup: Setup, i: Candidate, j: Candidate) -> float | None:
    """By how much later than i one like j may come and still be called before it under `rule`; see the module's head.
    None where nothing bounds it."""
    cap_i, cap_j = age_cap_s(setup.rules, i.target_s), age_cap_s(setup.rules, j.target_s)
    if rule == INDEX:
        ratio = j.target_s / i.target_s
        head_start = j.credit_s - i.credit_s * ratio
        return max(0.0, *(waited_s * (1 - ratio) + head_start for waited_s in (_first_wait_s(i), cap_i)))
    if rule == AGE_CAP:
        return max(0.0, cap_i - cap_j)
    if rule == RESERVE:
        return cap_i - _first_wait_s(j)
    return None


def _first_wait_s(one: Candidate) -> float:
    """What its clock showed when it came."""
    return min(0, one.ticket.arrived_at - one.ticket.since) / 1000


def _rule(made: Made, i: Candidate, j: Candidate) -> str:
    """The rule under which j went before i."""
    branch, counter = made.branch, made.branch.counter(made.event.counter)
    if made.event.rule == BY_HAND:
        return BY_HAND
    if not may_call(branch, counter, i.ticket):
        return ELSEWHERE
    if by_turn((i, j))[0] is not j:
        if _held_by_a_ratio(made, i, j):
            return RATIO
        if _reserved(made, j) and not _reserved(made, i):
            return RESERVE
    return j.rule


def _reserved(made: Made, one: Candidate) -> bool:
    """Whether the counter is kept for this ticket."""
    reserve = made.branch.setup.rules.reserve_at(made.event.counter)
    ticket = one.ticket
    return reserve is not None and (ticket.service in reserve.services or ticket.priority in reserve.priorities)


def _held_by_a_ratio(made: Made, i: Candidate, j: Candidate) -> bool:
    latest, count = in_a_row(made.branch)
    if i.ticket.priority != latest or j.ticket.priority == latest:
        return False
    return any(ratio.priority == latest and count >= ratio.most for ratio in made.branch.setup.rules.ratios)


def _allowed(made: Made, rule: str, i: Candidate, j: Candidate) -> bool:
    """Whether the facts bear the rule out. Worked out from clocks, targets, credits and ranks alone."""
    setup = made.branch.setup
    rank_i, rank_j = (setup.known_priority(one.ticket.priority).rank for one in (i, j))
    if rule in (BY_HAND, ELSEWHERE, RATIO):
        return True
    if rule == STATUTORY:
        return rank_j is not None and (rank_i is None or rank_j < rank_i)
    capped = i.elapsed_s >= age_cap_s(setup.rules, i.target_s)
    if rank_i is not None or capped:
        return False
    later_s = i.elapsed_s - j.elapsed_s
    if rule == INDEX:
        ratio = j.target_s / i.target_s
        return later_s <= i.elapsed_s * (1 - ratio) + j.credit_s - i.credit_s * ratio + CLOSE_S
    bound = bound_s(rule, setup, i, j)
    return bound is not None and later_s <= bound
