"""What is drawn for customers whose own was not seen: learnt from those who were.

    time at the counter   by service: all that were seen, winsorised at the 99th percentile; of a service with fewer
                          than `ENOUGH`, an exponential law with the configured mean stands in for what is lacking
    patience              exponential, with the mean that the total waiting time and the number who left give: those
                          who were served had at least so much (the maximum likelihood for censored waits)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from lobby.queue.services import Setup
from lobby.waits.came import Leg, Visit
from lobby.waits.day_run import Habits
from lobby.waits.scene import ServiceTimes

ENOUGH = 20
WINSOR = 0.99


def habits(visits: Iterable[Visit], setup: Setup) -> Habits:
    """Of these visits, for every service that they or the branch have."""
    legs = [leg for visit in visits for leg in visit.legs]
    of: dict[str, list[Leg]] = {code: [] for code in setup.services}
    for leg in legs:
        of.setdefault(leg.service, []).append(leg)
    leavers = sum(leg.left for leg in legs)
    waited_s = sum(leg.waited_s for leg in legs)
    rules = setup.rules
    return Habits(
        times=_times(of, setup),
        patience_s=waited_s / leavers if leavers else float("inf"),
        no_show_s=rules.no_show_grace_s * (1 + rules.recalls),
    )


def _times(of: Mapping[str, list[Leg]], setup: Setup) -> dict[str, ServiceTimes]:
    found = {}
    for code, legs in of.items():
        seen = np.sort([leg.service_s for leg in legs if leg.service_s is not None])
        lacking = max(0, ENOUGH - len(seen))
        chances = (np.arange(lacking) + 0.5) / max(1, lacking)
        stand_in = -setup.known_service(code).mean_service_s * np.log1p(-chances)
        every = np.sort(np.concatenate([seen, stand_in]))
        longest = np.quantile(every, WINSOR)
        found[code] = ServiceTimes(tuple(np.minimum(every, longest).tolist()), len(seen))
    return found
