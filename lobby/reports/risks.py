"""Who waits too long, or will: whom a manager can still do something for. One reason each, the gravest that holds:

`law`        the lawful wait of the branch's place is over
`broken`     what the customer was told is over
`target`     the wait that the branch aims at is over
`promise`    what the customer was told will hardly hold (see `lobby.waits.telling`)

Whoever asked for a few minutes is not at risk meanwhile, save by the law, which knows no such wish.

First whom the law or the branch's word has failed, then the others together, each the longest wait first.
"""

from __future__ import annotations

import msgspec

from lobby.queue import law
from lobby.queue.branch import Branch
from lobby.queue.calling import weigh
from lobby.queue.counters import all_open
from lobby.queue.ticket import Ticket
from lobby.waits.telling import telling, word_of

LAW, BROKEN, PROMISE, TARGET = "law", "broken", "promise", "target"
GRAVITY = {LAW: 0, BROKEN: 1, PROMISE: 2, TARGET: 2}


class AtRisk(msgspec.Struct, frozen=True):
    """One who waits, for `waited_s` by now, and why that is too long. `over_s` is by how much: beyond the lawful wait,
    the end of what was told, or the target; negative where the end is still to come. `for_counter`, `for_teller`: only
    there, only that colleague may call."""

    ticket: str
    number: str
    service: str
    priority: str
    waited_s: int
    reason: str
    over_s: int
    for_counter: int | None = None
    for_teller: str = ""


def at_risk(branch: Branch, now: int) -> tuple[AtRisk, ...]:
    """All of them at `now` (ms UTC)."""
    lawful_s = law.wait_limit_min(branch.setup, now, all_open=all_open(branch)) * 60
    found = (_risk(branch, ticket, lawful_s, now) for ticket in branch.waiting_tickets())
    return tuple(
        sorted(
            (risk for risk in found if risk is not None),
            key=lambda risk: (GRAVITY[risk.reason], -risk.waited_s, risk.number),
        )
    )


def _risk(branch: Branch, ticket: Ticket, lawful_s: int, now: int) -> AtRisk | None:
    seen = weigh(branch, ticket, now)
    waited_s, target_s = max(0, int(seen.elapsed_s)), seen.target_s
    told = word_of(ticket)
    if lawful_s and waited_s > lawful_s:
        reason, end_s = LAW, float(lawful_s)
    elif ticket.is_held(now):
        return None
    elif told is not None and waited_s > told.high_s:
        reason, end_s = BROKEN, told.high_s
    elif waited_s > target_s:
        reason, end_s = TARGET, target_s
    elif told is not None and telling(branch, ticket, now).at_risk:
        reason, end_s = PROMISE, told.high_s
    else:
        return None
    return AtRisk(
        ticket=ticket.id,
        number=ticket.number,
        service=ticket.service,
        priority=ticket.priority,
        waited_s=waited_s,
        reason=reason,
        over_s=int(waited_s - end_s),
        for_counter=ticket.for_counter,
        for_teller=ticket.for_teller,
    )
