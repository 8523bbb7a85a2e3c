"""How long each who waits will wait yet, and a newcomer at the end of each line: the scene played forward many times by
the branch's own rule.

What is by chance: how long each service takes (from the services seen; for one under way, given that it already took so
long), who will not come when called, who gives up, and who else comes; of these only such as may overtake somebody
(`lobby.waits.overtaking`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from lobby.waits.draws import keys_after, keys_of, spread, uniforms
from lobby.waits.engine import run
from lobby.waits.overtaking import horizon_s, may_overtake
from lobby.waits.play import Crowd, Floats, Play, Shift
from lobby.waits.scene import Line, Post, Scene, Waiting

PATHS = 200

TAIL = 0.1
"""Of a service that takes longer than all but this share, nobody knows more than that it may go on: what is left is
drawn from an exponential law with the mean by which this share is longer."""

A_MOMENT_S = 1e-6
"""Newcomers come so long after everybody who waits, and after each other."""


class Simulated(msgspec.Struct, frozen=True, eq=False):
    """Seconds from now until the call, inf where none comes. `waits`: `(paths, waiting)`, in the order of the scene's
    waiting; `joining`: of a newcomer at the end of each line, by the line's index, `(paths,)`. A newcomer takes
    nobody's place, and what is foreseen for one who waits is for one who stays."""

    waits: Floats
    joining: dict[int, Floats]


def simulate(scene: Scene, *, paths: int = PATHS, seed: int = 0, newcomers: Collection[int] | None = None) -> Simulated:
    """Play the scene `paths` times. The same seed and scene give the same numbers, and nearly the same scene nearly the
    same: chance goes by ticket, counter and line. `newcomers`: the lines for which one is wanted (None: all)."""
    there: list[list[int]] = [[] for _ in scene.lines]
    for place, one in enumerate(scene.waiting):
        there[one.line].append(place)
    for places in there:
        places.sort(key=lambda place: (-scene.waiting[place].waited_s, scene.waiting[place].order))
    ghosts = [newcomers is None or index in newcomers for index in range(len(scene.lines))]
    chance = _Chance(scene, [[scene.waiting[place] for place in places] for places in there], ghosts, paths, seed)
    played = run(
        Play(
            crowds=tuple(chance.crowd(index) for index in range(len(scene.lines))),
            shifts=tuple(chance.shift(post) for post in scene.posts),
            paths=paths,
            rule=scene.rule,
            watched=tuple(len(places) + ghost for places, ghost in zip(there, ghosts, strict=True)),
        )
    )
    waits = np.empty((len(scene.waiting), paths))
    for called, places in zip(played.called, there, strict=True):
        waits[places] = called[: len(places)]
    joining = {index: played.called[index][len(there[index])] for index, ghost in enumerate(ghosts) if ghost}
    return Simulated(waits.T, joining)


def quantiles(waits: Floats, *shares: float) -> Floats:
    """The empirical quantiles over the paths, which come first: `(shares, ..)`. inf where too few are ever called."""
    ascending = np.sort(waits, axis=0)
    found: Floats = ascending[[max(0, int(np.ceil(share * len(waits))) - 1) for share in shares]]
    return found


