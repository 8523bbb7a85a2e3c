"""Gradient boosting, small: a sum of shallow trees, each fitted to what the ones before it left over (Friedman 2001).

For a mean (squared loss) or for a quantile (pinball loss: each leaf then takes the quantile of what is left over in
it). Splits are sought among the quantiles of each column; every tree sees a part of the rows and of the columns
(Friedman 2002), drawn by `seed`. A forest of this size is fitted to ten thousand waits in about a second and asked
about one of them in some fifty microseconds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TREES = 150
DEPTH = 3
RATE = 0.06
BINS = 48
LEAST_IN_A_LEAF = 40.0
ROWS, COLUMNS = 0.7, 0.5
SHRINK = 5.0
"""The weight of rows without anything left over that is added to each node, so that small ones count for less."""


class Forest(NamedTuple):
    """`feature` and `threshold`: (trees, inner nodes), children of node k at 2k + 1 and 2k + 2; a row goes right where
    it reaches the threshold. `value`: (trees, leaves)."""

    start: float
    feature: Ints
    threshold: Floats
    value: Floats

    def of(self, rows: Floats) -> Floats:
        """The prediction for each of `rows` (rows, columns)."""
        trees = np.arange(len(self.feature))
        at = np.zeros((len(rows), len(trees)), np.int64)
        inner = self.feature.shape[1]
        while at[0, 0] < inner:
            feature = self.feature[trees, at]
            at = 2 * at + 1 + (np.take_along_axis(rows, feature, 1) >= self.threshold[trees, at])
        total: Floats = self.start + self.value[trees, at - inner].sum(1)
        return total


def boosted(rows: Floats, waits: Floats, quantile: float | None = None, weights: Floats | None = None, *, seed: int = 0
) -> Forest:  # fmt: skip
    """The forest for the mean of `waits` given `rows` (without gaps), or for their `quantile`. `weights`: how much each
    row counts."""
    chance = np.random.default_rng(seed)
    weights = np.ones(len(waits)) if weights is None else weights
    edges = [np.unique(np.quantile(column, np.linspace(0, 1, BINS + 1)[1:-1])) for column in rows.T]
    binned = np.stack([np.searchsorted(e, column, "right") for e, column in zip(edges, rows.T, strict=True)], 1)
    start = float(np.average(waits, weights=weights)) if quantile is None else _quantile(waits, weights, quantile)
    found = np.full(len(waits), start)
    inner = 2**DEPTH - 1
    forest = Forest(
        start, np.zeros((TREES, inner), np.int64), np.full((TREES, inner), np.inf), np.zeros((TREES, inner + 1))
    )
    for tree in range(TREES):
        left_over = waits - found
        pull = left_over if quantile is None else np.where(left_over > 0, quantile, quantile - 1)
        some = np.flatnonzero(chance.random(len(waits)) < ROWS)
        columns = chance.permutation(rows.shape[1])[: max(1, round(rows.shape[1] * COLUMNS))]
        leaf = np.zeros(len(waits), np.int64)
        for depth in range(DEPTH):
            feature, cut = _splits(binned[some], (pull * weights)[some], weights[some], leaf[some], 2**depth, columns)
            level = slice(2**depth - 1, 2 ** (depth + 1) - 1)
            forest.feature[tree, level] = np.maximum(feature, 0)
            forest.threshold[tree, level] = [
                edges[f][c] if f >= 0 else np.inf for f, c in zip(feature, cut, strict=True)
            ]
            right = binned[np.arange(len(waits)), np.maximum(feature, 0)[leaf]] > cut[leaf]
            leaf = 2 * leaf + (right & (feature[leaf] >= 0))
        value = RATE * _leaves(left_over[some], weights[some], leaf[some], quantile)
        forest.value[tree] = value
        found += value[leaf]
    return forest


def _splits(binned: Ints, pull: Floats, weights: Floats, leaf: Ints, nodes: int, columns: Ints) -> tuple[Ints, Ints]:
    """For each node the column and the bin after which it is split; column -1 where no split gains anything."""
    gains, cuts = np.zeros((len(columns), nodes)), np.zeros((len(columns), nodes), np.int64)
    for index, column in enumerate(columns):
        cell = leaf * BINS + binned[:, column]
        pulled = np.bincount(cell, pull, nodes * BINS).reshape(nodes, BINS).cumsum(1)
        heavy = np.bincount(cell, weights, nodes * BINS).reshape(nodes, BINS).cumsum(1)
        pulled_left, heavy_left = pulled[:, :-1], heavy[:, :-1]
        pulled_right, heavy_right = pulled[:, -1:] - pulled_left, heavy[:, -1:] - heavy_left
        gain = pulled_left**2 / (heavy_left + SHRINK) + pulled_right**2 / (heavy_right + SHRINK)
        gain -= pulled[:, -1:] ** 2 / (heavy[:, -1:] + SHRINK)
        gain[(heavy_left < LEAST_IN_A_LEAF) | (heavy_right < LEAST_IN_A_LEAF)] = 0.0
        cuts[index] = gain.argmax(1)
        gains[index] = gain.max(1)
    best = gains.argmax(0)
    node = np.arange(nodes)
    return np.where(gains[best, node] > 1e-9, columns[best], -1), cuts[best, node]


def _leaves(left_over: Floats, weights: Floats, leaf: Ints, quantile: float | None) -> Floats:
    """What each leaf adds: the mean of what is left over in it, or the quantile."""
    leaves = 2**DEPTH
    if quantile is None:
        heavy = np.bincount(leaf, weights, leaves) + SHRINK
        mean: Floats = np.bincount(leaf, left_over * weights, leaves) / heavy
        return mean
    members = [np.flatnonzero(leaf == index) for index in range(leaves)]
    return np.array([_quantile(left_over[m], weights[m], quantile) if len(m) else 0.0 for m in members])


def _quantile(values: Floats, weights: Floats, quantile: float) -> float:
    order = np.argsort(values)
    under = np.cumsum(weights[order])
    return float(values[order][min(len(values) - 1, np.searchsorted(under, quantile * under[-1]))])
