"""What is drawn for customers whose own was not seen, from what the branch has learnt of those who were."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from lobby.queue.past import PastDay
from lobby.queue.services import Setup
from lobby.waits.planning.day_run import Habits
from lobby.waits.planning.rosters import staffed
from lobby.waits.service_times import learnt


def habits(days: Sequence[PastDay], setup: Setup) -> Habits:
    """Of these days. The turnover is the median of those that could be seen."""
    known = learnt(days, setup)
    turnovers = [turnover for day in days for turnover in staffed(day, setup).turnovers.values()]
    return Habits(
        times=known.times,
        patience_s=known.patience_s,
        no_show_s=known.no_show_s,
        call_s=known.call_s,
        turnover_s=median(turnovers) if turnovers else 0.0,
    )
