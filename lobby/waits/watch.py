"""Watching the queue: an alert when somebody there needs a person who leads, resolved when nobody does any more.

An alert is about a service (its subject), not about a ticket, so that a bad hour is a handful of alerts and not a
hundred; `detail` is the number of whoever had waited longest when it was raised. Whoever asked for a few minutes needs
nobody meanwhile; only the law's clock runs on, and its alerts stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from lobby.queue import commands as c
from lobby.queue import law, opening
from lobby.queue.alerts import QUEUE
from lobby.queue.branch import Branch
from lobby.queue.calling import may_call, weigh
from lobby.queue.counters import all_open
from lobby.queue.ticket import Ticket
from lobby.waits.telling import telling

NOBODY_OPEN_MS = 120_000
"""So long somebody may wait whom no open counter can call."""

NEAR_LIMIT = 0.8
"""From this share of the longest lawful wait on it is said beforehand."""

LEVEL, LEVEL_OF, LEVEL_WITHIN_MS = 0.8, 20, 3_600_000
"""The share of visits that is to be called in time; judged from so many visits on, over so long."""

SETTLED_MS = 60_000
"""An alert lasts so long at least, so that it does not come and go."""

Wrong = Callable[[Ticket], bool]


def watch(branch: Branch, now: int) -> list[c.RaiseAlert | c.ResolveAlert]:
    """What has to be said of the queue at `now` (ms UTC): alerts that begin, and alerts that are over."""
    wrong = {(one.problem, one.subject): one for one in _wrong(branch, now)} if _at_work(branch, now) else {}
    known = {(one.problem, one.subject): one for one in branch.alerts.values() if one.device == QUEUE}
    over = [key for key, alert in known.items() if key not in wrong and now >= alert.since + SETTLED_MS]
    return [
        *(one for key, one in wrong.items() if key not in known),
        *(c.ResolveAlert(QUEUE, problem, subject) for problem, subject in over),
    ]


def _at_work(branch: Branch, now: int) -> bool:
    """Whether anybody is there to look after the queue."""
    if branch.day_closed or now >= branch.day_end:
        return False
    return opening.open_at(branch.setup, None, now) or bool(branch.open_counters())


def _wrong(branch: Branch, now: int) -> Iterator[c.RaiseAlert]:
    limit_ms = law.wait_limit_min(branch.setup, now, all_open=all_open(branch)) * 60_000
    problems: dict[str, Wrong] = {
        "nobody_open": partial(_nobody_open, branch, now),
        "legal_limit": lambda ticket: 0 < limit_ms < now - ticket.waiting_since,
        "legal_limit_near": lambda ticket: 0 < NEAR_LIMIT * limit_ms < now - ticket.waiting_since <= limit_ms,
        "age_cap": lambda ticket: not ticket.is_held(now) and _past_the_cap(branch, now, ticket),
        "promise_at_risk": lambda ticket: not ticket.is_held(now) and telling(branch, ticket, now).at_risk,
    }
    for service, ids in branch.waiting.items():
        waiting = sorted((branch.tickets[id] for id in ids), key=lambda ticket: ticket.waiting_since)
        for problem, applies in problems.items():
            first = next(filter(applies, waiting), None)
            if first is not None:
                yield c.RaiseAlert(QUEUE, problem, service, first.number)
    if _too_few_in_time(branch, now):
        yield c.RaiseAlert(QUEUE, "service_level")


def _nobody_open(branch: Branch, now: int, ticket: Ticket) -> bool:
    at_work = (one for one in branch.open_counters() if not one.on_break)
    return now - ticket.waiting_since >= NOBODY_OPEN_MS and not any(may_call(branch, one, ticket) for one in at_work)


def _past_the_cap(branch: Branch, now: int, ticket: Ticket) -> bool:
    """Also one whom the law puts first, and who is not called by the rule of the cap."""
    rules, one = branch.setup.rules, weigh(branch, ticket, now)
    return one.elapsed_s >= min(rules.age_cap_s, rules.age_cap_targets * one.target_s)


def _too_few_in_time(branch: Branch, now: int) -> bool:
    """Of the visits first called in the last hour, and those that left in it without a call after the target."""
    target_ms = branch.setup.rules.service_level_s * 1000
    in_time = late = 0
    for ticket in branch.tickets.values():
        first = ticket.steps[0]
        called = first.called_at is not None
        over_at = first.called_at if called else first.ended_at
        if over_at is None or over_at <= now - LEVEL_WITHIN_MS:
            continue
        in_target = over_at - ticket.arrived_at <= target_ms
        in_time += called and in_target
        late += not in_target
    return in_time + late >= LEVEL_OF and in_time < LEVEL * (in_time + late)
