"""The simulated waits: by hand where nothing is by chance, against another way of counting where it is."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from msgspec.structs import replace

from lobby.waits.scene import Line, Post, Rule, Scene, ServiceTimes, Waiting
from lobby.waits.simulation import quantiles, simulate
from tests.lobby.waits.multi_skill import moments

ALWAYS_60 = ServiceTimes((60.0,), 1)
NO_CAP = Rule(1e12, 1e12)
CASH = Line("cash", (1, 2), 600.0)


def a_scene(
    waited: list[float],
    posts: tuple[Post, ...] = (Post(1, "serving", "cash", 20.0),),
    times: ServiceTimes = ALWAYS_60,
    line: Line = CASH,
    **changes: object,
) -> Scene:
    """One line, who waits in it, and what the counters do."""
    waiting = tuple(Waiting(f"t{place}", 0, since, place) for place, since in enumerate(waited))
    return replace(Scene((line,), waiting, posts, {"cash": times}, NO_CAP), **changes)


def found(scene: Scene) -> tuple[list[float], float]:
    """The waits of who waits, and of a newcomer to the first line; where nothing is by chance."""
    simulated = simulate(scene, paths=3)
    assert np.ptp(np.nan_to_num(simulated.waits, posinf=-1), axis=0).max(initial=0) == 0
    return simulated.waits[0].tolist(), float(simulated.joining[0][0])


# -- nothing by chance


def test_each_waits_for_the_service_under_way_and_for_those_ahead() -> None:
    """Services of 60 s, one under way for 20 s: 40, 100, and 160 for a newcomer."""
    assert found(a_scene([300, 200])) == ([40, 100], 160)


def test_the_one_who_waited_longest_is_first_however_they_are_listed() -> None:
    assert found(a_scene([100, 300, 200])) == ([160, 40, 100], 220)


def test_a_free_counter_calls_at_once() -> None:
    assert found(a_scene([], posts=(Post(1, idle_s=5),))) == ([], 0)


def test_the_way_to_the_counter_is_kept_free_too() -> None:
    assert found(a_scene([300], call_s=15.0)) == ([40], 115)


def test_a_customer_on_the_way_is_served_in_full() -> None:
    """Called 5 s ago, 15 s on the way: 10 s and the service of 60."""
    assert found(a_scene([1], posts=(Post(1, "serving", "cash", -10.0),)))[0] == [70]


def test_a_service_longer_than_all_that_were_seen_is_about_to_end() -> None:
    simulated = simulate(a_scene([1], posts=(Post(1, "serving", "cash", 4000.0),)))
    assert 0 <= simulated.waits.min() <= simulated.waits.max() <= 6


def test_a_counter_on_a_break_comes_back() -> None:
    assert found(a_scene([1], posts=(Post(1, "away", back_in_s=500.0),))) == ([500], 560)


def test_a_counter_that_closes_calls_nobody_after_it() -> None:
    """At 40 s it calls; at 100 s it is closed."""
    assert found(a_scene([2, 1], posts=(Post(1, "serving", "cash", 20.0, closes_in_s=50.0),))) == ([40, np.inf], np.inf)


def test_a_line_that_no_counter_gives_is_never_called() -> None:
    assert found(a_scene([2], line=replace(CASH, counters=(7,)))) == ([np.inf], np.inf)
    assert found(a_scene([2], posts=())) == ([np.inf], np.inf)


def test_who_is_away_is_called_when_back_and_the_counter_is_not_kept_for_them() -> None:
    """A free counter and services of 60 s; the first of three is away for 90 s. The others are called at 0 and 60, and
    the first, with the oldest clock, at 120; with one other alone the counter waits from 60 to 90."""
    lines = (CASH, CASH)
    away, *others = Waiting("t0", 1, 300.0, 0, 90.0), Waiting("t1", 0, 200.0, 1), Waiting("t2", 0, 100.0, 2)
    scene = Scene(lines, (away, *others), (Post(1),), {"cash": ALWAYS_60}, NO_CAP)
    assert found(scene) == ([120, 0, 60], 180)
    assert found(replace(scene, waiting=(away, others[0]))) == ([90, 0], 60)


def test_who_comes_meanwhile_may_be_served_before_one_who_is_away() -> None:
    """Somebody comes every minute and is served for ten: without them the counter would be free after 300 s."""
    away = Waiting("t0", 1, 300.0, 0, 300.0)
    scene = Scene((CASH, CASH), (away,), (Post(1),), {"cash": ServiceTimes((600.0,), 1)}, NO_CAP)
    assert simulate(scene).waits.max() == 300
    busy = replace(scene, lines=(replace(CASH, arrivals_per_s=1 / 60), CASH))
    assert float(np.mean(simulate(busy).waits > 300)) > 0.9


def test_a_no_show_keeps_the_counter_for_less() -> None:
    assert found(a_scene([2, 1], line=replace(CASH, no_show=1.0), no_show_s=25.0)) == ([40, 65], 90)


def test_newcomers_take_nobodys_place_not_each_others_either() -> None:
    """Two lines, one counter: each newcomer would be called at 100 s, behind the one who waits."""
    scene = a_scene([30], lines=(CASH, replace(CASH, priority="premium")))
    simulated = simulate(scene, paths=2)
    assert simulated.waits[0].tolist() == [40]
    assert [simulated.joining[line][0] for line in (0, 1)] == [100, 100]


def test_an_appointment_that_came_early_is_behind_and_yet_not_forgotten() -> None:
    """Its clock starts in 30 s: behind one who waits, and behind a newcomer of now."""
    early = replace(CASH, priority="appointment")
    waiting = (Waiting("a", 0, 10.0, 0), Waiting("b", 1, -30.0, 1))
    simulated = simulate(
        Scene((CASH, early), waiting, (Post(1, "serving", "cash", 20.0),), {"cash": ALWAYS_60}, NO_CAP)
    )
    assert simulated.waits[0].tolist() == [40, 100]
    assert simulated.joining[0][0] == 100


# -- by chance


def exponential(mean: float) -> ServiceTimes:
    places = (np.arange(400) + 0.5) / 400
    return ServiceTimes(tuple((-mean * np.log(1 - places)).tolist()), 400)


def test_the_wait_behind_five_is_the_sum_of_six_services() -> None:
    """At one counter, memoryless: an Erlang law with shape 6; and with two counters half of it, shape 6 too."""
    chance = np.random.default_rng(1).gamma(6, 100, 200_000)
    for counters in (1, 2):
        posts = tuple(Post(number + 1, "serving", "cash", 0.0) for number in range(counters))
        simulated = simulate(a_scene([9, 8, 7, 6, 5], posts=posts, times=exponential(100)), paths=2000)
        expected = np.quantile(chance, (0.1, 0.5, 0.9)) / counters
        assert quantiles(simulated.joining[0], 0.1, 0.5, 0.9) == pytest.approx(expected, rel=0.07)


def test_what_is_left_of_a_service_is_what_was_left_of_those_that_took_as_long() -> None:
    """Seen: 60, 120, 600. After 100 s it is one of the last two: 20 or 500 s are left, each as often."""
    scene = a_scene([1], posts=(Post(1, "serving", "cash", 100.0),), times=ServiceTimes((60.0, 120.0, 600.0), 3))
    waits = simulate(scene, paths=2000).waits[:, 0]
    assert set(waits) == {20, 500}
    assert np.mean(waits == 20) == pytest.approx(0.5, abs=0.05)


def test_those_who_give_up_make_way_but_are_foreseen_as_if_they_stayed() -> None:
    """Whoever is second is called after the service of the first, unless the first has left: with a patience of 40 s
    and 40 s to wait with a chance of 1/e."""
    scene = a_scene([2, 1], line=replace(CASH, patience_s=40.0))
    waits = simulate(scene, paths=2000).waits
    assert set(waits[:, 0]) == {40}
    assert set(waits[:, 1]) == {40, 100}
    assert np.mean(waits[:, 1] == 100) == pytest.approx(np.exp(-1), abs=0.04)


def test_those_to_come_overtake_by_the_rule() -> None:
    """A rank by law, on average every 100 s, at a counter that takes 60 s: a newcomer without it waits longer."""
    by_law = replace(CASH, priority="by-law", rank=1)
    quiet = simulate(a_scene([30] * 3, lines=(CASH, by_law)), paths=400)
    busy = simulate(a_scene([30] * 3, lines=(CASH, replace(by_law, arrivals_per_s=0.01))), paths=400)
    assert busy.joining[0].mean() > quiet.joining[0].mean() + 60
    assert busy.joining[1].mean() == pytest.approx(quiet.joining[1].mean(), abs=15)
    late = a_scene([30] * 3, lines=(CASH, replace(by_law, arrivals_per_s=0.01)), closes_in_s=0.0)
    assert simulate(late, paths=400).joining[0].tolist() == quiet.joining[0].tolist()


# -- steady numbers


def test_the_same_seed_gives_the_same_numbers_and_another_others() -> None:
    scene = a_scene([9, 8, 7], times=exponential(100))
    assert np.array_equal(simulate(scene, seed=3).waits, simulate(scene, seed=3).waits)
    assert not np.array_equal(simulate(scene, seed=3).waits, simulate(scene, seed=4).waits)


def test_a_moment_later_the_numbers_are_nearly_the_same() -> None:
    """Ten seconds on, one more came to the end: who waits has about the same time to wait, ten seconds less."""
    posts = tuple(Post(number, "serving", "cash", 30.0 * number) for number in (1, 2))
    now = a_scene([100 - at for at in range(10)], posts=posts, times=exponential(100))
    later = a_scene(
        [*(110 - at for at in range(10)), 0.0],
        posts=tuple(replace(post, for_s=post.for_s + 10) for post in posts),
        times=exponential(100),
    )
    before, after = (quantiles(simulate(scene).waits, 0.5)[0] for scene in (now, later))
    assert after[:10] == pytest.approx(before - 10, abs=12)


def test_quantiles_are_of_the_paths_and_endless_where_few_are_called() -> None:
    waits = np.array([[1.0, 5.0], [2.0, np.inf], [3.0, np.inf], [4.0, 6.0]])
    assert quantiles(waits, 0.25, 0.5, 1.0).tolist() == [[1, 5], [2, 6], [4, np.inf]]


# -- against a lobby whose state is known


def test_knowing_the_state_beats_the_wait_of_the_last() -> None:
    """Six tellers with different skills: an error (RMSE) of at most .6 of that of LES, in the mean and by service."""
    seen = list(moments(3, seed=1, every=14))
    waited = np.array([moment.waited_s for moment in seen])
    simulated = np.array([simulate(moment.scene, paths=100).joining[moment.line].mean() for moment in seen])
    by_les = np.array([moment.les_s for moment in seen])
    assert 12 * 60 < waited.mean() < 32 * 60
    assert rmse(simulated, waited) <= 0.6 * rmse(by_les, waited)


def rmse(foreseen: np.ndarray, waited: np.ndarray) -> float:
    return float(np.sqrt(np.mean((foreseen - waited) ** 2)))


def test_those_behind_wait_no_shorter_within_a_line() -> None:
    for moment in moments(1, seed=2, every=40):
        simulated = simulate(moment.scene, paths=50)
        for line in range(len(moment.scene.lines)):
            there = [at for at, one in enumerate(moment.scene.waiting) if one.line == line]
            there.sort(key=lambda at: -moment.scene.waiting[at].waited_s)
            waits = [simulated.waits[:, at] for at in there] + [simulated.joining[line]]
            assert all(np.all(ahead <= behind) for ahead, behind in pairwise(waits))
