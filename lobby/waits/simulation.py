"""How long each who waits will wait yet, and a newcomer at the end of each line: the scene played forward many times by
the branch's own rule.

What is by chance: how long each service takes (from the services seen; for one under way, given that it already took so
long), who will not come when called, who gives up, and who else comes. Of these only such as may overtake somebody are
played, for the others change nothing for those who are there.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from lobby.waits.draws import keys_after, keys_of, uniforms
from lobby.waits.engine import run
from lobby.waits.overtaking import horizon_s, may_overtake
from lobby.waits.play import Crowd, Floats, Play, Shift
from lobby.waits.scene import Line, Post, Scene, Waiting

PATHS = 200

ABOUT_TO_END = 0.1
"""A service that takes longer than the 99th percentile ends within this share of a mean service."""

A_MOMENT_S = 1e-6
"""A newcomer comes so long after everybody who waits."""


class Simulated(msgspec.Struct, frozen=True, eq=False):
    """Seconds from now until the call, inf where none comes. `waits`: `(paths, waiting)`, in the order of the scene's
    waiting; `joining`: of a newcomer at the end of each line, by the line's index, `(paths,)`. A newcomer takes nobody's
    place, and what is foreseen for one who waits is for one who stays."""

    waits: Floats
    joining: dict[int, Floats]


def simulate(scene: Scene, *, paths: int = PATHS, seed: int = 0) -> Simulated:
    """Play the scene `paths` times. The same seed and scene give the same numbers, and nearly the same scene nearly the
    same: chance goes by ticket, counter and line."""
    simulation = _Simulation(scene, paths, seed)
    there: list[list[int]] = [[] for _ in scene.lines]
    for place, one in enumerate(scene.waiting):
        there[one.line].append(place)
    for places in there:
        places.sort(key=lambda place: (-scene.waiting[place].waited_s, scene.waiting[place].order))
    played = run(
        Play(
            crowds=tuple(
                simulation.crowd(line, [scene.waiting[place] for place in places])
                for line, places in zip(scene.lines, there, strict=True)
            ),
            shifts=tuple(simulation.shift(post) for post in scene.posts),
            paths=paths,
            rule=scene.rule,
            watched=tuple(len(places) + 1 for places in there),
        )
    )
    waits = np.empty((len(scene.waiting), paths))
    joining = {}
    for index, (called, places) in enumerate(zip(played.called, there, strict=True)):
        waits[places] = called[: len(places)]
        joining[index] = called[len(places)]
    return Simulated(waits.T, joining)


def quantiles(waits: Floats, *shares: float) -> Floats:
    """The empirical quantiles over the paths, which come first: `(shares, ..)`. inf where too few are ever called."""
    ascending = np.sort(waits, axis=0)
    found: Floats = ascending[[max(0, int(np.ceil(share * len(waits))) - 1) for share in shares]]
    return found


class _Simulation:
    """Draws what is by chance."""

    def __init__(self, scene: Scene, paths: int, seed: int) -> None:
        self.scene, self.paths, self.seed = scene, paths, seed
        self.horizon_s = min(horizon_s(scene), scene.closes_in_s)
        self.ascending = {service: np.array(times.ascending) for service, times in scene.times.items()}

    def chance(self, purpose: str, keys: NDArray[np.uint64]) -> Floats:
        return uniforms(self.seed, purpose, keys, self.paths)

    def crowd(self, line: Line, there: Sequence[Waiting]) -> Crowd:
        """Those who wait, the newcomer, and who comes later. The newcomer has left before coming: a ghost."""
        coming = self.coming(line)
        name = f"{line.service} {line.priority} {line.target_s}"
        keys = np.concatenate([keys_of([*(one.id for one in there), name]), keys_after(name, len(coming))])
        ghost = len(there)
        joins = np.zeros((len(keys), self.paths))
        joins[ghost + 1 :] = coming
        since = np.maximum(joins, A_MOMENT_S)
        since[:ghost] = np.array([-one.waited_s for one in there])[:, None]
        leaves = np.full_like(joins, np.inf)
        if line.patience_s < np.inf:
            leaves = joins - np.log(self.chance("patience", keys)) * line.patience_s
        leaves[ghost] = -np.inf
        order = np.full(len(keys), len(self.scene.waiting))
        order[:ghost] = [one.order for one in there]
        return Crowd(line, np.maximum.accumulate(since, axis=0), self.keeps_s(line, keys), joins, leaves, order)

    def coming(self, line: Line) -> Floats:
        """When others come to this line who may overtake somebody, `(people, paths)`."""
        expected = line.arrivals_per_s * self.horizon_s
        if not expected or not may_overtake(self.scene, line, self.horizon_s):
            return np.empty((0, self.paths))
        people = int(expected + 3 * expected**0.5) + 1
        keys = keys_after(f"{line.service} {line.priority} {line.target_s}", people)
        at = np.cumsum(-np.log(self.chance("arrival", keys)), axis=0) / line.arrivals_per_s
        return np.where(at < self.scene.closes_in_s, at, np.inf)

    def keeps_s(self, line: Line, keys: NDArray[np.uint64]) -> Floats:
        """How long each keeps the counter from the call on."""
        ascending = self.ascending[line.service]
        place = (self.chance("service", keys) * len(ascending)).astype(np.int64)
        keeps = ascending[place] + self.scene.call_s
        if line.no_show:
            keeps[self.chance("no-show", keys) < line.no_show] = self.scene.no_show_s
        return keeps

    def shift(self, post: Post) -> Shift:
        free_at: Floats | float = -post.idle_s
        if post.doing == "serving":
            free_at = self.left_s(post)
        elif post.doing == "away":
            free_at = post.back_in_s
        return Shift(post.number, np.array([[0.0, post.closes_in_s]]), free_at, post.skills)

    def left_s(self, post: Post) -> Floats:
        """How long the service under way takes yet, given that it already took so long."""
        ascending = self.ascending[post.service]
        chance = self.chance("service", keys_of([f"counter {post.number}"]))[0]
        longer = ascending[np.searchsorted(ascending, post.for_s, "right") :]
        if not len(longer):
            return chance * ABOUT_TO_END * ascending.mean()
        left: Floats = longer[(chance * len(longer)).astype(np.int64)] - post.for_s
        return left
