"""Watching the clocks: a warning before one runs out, and whoever answers for it when it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lobby.care import commands as c
from lobby.care import events as e
from lobby.care.casebook import Casebook
from lobby.care.clocks import Standing, standing
from lobby.care.complaints import Complaint
from lobby.care.facts import Facts
from lobby.care.follow_ups import FollowUp


def watch_clocks(book: Casebook, command: c.WatchClocks, facts: Facts) -> list[e.CareEvent]:
    """What has to be said of any clock now, each thing once."""
    cases: Iterable[Complaint | FollowUp] = (
        *(one for one in book.complaints.values() if one.is_open),
        *(one for one in book.follow_ups.values() if one.is_open),
    )
    to = facts.setup.complaints.escalate_to if command.escalate else ""
    return [event for case in cases for event in _news(case, to, facts)]


def _news(case: Complaint | FollowUp, escalate_to: str, facts: Facts) -> Iterator[e.CareEvent]:
    rules = facts.setup.complaints
    for clock in case.clocks():
        if f"{clock.kind} over" in case.warned:
            continue
        stands = standing(clock, facts.at, rules.warn_share, facts.calendar)
        if stands is Standing.OVER:
            yield e.ClockRanOut(case.reference, clock.kind, clock.due, escalate_to or case.owner)
        elif stands is Standing.SOON and clock.kind not in case.warned:
            yield e.ClockWarned(case.reference, clock.kind, clock.due, case.owner)
