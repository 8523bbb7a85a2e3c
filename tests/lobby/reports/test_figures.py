"""Figures reckoned by hand on the ten-ticket day, and the rules behind them."""

from __future__ import annotations

import statistics
from time import thread_time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.queue import commands as c
from lobby.queue.events import Promise, TicketIssued
from lobby.queue.services import Rules
from lobby.reports.day import day_record
from lobby.reports.definitions import FIGURES
from lobby.reports.figures import figures_of_days
from lobby.reports.forms.shown import values
from lobby.reports.live import LiveFigures, live_figures
from lobby.reports.period import PeriodFigures
from lobby.reports.scopes import Scope
from lobby.reports.spread import percentile, spread
from tests.builders import ANN, BOB, KIOSK, MIA, VISITOR, Room, a_room, a_setup, moment
from tests.lobby.queue.papers import keep, paper
from tests.lobby.reports.ten_tickets import DAY, ten_tickets


def figures_of(room: Room, now: int | None = None) -> PeriodFigures:
    record = day_record(room.branch.setup, room.history, room.branch.day)
    assert record is not None
    return figures_of_days([record], room.branch.at if now is None else now)


@pytest.fixture(scope="module")
def ten() -> PeriodFigures:
    return figures_of(ten_tickets())


def test_everyone_who_came_is_counted_once(ten: PeriodFigures) -> None:
    visits = ten.overall.visits
    assert (visits.issued, visits.called, visits.served, visits.left) == (10, 7, 6, 4)
    assert (visits.waiting, visits.at_counter, visits.parked) == (0, 0, 0)


def test_leaving_is_four_figures_and_never_one(ten: PeriodFigures) -> None:
    visits = ten.overall.visits
    assert (visits.no_show, visits.cancelled_by_customer, visits.cancelled_by_staff, visits.left_at_close) == (
        1,
        1,
        1,
        1,
    )


def test_waits_run_from_issue_to_first_call_of_those_who_were_served(ten: PeriodFigures) -> None:
    wait = ten.overall.visits.wait  # 120, 540, 120, 600, 60, 900
    assert wait.wait_mean_s == 390
    assert wait.wait_median_s == 330
    assert wait.wait_p90_s == 750
    assert wait.wait_max_s == 900


def test_the_service_level_counts_who_left_late_and_not_who_left_early(ten: PeriodFigures) -> None:
    assert ten.service_level_target_s == 600
    assert ten.overall.visits.service_level == pytest.approx(5 / 9, abs=1e-4)  # A004, A005, A008 left after 10 min


def test_handling_time_is_per_step_and_without_the_time_parked(ten: PeriodFigures) -> None:
    handling = ten.overall.handling  # 300, 360, 300, 420, 120, 240, 240, 300
    assert handling.steps == 8
    assert handling.handling_mean_s == 285
    assert handling.handling_median_s == 300
    assert handling.handling_p90_s == 378
    assert ten.overall.visit_handling_mean_s == 380


def test_occupancy_is_serving_time_over_staffed_time_without_breaks(ten: PeriodFigures) -> None:
    time = ten.overall.time
    assert (time.staffed_s, time.break_s, time.serving_s) == (9900, 900, 2280)
    assert time.occupancy == pytest.approx(2280 / 9000, abs=1e-4)
    assert (time.customers, time.per_hour) == (6, 2.4)
    assert ten.overall.mix == {"cash": 5, "cards": 2}


def test_a_visit_counts_under_the_service_that_it_was_issued_for(ten: PeriodFigures) -> None:
    by_code = {service.key: service for service in ten.services}
    assert list(by_code) == ["cash", "cards", "loans"]
    assert [by_code[code].visits.issued for code in by_code] == [8, 1, 1]
    assert [by_code[code].visits.served for code in by_code] == [4, 1, 1]
    assert [by_code[code].handling.steps for code in by_code] == [5, 2, 1]


def test_percentiles_of_few_are_suppressed_but_means_are_not(ten: PeriodFigures) -> None:
    cards = ten.services[1].visits.wait
    assert (cards.wait_mean_s, cards.wait_max_s) == (120, 120)
    assert (cards.wait_median_s, cards.wait_p90_s) == (None, None)


