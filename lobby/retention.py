"""How long words about people are kept, by what they are; and the sweep that erases what was kept long enough.

Days count from when the words were written; for words of a complaint or promise from the end of the case, as the
journal has it. What is still needed stays however old it is: all that belongs to a case that is open, what was
written of the visit that it is about, an appointment to come. Figures, journal and audit trail know no words and stay
as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from lobby.branch_file.retention_values import Retention
from lobby.care import commands as care
from lobby.care.case_ends import OPEN, cases, ends
from lobby.command_shape import Command
from lobby.errors import N_
from lobby.queue import commands as c
from lobby.queue.branch import Branch
from lobby.queue.reasons import EXPLAINED
from lobby.records.acts import Acts
from lobby.records.case_rows import case_rows, visit_words
from lobby.records.ended_tokens import EndedTokens
from lobby.records.people import People
from lobby.records.store import Store

DAY_MS = 86_400_000

SWEEPER = "retention"
"""Who sweeps, in the audit trail, when nobody asked for it; the role is `SERVER`."""
SERVER = "server"


KINDS: dict[str, tuple[type[Command], ...]] = {
    "complaints": (care.TakeComplaint, *care.COMPLAINT_VERBS.values()),
    "promises": (care.PromiseFollowUp, *care.FOLLOW_UP_VERBS.values()),
    "records": (c.Finish, c.RecordInteraction, *EXPLAINED),
    "feedback": (c.GiveFeedback, care.Praise, care.SettleComment),
    "appointments": (c.Book,),
    "colleagues": (care.ReportArticle, care.SettleArticleReport, care.ReviewRecord),
}
"""Which commands leave words of which kind."""

KIND_NAMES: dict[str, str] = {
    "complaints": N_("Complaint"),
    "promises": N_("Promise"),
    "records": N_("Record"),
    "feedback": N_("Comment or praise"),
    "appointments": N_("Appointment"),
    "colleagues": N_("Note among colleagues"),
}
"""What such words are called."""


def kind_of(command: str) -> str:
    """The kind of the words that a command of this name left."""
    return next(kind for kind, commands in KINDS.items() if command in [one.__name__ for one in commands])


TOKENS = "tokens"


class Due(msgspec.Struct, frozen=True):
    """What is to go: words of a kind, with their references, or `count` ended tokens; written, or of a case that was
    over, before `before` (ms)."""

    kind: str
    before: int
    references: frozenset[str]
    count: int


def in_use(branch: Branch) -> frozenset[str]:
    """References to words that are still needed, besides those of cases."""
    return frozenset(one.note for one in branch.appointments.values())


class Sweep:
    """The sweep of one branch in a store."""

    def __init__(self, store: Store, branch: str, retention: Retention) -> None:
        self._people, self._tokens, self._acts = People(store, branch), EndedTokens(store), Acts(store, branch)
        self._store, self._branch = store, branch
        self._retention = retention

    def due(self, held: frozenset[str], now: int) -> Iterator[Due]:
        """What has been kept long enough at `now` (ms UTC), without what is `held`."""
        over: dict[str, int] | None = None
        for kind, commands in KINDS.items():
            if days := getattr(self._retention, kind):
                before = now - days * DAY_MS
                old = {one.reference for one in self._people.older({command.__name__ for command in commands}, before)}
                if old and over is None:
                    over = self._ends()
                if gone := frozenset(one for one in old - held if over is None or over.get(one, 0) < before):
                    yield Due(kind, before, gone, len(gone))
        if self._retention.tokens:
            before = now - self._retention.tokens * DAY_MS
            if ended := self._tokens.count(before):
                yield Due(TOKENS, before, frozenset(), ended)

    def _ends(self) -> dict[str, int]:
        """When the case came to its end to which words belong, by their references (ms UTC)."""
        found = cases(case_rows(self._store, self._branch))
        about = {case.ticket for case in found.values() if case.end == OPEN and case.ticket}
        return dict.fromkeys(visit_words(self._store, self._branch, about), OPEN) | ends(found)

    def carry_out(self, held: frozenset[str], now: int, actor: str = SWEEPER, role: str = SERVER) -> list[Due]:
        """Erase what is due, each kind noted in the audit trail before."""
        found = list(self.due(held, now))
        for due in found:
            self._acts.note("data-expired", actor=actor, role=role, at=now, about=due.kind, count=str(due.count))
            if due.kind == TOKENS:
                self._tokens.forget(due.before)
            else:
                self._people.erase(due.references)
        return found
