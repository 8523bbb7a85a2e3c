"""What customers are told of their wait: at issue, and while they wait. In whole minutes, never more exact than it is.

At issue it is the outlook's range (`lobby.wait_room` computes it beside the calls). Where none is at hand, at a start
or without a server, the queue-length formula speaks in its place, and says "about". An outlook that some events have
overtaken is moved by what the formula makes of these events.

While they wait, the promise stands; what is shown is the part of it that is still possible, and it only tightens. When
it will not hold, `PromiseRevised` is recorded and the customer is told so before finding out. But nobody is shown a
later time than whoever comes after them would be promised now: when people before them have left, the range moves down
with the line, its start too, so that nobody who was told "not before" is away when the call comes.
"""

from __future__ import annotations

import msgspec

from lobby.queue.branch import Branch
from lobby.queue.calling import may_call
from lobby.queue.events import Promise
from lobby.queue.outlook import Basis, Joining
from lobby.queue.ticket import State, Ticket
from lobby.waits.estimate import estimate

FRESH_MS = 30_000
"""An older outlook is not used any more."""

MATTERS_MS = 120_000
"""A newcomer's earlier end counts from so much on; less is noise."""

AT_RISK = 0.5
"""A promise is at risk from this chance of being late on."""


class Telling(msgspec.Struct, frozen=True):
    """What one who waits is told now: the wait from now in seconds, whole minutes (None: nothing), and the same as the
    moments between which the call is expected (ms UTC); that it will be late with a chance that matters; that it is
    another wait than was promised at issue."""

    wait: Promise | None
    from_: int | None = None
    to: int | None = None
    at_risk: bool = False
    revised: bool = False


def in_minutes(low_s: float, high_s: float, *, about: bool = False) -> Promise:
    """Whole minutes: the lower bound rounded down, the upper one up, at least a minute apart, never under two."""
    low = int(max(0.0, low_s) // 60)
    high = max(low + 1, 2, -int(-high_s // 60))
    return Promise(low * 60, high * 60, about)


def fresh(branch: Branch, now: int) -> bool:
    """Whether the branch has an outlook of just now."""
    return bool(branch.outlook.at) and 0 <= now - branch.outlook.at <= FRESH_MS


def joining(branch: Branch, service: str, now: int) -> Joining | None:
    """What is foreseen for a customer who takes a number for `service` at `now` (ms UTC); None while no counter is open
    for it."""
    simple = estimate(branch, service)
    if simple is None:
        return None
    found = branch.outlook.joining.get(service) if fresh(branch, now) else None
    if found is None:
        basis = Basis(ql_s=round(simple.mean_s, 1), ahead=len(branch.waiting.get(service, ())))
        return Joining(simple.low_s, simple.high_s, simple.mean_s, True, basis)
    if branch.outlook.seq == branch.seq or found.basis.ql_s is None:
        return found
    moved = simple.mean_s - found.basis.ql_s
    return Joining(
        max(0.0, found.low_s + moved), max(0.0, found.high_s + moved), max(0.0, found.median_s + moved), found.about,
        msgspec.structs.replace(found.basis, ql_s=round(simple.mean_s, 1)),
    )  # fmt: skip


def offered(branch: Branch, service: str, now: int) -> Promise | None:
    """The promise that a customer who takes a number for `service` now would get."""
    found = joining(branch, service, now)
    return in_minutes(found.low_s, found.high_s, about=found.about) if found is not None else None


def word_of(ticket: Ticket) -> Promise | None:
    """What the customer was last told for good; nothing once the visit was called for the first time."""
    return None if ticket.first_called_at is not None else ticket.told or ticket.promise


def telling(branch: Branch, ticket: Ticket, now: int) -> Telling:
    """What the customer with this ticket is told at `now` (ms UTC); nothing for one who does not wait. Who was called
    before, and waits again, has no promise any more."""
    if ticket.state is not State.WAITING:
        return Telling(None)
    told = word_of(ticket)
    revised = told is not None and told is ticket.told
    if not any(may_call(branch, counter, ticket) for counter in branch.open_counters()):
        return Telling(None, at_risk=told is not None, revised=revised)
    foreseen = branch.outlook.waiting.get(ticket.id) if fresh(branch, now) else None
    if foreseen is not None:
        at = branch.outlook.at
        from_, to = at + round(foreseen.low_s * 1000), at + round(foreseen.high_s * 1000)
        at_risk = foreseen.late >= AT_RISK
    elif told is not None:
        from_, to, at_risk = ticket.since + told.low_s * 1000, ticket.since + told.high_s * 1000, False
    else:
        return Telling(None)
    from_, to = _no_later_than_newcomers(branch, ticket, now, from_, to)
    if ticket.held_until is not None:
        from_, to = max(from_, ticket.held_until), max(to, ticket.held_until)
    if now > to:
        return Telling(None, at_risk=told is not None, revised=revised)
    wait = in_minutes((from_ - now) / 1000, (to - now) / 1000, about=told is not None and told.about)
    return Telling(wait, from_, to, at_risk, revised)


def _no_later_than_newcomers(branch: Branch, ticket: Ticket, now: int, from_: int, to: int) -> tuple[int, int]:
    """The range, or a newcomer's where that ends earlier by what matters: who waits for anybody comes before them."""
    anybody = ticket.for_counter is None and not ticket.for_teller and ticket.since <= now
    behind = joining(branch, ticket.service, now) if anybody and fresh(branch, now) else None
    if behind is None or to - (now + round(behind.high_s * 1000)) < MATTERS_MS:
        return from_, to
    return min(from_, now + round(behind.low_s * 1000)), now + round(behind.high_s * 1000)
