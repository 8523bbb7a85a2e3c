"""Whom to call next, and why.

For a free counter, over every ticket that it can serve:

    index = (elapsed + credit) / target          the largest first

`target` is the wait the branch aims at for the ticket's service and class, `credit` a head start in seconds. With
convex delay cost w²/(2T) this is the generalised c-mu rule (Van Mieghem 1995; Mandelbaum & Stolyar 2004) without the
service-rate term, and the accumulating priority queue (Kleinrock 1964; Stanford, Taylor & Ziedins 2014) with rate 1/T.
The index grows without bound, so nobody starves; the service rate is left out so that short jobs do not overtake.

Before the index, in this order:
`statutory`  classes that the law puts right after the service in progress, lower ranks first, oldest first within one;
`age_cap`    who waited longer than the cap, oldest first.

An appointment's clock starts at its slot, and it has the service's own appointment target.
A ticket kept for a counter or a teller is a candidate there and nowhere else.
"""

from __future__ import annotations

import msgspec

from lobby.queue.branch import Branch
from lobby.queue.counters import Counter
from lobby.queue.ticket import Ticket

STATUTORY, AGE_CAP, INDEX, BY_HAND = "statutory", "age_cap", "index", "by_hand"


class Candidate(msgspec.Struct, frozen=True):
    """One ticket as `pick` saw it. `order` sorts candidates, the smallest first."""

    ticket: Ticket
    rule: str
    elapsed_s: float
    target_s: float
    index: float
    order: tuple[float, ...]


class Decision(msgspec.Struct, frozen=True):
    """Whom to call: `ranked[0]`. `rule` names the rule that put it first."""

    ranked: tuple[Candidate, ...]

    @property
    def chosen(self) -> Candidate:
        return self.ranked[0]

    @property
    def runner_up(self) -> str:
        """The number of whoever would have been next; empty where nobody else waits."""
        return self.ranked[1].ticket.number if len(self.ranked) > 1 else ""

    @property
    def rule(self) -> str:
        return self.chosen.rule


def weigh(branch: Branch, ticket: Ticket, now: int) -> Candidate:
    """How much it is this ticket's turn at `now` (ms UTC)."""
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
    if rank is not None:
        return Candidate(ticket, STATUTORY, elapsed_s, target_s, index, (0, rank, -elapsed_s))
    if elapsed_s >= min(rules.age_cap_s, rules.age_cap_targets * target_s):
        return Candidate(ticket, AGE_CAP, elapsed_s, target_s, index, (1, -elapsed_s, 0))
    return Candidate(ticket, INDEX, elapsed_s, target_s, index, (2, -index, -elapsed_s))


def may_call(branch: Branch, counter: Counter, ticket: Ticket) -> bool:
    """Whether this waiting ticket can be called to this counter at all."""
    if ticket.for_counter is not None:
        return ticket.for_counter == counter.number
    if ticket.for_teller:
        return ticket.for_teller == counter.teller
    return branch.serves(counter, ticket.service)


def pick(branch: Branch, counter: Counter, now: int) -> Decision | None:
    """The decision for this counter at `now` (ms UTC), or None when nobody waits for it. Pure: the same branch, counter
    and time give the same decision, live, in a forecast and in a replay. Ties go to who was issued first."""
    candidates = [
        weigh(branch, ticket, now) for ticket in branch.waiting_tickets() if may_call(branch, counter, ticket)
    ]
    if not candidates:
        return None
    candidates.sort(key=lambda c: (c.order, c.ticket.arrived_at, c.ticket.issued_seq))
    return Decision(tuple(candidates))


def free_counters(branch: Branch) -> list[Counter]:
    """Counters that could take a customer now, in the order in which they should: fewest services first, so that who
    can do everything stays free for what only they can do, then the longest idle."""
    skills = len(branch.setup.services)
    free = [c for c in branch.counters.values() if c.open and not c.on_break and c.ticket is None]
    return sorted(free, key=lambda c: (len(c.services) or skills, c.free_since, c.number))
