"""Figures about follow-ups: what was promised to customers for some days, and how much of it was kept.

A follow-up counts in the span of time in which it was due, whenever it was promised. One that was dropped before it was
due is no promise any more and is not judged.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lobby.care.follow_ups import FollowUp, FollowUpState
from lobby.reports.spread import share


class FollowUpFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The field names are the keys of `lobby.reports.definitions`; None where nothing is known of follow-ups."""

    follow_ups_due: int | None = None
    follow_ups_kept: float | None = None
    follow_ups_over: int | None = None


def follow_up_figures(found: Sequence[FollowUp] | None, now: int) -> FollowUpFigures:
    """The figures of these follow-ups as they stand at `now` (ms UTC); None: they are not known."""
    if found is None:
        return FollowUpFigures()
    held = [one for one in found if not _dropped_in_time(one)]
    decided = [one for one in held if not one.is_open or now > one.due]
    return FollowUpFigures(
        follow_ups_due=len(held),
        follow_ups_kept=share(sum(map(_kept, decided)), len(decided)),
        follow_ups_over=sum(one.is_open and now > one.due for one in held),
    )


def _kept(one: FollowUp) -> bool:
    return one.state is FollowUpState.KEPT and one.ended_at is not None and one.ended_at <= one.due


def _dropped_in_time(one: FollowUp) -> bool:
    return one.state is FollowUpState.DROPPED and one.ended_at is not None and one.ended_at <= one.due
