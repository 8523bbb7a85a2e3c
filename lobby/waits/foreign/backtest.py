"""How well waits would have been foretold on a log that is over: learnt on its first days, judged on the others.

The first working days (`lobby.waits.foreign.days`) are for learning; on the others every customer who had to queue is
foretold at arrival (`lobby.waits.foreign.foretold`), and what becomes of each is learnt when it is known.

Points are judged on those who were called: the mean of the waits given all else is best by RMSE, their median by MAE,
so both are in the table. The promise is judged on them too, and once more as if all leavers had stayed (product-limit
estimate of the share within the promise).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from lobby.waits.boosted import Forest, boosted
from lobby.waits.calibration import Calibration, ForeseenWait, learnt_from
from lobby.waits.correction import Resolved as Known
from lobby.waits.correction import features, prepared
from lobby.waits.foreign.days import TooShort, split, working_days
from lobby.waits.foreign.foretold import Foretold, foretell
from lobby.waits.foreign.mapping import Mapping
from lobby.waits.foreign.state import Resolved
from lobby.waits.foreign.visit import Visit

Floats = NDArray[np.float64]

PATHS = 100


class Judged(msgspec.Struct, frozen=True):
    """The errors of a predictor, in seconds, over `n` customers who were called."""

    rmse_s: float
    mae_s: float
    n: int


class Kept(msgspec.Struct, frozen=True):
    """A promise's upper end: the share of `n` called customers who were called before it, and its mean."""

    coverage: float
    mean_bound_s: float
    n: int


class Promised(msgspec.Struct, frozen=True):
    """`if_all_stayed`: the coverage with leavers counted as censored. `lower`: the share called before the lower end.
    `services`: by service."""

    coverage: float
    mean_bound_s: float
    n: int
    if_all_stayed: float
    lower: float
    services: dict[str, Kept]


class Backtest(msgspec.Struct, frozen=True):
    """What came of it. `training` and `judged` are the first and last dates of the days learnt from and judged."""

    training_days: int
    judged_days: int
    training: tuple[str, str]
    judged: tuple[str, str]
    predictors: dict[str, Judged]
    promise: Promised


def backtest(
    visits: Sequence[Visit],
    mapping: Mapping,
    *,
    paths: int = PATHS,
    progress: Callable[[int], None] = lambda done: None,
) -> Backtest:
    """Learn and judge; `progress` is told how many visits have come. `TooShort` where there is too little."""
    days = working_days(visits, mapping.zone)
    training, judged = split(days)
    told = foretell(visits, mapping, set(days), paths=paths, progress=progress)
    course = Course(mapping.zone, set(judged))
    for one in told:
        course.take(one)
    return course.outcome(training, judged)


class Course:
    """The log gone through: learning all along, foretelling on the days that are judged."""

    def __init__(self, zone: str, judged: set[date]) -> None:
        self.zone, self.judged = ZoneInfo(zone), judged
        self.calibration = Calibration()
        self.mean: tuple[Forest, dict[str, float]] | None = None
        self.known: dict[str, Foretold] = {}
        self.learnt: list[Known] = []
        self.points: dict[str, dict[str, float | None]] = {}
        self.promises: dict[str, ForeseenWait] = {}
        self.results: dict[str, Resolved] = {}
        self.constant_s = 0.0

    def take(self, event: Foretold | Resolved) -> None:
        if isinstance(event, Foretold):
            self.known[event.arrival.id] = event
            if datetime.fromtimestamp(event.arrival.at / 1000, self.zone).date() in self.judged:
                self._foretell(event)
            return
        foretold = self.known.pop(event.arrival.id)
        if event.arrival.id in self.points:
            self.results[event.arrival.id] = event
        self.learnt.append(Known(foretold.basis, event.arrival.service, event.waited_s, event.left))
        if self.mean is not None:
            self._learn()

    def _learn(self) -> None:
        """Take in what was learnt since, and learn the corrections anew when it is time."""
        if self.mean is None:
            self.calibration = learnt_from(self.learnt)
        else:
            self.calibration.learn_all(self.learnt)
        self.learnt.clear()
        if self.mean is None or self.calibration.due:
            self.calibration.fit()
            rows, waits, levels, _ = prepared(self.calibration.remembered)
            self.constant_s = float(waits.mean())
            self.mean = boosted(rows, waits), levels

    def _foretell(self, foretold: Foretold) -> None:
        if self.mean is None:
            if sum(not one.left for one in self.learnt) < 2:
                raise TooShort("nobody had to queue and was called on the days to learn from")
            self._learn()
        assert self.mean is not None
        forest, levels = self.mean
        arrival, basis = foretold.arrival, foretold.basis
        promise = self.calibration.foresee(basis, arrival.service)
        self.promises[arrival.id] = promise
        self.points[arrival.id] = {
            "constant": self.constant_s,
            "last_to_enter_service": basis.les_s,
            "head_of_line": basis.hol_s,
            "last_five_called": basis.recent_s,
            "half_hour_mean": foretold.half_hour_s,
            "queue_length": basis.ql_s,
            "queue_length_with_leavers": basis.qlm_s,
            "simulation_median": basis.median_s,
            "corrected_mean": float(forest.of(features([(basis, arrival.service)], levels))[0]),
            "corrected_median": promise.median_s,
        }

    def outcome(self, training: Sequence[date], judged: Sequence[date]) -> Backtest:
        called = [id for id, result in self.results.items() if not result.left]
        if not called:
            raise TooShort("nobody had to queue and was called on the days to judge on")
        waits = np.array([self.results[id].waited_s for id in called])
        predictors = {}
        for name in self.points[called[0]]:
            points = [self.points[id][name] for id in called]
            errors = waits - np.array([self.constant_s if point is None else point for point in points])
            predictors[name] = Judged(float(np.sqrt((errors**2).mean())), float(np.abs(errors).mean()), len(waits))
        return Backtest(
            training_days=len(training),
            judged_days=len(judged),
            training=(training[0].isoformat(), training[-1].isoformat()),
            judged=(judged[0].isoformat(), judged[-1].isoformat()),
            predictors=predictors,
            promise=self._promise(called, waits),
        )

    def _promise(self, called: list[str], waits: Floats) -> Promised:
        high = np.array([self.promises[id].high_s for id in called])
        low = np.array([self.promises[id].low_s for id in called])
        of_service = np.array([self.results[id].arrival.service for id in called])
        services = {}
        for service in sorted(set(of_service.tolist())):
            those = of_service == service
            services[service] = Kept(
                float((waits <= high)[those].mean()), float(high[those].mean()), int(those.sum())
            )  # fmt: skip
        return Promised(
            coverage=float((waits <= high).mean()),
            mean_bound_s=float(high.mean()),
            n=len(waits),
            if_all_stayed=self._if_all_stayed(),
            lower=float((waits < low).mean()),
            services=services,
        )

    def _if_all_stayed(self) -> float:
        """The product-limit estimate of the share whose wait would have been within the promise."""
        results = list(self.results.values())
        over = np.array([result.waited_s - self.promises[result.arrival.id].high_s for result in results])
        left = np.array([result.left for result in results])
        order = np.lexsort((left, over))
        at_risk = np.arange(len(order), 0, -1)
        within = over[order] <= 0
        return float(1 - np.prod(1 - (~left[order] & within) / at_risk))
