"""Why a ticket was called when it was, and why others were called before it: the answer to a customer's question."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from lobby.queue.calling import Candidate
from lobby.queue.events import Recorded
from lobby.queue.rules_in_force import RuleSet
from lobby.queue.services import Setup
from lobby.queue.ticket import State, Ticket
from lobby.reports.calls import Made, Unmade, calls_made
from lobby.reports.overtakes import Overtake, overtakes


class Place(msgspec.Struct, frozen=True):
    """A ticket in the order of one decision: the rule that places it and its figures (seconds; the index is
    `(waited_s + credit_s) / target_s`). `held` says why it was not to be called this time: `reserve` (the counter is
    kept for others), `ratio` (its class was called so often in a row), `away` (the customer asked for a few minutes),
    or empty."""

    ticket: str
    number: str
    service: str
    priority: str
    rule: str
    waited_s: float
    credit_s: float
    target_s: float
    index: float
    held: str = ""


class CallMade(msgspec.Struct, frozen=True):
    """A call of the ticket: the number of its event, when (ms UTC), where and by whom; the rule and the person's own
    reason as recorded, or under `note` in the erasable store; the version of the rules (0: they are not on record, and
    the oldest that are stand in); whoever would have been called otherwise; and everybody who waited and could be
    called there, in order of their turn.
    `as_ruled` says whether the rules, worked out again from the journal, call the same ticket (None: they are not on
    record). `line` is the why in words, when asked for."""

    seq: int
    at: int
    counter: int
    teller: str
    rule: str
    reason: str
    waited_s: int
    target_s: int
    index: float
    runner_up: str
    rules: int
    as_ruled: bool | None
    ranked: tuple[Place, ...]
    note: str = ""
    line: str = ""


class WhyTicket(msgspec.Struct, frozen=True):
    """Why a ticket was called when it was: its calls, and the calls of others with a younger clock while it waited.
    `since` is where its clock starts (ms UTC). From `held_at` up to `held_until` (None: never) it was not called at the
    customer's wish, and calls of others do not count. What was undone is left out. Each `line` is the same in words."""

    ticket: str
    number: str
    service: str
    priority: str
    day: str
    state: State
    arrived_at: int
    since: int
    calls: tuple[CallMade, ...] = ()
    overtaken: tuple[Overtake, ...] = ()
    held_at: int | None = None
    held_until: int | None = None
    line: str = ""


def why(
    setup: Setup, recorded: Iterable[Recorded], ticket: Ticket, day: str, oldest: RuleSet | None = None
) -> WhyTicket:
    """The answer for this ticket of the business day `day` (ISO date); `recorded` is that day, and `oldest` stands in,
    as for `calls_made`."""
    calls: dict[int, CallMade] = {}
    overtaken: dict[int, Overtake] = {}
    for made in calls_made(setup, recorded, oldest):
        if isinstance(made, Unmade):
            calls.pop(made.seq, None)
            overtaken.pop(made.seq, None)
        elif made.event.ticket == ticket.id:
            calls[made.seq] = call_made(made)
        else:
            overtaken |= {one.seq: one for one in overtakes(made, ticket.id)}
    held = next((step for step in ticket.steps if step.held_at is not None), None)
    return WhyTicket(
        ticket=ticket.id,
        number=ticket.number,
        service=ticket.service,
        priority=ticket.priority,
        day=day,
        state=ticket.state,
        arrived_at=ticket.arrived_at,
        since=ticket.since,
        calls=tuple(calls.values()),
        overtaken=tuple(overtaken.values()),
        held_at=held.held_at if held is not None else None,
        held_until=held.held_until if held is not None else None,
    )


def call_made(made: Made) -> CallMade:
    """The call with everybody whom it might have been."""
    event, decision = made.event, made.decision
    ranked: list[Place] = []
    if decision is not None:
        ranked += [_place(one) for one in decision.ranked]
        ranked += [_place(one, "ratio") for one in decision.out_of_turn]
        ranked += [_place(one, "reserve") for one in decision.kept_back]
        ranked += [_place(one, "away") for one in decision.away]
    return CallMade(
        seq=made.seq,
        at=made.at,
        counter=event.counter,
        teller=event.teller,
        rule=event.rule,
        reason=event.reason,
        note=event.note,
        waited_s=event.waited_s,
        target_s=event.target_s,
        index=event.index,
        runner_up=event.runner_up,
        rules=made.rules,
        as_ruled=made.as_ruled,
        ranked=tuple(ranked),
    )


def _place(one: Candidate, held: str = "") -> Place:
    ticket = one.ticket
    return Place(
        ticket=ticket.id,
        number=ticket.number,
        service=ticket.service,
        priority=ticket.priority,
        rule=one.rule,
        waited_s=one.elapsed_s,
        credit_s=one.credit_s,
        target_s=one.target_s,
        index=round(one.index, 4),
        held=held,
    )
