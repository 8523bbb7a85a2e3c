"""Which head start a log's own calls gave to its priority customers.

Looked at are two customers of one service, one of a priority class and one of none, who waited at the same time, when
one of them was called (the other may have left later, uncalled). A credit implies an order: who came first, the
priority customer counted as having come that much earlier. The credit that the branch gave is the one whose order the
calls kept most often.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

import msgspec

from lobby.waits.foreign.visit import Visit

CREDITS_S = (0.0, 30.0, 60.0, 75.0, 90.0, 105.0, 120.0, 150.0, inf)


class Kept(msgspec.Struct, frozen=True):
    """The share of `pairs` that was called in the order which a credit of `credit_s` implies (inf: the priority class
    always first)."""

    credit_s: float
    share: float
    pairs: int


def orders_kept(visits: Iterable[Visit], credits_s: Sequence[float] = CREDITS_S) -> list[Kept]:
    """For each credit how often it was kept to; empty where no such two ever met."""
    leads = _leads_s(visits)
    kept = []
    for credit_s in credits_s:
        told = [(lead, first) for lead, first in leads if lead + credit_s != 0]
        if told:
            right = sum((lead + credit_s > 0) == first for lead, first in told)
            kept.append(Kept(credit_s, right / len(told), len(told)))
    return kept


def _leads_s(visits: Iterable[Visit]) -> list[tuple[float, bool]]:
    """For each two: by how much the priority customer came earlier, and whether that one was called first."""
    by_service: dict[str, list[Visit]] = {}
    for visit in sorted(visits, key=lambda visit: (visit.arrived, visit.id)):
        if visit.queued:
            by_service.setdefault(visit.service, []).append(visit)
    leads = []
    for line in by_service.values():
        for place, one in enumerate(line):
            for other in line[place + 1 :]:
                if other.arrived >= _waited_until(one):
                    break
                if bool(one.priority) == bool(other.priority):
                    continue
                first = _first_called(one, other)
                if first is not None:
                    preferred, plain = (one, other) if one.priority else (other, one)
                    leads.append(((plain.arrived - preferred.arrived) / 1000, first is preferred))
    return leads


def _waited_until(visit: Visit) -> int:
    return visit.ended if visit.called is None else visit.called


def _first_called(one: Visit, other: Visit) -> Visit | None:
    """Who was called while the other still waited; None where nobody was, or both at once."""
    if _waited_until(one) == _waited_until(other):
        return None
    first = min(one, other, key=_waited_until)
    return first if first.called is not None else None
