"""How long words about people are kept, by what they are; and the sweep that erases what was kept long enough.

Days count from when the words were written. What is still needed stays however old it is: the words of a complaint or
promise that is open, of an appointment to come. Figures, journal and audit trail know no words and stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from lobby.branch_file.retention_values import Retention
from lobby.care import commands as care
from lobby.care.complaints import Complaint
from lobby.care.follow_ups import FollowUp
from lobby.command_shape import Command
from lobby.queue import commands as c
from lobby.queue.branch import Branch
from lobby.records.acts import Acts
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
    "records": (c.Finish, c.RecordInteraction),
    "feedback": (c.GiveFeedback, care.Praise, care.SettleComment),
    "appointments": (c.Book,),
    "colleagues": (care.ReportArticle, care.SettleArticleReport, care.ReviewRecord),
}
"""Which commands leave words of which kind."""

TOKENS = "tokens"


class Due(msgspec.Struct, frozen=True):
    """What is to go: words of a kind, with their references, or `count` ended tokens; written before `before` (ms)."""

    kind: str
    before: int
    references: frozenset[str]
    count: int


def in_use(branch: Branch) -> frozenset[str]:
    """References to words that are still needed."""
    book = branch.care
    cases: tuple[Complaint | FollowUp, ...] = (*book.complaints.values(), *book.follow_ups.values())
    held = {entry.note for case in cases if case.is_open for entry in case.story}
    held |= {one.person for one in book.complaints.values() if one.is_open}
    held |= {one.note for one in book.follow_ups.values() if one.is_open}
    return frozenset(held | {one.note for one in branch.appointments.values()})


class Sweep:
    """The sweep of one branch in a store."""

    def __init__(self, store: Store, branch: str, retention: Retention) -> None:
        self._people, self._tokens, self._acts = People(store, branch), EndedTokens(store), Acts(store, branch)
        self._retention = retention

    def due(self, held: frozenset[str], now: int) -> Iterator[Due]:
        """What has been kept long enough at `now` (ms UTC), without what is `held`."""
        for kind, commands in KINDS.items():
            if days := getattr(self._retention, kind):
                before = now - days * DAY_MS
                old = self._people.older({command.__name__ for command in commands}, before)
                if gone := frozenset(one.reference for one in old) - held:
                    yield Due(kind, before, gone, len(gone))
        if self._retention.tokens:
            before = now - self._retention.tokens * DAY_MS
            if ended := self._tokens.count(before):
                yield Due(TOKENS, before, frozenset(), ended)

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
