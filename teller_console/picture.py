"""What a teller wants to know of the queue at a moment. Pure."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lobby.errors import N_
from lobby.views import BranchView, CounterView, QueueView, ServiceView, TicketView

AT_RISK_FROM = 0.8
"""A promise is at risk when this share of it is used up, or when the branch foresees that it will be late."""


class Standing(StrEnum):
    """How a wait stands against what was promised, or against the service's target where nothing was."""

    OK = "ok"
    AT_RISK = "at risk"
    LATE = "late"


STANDING_NAMES = {Standing.OK: N_("ok"), Standing.AT_RISK: N_("at risk"), Standing.LATE: N_("late")}


class Doing(StrEnum):
    """What goes on at a counter."""

    CLOSED = "closed"
    BREAK = "break"
    FREE = "free"
    CALLED = "called"
    SERVING = "serving"


def doing(counter: CounterView) -> tuple[Doing, int]:
    """What goes on at the counter, and since when (ms UTC)."""
    if not counter.open:
        return Doing.CLOSED, counter.since
    if counter.on_break:
        return Doing.BREAK, counter.since
    ticket = counter.ticket
    if ticket is None:
        return Doing.FREE, counter.since
    if ticket.started_at is not None:
        return Doing.SERVING, ticket.started_at
    return Doing.CALLED, ticket.called_at or counter.since


def counter_of(queue: QueueView, number: int) -> CounterView | None:
    return next((counter for counter in queue.counters if counter.number == number), None)


def waits_here(ticket: TicketView, counter: CounterView) -> bool:
    """Whether this waiting ticket may be called to the counter; the rule of `lobby.queue.calling.may_call`."""
    if ticket.for_counter is not None:
        return ticket.for_counter == counter.number
    if ticket.for_teller:
        return ticket.for_teller == counter.teller
    return not counter.services or ticket.service in counter.services


def is_away(ticket: TicketView, now: int) -> bool:
    """Whether the customer asked for a few minutes that are not over: the next call is not theirs."""
    return ticket.held_until is not None and now < ticket.held_until


def waited_s(ticket: TicketView, now: int) -> int:
    """Seconds waited: since arrival, or since the slot of an appointment that came early."""
    return max(0, now - max(ticket.arrived_at, ticket.appointment or 0)) // 1000


def standing(ticket: TicketView, waited: int, target_s: int) -> Standing:
    limit = ticket.promise.high_s if ticket.promise else target_s
    if waited > limit:
        return Standing.LATE
    return Standing.AT_RISK if ticket.at_risk or waited >= limit * AT_RISK_FROM else Standing.OK


class UntilNoShow(NamedTuple):
    """What is still to be done before a customer who was called may be declared a no-show: calls, then seconds."""

    calls: int
    seconds: int


def until_no_show(ticket: TicketView, branch: BranchView, now: int) -> UntilNoShow:
    """The rule of `lobby.queue.counter_decisions.declare_no_show`."""
    called_s = (now - (ticket.called_at or now)) / 1000
    return UntilNoShow(max(0, branch.recalls + 1 - ticket.calls), max(0, math.ceil(branch.no_show_grace_s - called_s)))


def service_of(branch: BranchView | None, code: str) -> ServiceView | None:
    return next((service for service in branch.services if service.code == code), None) if branch else None


def business_day(branch: BranchView, at: int) -> str:
    """The day that `at` (ms UTC) belongs to at the branch, whose day starts at an hour of its own: 2026-11-23."""
    local = datetime.fromtimestamp(at / 1000, ZoneInfo(branch.zone))
    early = local.hour * 60 + local.minute < branch.day_starts_min
    return (local.date() - timedelta(days=early)).isoformat()
