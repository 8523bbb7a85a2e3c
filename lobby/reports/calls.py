"""The calls of a day as they were made: each with the branch right before it and the decision that the rules in force
made there, worked out again from the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from lobby.queue.branch import Branch
from lobby.queue.calling import BY_HAND, Decision, pick
from lobby.queue.events import DayOpened, Recorded, RehearsalStarted, RulesChanged, StepUndone, TicketCalled
from lobby.queue.rules_in_force import RuleSet
from lobby.queue.services import CounterPlace, Setup


class Made(msgspec.Struct, frozen=True):
    """A call: its event, its number in the journal, when (ms UTC), under which version of the rules (0: they are not on
    record), and what the rules decide. `branch` is as it was right before, and changes when the next one is asked
    for."""

    seq: int
    at: int
    event: TicketCalled
    rules: int
    decision: Decision | None
    branch: Branch

    @property
    def on_record(self) -> bool:
        """Whether the rules of that time are known, so that the call can be judged by them."""
        return self.rules > 0

    @property
    def as_ruled(self) -> bool | None:
        """Whether the rules call whom it called, None where they are not on record; calling by hand is free to call
        anybody."""
        if self.event.rule == BY_HAND:
            return True
        if not self.on_record:
            return None
        return self.decision is not None and self.decision.chosen.ticket.id == self.event.ticket


class Unmade(msgspec.Struct, frozen=True):
    """The call with this number was taken back: it never counted."""

    seq: int


def calls_made(setup: Setup, recorded: Iterable[Recorded], oldest: RuleSet | None = None) -> Iterator[Made | Unmade]:
    """Every call in `recorded`, in order, and what was taken back. It begins at a `DayOpened`, or before one with what
    the day rests on: the last `RulesChanged` and, in a rehearsal, its `RehearsalStarted`. Where none is on record yet,
    the `oldest` rules that are stand in (None: those of `setup`). A counter that is gone since is there again."""
    branch: Branch | None = None
    file, version = setup, 0
    if oldest is not None:
        setup = oldest.over(file)
    for item in recorded:
        event = item.event
        if isinstance(event, RehearsalStarted):
            file = file.with_more(event.services, event.counters)
            setup = setup.with_more(event.services, event.counters)
        elif isinstance(event, RulesChanged):
            setup, version = event.rules.over(file), event.version
        elif isinstance(event, DayOpened):
            branch = Branch(setup, seq=item.seq - 1)
        elif isinstance(event, TicketCalled) and event.counter not in setup.counters:
            setup = setup.with_more((), (CounterPlace(event.counter),))
        if branch is None:
            continue
        branch.setup = setup
        if isinstance(event, TicketCalled):
            decision = pick(branch, branch.counter(event.counter), item.at)
            yield Made(item.seq, item.at, event, version, decision, branch)
        elif isinstance(event, StepUndone) and event.step == TicketCalled.__name__:
            yield Unmade(branch.undo[event.counter].seq)
        branch.apply(item)