def test_a_counter_has_its_own_time_and_customers(ten: PeriodFigures) -> None:
    one, three = ten.counters
    assert (one.key, one.name, three.key) == ("1", "One", "3")
    assert (one.time.staffed_s, one.time.serving_s, one.time.customers) == (5400, 1320, 5)
    assert (three.time.staffed_s, three.time.break_s, three.time.serving_s) == (4500, 900, 960)
    assert three.time.occupancy == pytest.approx(960 / 3600, abs=1e-4)
    assert (one.no_show, three.no_show) == (1, 0)
    assert [teller.key for teller in ten.tellers] == ["ann", "bob"]
    assert ten.tellers[0].time == one.time


def test_who_still_waits_is_beside_the_waits_and_not_in_them() -> None:
    room = a_room(a_setup(rules=Rules(service_level_s=120)))
    room.open(1)
    room.issue()
    room.clock.forward(minutes=1)
    room.serve(1)
    room.issue()
    room.clock.forward(minutes=5)
    visits = figures_of(room, room.clock.now).overall.visits
    assert (visits.issued, visits.at_counter, visits.waiting, visits.waiting_over_target) == (2, 1, 1, 1)
    assert visits.wait.wait_mean_s == 60
    assert visits.service_level == 1.0


def test_a_recall_does_not_restart_the_wait() -> None:
    room = a_room()
    room.open(1)
    room.issue()
    room.clock.forward(minutes=2)
    room.call(1)
    room.clock.forward(minutes=1)
    room.do(c.Recall(1))
    room.do(c.Start(1))
    assert figures_of(room).overall.visits.wait.wait_mean_s == 120


def test_a_call_that_was_undone_never_counts() -> None:
    room = a_room()
    room.open(1)
    room.issue()
    room.call(1)
    room.do(c.UndoStep(1))
    visits = figures_of(room).overall.visits
    assert (visits.called, visits.waiting) == (0, 1)


def test_a_visit_under_way_at_close_is_served_and_one_that_was_called_is_not() -> None:
    room = a_room()
    room.open(1)
    room.open(3, BOB)
    room.issue()
    room.issue()
    room.serve(1)
    room.call(3, BOB)
    room.do(c.CloseDay(), MIA)
    visits = figures_of(room).overall.visits
    assert (visits.served, visits.left_at_close, visits.no_show) == (1, 1, 0)


def test_a_day_without_anyone_has_counts_and_no_means() -> None:
    room = a_room()
    room.open(1)
    figures = figures_of(room)
    assert figures.overall.visits.issued == 0
    assert figures.overall.visits.wait.wait_mean_s is None
    assert figures.overall.visits.service_level is None
    assert figures.overall.time.occupancy is None
    assert figures.services == ()


def test_lists_taken_away_and_opinions_stand_beside_the_visits() -> None:
    room = a_room()
    for rating in (5, 4, 4, 2):
        room.do(c.GiveFeedback(rating), KIOSK)
    room.do(c.TakeList("cash"), KIOSK)
    overall = figures_of(room).overall
    assert (overall.lists_taken, overall.opinions.ratings, overall.opinions.rating_mean) == (1, 4, 3.75)
    assert overall.visits.issued == 0, "who takes a list away is no visit"


def test_a_day_without_an_opinion_has_no_mean_of_them(ten: PeriodFigures) -> None:
    assert (ten.overall.lists_taken, ten.overall.opinions.ratings, ten.overall.opinions.rating_mean) == (0, 0, None)


def test_a_ticket_that_was_handed_in_has_waited_since_it_was_issued() -> None:
    room = a_room()
    room.open(1)
    keep(room)
    room.clock.forward(minutes=10)
    room.do(paper(room, ago_s=300), KIOSK)
    room.serve(1)
    assert figures_of(room).overall.visits.wait.wait_mean_s == 300


def test_a_touch_that_made_two_tickets_is_one_visit() -> None:
    room = a_room()
    room.open(1)
    keep(room)
    ghost = room.ticket(room.issue()).id
    room.clock.forward(minutes=2)
    room.do(paper(room, ago_s=119, replaces=ghost), KIOSK)
    visits = figures_of(room).overall.visits
    assert (visits.issued, visits.waiting, visits.left) == (1, 1, 0)


