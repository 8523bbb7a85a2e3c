"""What lobby screens and signs show of a branch at a moment: no token, no name. Pure, as `lobby.views`."""

from __future__ import annotations

from typing import Literal

import msgspec

from lobby.queue import notices
from lobby.queue.branch import Branch
from lobby.queue.notices import Notice
from lobby.queue.services import named
from lobby.queue.ticket import State
from lobby.views import ServiceView, service_views

RECENT_CALLS = 40
"""How many calls a board holds: enough for a screen that shows those of one zone."""


class Call(msgspec.Struct, frozen=True):
    """A number and the counter it was called to; `at` is the latest call of it."""

    number: str
    counter: int
    language: str
    service: str
    at: int
    calls: int
    ticket: str


class CounterSign(msgspec.Struct, frozen=True):
    """What a sign over a counter says: how it stands, and the number that is called or served there."""

    counter: int
    state: Literal["closed", "break", "free", "called", "serving"]
    number: str = ""


class BoardView(msgspec.Struct, frozen=True):
    """What lobby screens show: the latest calls, newest first, each service's queue, notices, how the counters stand.
    The voice keeps quiet up to `quiet_until` (ms UTC; 0: it does not)."""

    branch: str
    name: str
    names: dict[str, str]
    languages: tuple[str, ...]
    seq: int
    at: int
    calls: tuple[Call, ...]
    services: tuple[ServiceView, ...]
    notices: tuple[Notice, ...] = ()
    quiet_until: int = 0
    counters: tuple[CounterSign, ...] = ()


def counter_sign(branch: Branch, number: int, now: int) -> CounterSign:
    """How the counter stands at `now` (ms UTC)."""
    counter = branch.counter(number)
    ticket = branch.tickets.get(counter.ticket or "")
    if now >= branch.day_end:  # until the first event of a new day the branch holds the last one
        return CounterSign(number, "closed")
    if ticket is not None and ticket.state in (State.CALLED, State.SERVING):
        return CounterSign(number, "called" if ticket.state is State.CALLED else "serving", ticket.number)
    if not counter.open:
        return CounterSign(number, "closed")
    return CounterSign(number, "break" if counter.on_break else "free")


def counter_signs(branch: Branch, now: int) -> tuple[CounterSign, ...]:
    """How all counters stand, by number."""
    return tuple(counter_sign(branch, number, now) for number in sorted(branch.setup.counters))


def board_view(branch: Branch, now: int) -> BoardView:
    """The board at `now` (ms UTC)."""
    calls = [
        Call(
            number=ticket.number,
            counter=step.counter,
            language=ticket.language,
            service=step.service,
            at=step.last_called_at,
            calls=step.calls,
            ticket=ticket.id,
        )
        for ticket in branch.tickets.values()
        for step in [ticket.step if ticket.step.called_at or len(ticket.steps) == 1 else ticket.steps[-2]]
        if step.last_called_at is not None and step.counter is not None and now < branch.day_end
    ]
    calls.sort(key=lambda call: (-call.at, call.number))
    return BoardView(
        branch=branch.setup.id,
        name=named(branch.setup.names, branch.setup.languages[0], branch.setup.id),
        names=branch.setup.names,
        languages=branch.setup.languages,
        seq=branch.seq,
        at=now,
        calls=tuple(calls[:RECENT_CALLS]),
        services=service_views(branch, now),
        notices=notices.shown(branch, now),
        quiet_until=branch.quiet_until if now < branch.quiet_until else 0,
        counters=counter_signs(branch, now),
    )
