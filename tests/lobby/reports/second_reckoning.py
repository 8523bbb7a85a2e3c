"""A second implementation of a day's record: slow, obvious, and without the branch's fold.

Undo is done by crossing out: the step that was taken back and the undo itself leave the list, and what is left is read
from the first line to the last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lobby.queue import events as e


@dataclass
class Slip:
    """What a clerk would note on the back of a ticket. `services`: (service, counter, seconds of serving, finished)."""

    service: str
    arrived: int
    first_call: int | None = None
    end: str = "waiting"
    ended_at: int | None = None
    services: list[tuple[str, int, float, bool]] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    now: str = ""
    started: int | None = None
    parked: int | None = None
    parked_ms: int = 0
    counter: int = 0
    ran: bool = False


@dataclass
class Sums:
    staffed: int = 0
    breaks: int = 0
    serving: int = 0


@dataclass
class Reckoning:
    slips: dict[str, Slip] = field(default_factory=dict)
    counters: dict[int, Sums] = field(default_factory=dict)
    lists: int = 0
    ratings: list[int] = field(default_factory=list)


def crossed_out(recorded: Iterable[e.Recorded]) -> list[e.Recorded]:
    left: list[e.Recorded] = []
    for item in recorded:
        undone = item.event
        if isinstance(undone, e.StepUndone):
            index = max(
                i
                for i, r in enumerate(left)
                if type(r.event).__name__ == undone.step
                and (r.event.ticket, r.event.counter) == (undone.ticket, undone.counter)  # type: ignore[union-attr]
            )
            del left[index]
        else:
            left.append(item)
    return left


def reckon(recorded: Iterable[e.Recorded]) -> Reckoning:
    made = Reckoning()
    open_since: dict[int, int] = {}
    break_since: dict[int, int] = {}
    serving_since: dict[int, int] = {}

    def stop(since: dict[int, int], counter: int, at: int, what: str) -> None:
        if counter in since:
            sums = made.counters.setdefault(counter, Sums())
            setattr(sums, what, getattr(sums, what) + at - since.pop(counter))

    def end_service(slip: Slip, counter: int, at: int, finished: bool) -> None:
        if slip.started is not None:
            parked = slip.parked_ms + (at - slip.parked if slip.parked is not None else 0)
            slip.services.append((slip.now, counter, (at - slip.started - parked) / 1000, finished))
        slip.started, slip.parked, slip.parked_ms = None, None, 0

    for item in crossed_out(recorded):
        at, event = item.at, item.event
        slip = made.slips.get(getattr(event, "ticket", ""))
        match event:
            case e.TicketIssued():
                arrived = at if event.arrived_at is None else event.arrived_at
                made.slips[event.ticket] = Slip(event.service, arrived, now=event.service, needs=list(event.then))
            case e.TicketRenumbered() if slip:
                slip.arrived = event.arrived_at
            case e.TicketCalled() if slip:
                slip.first_call = at if slip.first_call is None else slip.first_call
                slip.end, slip.counter = "at counter", event.counter
            case e.ServiceStarted() if slip:
                slip.started, slip.ran = at, True
                serving_since[event.counter] = at
            case e.ServiceAdded() if slip:
                slip.needs.append(event.service)
            case e.TicketParked() if slip:
                slip.parked, slip.end = at, "parked"
                stop(serving_since, event.counter, at, "serving")
            case e.TicketResumed() if slip:
                assert slip.parked is not None
                slip.parked_ms += at - slip.parked
                slip.parked, slip.end, slip.counter = None, "at counter", event.counter
                serving_since[event.counter] = at
            case e.ServiceFinished() if slip:
                end_service(slip, event.counter, at, True)
                stop(serving_since, event.counter, at, "serving")
                slip.end, slip.ended_at = ("waiting", None) if slip.needs else ("served", at)
                slip.now = slip.needs.pop(0) if slip.needs else slip.now
            case e.TicketTransferred() if slip:
                end_service(slip, event.counter, at, False)
                stop(serving_since, event.counter, at, "serving")
                slip.end, slip.now = "waiting", event.service
            case e.NoShowDeclared() if slip:
                slip.end, slip.ended_at = "no_show", at
            case e.TicketReturned() if slip:
                slip.end, slip.ended_at = "waiting", None
            case e.TicketCancelled() if slip:
                slip.end, slip.ended_at = f"cancelled_by_{event.by}", at
            case e.CounterOpened():
                stop(open_since, event.counter, at, "staffed")
                stop(break_since, event.counter, at, "breaks")
                open_since[event.counter] = at
            case e.CounterClosed():
                stop(open_since, event.counter, at, "staffed")
                stop(break_since, event.counter, at, "breaks")
            case e.BreakStarted():
                break_since[event.counter] = at
            case e.BreakEnded():
                stop(break_since, event.counter, at, "breaks")
            case e.DocumentListTaken():
                made.lists += 1
            case e.FeedbackGiven():
                made.ratings.append(event.rating)
            case e.DayClosed():
                for each in made.slips.values():
                    if each.end == "at counter" and each.started is not None:
                        end_service(each, each.counter, at, True)
                        each.end, each.ended_at = "served", at
                    elif each.end in {"waiting", "at counter", "parked"}:
                        each.end, each.ended_at = "left_at_close", at
                for counter in list(open_since):
                    stop(open_since, counter, at, "staffed")
                    stop(break_since, counter, at, "breaks")
                    stop(serving_since, counter, at, "serving")
    return made
