"""The briefs: what they say of a day that can be reckoned by hand, and of a branch that was simulated."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from lobby.queue.events import Promise
from lobby.queue.past import OPEN, PastDay, PastOpinion, Span
from lobby.queue.services import CounterPlace, Hours, Setup
from lobby.queue.services import Span as Opens
from lobby.reports.columns import columns_of
from lobby.reports.definitions import FIGURES
from lobby.reports.forms.brief_layout import evening_document, morning_document
from lobby.reports.period import period_figures
from lobby.waits.planning.arrivals import NothingToForecastFrom
from lobby.waits.planning.brief import Evening, Morning, evening, morning
from lobby.waits.planning.day_kinds import CLOSED
from lobby.waits.planning.possible_days import Booked
from lobby.words import words
from tests.builders import a_service, a_setup, moment
from tests.lobby.waits.planning.made_up_days import made_up_days

ENGLISH = words("en")


def branch(hours: Hours | None = None, **changes: object) -> Setup:
    services = (
        a_service("cash", "A", target_s=300.0, mean_service_s=240.0),
        a_service("loans", "L", target_s=900.0, mean_service_s=900.0),
    )
    return a_setup(services, tuple(CounterPlace(number) for number in range(1, 6)), (), hours=hours, **changes)


SETUP = branch()


@pytest.fixture(scope="module")
def days() -> list[PastDay]:
    return made_up_days(SETUP, "2024-02-05", 20, per_hour={"cash": 16, "loans": 1}, counters=2)


# -- the evening


def a_rush() -> PastDay:
    """One counter from nine to noon; at 10:40 six customers come at once, ten minutes each, promised 15 minutes."""
    template = made_up_days(SETUP, "2024-03-05", 1, per_hour={"cash": 2}, counters=1)[0]
    at = moment("2024-03-05 10:40")
    steps = []
    for number in range(6):
        called = at + number * 600_000
        steps.append(
            msgspec.structs.replace(
                template.steps[0],
                ticket=f"t{number}",
                service="cash",
                arrived_at=at,
                since=at,
                queued_at=at,
                called_at=called,
                last_called_at=called,
                started_at=called,
                ended_at=called + 600_000,
                promise=Promise(0, 900),
            )
        )
    opens, closes = moment("2024-03-05 09:00"), moment("2024-03-05 12:00")
    said = (PastOpinion(5, "kiosk", "en"), PastOpinion(2, "kiosk", "en"))
    return msgspec.structs.replace(
        template, steps=tuple(steps), spans=(Span(OPEN, 1, "t1", opens, closes),), at=closes, opinions=said
    )


@pytest.fixture(scope="module")
def rush() -> Evening:
    return evening(a_rush(), [], SETUP, paths=20)


def test_the_evening_brief_names_the_counter_that_would_have_kept_most(rush: Evening) -> None:
    """By hand: one counter calls at 10:40, 10:50, ... so that 2 of 6 are called within 15 minutes. With a second one
    from 10:40 on, two are called each ten minutes: 4 of 6."""
    assert (rush.happened.kept, rush.happened.judged) == (2, 6)
    assert (rush.worst_min, rush.worst_missed) == (630, 4)
    found = rush.suggestion
    assert found is not None
    assert (found.counter, found.open) == (2, 1)
    assert found.start_min <= 640 < found.end_min
    assert (found.effect.mean, found.effect.low, found.effect.high) == (2, 2, 2)
    assert rush.played is not None
    assert rush.played.kept.mean == 2


def test_the_evening_brief_says_it_in_a_sentence(rush: Evening) -> None:
    said = evening_document(rush, SETUP, ENGLISH).notes
    assert "No business day in the weeks before is known; there is nothing to forecast from." in said
    assert "Called in time: 2 of 6." in said
    assert any("besides the 1 that were open then, would have kept 2 more promises (2 to 2)." in note for note in said)


def test_the_brief_and_the_report_of_a_day_have_the_same_figures(days: list[PastDay]) -> None:
    """With a no-show, one who was sent on and given nothing more, one who gave up, and one who came before the slot."""
    day = days[-1]
    shy, sent, gone, early, *others = day.steps
    late = early.called_at
    assert late is not None
    steps = (
        msgspec.structs.replace(shy, started_at=None, ended="no_show", state="no_show"),
        msgspec.structs.replace(sent, ended="transferred", state="cancelled", steps=2),
        msgspec.structs.replace(
            sent, step=1, queued_at=day.at, called_at=None, started_at=None, ended_at=day.at, ended="left_at_close"
        ),
        msgspec.structs.replace(
            gone, called_at=None, started_at=None, counter=None, ended="cancelled_by_customer", state="cancelled"
        ),
        msgspec.structs.replace(early, appointment=True, arrived_at=late - 3_600_000, since=late - 60_000),
        *others,
    )
    mixed = msgspec.structs.replace(
        day, steps=tuple(msgspec.structs.replace(one, state="cancelled") if one.step else one for one in steps)
    )
    brief = evening(mixed, [], SETUP, paths=2)
    report = period_figures(columns_of([mixed]), SETUP, day.day, day.day, day.end).overall.visits
    assert (brief.came, brief.served, brief.left, brief.no_show) == (
        report.issued,
        report.served,
        report.cancelled_by_customer,
        report.no_show,
    )
    assert report.served == len(day.steps) - 3
    assert (brief.happened.wait_s, brief.wait_p90_s) == (report.wait.wait_mean_s, report.wait.wait_p90_s)
    assert brief.wait_p90_s is not None


def test_a_figure_that_the_report_has_too_is_defined_as_there(rush: Evening) -> None:
    known = {one.key: one.sentence for one in evening_document(rush, SETUP, ENGLISH).definitions}
    for key in ("served", "no_show", "wait_mean_s", "wait_p90_s", "ratings", "rating_mean"):
        assert known[key] == FIGURES[key].definition


def test_nothing_is_suggested_where_every_promise_was_kept() -> None:
    calm = evening(made_up_days(SETUP, "2024-03-05", 1, per_hour={"cash": 2}, counters=4)[0], [], SETUP, paths=5)
    assert calm.happened.kept == calm.happened.judged
    assert (calm.suggestion, calm.all_open, calm.worst_min) == (None, False, None)


def test_where_every_counter_was_open_that_is_said() -> None:
    only = a_setup((a_service("cash", "A"),), (CounterPlace(1),), ())
    brief = evening(a_rush(), [], only, paths=5)
    assert (brief.suggestion, brief.all_open) == (None, True)
    assert (
        "No closed counter would have changed that, open for an hour." in evening_document(brief, only, ENGLISH).notes
    )


def test_the_evening_brief_holds_the_day_against_its_forecast(days: list[PastDay]) -> None:
    brief = evening(days[-1], days[:-1], SETUP, paths=5)
    assert brief.forecast is not None
    assert brief.forecast.total.low * 0.8 <= brief.came <= brief.forecast.total.high * 1.2
    assert (brief.ratings, brief.rating_mean) == (4, 4.5)


def test_a_day_on_which_nobody_came_has_a_brief(days: list[PastDay]) -> None:
    empty = msgspec.structs.replace(days[-1], steps=())
    brief = evening(empty, [], SETUP)
    assert (brief.came, brief.played, brief.suggestion) == (0, None, None)
    assert evening_document(brief, SETUP, ENGLISH).grids == ()


# -- the morning


@pytest.fixture(scope="module")
def busy_monday(days: list[PastDay]) -> Morning:
    booked = [Booked(10 * 3600.0, "loans"), Booked(9.5 * 3600, "loans")]
    return morning(days, SETUP, date(2024, 3, 4), booked, paths=12)


def test_the_morning_brief_has_customers_counters_breaks_and_appointments(busy_monday: Morning) -> None:
    plan = busy_monday.staffing
    assert plan is not None
    assert busy_monday.appointments == {"loans": (570, 600)}
    assert [period.start_min for period in plan.periods] == list(range(540, 1020, 30))
    assert plan.judged.mean == pytest.approx(busy_monday.forecast.total.mean + 2, rel=0.12)
    assert all(period.share is None or period.short or period.share >= 0.8 for period in plan.periods)
    assert {one.counter for one in busy_monday.breaks} <= {n for period in plan.periods for n in period.counters}


def test_the_morning_brief_in_words_and_as_json(busy_monday: Morning) -> None:
    said = morning_document(busy_monday, SETUP, ENGLISH)
    assert any(note.startswith("Expected without an appointment: 1") for note in said.notes)
    assert "Appointments: 2." in said.notes
    assert "09:30, 10:00" in said.grids[-1].lines[0].cells[1].text
    defined = {definition.key for definition in said.definitions}
    assert {column.figure for grid in said.grids for column in grid.columns} - {""} <= defined
    assert msgspec.json.decode(msgspec.json.encode(busy_monday), type=Morning) == busy_monday


def test_the_same_seed_gives_the_same_brief(days: list[PastDay], busy_monday: Morning) -> None:
    booked = [Booked(10 * 3600.0, "loans"), Booked(9.5 * 3600, "loans")]
    assert morning(days, SETUP, date(2024, 3, 4), booked, paths=12) == busy_monday


def test_on_a_closed_day_there_is_nothing_to_staff(days: list[PastDay]) -> None:
    setup = branch(hours=Hours({day: (Opens(540, 1020),) for day in ("mon", "tue", "wed", "thu", "fri")}))
    brief = morning(days, setup, date(2024, 3, 3))
    assert (brief.forecast.kind, brief.staffing, brief.breaks) == (CLOSED, None, ())
    assert "The branch is closed on this day." in morning_document(brief, setup, ENGLISH).notes


def test_before_the_first_day_is_over_there_is_no_morning_brief() -> None:
    with pytest.raises(NothingToForecastFrom):
        morning([], SETUP, date(2024, 3, 4))
