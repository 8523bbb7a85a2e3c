"""What a log shows at a moment: who waits, who serves, what was measured; and nothing of what comes later."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from datetime import date

import pytest

from lobby.waits.foreign.basis import FromLog
from lobby.waits.foreign.state import Arrival, Resolved, Seen, moments
from lobby.waits.foreign.visit import Visit
from tests.lobby.waits.foreign.logs import MAPPING, at, gone, served


def came(visits: Iterable[Visit], id: str) -> tuple[Arrival, Seen]:
    """This visit, and what was seen when it came."""
    return next(
        (event, seen) for event, seen in moments(visits, "UTC") if isinstance(event, Arrival) and event.id == id
    )


def seen_at(visits: Iterable[Visit], id: str) -> Seen:
    return deepcopy(came(visits, id)[1])


LINE = [
    served("1", 0, 0, 100),
    served("2", 10, 100, 160),
    served("3", 20, 30, 400, "bob", "loans"),
    gone("4", 40, 90),
    served("5", 50, 160, 200),
]


def test_who_waits_and_who_serves_is_what_has_happened_until_then() -> None:
    seen = seen_at([*LINE, served("new", 60, 200, 250)], "new")
    assert list(seen.waiting) == ["2", "4", "5"]
    assert {name: list(agent.serving) for name, agent in seen.on_duty(at(60)).items()} == {"ann": ["1"], "bob": ["3"]}
    assert [call.waited_s for call in seen.calls] == [10]
    assert seen.theta == 0


def test_what_happens_in_the_same_second_is_not_known_yet_but_for_who_came_before() -> None:
    seen = seen_at([*LINE, served("a", 100, 300, 350), served("b", 100, 350, 360)], "b")
    assert list(seen.waiting) == ["2", "5", "a"]
    assert list(seen.agents["ann"].serving) == ["1"]


def test_what_is_over_was_measured() -> None:
    seen = seen_at([*LINE, served("new", 300, 300, 350)], "new")
    assert list(seen.served_s["cash"]) == [100, 60, 40]
    assert [call.waited_s for call in seen.calls] == [10, 90, 110]
    assert seen.theta == 1 / (10 + 90 + 110 + 50)
    assert list(seen.idle_s) == [0, 0]


def test_an_agent_who_is_idle_for_long_is_not_on_duty_any_more() -> None:
    seen = seen_at([*LINE, served("new", 1101, 1101, 1200)], "new")
    assert list(seen.on_duty(at(1100))) == ["ann", "bob"]
    assert list(seen.on_duty(at(1101))) == ["bob"]


def test_an_agent_is_counted_on_for_what_the_agent_has_been_seen_to_do() -> None:
    """New ones are taken at their word; who has given many is not counted on for what was given once."""
    many = [served(f"c{n}", n, n, n + 1) for n in range(22)]
    once = served("loan", 30, 30, 40, service="loans")
    assert seen_at([*LINE, served("new", 500, 500, 501)], "new").can["bob"] == {"loans"}
    assert seen_at([*many, once, served("new", 500, 500, 501)], "new").can["ann"] == {"cash"}


def test_agents_without_a_name_are_as_many_as_serve_at_once() -> None:
    nameless = [served("1", 0, 0, 100, ""), served("2", 10, 10, 50, ""), served("3", 60, 60, 90, "")]
    assert set(seen_at([*nameless, served("new", 70, 70, 80, "")], "new").agents) == {"#1", "#2"}


def test_a_new_day_starts_without_the_calls_and_agents_of_the_last_one_and_keeps_what_was_measured() -> None:
    seen = seen_at([*LINE, served("a", 0, 0, 9, day=1), served("b", 0, 1, 9, day=1)], "b")
    assert seen.day == date(2024, 3, 5)
    assert not seen.calls
    assert not seen.agents
    assert len(seen.served_s["cash"]) == 3


def test_each_visit_is_resolved_with_its_wait() -> None:
    resolved = [event for event, _ in moments(LINE, "UTC") if isinstance(event, Resolved)]
    assert {one.arrival.id: (one.waited_s, one.left) for one in resolved} == {
        "1": (0, False),
        "2": (90, False),
        "3": (10, False),
        "4": (50, True),
        "5": (110, False),
    }


def test_the_classic_predictors_of_a_moment_by_hand() -> None:
    """Ann serves; two for cash wait before the newcomer. Mean serving time: the one of 100 s that was seen, and those
    that stand in for the mapping's mean of 100 s."""
    visits = [served("0", -200, -190, -90), *LINE[:2], served("5", 50, 160, 200), served("new", 60, 200, 250)]
    from_log = FromLog(MAPPING, 0)
    event, seen = came(visits, "new")
    basis = from_log.basis(event, seen)
    mean_s = from_log.times("cash", seen).mean_s
    assert mean_s == pytest.approx(100, rel=0.03)
    assert (basis.ahead, basis.waiting, basis.posts, basis.hour) == (2, 2, 1, 9.02)
    assert basis.ql_s == basis.qlm_s == pytest.approx(3 * mean_s)
    assert (basis.les_s, basis.hol_s, basis.recent_s) == (10, 50, 10)
    assert basis.median_s is None


def test_a_priority_customer_is_ahead_by_the_credit_and_behind_without() -> None:
    visits = [served("0", 0, 0, 500), gone("1", 10, 400), gone("2", 60, 400), gone("gold", 110, 400, priority="gold")]
    from_log = FromLog(MAPPING, 0)
    bases = {
        event.id: from_log.basis(event, seen) for event, seen in moments(visits, "UTC") if isinstance(event, Arrival)
    }  # fmt: skip
    assert bases["gold"].ahead == 1


def test_the_simulation_of_a_moment_is_about_what_the_queue_length_says() -> None:
    """One agent, exponential services, two before: three services of 100 s on average."""
    visits = [*LINE[:2], served("5", 50, 160, 200), served("new", 60, 200, 250)]
    event, seen = came(visits, "new")
    basis = FromLog(MAPPING, 400).basis(event, seen)
    assert basis.median_s == pytest.approx(270, rel=0.2)
    assert basis.q10_s is not None
    assert basis.q90_s is not None
    assert basis.q10_s < 150 < 380 < basis.q90_s
