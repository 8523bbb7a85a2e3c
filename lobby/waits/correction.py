"""What the predictors made of waits, corrected by what the waits then were: low, median and high of a wait, given
everything in its `Basis` and its service.

Boosted trees on all predictors at once (`lobby.waits.boosted`), one forest for each of the three quantiles. Measured on
a real bank's log they beat a linear correction of the simulation, and both beat the simulation alone (docs/waits.md).

Leavers are not fitted to: how long they would have waited is not known. Those who waited as long and stayed stand for
them: each wait counts with 1 / P(nobody's patience had ended by then), where patience has its product-limit estimate
(inverse probability of censoring weights; Robins & Rotnitzky 1992).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lobby.queue.outlook import Basis
from lobby.waits.boosted import Forest, boosted

Floats = NDArray[np.float64]

LOW, MEDIAN, HIGH = 0.1, 0.5, 0.9

MOST_WEIGHT = 10.0
"""Nobody stands for more than so many."""

UNKNOWN = -1.0


class Resolved(NamedTuple):
    """A ticket of which the end of its wait is known: called after `waited_s`, or left uncalled after as long."""

    basis: Basis
    service: str
    waited_s: float
    left: bool


class Correction(NamedTuple):
    """`levels` are the services' mean waits, by which a service stands among the others."""

    low: Forest
    median: Forest
    high: Forest
    levels: Mapping[str, float]

    def of(self, asked: Sequence[tuple[Basis, str]]) -> Floats:
        """Low, median and high in seconds, ascending: (asked, 3)."""
        rows = features(asked, self.levels)
        quantiles: Floats = np.sort(np.stack([self.low.of(rows), self.median.of(rows), self.high.of(rows)], 1), 1)
        return np.maximum(quantiles, 0.0)


def corrected(resolved: Sequence[Resolved]) -> Correction:
    """The correction learnt from these."""
    rows, waits, levels, weights = prepared(resolved)
    low, median, high = (boosted(rows, waits, quantile, weights) for quantile in (LOW, MEDIAN, HIGH))
    return Correction(low, median, high, levels)


def prepared(resolved: Sequence[Resolved]) -> tuple[Floats, Floats, dict[str, float], Floats]:
    """Rows, waits, levels and weights of those who were called."""
    waits = np.array([one.waited_s for one in resolved])
    left = np.array([one.left for one in resolved])
    stayed = [one for one in resolved if not one.left]
    by_service: dict[str, list[float]] = {}
    for one in stayed:
        by_service.setdefault(one.service, []).append(one.waited_s)
    levels = {service: float(np.mean(waited)) for service, waited in by_service.items()}
    rows = features([(one.basis, one.service) for one in stayed], levels)
    return rows, waits[~left], levels, staying_weights(waits, left)[~left]


def features(asked: Sequence[tuple[Basis, str]], levels: Mapping[str, float]) -> Floats:
    """A row for each, gaps filled with `UNKNOWN`."""
    typical = sum(levels.values()) / len(levels) if levels else UNKNOWN
    return np.array(
        [
            [UNKNOWN if value is None else value for value in _values(basis)] + [levels.get(service, typical)]
            for basis, service in asked
        ]
    )


def _values(b: Basis) -> tuple[float | None, ...]:
    return (
        b.median_s, b.q10_s, b.q80_s, b.q90_s, b.ql_s, b.qlm_s, b.les_s, b.hol_s, b.recent_s,
        b.ahead, b.waiting, b.posts, b.hour,
    )  # fmt: skip


def staying_weights(waits: Floats, left: NDArray[np.bool_]) -> Floats:
    """For each wait 1 / P(patience lasts at least as long), at most `MOST_WEIGHT`."""
    order = np.lexsort((~left, waits))
    at_risk = np.arange(len(waits), 0, -1)
    lasts = np.concatenate(([1.0], np.cumprod(1 - left[order] / at_risk)))
    before = np.searchsorted(waits[order], waits, "left")
    weights: Floats = 1 / np.maximum(lasts[before], 1 / MOST_WEIGHT)
    return weights
