"""A queue played long enough to be compared with a formula: Poisson arrivals, exponential services, like counters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lobby.waits.engine import run
from lobby.waits.play import Crowd, Floats, Play, Shift
from lobby.waits.scene import Line, Rule

NO_CAP = Rule(1e12, 1e12)
WARM_UP, COOL_DOWN = 0.15, 0.05
"""Shares of the arrivals that are not looked at: the queue starts empty, and at the end nobody comes any more."""

SURE = 3.29
"""Standard errors within which a mean is with a chance of 99.9 %."""


class Mean(NamedTuple):
    """A mean over the paths, and how far it may be from the true one (99.9 %)."""

    value: float
    within: float


def class_lines(
    counters: int,
    *,
    targets: Sequence[float] = (),
    ranks: Sequence[int | None] = (),
) -> tuple[Line, ...]:
    """One line for each class, by target or by rank."""
    everywhere = tuple(range(1, counters + 1))
    if ranks:
        return tuple(Line("s", everywhere, 1.0, f"class {at}", rank) for at, rank in enumerate(ranks))
    return tuple(Line("s", everywhere, target, f"class {at}") for at, target in enumerate(targets))


def crowds(
    lines: Sequence[Line],
    arrivals_per_s: Sequence[float],
    service_s: float,
    *,
    people: int,
    paths: int,
    seed: int,
    patience_s: float = np.inf,
) -> tuple[Crowd, ...]:
    """`people` in all, on average, in each path; the same draws for every rule."""
    chance = np.random.default_rng(seed)
    made = []
    for line, rate in zip(lines, arrivals_per_s, strict=True):
        shape = round(people * rate / sum(arrivals_per_s)), paths
        since = np.cumsum(chance.exponential(1 / rate, shape), axis=0)
        keeps = chance.exponential(service_s, shape)
        leaves = since + chance.exponential(patience_s, shape) if patience_s < np.inf else None
        made.append(Crowd(line, since, keeps, leaves=leaves))
    return tuple(made)


def waits(crowds: tuple[Crowd, ...], counters: int, rule: Rule = NO_CAP) -> tuple[Floats, ...]:
    """The waits of those who are looked at, by class, `(people, paths)`; up to leaving for those who leave."""
    always = np.array([[-np.inf, np.inf]])
    paths = crowds[0].since.shape[1]
    played = run(Play(crowds, tuple(Shift(number + 1, always) for number in range(counters)), paths, rule))
    out = []
    for crowd, called in zip(crowds, played.called, strict=True):
        ended = called if crowd.leaves is None else np.minimum(called, crowd.leaves)
        out.append(looked_at(ended - crowd.since))
    return tuple(out)


def looked_at(rows: Floats) -> Floats:
    return rows[int(len(rows) * WARM_UP) : len(rows) - int(len(rows) * COOL_DOWN)]


def mean(rows: Floats) -> Mean:
    """Of each path one mean; the paths are independent."""
    of_paths = rows.mean(axis=0)
    return Mean(float(of_paths.mean()), SURE * float(of_paths.std(ddof=1)) / len(of_paths) ** 0.5)
