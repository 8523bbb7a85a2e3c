"""Counters: who is there, for what, and in which mood: open, on a break, waiting for whoever comes, being handed over.

The folds of what happens to a counter alone; what happens to a customer at it is the branch's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lobby.queue import events as e
from lobby.queue.supervision_events import CounterSkillsSet

if TYPE_CHECKING:  # the branch holds counters
    from lobby.queue.branch import Branch

_replace = msgspec.structs.replace


class Counter(msgspec.Struct, frozen=True):
    """A counter now. `since` is the time of its last change, ms UTC; `free_since` the time it was last without a
    customer; `ticket` the one called or served there, and `why` it was called. `ready`: whoever comes next is called by
    itself. `offered`: to be handed over, to `offered_to` or (empty) whoever opens it."""

    number: int
    open: bool = False
    teller: str = ""
    services: tuple[str, ...] = ()
    on_break: bool = False
    break_reason: str = ""
    ready: bool = False
    offered: bool = False
    offered_to: str = ""
    since: int = 0
    free_since: int = 0
    ticket: str | None = None
    why: e.Why | None = None


def all_open(branch: Branch) -> bool:
    """Whether every counter of the branch is open."""
    return all(number in branch.counters and branch.counters[number].open for number in branch.setup.counters)


def changed(branch: Branch, number: int, at: int, **changes: Any) -> None:
    """The counter, as it is changed at `at` (ms UTC)."""
    counter = branch.counters.get(number) or Counter(number)
    branch.counters[number] = _replace(counter, since=at, **changes)


def on_opened(branch: Branch, event: e.CounterOpened, at: int) -> None:
    """Opened, or open with other services: whoever is there stays."""
    there = branch.counters.get(event.counter) or Counter(event.counter)
    branch.counters[event.counter] = Counter(
        event.counter,
        open=True,
        teller=event.teller,
        services=event.services,
        since=at,
        free_since=at,
        ticket=there.ticket,
        why=there.why,
    )
    branch.undo.pop(event.counter, None)


def on_skills_set(branch: Branch, event: CounterSkillsSet, at: int) -> None:
    """Other services, and nothing else: whoever is there stays, and so does the time since which."""
    branch.counters[event.counter] = _replace(branch.counters[event.counter], services=event.services)


def on_closed(branch: Branch, event: e.CounterClosed, at: int) -> None:
    branch.counters[event.counter] = Counter(event.counter, since=at)
    branch.undo.pop(event.counter, None)


def on_break_started(branch: Branch, event: e.BreakStarted, at: int) -> None:
    changed(branch, event.counter, at, on_break=True, break_reason=event.reason, ready=False)
    branch.undo.pop(event.counter, None)


def on_break_ended(branch: Branch, event: e.BreakEnded, at: int) -> None:
    changed(branch, event.counter, at, on_break=False, break_reason="", free_since=at)


def on_ready(branch: Branch, event: e.CounterReady, at: int) -> None:
    changed(branch, event.counter, at, ready=True)


def on_not_ready(branch: Branch, event: e.CounterNotReady, at: int) -> None:
    changed(branch, event.counter, at, ready=False)


def on_offered(branch: Branch, event: e.CounterOffered, at: int) -> None:
    changed(branch, event.counter, at, offered=True, offered_to=event.to_teller, ready=False)


def on_kept(branch: Branch, event: e.CounterKept, at: int) -> None:
    changed(branch, event.counter, at, offered=False, offered_to="")


def on_taken_over(branch: Branch, event: e.CounterTakenOver, at: int) -> None:
    changed(branch, event.counter, at, teller=event.teller, ready=False, offered=False, offered_to="")
    branch.undo.pop(event.counter, None)
