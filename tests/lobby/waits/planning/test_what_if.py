"""What if: the day again is the day, a change is the change alone, and pairing tells it from chance."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from lobby.queue.past import BREAK, PastDay, Span
from lobby.queue.services import CounterPlace, Setup
from lobby.waits.planning.brief import evening
from lobby.waits.planning.came import visits_of
from lobby.waits.planning.day_clock import DayClock, wall_s
from lobby.waits.planning.day_run import Habits, effect, run
from lobby.waits.planning.habits import habits
from lobby.waits.planning.rosters import staffed
from lobby.waits.planning.what_if import Change, Slot, changed, courses_of, happened, what_if
from tests.builders import a_service, a_setup, moment
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
    assert happened(day, visits_of(day, setup), setup).kept == len(day.steps)
    assert happened(day, visits_of(day, setup), branch(target_s=-1)).kept == 0


def uncalled(waited_s: int, ended: str) -> PastDay:
    """Ten numbers, none of them called; each waited so long, by the day's last minute where it has not `ended`."""
    day = a_day(branch(), per_hour=30)
    return msgspec.structs.replace(
        day,
        spans=(),
        steps=tuple(
            msgspec.structs.replace(
                step,
                arrived_at=day.at - waited_s * 1000,
                since=day.at - waited_s * 1000,
                queued_at=day.at - waited_s * 1000,
                called_at=None,
                last_called_at=None,
                calls=0,
                started_at=None,
                ended_at=day.at if ended else None,
                ended=ended,
                counter=None,
                state="cancelled" if ended else "waiting",
            )
            for step in day.steps[:10]
        ),
    )


@pytest.mark.parametrize("ended", ["left_at_close", "cancelled_by_customer", "cancelled_by_staff", ""])
def test_who_was_never_called_was_not_called_in_time(ended: str) -> None:
    """Within the limit of 300 s nobody can say; beyond it, they were missed."""
    setup = branch(target_s=300)
    for waited_s, missed in ((299, 0), (301, 10)):
        day = uncalled(waited_s, ended)
        was = happened(day, visits_of(day, setup), setup)
        assert (was.judged, was.kept, was.lost, was.wait_s) == (missed, 0, 10, None)


def test_who_was_called_and_sent_on_before_the_service_is_not_lost() -> None:
    setup = branch()
    day = a_day(setup)
    sent, last = day.steps[0], day.steps[0].ended_at
    assert last is not None
    first = msgspec.structs.replace(sent, started_at=None, ended="transferred", steps=2)
    second = msgspec.structs.replace(
        first, step=1, queued_at=last, called_at=None, calls=0, ended_at=None, ended="", counter=None, state="waiting"
    )
    sent_on = msgspec.structs.replace(day, steps=(first, second, *day.steps[1:]))
    assert happened(sent_on, visits_of(sent_on, setup), setup).lost == 0


def test_closing_every_counter_loses_each_customer_once_however_many_services_they_came_for() -> None:
    setup = branch()
    day = a_day(setup)
    again = tuple(msgspec.structs.replace(step, step=1, steps=2, queued_at=step.ended_at) for step in day.steps)
    twice = msgspec.structs.replace(day, steps=(*day.steps, *again))
    every = tuple(Slot(number, 0, 2 * 86400) for number in setup.counters)
    found = what_if(twice, setup, Change(closed=every), as_it_was(day, setup), paths=3)
    assert found.changed.lost.mean == len(day.steps)


# -- the clocks change while the branch is open


def a_night(date: str, next_day: str) -> tuple[Setup, PastDay]:
    """The made-up day of `date`, its eight hours beginning at half past midnight, before the clocks change."""
    setup = branch()
    day = made_up_days(setup, date, 1, per_hour={"cash": 40}, counters=3, weekend=True, seed=4)[0]
    return setup, shifted(day, moment(f"{next_day} 00:30") - day.spans[0].start)


def shifted(day: PastDay, by: int) -> PastDay:
    steps = [
        msgspec.structs.replace(
            step,
            **{
                name: getattr(step, name) + by
                for name in (
                    "arrived_at",
                    "since",
                    "queued_at",
                    "called_at",
                    "last_called_at",
                    "started_at",
                    "ended_at",
                )
            },
        )
        for step in day.steps
    ]
    spans = [msgspec.structs.replace(span, start=span.start + by, end=(span.end or 0) + by) for span in day.spans]
    return msgspec.structs.replace(day, at=day.at + by, steps=tuple(steps), spans=tuple(spans))


@pytest.mark.parametrize(
    ("date", "next_day", "ahead_s"), [("2024-10-26", "2024-10-27", 3600), ("2024-03-30", "2024-03-31", -3600)]
)
def test_a_day_on_which_the_clocks_change_is_played_as_long_as_it_was(date: str, next_day: str, ahead_s: float) -> None:
    setup, day = a_night(date, next_day)
    found = what_if(day, setup, Change(), as_it_was(day, setup), paths=40)
    assert found.played.kept.low <= found.happened.kept <= found.played.kept.high
    visits = visits_of(day, setup)
    assert (visits[0].ahead_s, visits[-1].ahead_s) == (0, ahead_s)
    assert visits[-1].shown_s == pytest.approx(wall_s(setup, date, day.steps[-1].arrived_at))


def test_counters_are_closed_and_suggested_by_the_clock_on_the_wall() -> None:
    """The clocks go from two back to one: five is thirty hours after the midnight before."""
    setup, day = a_night("2024-10-26", "2024-10-27")
    clock, five = DayClock(day, setup), 29 * 3600.0
    assert clock.passed_at_s(25.5 * 3600) == 25.5 * 3600
    assert clock.passed_at_s(five) == 30 * 3600
    assert clock.shown_s(30 * 3600) == five
    closed = Change(closed=tuple(Slot(number, five, 48 * 3600.0) for number in setup.counters))
    found = what_if(day, setup, closed, as_it_was(day, setup), paths=3)
    later = sum((step.called_at or 0) >= moment("2024-10-27 05:00") for step in day.steps)
    assert later > 50
    assert found.changed.lost.mean == pytest.approx(later, abs=5)


def test_a_suggestion_is_told_by_the_clock_on_the_wall() -> None:
    """Six come at five by the wall, to one counter."""
    setup, day = a_night("2024-10-26", "2024-10-27")
    at = moment("2024-10-27 05:00")
    crowd = tuple(
        msgspec.structs.replace(
            day.steps[0],
            ticket=f"t{number}",
            arrived_at=at,
            since=at,
            queued_at=at,
            called_at=at + number * 600_000,
            started_at=at + number * 600_000,
            ended_at=at + (number + 1) * 600_000,
        )
        for number in range(6)
    )
    night = msgspec.structs.replace(day, steps=crowd, spans=(msgspec.structs.replace(day.spans[0], counter=1),))
    brief = evening(night, [], setup, paths=5)
    assert brief.worst_min == 29 * 60
    assert brief.suggestion is not None
    assert brief.suggestion.start_min <= 29 * 60 < brief.suggestion.end_min


def test_on_the_banks_own_log_the_day_again_keeps_nearly_what_the_day_kept() -> None:
    """Agents' breaks are not in the log and have to be guessed, so the day again is a little kinder than the day."""
    setup, days = bank()
    day = days[3]
    found = what_if(day, setup, Change(), habits(days[:4], setup), paths=10)
    share = found.happened.kept / found.happened.judged
    again = found.played.kept.mean / found.played.judged.mean
    assert (round(share, 2), len(day.steps)) == (0.84, 1317)
    assert share - 0.02 <= again <= share + 0.1
