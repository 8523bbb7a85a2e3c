"""A foreign log in its own order: what was known of each who had to queue, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

import msgspec

from lobby.queue.outlook import Basis
from lobby.waits.foreign.basis import FromLog
from lobby.waits.foreign.mapping import Mapping
from lobby.waits.foreign.state import Arrival, Resolved, Seen, moments
from lobby.waits.foreign.visit import Visit

LATELY_MS = 1_800_000


class Foretold(msgspec.Struct, frozen=True):
    """What was known of a customer at arrival; `half_hour_s` is the mean wait of those called in the last half hour."""

    arrival: Arrival
    basis: Basis
    half_hour_s: float | None


def foretell(
    visits: Iterable[Visit],
    mapping: Mapping,
    days: set[date],
    *,
    paths: int,
    progress: Callable[[int], None] = lambda done: None,
) -> Iterable[Foretold | Resolved]:
    """The log in its own order: on these days, what was known of each who had to queue, and what became of each."""
    from_log = FromLog(mapping, paths)
    asked: set[str] = set()
    came = 0
    for event, seen in moments(visits, mapping.zone):
        if isinstance(event, Resolved):
            if event.arrival.id in asked:
                yield event
            continue
        came += 1
        progress(came)
        if event.queued and datetime.fromtimestamp(event.at / 1000, seen.zone).date() in days:
            asked.add(event.id)
            yield Foretold(event, from_log.basis(event, seen), _half_hour_s(event, seen))


def _half_hour_s(newcomer: Arrival, seen: Seen) -> float | None:
    waits = [
        call.waited_s for call in seen.calls if call.service == newcomer.service and call.at > newcomer.at - LATELY_MS
    ]
    return sum(waits) / len(waits) if waits else None