def test_a_ticket_that_came_in_after_its_day_is_no_visit_of_the_next() -> None:
    room = a_room()
    keep(room)
    came = room.clock()
    room.clock.forward(hours=24)
    room.issue()
    room.do(paper(room, arrived_at=came), KIOSK)
    assert figures_of(room).overall.visits.issued == 1


def test_an_open_counter_is_staffed_up_to_now_and_not_beyond_the_day() -> None:
    room = a_room()
    room.open(1)
    now = room.clock.now + 600_000
    assert figures_of(room, now).overall.time.staffed_s == 600
    assert figures_of(room, moment("2024-03-07 09:00")).overall.time.staffed_s == 19 * 3600


def promised(waits: list[tuple[int, Promise]]) -> Room:
    """A day on which each waited so many minutes and was promised so much."""
    room = a_room()
    room.open(1)
    for number, (minutes, said) in enumerate(waits, 1):
        id = f"{DAY}-A{number:03d}"
        room.happen(TicketIssued(id, f"A{number:03d}", number, "cash", "en", f"t{number}", 0, promise=said))
        room.clock.forward(minutes=minutes)
        room.serve(1)
        room.do(c.Finish(1))
    return room


def test_a_promise_is_kept_inside_its_range_and_broken_outside_of_it() -> None:
    said = Promise(120, 240)
    room = promised([(2, said), (4, said), (1, said), (5, said)])
    visits = figures_of(room).overall.visits
    assert (visits.promised, visits.promise_kept, visits.promise_late) == (4, 0.5, 0.25)
    assert visits.promise_error_mean_s == 0
    assert visits.promise_late_p90_s is None


def test_the_late_tail_is_a_percentile_of_how_much_later() -> None:
    said = Promise(0, 60)
    visits = figures_of(promised([(2, said), (3, said), (4, said), (5, said), (6, said)])).overall.visits
    assert visits.promise_late_p90_s == 276  # of 60, 120, 180, 240, 300


def test_a_daylight_saving_day_is_an_hour_shorter_and_nothing_is_counted_twice() -> None:
    room = a_room(at=moment("2024-03-30 23:00"))
    room.open(1)
    room.issue()
    room.clock.now = moment("2024-03-31 03:00")  # the clocks went from 01:00 to 02:00
    room.serve(1)
    assert figures_of(room).overall.visits.wait.wait_mean_s == 3 * 3600


# -- percentiles


def test_percentiles_interpolate_between_neighbours_as_spreadsheets_do() -> None:
    assert percentile([1, 2, 3, 4], 0.9) == pytest.approx(3.7)  # PERCENTILE.INC({1,2,3,4}; 0.9)
    assert percentile([15, 20, 35, 40, 50], 0.4) == pytest.approx(29)
    assert percentile([7], 0.9) == 7


@given(st.lists(st.integers(0, 10_000_000), min_size=5, max_size=200))
def test_percentiles_agree_with_the_standard_library(values_ms: list[int]) -> None:
    over = spread(values_ms)
    tenths = statistics.quantiles(values_ms, n=10, method="inclusive")
    assert over.p90_s == pytest.approx(tenths[8] / 1000, abs=1e-3)
    assert over.median_s == pytest.approx(statistics.median(values_ms) / 1000, abs=1e-3)


def test_four_values_have_no_percentile_and_five_do() -> None:
    assert spread([1000] * 4).p90_s is None
    assert spread([1000] * 5).p90_s == 1


# -- definitions


def scopes(of: PeriodFigures) -> tuple[Scope, ...]:
    """One of each kind."""
    groups = (of.services, of.counters, of.tellers, of.languages, of.classes, of.half_hours, of.by_day)
    return of.overall, *(some[0] for some in groups), of.honesty.overall, of.honesty.predictors[0]


def test_every_figure_has_a_title_a_unit_and_a_definition(ten: PeriodFigures) -> None:
    for scope in scopes(ten):
        for key, _ in values(scope):
            assert FIGURES[key].title
            assert FIGURES[key].unit
            assert FIGURES[key].definition.endswith(".")


def test_no_definition_is_for_a_figure_that_nobody_shows(ten: PeriodFigures) -> None:
    shown = {key for scope in scopes(ten) for key, _ in values(scope)}
    live, legal = {"longest_s", "open_counters"}, {"legal_judged", "legal_within", "breaches"}
    of_choices = {"named", "named_share", "named_together"}
    assert FIGURES.keys() - shown == live | legal | of_choices | {"mix_share"}  # the last is of a chain


