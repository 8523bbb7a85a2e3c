"""Which interaction record an undone step takes back: the one that was made with the finish that never counted.

The journal keeps both, and a `StepUndone` names ticket and counter only; so whoever meets one looks back. A finish is
undone before the next business day opens, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from lobby.outbound.messages import InteractionUndone, Message, message_id
from lobby.queue import events as e

FINISHED = e.ServiceFinished.__name__

PORTION = 100
"""Events that are read at once on the way back; an undo follows within seconds."""


class Events(Protocol):
    """The part of a journal that is read."""

    def read(self, after: int = 0, limit: int | None = None) -> list[e.Recorded]: ...


def standing(recorded: Iterable[e.Recorded]) -> Iterator[e.Recorded]:
    """The interaction records and the finishes among events in order, without the records that were taken back. Holds
    those of one business day at a time."""
    day: dict[int, e.Recorded] = {}
    for one in recorded:
        match one.event:
            case e.DayOpened():
                yield from day.values()
                day.clear()
            case e.InteractionRecorded() | e.ServiceFinished():
                day[one.seq] = one
            case e.StepUndone() as undone:
                if (record := taken_back(undone, reversed(day.values()))) is not None:
                    del day[record.seq]
    yield from day.values()


def taken_back(undone: e.StepUndone, before: Iterable[e.Recorded]) -> e.Recorded | None:
    """The record that was made with the finish which was undone; None where it made none. `before` are the events
    before the undo, the latest first."""
    if undone.step != FINISHED:
        return None
    finish: e.Recorded | None = None
    for one in before:
        if finish is not None:
            return one if one.seq == finish.seq - 1 else None
        match one.event:
            case e.DayOpened():
                return None
            case e.ServiceFinished(ticket=undone.ticket, counter=undone.counter, recorded=made):
                if not made:
                    return None
                finish = one
    return None


def as_message(branch: str, recorded: e.Recorded, events: Events) -> Message:
    """What is said of an event of the journal `events`: that a record was taken back, where it is such an undo."""
    event = recorded.event
    if isinstance(event, e.StepUndone):
        record = taken_back(event, _backwards(events, recorded.seq - 1))
        if record is not None:
            told = InteractionUndone(event.ticket, event.counter, message_id(branch, record.seq))
            return Message(recorded.seq, recorded.at, recorded.actor, told)
    return Message(recorded.seq, recorded.at, recorded.actor, event)


def _backwards(events: Events, last: int) -> Iterator[e.Recorded]:
    """The events up to number `last`, from there back to the first."""
    while last > 0:
        after = max(0, last - PORTION)
        yield from reversed(events.read(after, last - after))
        last = after
