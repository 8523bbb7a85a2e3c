"""The figures of `lobby.reports.visits` over columns: the same definitions, for any number of visits."""

from __future__ import annotations

import numpy as np

from lobby.queue.ticket import AT_COUNTER, State
from lobby.reports.columns import NEVER, STATES, count
from lobby.reports.judged import ALL, Judged, Rows
from lobby.reports.spread import FEW, mean_s, percentile, seconds, share, spread
from lobby.reports.visits import WAYS, VisitFigures, WaitFigures

WAITING = STATES.index(State.WAITING)


def visit_figures(judged: Judged, which: Rows = ALL) -> VisitFigures:
    """All figures of these visits, with the service level against the branch's target."""
    visits, target_ms = judged.rows.visits, judged.target_ms
    state, left, served = visits.state[which], judged.left[which], judged.served[which]
    waited = judged.waited_ms[which]
    states = np.bincount(state, minlength=len(STATES)).tolist()
    ended = np.bincount(visits.ended.codes[which][left], minlength=len(visits.ended.names)).tolist()
    ways = {way: ended[code] if (code := visits.ended.code(way)) != NEVER else 0 for way in WAYS}
    waits = waited[served]
    low, high = visits.promise_low_s[which][served], visits.promise_high_s[which][served]
    promised = (low != NEVER) & ~judged.promise_open[which][served]
    low, high, kept_waits = low[promised] * 1000, high[promised] * 1000, waits[promised]
    late = (kept_waits - high)[kept_waits > high]
    over = waited > target_ms
    return VisitFigures(
        issued=len(state),
        called=count(visits.called_at[which] != NEVER),
        served=states[STATES.index(State.FINISHED)],
        left=sum(ways.values()),
        **ways,
        waiting=states[WAITING],
        waiting_over_target=count(over & ~left & ~served & (state == WAITING)),
        at_counter=sum(states[STATES.index(one)] for one in AT_COUNTER),
        parked=states[STATES.index(State.PARKED)],
        wait=WaitFigures.of(spread(waits)),
        service_level=share(count(waits <= target_ms), len(waits) + count(left & over)),
        promised=len(kept_waits),
        promise_kept=share(count((low <= kept_waits) & (kept_waits <= high)), len(kept_waits)),
        promise_late=share(len(late), len(kept_waits)),
        promise_error_mean_s=mean_s(kept_waits - (low + high) / 2),
        promise_late_p90_s=seconds(percentile(np.sort(late), 0.9)) if len(late) >= FEW else None,
    )