class _Chance:
    """What is by chance, drawn. A line's crowd are those who wait, the newcomer where one is wanted, and who comes
    later; the newcomer has left before coming: a ghost."""

    def __init__(
        self, scene: Scene, there: Sequence[Sequence[Waiting]], ghosts: Sequence[bool], paths: int, seed: int
    ) -> None:
        self.scene, self.there, self.ghosts, self.paths, self.seed = scene, there, ghosts, paths, seed
        self.times = {service: np.array(times.ascending) for service, times in scene.times.items()}
        horizon = min(horizon_s(scene), scene.closes_in_s)
        self.coming = [self.arrivals(line, horizon) for line in scene.lines]
        keys, self.rows, start = [keys_of([])], [], 0
        for line, waiting, ghost, later in zip(scene.lines, there, ghosts, self.coming, strict=True):
            keys += [keys_of([one.id for one in waiting]), keys_after(_name(line), ghost + len(later))]
            end = start + len(waiting) + ghost + len(later)
            self.rows.append(slice(start, end))
            start = end
        everybody = np.concatenate(keys)
        self.service, self.no_show = self.service_draw(everybody), self.draw("no-show", everybody)
        self.patience = -np.log(self.draw("patience", everybody))

    def draw(self, purpose: str, keys: NDArray[np.uint64]) -> Floats:
        return uniforms(self.seed, purpose, keys, self.paths)

    def service_draw(self, keys: NDArray[np.uint64]) -> Floats:
        return spread(self.seed, "service", keys, self.paths)

    def arrivals(self, line: Line, horizon: float) -> Floats:
        """When others come to this line who may overtake somebody, `(people, paths)`."""
        expected = line.arrivals_per_s * horizon
        if not expected or not may_overtake(self.scene, line, horizon):
            return np.empty((0, self.paths))
        people = int(expected + 3 * expected**0.5) + 1
        gaps = -np.log(self.draw("arrival", keys_after(_name(line), people)))
        at = np.cumsum(gaps, axis=0) / line.arrivals_per_s
        return np.where(at < self.scene.closes_in_s, at, np.inf)

    def crowd(self, index: int) -> Crowd:
        line, waiting, rows = self.scene.lines[index], self.there[index], self.rows[index]
        ghosts = slice(len(waiting), len(waiting) + self.ghosts[index])
        joins = np.zeros((rows.stop - rows.start, self.paths))
        joins[: ghosts.start] = np.array([one.away_s for one in waiting])[:, None]
        joins[ghosts.stop :] = self.coming[index]
        since = np.maximum(joins, A_MOMENT_S * (1 + index))
        since[: ghosts.start] = np.array([-one.waited_s for one in waiting])[:, None]
        leaves = joins + self.patience[rows] * line.patience_s
        leaves[ghosts] = -np.inf
        keeps = self.scene.call_s + _drawn_from(self.times[line.service], self.service[rows])
        keeps[self.no_show[rows] < line.no_show] = self.scene.no_show_s
        order = np.full(len(joins), len(self.scene.waiting))
        order[: ghosts.start] = [one.order for one in waiting]
        return Crowd(line, np.maximum.accumulate(since, axis=0), keeps, joins, leaves, order)

    def shift(self, post: Post) -> Shift:
        free_at: Floats | float = -post.idle_s
        if post.doing == "serving":
            free_at = self.left_s(post)
        elif post.doing == "away":
            free_at = post.back_in_s
        return Shift(post.number, np.array([[-np.inf, post.closes_in_s]]), free_at, post.skills)

    def left_s(self, post: Post) -> Floats:
        """How long the service under way takes yet, given that it already took so long."""
        times = self.times[post.service]
        chance = self.service_draw(keys_of([f"counter {post.number}"]))[0]
        longer = times[np.searchsorted(times, post.for_s, "right") :]
        left: Floats
        if len(longer) < TAIL * len(times):
            left = -_mean_excess_s(times) * np.log1p(-chance)
        else:
            left = _drawn_from(longer, chance) - post.for_s
        return left


def _mean_excess_s(ascending: Floats) -> float:
    """By how much the longest are longer than the shortest of them, on average; not less than a moment."""
    tail = ascending[min(len(ascending) - 1, int((1 - TAIL) * len(ascending))) :]
    return max(A_MOMENT_S, float(tail.mean() - tail[0]))


def _name(line: Line) -> str:
    return f"{line.service} {line.priority} {line.target_s}"


def _drawn_from(ascending: Floats, chance: Floats) -> Floats:
    drawn: Floats = ascending.take((chance * len(ascending)).astype(np.int64))
    return drawn
