"""What a chain's report says of its branches: each as its own report has it, all of them together, and what is left
out of it."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import Any

import msgspec
import pytest

from lobby.care import commands as care
from lobby.head_office.folds import Folds
from lobby.head_office.office_file import Office
from lobby.head_office.reckoning import ChainReckoning
from lobby.queue import commands as c
from lobby.records.received import Received
from lobby.records.store import Store
from lobby.reports.asked import Asked
from lobby.reports.cases import cases_of
from lobby.reports.chain import ChainFigures
from lobby.reports.columns import columns_of
from lobby.reports.day import day_records
from lobby.reports.forms.rendering import as_csv, as_html, document
from lobby.reports.past import past_day
from lobby.reports.period import PeriodFigures, period_figures
from lobby.reports.scopes import BranchFigures
from lobby.reports.small_groups import left_out, without_categories
from lobby.words import words
from tests.builders import ANN, MIA, VISITOR, Clock, Room, a_room, a_setup, moment
from tests.lobby.head_office.branches import DAY, NOON, a_day_of, arrive
from tests.lobby.head_office.generated import generated

DAYS = ("2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08")
OFFICE = Office({"en": "Northern Bank"}, ("en", "ar"))
NOW = moment("2024-03-11 12:00")


@pytest.fixture(scope="module")
def rooms() -> list[Room]:
    """Three branches and a week, in one of them all slower."""
    slow = {"harbour": 0.5, "market": 0.5, "station": 2.5}
    return [generated(branch, seed, DAYS, slow=slow[branch]) for seed, branch in enumerate(slow)]


def report(store: Store, first: str = DAYS[0], last: str = DAYS[-1], folds: Folds | None = None) -> ChainFigures:
    reckoning = ChainReckoning(store, OFFICE, folds.cases) if folds else ChainReckoning(store, OFFICE)
    reckoning.bring_up_to_date(lambda _branch: None)
    figures = reckoning.period(Asked("range", date.fromisoformat(first), date.fromisoformat(last)), NOW)
    assert figures is not None
    return figures


def own_report(room: Room) -> PeriodFigures:
    """What the branch itself says of the week."""
    rows = columns_of(past_day(record) for record in day_records(room.branch.setup, room.history))
    return period_figures(rows, room.branch.setup, DAYS[0], DAYS[-1], NOW, cases_of(room.history))


def test_every_branch_has_the_figures_of_its_own_report(store: Store, received: Received, rooms: list[Room]) -> None:
    for room in rooms:
        arrive(received, room)
    for line, room in zip(report(store).branches, rooms, strict=True):
        own = own_report(room).overall
        if not line.complaints.complaints_categories:  # few, as the test below has it
            own = without_categories(own)
        for field in BranchFigures.__struct_fields__:
            assert getattr(line, field) == getattr(own, field), field
        assert own.complaints.complaints_received
        assert own.follow_ups.follow_ups_due
        assert own.comments_settled


def test_the_chain_is_all_branches_together(store: Store, received: Received, rooms: list[Room]) -> None:
    for room in rooms:
        arrive(received, room)
    figures = report(store)
    whole, parts = flat(figures.overall), [flat(one) for one in figures.branches]
    counts = {key for key, value in whole.items() if isinstance(value, int)}
    assert {"issued", "no_show", "steps", "complaints_received", "complaints_over", "follow_ups_due"} <= counts
    for key in counts:
        assert whole[key] == sum(part[key] for part in parts), key
    cases = list(chain.from_iterable(cases_of(room.history).complaints or () for room in rooms))
    closed = sorted(one.closed_at - one.received_at for one in cases if one.closed_at is not None)
    assert whole["complaints_closed_median_s"] == pytest.approx(middle(closed) / 1000)
    assert sum(part.count for part in figures.categories) == whole["complaints_received"]
    weighted = sum(part["satisfied"] * part["ratings"] for part in parts) / whole["ratings"]
    assert whole["satisfied"] == pytest.approx(weighted, abs=1e-4)
    assert whole["satisfied_low"] < whole["satisfied"] < whole["satisfied_high"]


def flat(figures: msgspec.Struct) -> dict[str, Any]:
    """Every figure by its key."""
    found: dict[str, Any] = {}
    for field in figures.__struct_fields__:
        value = getattr(figures, field)
        found |= flat(value) if isinstance(value, msgspec.Struct) else {field: value}
    return found


def middle(ordered: list[int]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def test_parcels_that_come_in_pieces_and_again_change_nothing(
    store: Store, received: Received, rooms: list[Room]
) -> None:
    folds = Folds(store, Clock(NOW))
    for room in rooms:
        half = Room(room.branch, room.clock, room.history[: len(room.history) // 2])
        arrive(received, half)
        folds.look()
    for room in rooms:
        arrive(received, room)
        folds.look()
    folded = report(store, folds=folds)
    assert folded == report(store)
    for room in rooms:
        arrive(received, room)
        folds.look()
    assert report(store, folds=folds) == folded
    folds.close()  # keeps snapshots, from which the cases are read from now on
    assert report(store) == folded


def test_erased_words_change_nothing(store: Store, received: Received) -> None:
    room = a_day_of("harbour", [60] * 3, closed=False)
    number = room.issue()
    room.serve()
    room.do(c.Finish(1), ANN)
    room.do(care.TakeComplaint("Twice", contact="020 7946 0018"), ANN, "0000001")
    room.do(c.GiveFeedback(1, ticket=number, note="My name is"), VISITOR)
    room.do(c.CloseDay(), MIA)
    arrive(received, room)
    before = report(store, DAY, DAY)
    with store.read() as connection:  # they never came here: the branch keeps them, and the branch erases them
        assert connection.exec_driver_sql("SELECT count(*) FROM people").scalar_one() == 0
    assert "020 7946" not in as_csv(before)
    assert before.overall.complaints.complaints_received == before.overall.opinions.bad_comments == 1


def test_of_few_colleagues_no_figure_of_work_is_told(store: Store, received: Received, rooms: list[Room]) -> None:
    arrive(received, a_day_of("alone", [60] * 9, DAYS[1]))
    arrive(received, rooms[0])
    arrive(received, rooms[1])
    figures = report(store)
    assert figures.small == ("alone", "harbour")  # what is missing of one alone could be reckoned
    for one in figures.branches:
        hidden = one.key in figures.small
        told = [one.handling.handling_mean_s, one.visit_handling_mean_s, one.time.occupancy, one.time.per_hour]
        told += [one.time.break_s, one.time.serving_s, one.counters.counters_open, one.counters.counters_serving]
        assert [value is None for value in told] == [hidden] * len(told), one.key
    assert figures.overall.time.occupancy is not None
    assert "alone, harbour" in as_html(figures, words("en"))
    cards = next(one for one in figures.services if one.key == "cards")
    assert cards.handling.handling_mean_s is None  # Ann of the harbour and Ann of the market: two
    alone = report(store, DAYS[1], DAYS[1])
    assert [line.time.occupancy for line in alone.by_day] != [None]


def test_a_chain_of_one_teller_tells_nothing_of_her_work(store: Store, received: Received) -> None:
    arrive(received, a_day_of("alone", [60] * 9))
    figures = report(store, DAY, DAY)
    assert figures.overall.handling.handling_mean_s is None
    assert [line.time.occupancy for line in figures.by_day] == [None]
    assert [line.visits.served for line in figures.by_day] == [9]


def test_who_is_left_out_cannot_be_reckoned_from_the_sums() -> None:
    one, two, three = {"ann"}, {"ann", "bob"}, {"carl", "dora", "eve"}
    assert left_out({"a": three, "b": three}, 3) == ()
    assert left_out({"a": one, "b": three, "c": {*three, *two}}, 3) == ("a", "b")
    assert left_out({"a": one, "b": {"bob"}, "c": three}, 3) == ("a", "b", "c")  # two are left out, and are two
    assert left_out({"a": (), "b": one, "c": three}, 3) == ("a", "b", "c")  # one of them is nobody
    assert left_out({"a": one, "b": one, "c": two, "d": three}, 3) == ("a", "b", "c", "d")  # the same one in each
    assert left_out({"a": (), "b": three}, 3) == ("a",)
    assert left_out({"a": one}, 3) == ("a",)


def test_a_service_and_a_day_of_few_colleagues_cannot_be_reckoned_either(
    store: Store, received: Received, rooms: list[Room]
) -> None:
    arrive(received, rooms[0])
    arrive(received, rooms[1])
    arrive(received, a_day_of("alone", [60] * 9, "2024-03-09"))
    figures = report(store, DAYS[0], "2024-03-09")
    days = {line.key: line.time.occupancy for line in figures.by_day}
    assert [key for key, occupancy in days.items() if occupancy is None] == [DAYS[0], "2024-03-09"]
    services = {one.key: one.handling for one in figures.services if one.handling.steps}
    assert [one.handling_mean_s is None for one in services.values()].count(True) != 1


def a_day_with_complaints(branch: str, count: int) -> Room:
    room = a_room(a_setup(id=branch), moment(f"{DAY} 09:00"))
    room.open(1)
    for n in range(count):
        room.do(care.TakeComplaint("Twice", contact="020 7946 0018"), ANN, f"000000{n}")
    room.do(c.CloseDay(), MIA)
    return room


def test_what_a_few_complaints_are_about_is_not_told(store: Store, received: Received) -> None:
    told = []
    for branch, count in (("harbour", 4), ("market", 5), ("station", 6), ("tower", 3)):
        arrive(received, a_day_with_complaints(branch, count))
        figures = report(store, DAY, DAY)
        about = [sum(one.complaints.complaints_categories.values()) for one in figures.branches]
        told.append((sum(part.count for part in figures.categories), about))
    assert told == [(0, [0]), (9, [0, 0]), (15, [0, 0, 6]), (18, [0, 5, 6, 0])]  # the 4 could be reckoned from 9 less 5


def test_only_a_difference_beyond_chance_is_a_number(store: Store, received: Received, rooms: list[Room]) -> None:
    for room in (*rooms, generated("docks", 4, DAYS[:4], slow=0.5)):
        arrive(received, room)
    grids = document(report(store), words("en")).grids
    (beside,) = (grid for grid in grids if grid.columns[0].key == "service_level/others")
    told = {line.key: line.cells[0].text for line in beside.lines}
    assert told["harbour"] == "as the others"
    assert told["docks"] == "–"  # of four days nothing is said
    assert told["station"].startswith("−")
    assert told["station"].endswith(" points")


def test_a_complaint_counts_as_soon_as_its_day_is_over(store: Store, received: Received) -> None:
    room = a_day_of("harbour", [60] * 5)
    room.clock.now = moment("2024-03-11 09:00")
    room.issue()
    room.do(care.TakeComplaint("Twice", contact="020 7946 0018"), ANN, "0000001")
    arrive(received, room)
    assert report(store, DAY, "2024-03-11").overall.complaints.complaints_received == 0
    room.do(c.CloseDay(), MIA)
    arrive(received, room)
    assert report(store, DAY, "2024-03-11").overall.complaints.complaints_received == 1


def test_what_is_forgotten_is_no_zero(store: Store, received: Received) -> None:
    arrive(received, a_day_of("harbour", [60] * 5))
    reckoning = ChainReckoning(store, OFFICE)
    reckoning.bring_up_to_date(lambda _branch: None)
    day = Asked("range", date.fromisoformat(DAY), date.fromisoformat(DAY))
    told = []
    for now in ("2024-04-05 12:00", "2024-06-05 12:00", "2025-06-05 12:00"):
        figures = reckoning.period(day, moment(now))
        assert figures is not None
        overall = figures.overall
        told.append((overall.complaints.complaints_received, overall.follow_ups.follow_ups_due))
        assert ("is in the report of the branch" in as_html(figures, words("en"))) == (None in told[-1])
    assert told == [(0, 0), (0, None), (None, None)]


def test_the_page_of_now_has_complaints_answers_and_who_is_being_served(store: Store, received: Received) -> None:
    room = a_day_of("harbour", [60], closed=False)
    room.do(care.TakeComplaint("Twice", contact="020 7946 0018"), ANN, "0000001")
    room.do(c.GiveFeedback(5), VISITOR)
    room.issue()
    room.call()
    arrive(received, room)
    folds = Folds(store, clock := Clock(NOON))
    folds.look()
    (line,) = folds.now.branches
    assert (line.occupied, line.rated, line.satisfied, line.complaints, line.complaints_over) == (1, 1, 1, 1, 0)
    clock.forward(hours=9)
    folds.look()
    assert folds.now.complaints_over == 0  # and the branch is silent, so in no sum
    clock.forward(hours=24 * 60)
    arrive(received, room, clock())
    folds.look()
    assert (folds.now.complaints, folds.now.complaints_over, folds.now.branches[0].day) == (1, 1, "")
