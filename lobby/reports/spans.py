"""What a counter did with its time: spans of being open, on a break, and serving.

Tickets carry their own history; counters do not, so their spans are collected beside the branch's fold. Undo makes it
more than adding up: a finish that was taken back means that the service never stopped, and a start that was taken back
never was.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.past import BREAK, OPEN, SERVING, Span
from lobby.queue.ticket import State


class Spans:
    """Collects spans, event by event. Call `note` with the branch as it is before the event is applied."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._running: dict[tuple[int, str], int] = {}
        self._last_served: dict[int, int] = {}
        self.services_at: dict[int, tuple[str, ...]] = {}

    def all(self) -> tuple[Span, ...]:
        return tuple(span for span in self._spans if span.kind)

    def note(self, branch: Branch, recorded: e.Recorded) -> None:
        event, at = recorded.event, recorded.at
        match event:
            case e.CounterOpened(counter=counter):
                self._end(counter, (OPEN, BREAK), at)
                self._begin(OPEN, counter, event.teller, at)
                self.services_at[counter] = event.services
            case e.CounterClosed(counter=counter):
                self._end(counter, (OPEN, BREAK), at)
            case e.CounterTakenOver(counter=counter):
                self._hand_over(counter, event.teller, at)
            case e.BreakStarted(counter=counter):
                self._begin(BREAK, counter, _teller(branch, counter), at)
            case e.BreakEnded(counter=counter):
                self._end(counter, (BREAK,), at)
            case e.ServiceStarted(counter=counter) | e.TicketResumed(counter=counter):
                self._last_served[counter] = self._begin(SERVING, counter, _teller(branch, counter), at)
            case e.ServiceFinished(counter=counter) | e.TicketParked(counter=counter):
                self._end(counter, (SERVING,), at)
            case e.TicketTransferred(counter=counter):
                self._end(counter, (SERVING,), at)
            case e.StepUndone(counter=counter):
                self._undo(branch, counter)
            case e.DayClosed():
                for counter in {counter for counter, _ in self._running}:
                    self._end(counter, (OPEN, BREAK, SERVING), at)

    def _begin(self, kind: str, counter: int, teller: str, at: int) -> int:
        self._spans.append(Span(kind, counter, teller, at))
        self._running[counter, kind] = len(self._spans) - 1
        return len(self._spans) - 1

    def _hand_over(self, counter: int, teller: str, at: int) -> None:
        """Whatever goes on at the counter ends for one teller and begins for the other."""
        for kind in (OPEN, BREAK, SERVING):
            if (counter, kind) in self._running:
                self._end(counter, (kind,), at)
                begun = self._begin(kind, counter, teller, at)
                if kind == SERVING:
                    self._last_served[counter] = begun

    def _end(self, counter: int, kinds: Iterable[str], at: int) -> None:
        for kind in kinds:
            index = self._running.pop((counter, kind), None)
            if index is not None:
                self._spans[index] = msgspec.structs.replace(self._spans[index], end=at)

    def _undo(self, branch: Branch, counter: int) -> None:
        before = branch.undo[counter].before.state
        index = self._running.pop((counter, SERVING), None)
        if index is not None:
            self._spans[index] = msgspec.structs.replace(self._spans[index], kind="")
        elif before is State.SERVING:
            index = self._last_served[counter]
            self._spans[index] = msgspec.structs.replace(self._spans[index], end=None)
            self._running[counter, SERVING] = index


def _teller(branch: Branch, counter: int) -> str:
    """Who is at the counter, which the branch file may have lost since."""
    found = branch.counters.get(counter)
    return found.teller if found is not None else ""