# -- live


def test_the_live_figures_say_who_waits_and_what_the_counters_do() -> None:
    room = a_room()
    room.open(1, ANN)
    room.open(3, BOB)
    room.issue()
    room.clock.forward(minutes=1)
    room.issue("loans")
    room.serve(1)
    room.issue()
    room.do(c.TakeBreak(3, "lunch"), BOB)
    room.clock.forward(minutes=4)
    live = live_figures(room.branch, room.clock.now)
    assert (live.day, live.waiting, live.longest_s, live.open_counters, live.counters_total) == (DAY, 2, 240, 2, 3)
    assert [(counter.number, counter.state, counter.ticket) for counter in live.counters] == [
        (1, "serving", "A001"),
        (2, "closed", None),
        (3, "break", None),
    ]
    cash, cards, loans = live.services
    assert (cash.waiting, cards.waiting, loans.waiting) == (1, 0, 1)
    assert cash.mean_wait_s == 60
    assert cash.wait is not None
    assert live.left_by == {"no_show": 0, "cancelled_by_customer": 0, "cancelled_by_staff": 0, "left_at_close": 0}


def test_a_called_and_a_free_counter_are_told_apart() -> None:
    room = a_room()
    room.open(1, ANN)
    room.open(3, BOB)
    room.issue()
    room.call(1)
    live = live_figures(room.branch, room.clock.now)
    assert [counter.state for counter in live.counters] == ["called", "closed", "free"]


def test_who_was_transferred_waits_since_then_and_not_since_the_issue() -> None:
    room = a_room()
    room.open(1)
    room.issue()
    room.clock.forward(minutes=10)
    room.serve(1)
    room.do(c.Transfer(1, "loans"))
    room.clock.forward(minutes=2)
    assert live_figures(room.branch, room.clock.now).longest_s == 120


def test_live_figures_of_a_new_branch_are_empty_and_not_an_error() -> None:
    live = live_figures(a_room().branch, moment("2024-03-05 09:00"))
    assert (live.day, live.waiting, live.longest_s, live.mean_wait_s) == ("", 0, 0, None)


def test_open_alerts_stand_on_the_managers_page_the_oldest_first() -> None:
    room = a_room()
    for problem in ("paper_out", "cover_open", "offline"):
        room.do(c.RaiseAlert("printer-1", problem), KIOSK)
        room.clock.forward(60)
    room.do(c.ResolveAlert("printer-1", "cover_open"), KIOSK)
    alerts = live_figures(room.branch, room.clock.now).alerts
    assert [(alert.problem, alert.since) for alert in alerts] == [
        ("paper_out", room.clock.now - 180_000),
        ("offline", room.clock.now - 60_000),
    ]


def test_the_live_figures_equal_the_days_figures() -> None:
    room = ten_tickets()
    live, day = live_figures(room.branch, room.branch.at), figures_of(room).overall.visits
    assert (live.served, live.left, live.mean_wait_s, live.p90_wait_s, live.service_level) == (
        day.served,
        day.left,
        day.wait.wait_mean_s,
        day.wait.wait_p90_s,
        day.service_level,
    )


def test_live_figures_of_five_hundred_tickets_take_less_than_three_milliseconds() -> None:
    room = a_room()
    room.open(1, ANN)
    room.open(3, BOB)
    for number in range(500):
        room.clock.forward(20)
        room.issue(("cash", "cards", "loans")[number % 3])
        if number % 5 == 4:
            room.do(c.Cancel(next(iter(room.branch.waiting_tickets())).id), VISITOR)
        elif number % 2:
            room.serve(3, BOB)
            room.do(c.Finish(3), BOB)
    took = []
    for _ in range(30):
        begun = thread_time()
        live_figures(room.branch, room.clock.now)
        took.append(thread_time() - begun)
    assert min(took) < 0.02  # s of computing, each second: a fiftieth of a slow machine


def test_figures_survive_the_way_through_json(ten: PeriodFigures) -> None:
    assert msgspec.json.decode(msgspec.json.encode(ten), type=PeriodFigures) == ten
    live = live_figures(ten_tickets().branch, moment(f"{DAY} 10:30"))
    assert msgspec.json.decode(msgspec.json.encode(live), type=LiveFigures) == live
