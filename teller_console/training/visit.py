"""What happened around each practice customer, cut out of the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from lobby.happened import Happened
from lobby.queue import events as e
from lobby.queue.events import Recorded

CALMING_WORDS = "calming words"

H = TypeVar("H", bound=Happened)


@dataclass(frozen=True, slots=True)
class LookUp:
    """An answer that the trainee read at `at` (ms UTC): an article and the language asked for, or `CALMING_WORDS`. No
    journal holds this."""

    at: int
    what: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One customer: what the trainee did for them, in order, and what was read meanwhile; `language` is theirs."""

    ticket: str
    language: str
    happened: tuple[Recorded, ...] = ()
    look_ups: tuple[LookUp, ...] = ()

    def all(self, kind: type[H]) -> list[H]:
        """The events of this kind."""
        return [one.event for one in self.happened if isinstance(one.event, kind)]

    def at(self, kind: type[Happened]) -> int | None:
        """When the first of this kind happened, ms UTC."""
        return next((one.at for one in self.happened if isinstance(one.event, kind)), None)

    @property
    def was_called(self) -> bool:
        return self.at(e.TicketCalled) is not None

    @property
    def call_to_start_s(self) -> float | None:
        """From the first call to the first start; None when service never started."""
        called, started = self.at(e.TicketCalled), self.at(e.ServiceStarted)
        return (started - called) / 1000 if called is not None and started is not None else None

    @property
    def handling_s(self) -> float | None:
        """At the counter, over all services and without the time parked; None when service never ended."""
        total, since, ended = 0, None, False
        for one in self.happened:
            match one.event:
                case e.ServiceStarted() | e.TicketResumed():
                    since = one.at
                case e.ServiceFinished() | e.TicketTransferred() | e.TicketParked() if since is not None:
                    total, since = total + one.at - since, None
                    ended = ended or not isinstance(one.event, e.TicketParked)
        return total / 1000 if ended else None


def cut(
    journal: Iterable[Recorded], look_ups: Sequence[LookUp], customers: dict[str, str], trainee: str
) -> dict[str, Visit]:
    """A visit for each of the `customers` (language by ticket), in their order, of what this trainee did. What names no
    ticket, and what was read, belongs to whoever was called last before it. A step that was undone never was."""
    visits = {ticket: Visit(ticket, language) for ticket, language in customers.items()}
    called: list[tuple[int, str]] = []
    for one in _without_undone([one for one in journal if _theirs(one, trainee)]):
        ticket = getattr(one.event, "ticket", "") or (called[-1][1] if called else "")
        if ticket not in visits:
            continue
        if isinstance(one.event, e.TicketCalled):
            called.append((one.at, ticket))
        visit = visits[ticket]
        visits[ticket] = replace(visit, happened=(*visit.happened, one))
    for read in look_ups:
        ticket = next((ticket for at, ticket in reversed(called) if at <= read.at), "")
        if ticket:
            visits[ticket] = replace(visits[ticket], look_ups=(*visits[ticket].look_ups, read))
    return visits


def _theirs(one: Recorded, trainee: str) -> bool:
    """Whether the trainee did it; a counter that waits for the next customer calls by itself."""
    return one.actor == trainee or (isinstance(one.event, e.TicketCalled) and one.event.teller == trainee)


def _without_undone(journal: Sequence[Recorded]) -> list[Recorded]:
    kept: list[Recorded] = []
    for one in journal:
        if not isinstance(one.event, e.StepUndone):
            kept.append(one)
            continue
        for place in reversed(range(len(kept))):
            step = kept[place].event
            if type(step).__name__ == one.event.step and getattr(step, "ticket", "") == one.event.ticket:
                del kept[place]
                break
    return kept
