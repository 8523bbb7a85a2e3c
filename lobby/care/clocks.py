"""The clocks of a complaint or a follow-up: what each says, and when it begins to warn.

Two run beside each other from the receipt of a complaint: the bank's promise of a first answer and the law's time for
the final one. What is due is reckoned once and kept; nothing here starts or stops a clock.

    running   ok -> soon -> over        soon from `warn_at` on, over when the moment due has passed
    stopped   kept | missed             by whether it was stopped at the moment due or before
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import msgspec

from lobby.care.calendars import Calendar, due
from lobby.care.jurisdictions import Matter, legal_time


class Standing(StrEnum):
    OK = "ok"
    SOON = "soon"
    OVER = "over"
    KEPT = "kept"
    MISSED = "missed"


class ClockKind(StrEnum):
    PROMISE = "promise"
    LAW = "law"
    DUE = "due"
    """A follow-up's."""


class Clock(msgspec.Struct, frozen=True):
    """A deadline that runs from `started` up to and with `due`, until it is `stopped` (ms UTC; None: it still runs)."""

    kind: ClockKind
    started: int
    due: int
    stopped: int | None = None


@lru_cache(maxsize=8192)
def warn_at(clock: Clock, share: float, calendar: Calendar | None = None) -> int:
    """The moment (ms UTC) from which the clock is soon over: when `share` (0 to 1) of its time has passed. With a
    calendar only business days count, so that what is due on Monday does not warn on Sunday."""
    if calendar is None:
        return clock.started + int((clock.due - clock.started) * share)
    working = calendar.business_ms(clock.started, clock.due)
    return min(clock.due, calendar.after_business_ms(clock.started, int(working * share)))


def standing(clock: Clock, now: int, warn_share: float, calendar: Calendar | None = None) -> Standing:
    """What the clock says at `now` (ms UTC)."""
    if clock.stopped is not None:
        return Standing.KEPT if clock.stopped <= clock.due else Standing.MISSED
    if now > clock.due:
        return Standing.OVER
    return Standing.SOON if now >= warn_at(clock, warn_share, calendar) else Standing.OK


def legal_due(
    place: str, matter: Matter, complex: bool, extended: bool, received_ms: int, calendar: Calendar
) -> int | None:
    """The last moment (ms UTC) for the final answer to a complaint received at `received_ms`; None where we know of no
    law. A complex case or an extension that the law does not know changes nothing."""
    time = legal_time(place, matter)
    if time is None:
        return None
    if extended and time.extended is not None:
        return due(received_ms, time.extended, calendar)
    end = due(received_ms, time.complex if complex and time.complex is not None else time.ordinary, calendar)
    return due(end, time.added, calendar) if extended and time.added is not None else end
