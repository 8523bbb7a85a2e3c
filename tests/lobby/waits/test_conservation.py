"""Kleinrock's conservation law: who looks at no service times and lets no counter idle cannot shorten all waits, only
hand them round."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lobby.queue.services import Ratio
from lobby.waits.engine import run
from lobby.waits.play import Crowd, Floats, Play, Shift
from lobby.waits.scene import Line, Rule
from tests.lobby.waits import stationary
from tests.lobby.waits.priority_queues import accumulating_priority_s, strict_priority_s

ALWAYS = np.array([[-np.inf, np.inf]])
EVERYWHERE = (1, 2, 3)

classes = st.builds(
    Line,
    service=st.just("s"),
    counters=st.just(EVERYWHERE),
    target_s=st.sampled_from([60.0, 300.0, 900.0]),
    priority=st.sampled_from(["", "a", "b"]),
    rank=st.sampled_from([None, None, 1, 2]),
    credit_s=st.sampled_from([0.0, 120.0]),
)
rules = st.builds(
    Rule,
    age_cap_s=st.sampled_from([300.0, 1e9]),
    age_cap_targets=st.sampled_from([1.0, 1e9]),
    ratios=st.sampled_from([(), (Ratio("a", 1),), (Ratio("a", 2), Ratio("b", 1))]),
)


@settings(max_examples=60)
@given(st.lists(classes, min_size=1, max_size=4), rules, st.integers(1, 3), st.integers(0, 2**32))
def test_with_services_of_one_length_every_rule_calls_at_the_same_moments(
    lines: list[Line], rule: Rule, counters: int, seed: int
) -> None:
    """Exactly: only who is called differs, so the waits add up to the same."""
    chance = np.random.default_rng(seed)
    arrivals = np.cumsum(chance.exponential(40, (60, 3)), axis=0)
    of_line = np.arange(60) % len(lines)
    plain = Line("s", EVERYWHERE, 300.0)
    by_rule = calls(lines, rule, [arrivals[of_line == at] for at in range(len(lines))], counters)
    as_they_come = calls([plain], Rule(1e9, 1e9), [arrivals], counters)
    assert np.sort(by_rule, axis=0) == pytest.approx(np.sort(as_they_come, axis=0))


def calls(lines: list[Line], rule: Rule, arrivals: list[Floats], counters: int) -> Floats:
    crowds = tuple(Crowd(line, since, np.full_like(since, 100.0)) for line, since in zip(lines, arrivals, strict=True))
    shifts = tuple(Shift(number + 1, ALWAYS) for number in range(counters))
    return np.concatenate(run(Play(crowds, shifts, 3, rule)).called)


@given(st.lists(st.floats(0.01, 0.6), min_size=2, max_size=4), st.integers(1, 4), st.data())
def test_the_formulas_keep_the_law(arrivals: list[float], counters: int, data: st.DataObject) -> None:
    """For any rates of priority."""
    arrivals = [each * 0.95 * counters / sum(arrivals) for each in arrivals]
    rates = data.draw(st.lists(st.floats(0.1, 100), min_size=len(arrivals), max_size=len(arrivals)))
    alike = accumulating_priority_s(arrivals, [1.0] * len(arrivals), 1, counters)
    for waits in (accumulating_priority_s(arrivals, rates, 1, counters), strict_priority_s(arrivals, 1, counters)):
        assert total(arrivals, waits) == pytest.approx(total(arrivals, alike))


def total(arrivals: list[float], waits: list[float]) -> float:
    return sum(rate * wait for rate, wait in zip(arrivals, waits, strict=True))


def test_with_services_by_chance_the_law_holds_on_average() -> None:
    """The same customers under two rules: the difference of the sums of their waits is nothing but chance."""
    lines = stationary.class_lines(3, targets=(0.25, 0.5, 1.0))
    coming = stationary.crowds(lines, (0.5, 0.7, 0.9), 1.0, people=2000, paths=64, seed=31)
    alike = tuple(Crowd(Line("s", EVERYWHERE, 1.0), each.since, each.keeps_s) for each in coming)
    by_rule, as_they_come = (np.concatenate(stationary.waits(each, 3)) for each in (coming, alike))
    found = stationary.mean(by_rule - as_they_come)
    assert found.value == pytest.approx(0, abs=found.within)
    assert found.within < 0.1 * as_they_come.mean()
