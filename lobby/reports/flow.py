"""Figures that stand beside the waits: how visits came, how they went on, and the service level read two other ways.

`within_of_all` counts everyone who left as a miss, `within_of_served` leaves them all out; the service level lies
between the two, since it leaves out who left before the target was over.
"""

from __future__ import annotations

import msgspec

from lobby.queue.ticket import State
from lobby.reports.columns import NEVER, STATES, count
from lobby.reports.judged import ALL, Judged, Rows
from lobby.reports.spread import mean_s, share


class FlowFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of a set of visits. Shares are of 1, times in seconds; None where there is nothing to take them of.
    `last_call_mean_s` is issue to the last call of the first step; `in_one_place` the share of the visits served that
    were never transferred; `left_share` and `no_show_share` are of all that were issued."""

    appointments: int
    transferred: int
    in_one_place: float | None
    last_call_mean_s: float | None
    within_of_all: float | None
    within_of_served: float | None
    left_share: float | None
    no_show_share: float | None


def flow_figures(judged: Judged, which: Rows = ALL) -> FlowFigures:
    """The figures of these visits."""
    visits = judged.rows.visits
    served, transferred = judged.served[which], visits.transferred[which]
    finished = visits.state[which] == STATES.index(State.FINISHED)
    called = served & (visits.called_at[which] != NEVER)
    within = count(judged.waited_ms[which][served] <= judged.target_ms)
    left, no_show = judged.left[which], visits.ended.codes[which] == visits.ended.code("no_show")
    return FlowFigures(
        appointments=count(visits.appointment[which]),
        transferred=count(transferred),
        in_one_place=share(count(finished & ~transferred), count(finished)),
        last_call_mean_s=mean_s((visits.last_called_at[which] - visits.arrived_at[which])[called]),
        within_of_all=share(within, count(served) + count(left)),
        within_of_served=share(within, count(served)),
        left_share=share(count(left), len(served)),
        no_show_share=share(count(left & no_show), len(served)),
    )
