"""What is known of the waits at a moment, besides the simulation: the classic predictors (Ibrahim & Whitt 2009).

LES      the wait of the last who was called to this service
HOL      the elapsed wait of who has waited longest for it
recent   the mean wait of the last five who were called, whatever for
QL       the work ahead over the counters that do it (`lobby.waits.estimate`)
QL_m     the same when some of those ahead give up: sum over i = 0..Q of 1 / (n mu + i theta)
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from lobby.queue.branch import Branch
from lobby.queue.outlook import Basis
from lobby.queue.ticket import Ticket
from lobby.waits.classic import queue_length_with_leavers_s
from lobby.waits.estimate import estimate, mean_service_s

RECENT = 5


class _Line(NamedTuple):
    """Those who wait for a service: when and as which event each came, in order; the mean of what a newcomer would wait
    by the queue-length formula, s; the counters open for it; its mean service time, s."""

    order: list[tuple[int, int]]
    mean_s: float | None
    posts: int
    service_s: float


class Known:
    """The branch at `now` (ms UTC), looked through once."""

    def __init__(self, branch: Branch, now: int) -> None:
        self._branch = branch
        self._now = now
        calls = sorted(_calls(branch.tickets.values()))
        self._last = {service: waited_s for _, service, waited_s in calls}
        recent = [waited_s for _, _, waited_s in calls[-RECENT:]]
        self._recent = sum(recent) / len(recent) if recent else None
        self._waiting = len(branch.waiting_tickets())
        local = branch.setup.local(now)
        self._hour = local.hour + local.minute / 60
        self._theta = _theta(branch, now)
        self._lines: dict[str, _Line] = {}

    def basis(self, service: str, ticket: Ticket | None = None) -> Basis:
        """For a newcomer, or for one who waits: `ahead` are those before it."""
        line = self._line(service)
        everyone = len(line.order)
        ahead = everyone if ticket is None else bisect_left(line.order, (ticket.since, ticket.issued_seq))
        share = ahead / everyone if everyone else 1.0
        ql_s = None if line.mean_s is None else line.mean_s if ticket is None else line.mean_s * share
        return Basis(
            ql_s=_tenths(ql_s),
            qlm_s=_tenths(_with_leavers(ql_s, line.posts, line.service_s, self._theta)),
            les_s=_tenths(self._last.get(service)),
            hol_s=_tenths((self._now - line.order[0][0]) / 1000 if line.order else 0.0),
            recent_s=_tenths(self._recent),
            ahead=ahead,
            waiting=self._waiting,
            posts=line.posts,
            hour=round(self._hour, 2),
        )

    def _line(self, service: str) -> _Line:
        """What everyone who waits for the service has in common, looked up once."""
        found = self._lines.get(service)
        if found is None:
            branch = self._branch
            waiting = (branch.tickets[id] for id in branch.waiting.get(service, ()))
            simple = estimate(branch, service)
            found = self._lines[service] = _Line(
                sorted((ticket.since, ticket.issued_seq) for ticket in waiting),
                None if simple is None else simple.mean_s,
                sum(branch.serves(c, service) for c in branch.open_counters()),
                mean_service_s(branch, service),
            )
        return found


def _tenths(seconds: float | None) -> float | None:
    """As exact as anybody needs it: these are kept in the journal."""
    return None if seconds is None else round(seconds, 1)


def _calls(tickets: Iterable[Ticket]) -> Iterable[tuple[int, str, float]]:
    """Each first call of today: when, to which service, after how many seconds."""
    for ticket in tickets:
        first = ticket.steps[0]
        if first.called_at is not None:
            yield first.called_at, first.service, (first.called_at - ticket.since) / 1000


def _theta(branch: Branch, now: int) -> float:
    """Those who gave up today over all the time that was waited, per second."""
    left, waited_ms = 0, 0
    for ticket in branch.tickets.values():
        first = ticket.steps[0]
        end = first.called_at or first.ended_at or now
        waited_ms += max(0, end - ticket.since)
        left += first.ended == "cancelled_by_customer"
    return left / (waited_ms / 1000) if waited_ms else 0.0


def _with_leavers(ql_s: float | None, posts: int, mean_s: float, theta: float) -> float | None:
    """QL_m for as many ahead as the queue-length formula's wait stands for."""
    if ql_s is None or not posts:
        return ql_s
    ahead = ql_s * posts / mean_s - 1
    return queue_length_with_leavers_s(ahead, posts, mean_s, theta) if ahead >= 0 else ql_s
