"""Whom to call next, and why.

For a free counter, over every ticket that it can serve:

    index = (elapsed + credit) / target          the largest first

`target` is the wait the branch aims at for the ticket's service and class, `credit` a head start in seconds. With
convex delay cost w²/(2T) this is the generalised c-mu rule (Van Mieghem 1995; Mandelbaum & Stolyar 2004) without the
service-rate term, and the accumulating priority queue (Kleinrock 1964; Stanford, Taylor & Ziedins 2014) with rate 1/T.
The index grows without bound, so nobody starves; the service rate is left out so that short jobs do not overtake.

Before the index, in this order:
`statutory`  classes that the law puts right after the service in progress, lower ranks first, oldest first within one;
`age_cap`    who waited longer than the cap, oldest first;
`reserve`    what the counter is kept for, by the index among themselves.

Whoever asked for a few minutes is called by no rule before they are over (`lobby.queue.holding`). Two of the branch's
own rules take tickets out of one decision:
a reserve    everybody else whom neither law nor age puts first, until their index reaches the reserve's `until`;
a ratio      everybody of a class that was called so often in a row, while somebody of another class is left.

An appointment's clock starts at its slot, and it has the service's own appointment target.
A ticket kept for a counter or a teller is a candidate there and nowhere else.
Ties go to the earlier arrival, then to who was issued first.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

import msgspec

from lobby.queue.branch import Branch
from lobby.queue.counters import Counter
from lobby.queue.services import Reserve
from lobby.queue.ticket import Ticket

STATUTORY, AGE_CAP, RESERVE, INDEX = "statutory", "age_cap", "reserve", "index"
RATIO, BY_HAND = "ratio", "by_hand"

_replace = msgspec.structs.replace


class Candidate(msgspec.Struct, frozen=True):
    """One ticket as `pick` saw it: the rule that places it, its clock, target and credit in seconds. `order` sorts
    candidates, the smallest first."""

    ticket: Ticket
    rule: str
    elapsed_s: float
    target_s: float
    credit_s: float
    index: float
    order: tuple[float, ...]


class Decision(msgspec.Struct, frozen=True):
    """Whom to call: `ranked[0]`, by `rule`. `kept_back` may not be called yet because the counter is kept for others;
    `out_of_turn` would have had their place but for a ratio; `away` asked for a few minutes. All in order of their
    turn."""

    ranked: tuple[Candidate, ...]
    rule: str
    kept_back: tuple[Candidate, ...] = ()
    out_of_turn: tuple[Candidate, ...] = ()
    away: tuple[Candidate, ...] = ()

    @property
    def chosen(self) -> Candidate:
        return self.ranked[0]

    @property
    def runner_up(self) -> str:
        """The number of whoever would have been called otherwise; empty where nobody would."""
        return next((one.ticket.number for one in (*self.ranked[1:], *self.out_of_turn)), "")


def weigh(branch: Branch, ticket: Ticket, now: int) -> Candidate:
    """How much it is this ticket's turn at `now` (ms UTC), at a counter that is kept for nobody."""
    setup = branch.setup
    service = setup.known_service(ticket.service)
    elapsed_s = (now - ticket.since) / 1000
    target_s = service.target_s if ticket.appointment is None else service.appointment_target_s
    credit_s = 0.0
    rank = None
    if ticket.priority:
        kind = setup.known_priority(ticket.priority)
        rank, credit_s = kind.rank, kind.credit_s
        target_s = kind.target_s or target_s
    index = (elapsed_s + credit_s) / target_s
    rules = setup.rules
    rule = INDEX
    order: tuple[float, ...] = (3, -index)
    if rank is not None:
        rule, order = STATUTORY, (0, rank, -elapsed_s)
    elif elapsed_s >= min(rules.age_cap_s, rules.age_cap_targets * target_s):
        rule, order = AGE_CAP, (1, -elapsed_s)
    return Candidate(ticket, rule, elapsed_s, target_s, credit_s, index, order)


def may_call(branch: Branch, counter: Counter, ticket: Ticket) -> bool:
    """Whether this waiting ticket can be called to this counter at all."""
    if ticket.for_counter is not None:
        return ticket.for_counter == counter.number
    if ticket.for_teller:
        return ticket.for_teller == counter.teller
    return branch.serves(counter, ticket.service)


def by_turn(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates in the order of their turn."""
    return sorted(candidates, key=lambda c: (c.order, c.ticket.arrived_at, c.ticket.issued_seq))


def pick(branch: Branch, counter: Counter, now: int) -> Decision | None:
    """The decision for this counter at `now` (ms UTC), or None when nobody who waits is to be called to it. Pure: the
    same branch, counter and time give the same decision, live, in a forecast and in a replay."""
    weighed = (weigh(branch, ticket, now) for ticket in branch.waiting_tickets() if may_call(branch, counter, ticket))
    left, kept_back = by_turn(weighed), []
    away = tuple(one for one in left if one.ticket.is_held(now))
    if away:
        left = [one for one in left if not one.ticket.is_held(now)]
    reserve = branch.setup.rules.reserve_at(counter.number)
    if reserve is not None:
        placed = by_turn(_placed(candidate, reserve) for candidate in left)
        kept_back = [one for one in placed if one.rule == INDEX and one.index < reserve.until]
        left = [one for one in placed if one.rule != INDEX or one.index >= reserve.until]
    often = _called_often_enough(branch)
    others = [one for one in left if one.ticket.priority != often]
    out_of_turn = [one for one in left if one.ticket.priority == often] if others else []
    ranked = others or left
    if not ranked:
        return None
    rule = ranked[0].rule if ranked[0] is left[0] else RATIO
    return Decision(tuple(ranked), rule, tuple(kept_back), tuple(out_of_turn), away)


def _placed(candidate: Candidate, reserve: Reserve) -> Candidate:
    """The candidate at a counter with this reserve: before all whom only the index places, when it is kept for them."""
    ticket = candidate.ticket
    if candidate.rule != INDEX or not (ticket.service in reserve.services or ticket.priority in reserve.priorities):
        return candidate
    return _replace(candidate, rule=RESERVE, order=(2, -candidate.index))


def in_a_row(branch: Branch) -> tuple[str, int]:
    """The class of the day's latest call (empty: none), and how many calls of that class came last in a row. Recalls do
    not count, calls by hand do, and a call that was undone never was."""
    latest = next(reversed(branch.calls.values()), "")
    return latest, sum(1 for _ in takewhile(latest.__eq__, reversed(branch.calls.values())))


def _called_often_enough(branch: Branch) -> str | None:
    """The class whose ratio is used up, where there is one."""
    ratios = branch.setup.rules.ratios
    latest, count = in_a_row(branch) if ratios else ("", 0)
    return next((one.priority for one in ratios if one.priority == latest and count >= one.most), None)


def free_counters(branch: Branch) -> list[Counter]:
    """Counters that could take a customer now, in the order in which they should: fewest services first, so that who
    can do everything stays free for what only they can do, then the longest idle."""
    skills = len(branch.setup.services)
    free = [c for c in branch.open_counters() if not c.on_break and c.ticket is None]
    return sorted(free, key=lambda c: (len(c.services) or skills, c.free_since, c.number))
