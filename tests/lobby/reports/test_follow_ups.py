"""What was promised to customers for some days, and how much of it was kept."""

from __future__ import annotations

from lobby.care.follow_ups import FollowUp, FollowUpState
from lobby.reports.cases import Cases
from lobby.reports.follow_ups import FollowUpFigures, follow_up_figures

NOW = 1000


def promise(due: int, state: FollowUpState = FollowUpState.OPEN, ended_at: int | None = None) -> FollowUp:
    return FollowUp("F-1", 0, "ann", "ann", due, "", state=state, ended_at=ended_at)


def test_what_is_not_decided_or_was_dropped_in_time_is_not_judged() -> None:
    found = [
        promise(500, FollowUpState.KEPT, 400),
        promise(500, FollowUpState.KEPT, 600),
        promise(500, FollowUpState.DROPPED, 400),
        promise(500, FollowUpState.DROPPED, 600),
        promise(500),
        promise(2000),
    ]
    assert follow_up_figures(found, NOW) == FollowUpFigures(follow_ups_due=5, follow_ups_kept=0.25, follow_ups_over=1)


def test_a_promise_counts_in_the_time_in_which_it_is_due() -> None:
    cases = Cases(follow_ups=(promise(500), promise(900)))
    assert follow_up_figures(cases.within(0, 900).follow_ups, NOW).follow_ups_due == 1
    assert follow_up_figures(None, NOW) == FollowUpFigures()
