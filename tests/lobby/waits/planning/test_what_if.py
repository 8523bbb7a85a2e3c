"""What if: the day again is the day, a change is the change alone, and pairing tells it from chance."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from lobby.queue.past import BREAK, PastDay, Span
from lobby.queue.services import CounterPlace, Setup
from lobby.waits.planning.came import visits_of
from lobby.waits.planning.day_run import Habits, effect, run
from lobby.waits.planning.habits import habits
from lobby.waits.planning.rosters import staffed
from lobby.waits.planning.what_if import Change, Slot, changed, courses_of, happened, what_if
from tests.builders import a_service, a_setup
from tests.lobby.waits.foreign.bank_days import bank
from tests.lobby.waits.planning.made_up_days import made_up_days

NINE, FIVE = 9 * 3600.0, 17 * 3600.0


def branch(target_s: float = 300) -> Setup:
    return a_setup(
        (a_service("cash", "A", target_s=target_s, mean_service_s=240.0),),
        tuple(CounterPlace(number) for number in range(1, 5)),
        (),
    )


def a_day(setup: Setup, per_hour: float = 40, counters: int = 3) -> PastDay:
    return made_up_days(setup, "2024-03-05", 1, per_hour={"cash": per_hour}, counters=counters, seed=4)[0]


def as_it_was(day: PastDay, setup: Setup) -> Habits:
    return msgspec.structs.replace(habits([day], setup), turnover_s=0.0)


def test_a_day_played_again_goes_about_as_it_went() -> None:
    setup = branch()
    day = a_day(setup)
    found = what_if(day, setup, Change(), as_it_was(day, setup), paths=60)
    assert (found.effect.mean, found.effect.error) == (0, 0)
    assert found.happened.judged == len(day.steps)
    assert found.played.kept.low <= found.happened.kept <= found.played.kept.high
    assert found.happened.wait_s == pytest.approx(found.played.wait_s.mean, rel=0.25)


def test_a_counter_more_keeps_more_and_a_counter_fewer_less() -> None:
    setup = branch()
    day = a_day(setup)
    known = as_it_was(day, setup)
    more = what_if(day, setup, Change(opened=(Slot(4, NINE, FIVE),)), known, paths=40)
    fewer = what_if(day, setup, Change(closed=(Slot(3, NINE + 7200, FIVE),)), known, paths=40)
    assert more.effect.low > 0 > fewer.effect.high
    assert more.changed.wait_s.mean < more.played.wait_s.mean < fewer.changed.wait_s.mean
    assert more.changed.kept.mean - more.played.kept.mean == pytest.approx(more.effect.mean)


def test_other_rules_are_another_days_rules_and_nothing_else() -> None:
    setup = branch()
    day = a_day(setup)
    strict = what_if(day, setup, Change(setup=branch(target_s=60)), as_it_was(day, setup), paths=20)
    assert strict.effect.high < 0
    assert strict.changed.wait_s == strict.played.wait_s  # one class, first come first served: the target orders nobody


def test_pairing_narrows_the_interval() -> None:
    """The same change, told from courses that both have in common, and from courses of their own."""
    setup = branch()
    day = a_day(setup)
    there, known = staffed(day, setup), as_it_was(day, setup)
    visits = visits_of(day, setup)
    change = changed(there.roster, Change(opened=(Slot(4, NINE + 3600, NINE + 5400),)), setup)
    ours, others = courses_of(visits, known, 150, seed=1), courses_of(visits, known, 150, seed=2)
    paired = effect(run(ours, setup, change), run(ours, setup, there.roster))
    unpaired = effect(run(others, setup, change), run(ours, setup, there.roster))
    assert paired.error < 0.75 * unpaired.error
    assert paired.high - paired.low < unpaired.high - unpaired.low
    assert abs(paired.mean - unpaired.mean) < 4 * unpaired.error


def test_neighbours_change_places_and_the_day_keeps_its_work() -> None:
    setup = branch()
    visits = visits_of(a_day(setup), setup)
    (cash,) = courses_of(visits, Habits(habits([a_day(setup)], setup).times), 30, seed=0).drawn
    own = np.array([visit.legs[0].service_s for visit in visits])
    assert np.ptp(cash.keeps_s.sum(axis=0)) < 1e-6
    before, after = np.roll(own, 1), np.roll(own, -1)
    for course in cash.keeps_s.T:
        assert np.all((course == own) | (course == before) | (course == after))
    assert 0.35 < np.mean(cash.keeps_s != own[:, None]) < 0.65


def test_another_branch_file_has_its_own_skills() -> None:
    setup = branch()
    day = a_day(setup)
    nobody = msgspec.structs.replace(
        setup, counters={number: CounterPlace(number, services=("loans",)) for number in setup.counters}
    )
    found = what_if(day, setup, Change(setup=nobody), as_it_was(day, setup), paths=3)
    assert found.changed.kept.mean == 0
    assert found.changed.lost.mean == len(day.steps)


def test_a_counter_that_calls_nobody_while_somebody_waits_was_not_there() -> None:
    setup = branch()
    day = a_day(setup, per_hour=20, counters=1)
    first, second = day.steps[0], day.steps[1]
    late = 600_000
    assert first.ended_at is not None
    kept_waiting = msgspec.structs.replace(
        second,
        arrived_at=first.ended_at - 1000,
        since=first.ended_at - 1000,
        queued_at=first.ended_at - 1000,
        called_at=first.ended_at + late,
        ended_at=first.ended_at + late + 60_000,
    )
    lone = msgspec.structs.replace(day, steps=(first, kept_waiting))
    found = staffed(lone, setup)
    assert len(found.roster.spans[1]) == 2
    soon = msgspec.structs.replace(kept_waiting, called_at=first.ended_at + 40_000, ended_at=first.ended_at + 100_000)
    prompt = staffed(msgspec.structs.replace(day, steps=(first, soon)), setup)
    assert len(prompt.roster.spans[1]) == 1
    assert prompt.turnovers == {(first.ticket, 0): 40.0}


def test_a_break_is_no_time_at_the_counter() -> None:
    setup = branch()
    day = a_day(setup, per_hour=1, counters=1)
    opened = day.spans[0]
    rested = Span(BREAK, 1, "t1", opened.start + 3_600_000, opened.start + 5_400_000)
    spans = staffed(msgspec.structs.replace(day, steps=(), spans=(opened, rested)), setup).roster.spans[1]
    assert spans[0] == (NINE, NINE + 3600)
    assert spans[1][0] == NINE + 5400


def test_what_happened_counts_as_the_simulation_does() -> None:
    setup = branch(target_s=1e9)
    day = a_day(setup)
    assert happened(visits_of(day, setup), setup).kept == len(day.steps)
    assert happened(visits_of(day, branch(target_s=-1)), branch(target_s=-1)).kept == 0


def test_on_the_banks_own_log_the_day_again_keeps_nearly_what_the_day_kept() -> None:
    """Agents' breaks are not in the log and have to be guessed, so the day again is a little kinder than the day."""
    setup, days = bank()
    day = days[3]
    found = what_if(day, setup, Change(), habits(days[:4], setup), paths=10)
    share = found.happened.kept / found.happened.judged
    again = found.played.kept.mean / found.played.judged.mean
    assert (round(share, 2), len(day.steps)) == (0.84, 1317)
    assert share - 0.02 <= again <= share + 0.1
