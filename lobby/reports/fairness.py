"""The fairness ledger: who was overtaken how often, by whom and under which rule, whether every overtake kept within
what its rule allows, and how evenly waits were spread.

Jain's index of x = wait / target over all who were called: (sum x)² / (n sum x²), 1 where all are treated alike and 1/n
where one bears it all (Jain, Chiu & Hawe 1984).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from lobby.queue.calling import weigh
from lobby.queue.events import Recorded
from lobby.queue.rules_in_force import RuleSet
from lobby.queue.services import Setup
from lobby.reports.calls import Made, Unmade, calls_made
from lobby.reports.overtakes import Overtake, overtakes

WORST = 20
"""So many tickets are listed by name."""


class Between(msgspec.Struct, frozen=True):
    """What tickets of one service and class suffered from those of another under one rule: how many overtakes, the
    longest that one who overtook had come later, and the most that the rule allows (None: nothing bounds it)."""

    service: str
    priority: str
    by_service: str
    by_priority: str
    rule: str
    count: int
    longest_later_s: float
    bound_s: float | None


class Sufferer(msgspec.Struct, frozen=True):
    """A ticket and those that were called before it, in order, each with its rule."""

    ticket: str
    number: str
    by: tuple[tuple[str, str], ...]


class Ledger(msgspec.Struct, frozen=True):
    """The fairness ledger of some days: how many calls, tickets called, and overtakes by rule; between whom; who
    suffered most; and Jain's index. `broken` are the overtakes that no rule allows, and `otherwise` the numbers (of
    events) of calls of somebody else than the rules in force decide: both are empty unless the journal was written by
    other rules than it says. `unjudged` calls are neither: the rules of that time are not on record."""

    calls: int
    tickets: int
    by_rule: dict[str, int]
    between: tuple[Between, ...]
    worst: tuple[Sufferer, ...]
    jain: float | None
    broken: tuple[Overtake, ...] = ()
    otherwise: tuple[int, ...] = ()
    unjudged: int = 0


def fairness(setup: Setup, recorded: Iterable[Recorded], oldest: RuleSet | None = None) -> Ledger:
    """The ledger of one or more days; `recorded` and `oldest` as for `calls_made`. A call that was undone never
    counts."""
    kept: dict[int, tuple[Overtake, ...]] = {}
    waits: dict[int, tuple[str, float]] = {}
    otherwise: dict[int, None] = {}
    unjudged: dict[int, None] = {}
    for made in calls_made(setup, recorded, oldest):
        if isinstance(made, Unmade):
            for found in (kept, waits, otherwise, unjudged):
                found.pop(made.seq, None)
            continue
        kept[made.seq] = tuple(overtakes(made))
        waits[made.seq] = _wait(made)
        if not made.on_record:
            unjudged[made.seq] = None
        elif not made.as_ruled:
            otherwise[made.seq] = None
    everything = [one for several in kept.values() for one in several]
    first: dict[str, float] = {}
    for ticket, share in waits.values():
        first.setdefault(ticket, share)
    by_rule: dict[str, int] = {}
    for one in everything:
        by_rule[one.rule] = by_rule.get(one.rule, 0) + 1
    return Ledger(
        calls=len(kept),
        tickets=len(first),
        by_rule=dict(sorted(by_rule.items())),
        between=_between(everything),
        worst=_worst(everything),
        jain=jain(first.values()),
        broken=tuple(one for one in everything if one.broken),
        otherwise=tuple(otherwise),
        unjudged=len(unjudged),
    )


def jain(shares: Iterable[float]) -> float | None:
    """Jain's index; None where nobody was called or nobody waited."""
    found = list(shares)
    squares = len(found) * sum(x * x for x in found)
    return sum(found) ** 2 / squares if squares else None


def _wait(made: Made) -> tuple[str, float]:
    """The ticket, and its wait up to this call as a multiple of its target."""
    called = weigh(made.branch, made.branch.tickets[made.event.ticket], made.at)
    return called.ticket.id, max(0.0, called.elapsed_s) / called.target_s


def _between(everything: list[Overtake]) -> tuple[Between, ...]:
    found: dict[tuple[str, str, str, str, str], list[Overtake]] = {}
    for one in everything:
        pair = (one.service, one.priority, one.by_service, one.by_priority, one.rule)
        found.setdefault(pair, []).append(one)
    return tuple(
        Between(
            *pair,
            count=len(several),
            longest_later_s=max(one.later_s for one in several),
            bound_s=None if any(one.bound_s is None for one in several) else max(one.bound_s or 0 for one in several),
        )
        for pair, several in sorted(found.items())
    )


def _worst(everything: list[Overtake]) -> tuple[Sufferer, ...]:
    suffered: dict[str, list[Overtake]] = {}
    for one in everything:
        suffered.setdefault(one.ticket, []).append(one)
    most = sorted(suffered.values(), key=lambda several: (-len(several), several[0].at, several[0].ticket))
    return tuple(
        Sufferer(several[0].ticket, several[0].number, tuple((one.by_number, one.rule) for one in several))
        for several in most[:WORST]
    )
