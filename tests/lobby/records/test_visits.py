"""The projection: equal to the fold, whatever happened, whoever writes it, however often."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from secrets import token_hex

import numpy as np
import pytest
from hypothesis import given, settings
from sqlalchemy import delete, select, update

from lobby.queue import commands as c
from lobby.queue.events import Promise, PromiseRevised, TicketIssued
from lobby.queue.outlook import Basis
from lobby.queue.past import PastDay
from lobby.queue.services import CounterPlace
from lobby.records import schema
from lobby.records import visits as visits_module
from lobby.records.journal import Journal
from lobby.records.store import Store
from lobby.records.visit_rows import span_row, step_row
from lobby.records.visits import Visits
from lobby.reports.columns import columns_of
from lobby.reports.day import day_records
from lobby.reports.past import past_day
from tests.builders import ANN, KIOSK, MIA, Room, a_room, a_service, a_setup, moment
from tests.lobby.queue.papers import keep
from tests.lobby.reports.ten_tickets import DAY, ten_tickets
from tests.lobby.reports.test_day import doings, perform

BRANCH = "test-branch"
NEXT = "2024-03-06"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One database; each test has a branch of its own in it."""
    with closing(Store.in_folder(tmp_path_factory.mktemp("visits"))) as store:
        yield store


@pytest.fixture
def journal(store: Store) -> Journal:
    return Journal(store, token_hex(8))


@pytest.fixture
def visits(store: Store, journal: Journal) -> Visits:
    return Visits(store, journal.branch)


def record(journal: Journal, room: Room) -> None:
    """Put into the journal what happened in the room since the last time."""
    journal.append(room.history[journal.count() :])


def folded(room: Room) -> list[PastDay]:
    return [past_day(one) for one in day_records(room.branch.setup, room.history)]


def two_days() -> Room:
    """The ten-ticket day, and a next one that is still going on, with a promise on a basis."""
    room = ten_tickets()
    room.clock.now = moment(f"{NEXT} 09:00")
    room.open(1, ANN)
    basis = Basis(median_s=300.5, q90_s=600.0, ahead=2, hour=9.0)
    said = TicketIssued(
        f"{NEXT}-A001", "A001", 1, "cash", "ar", "t", 2, priority="by-law", promise=Promise(60, 600, True), basis=basis
    )
    room.happen(said)
    return room


def test_a_day_that_is_over_is_kept_as_the_fold_has_it(store: Store, journal: Journal, visits: Visits) -> None:
    room = two_days()
    room.clock.forward(minutes=10)
    room.happen(PromiseRevised(f"{NEXT}-A001", 900, 1500))
    room.do(c.CloseDay(), MIA)
    record(journal, room)
    told: list[str] = []
    assert visits.project(journal, a_setup(), told.append) == 2
    assert told == visits.known() == [DAY, NEXT]
    assert list(visits.days()) == folded(room)


def test_the_rows_are_those_of_the_fold(store: Store, journal: Journal, visits: Visits) -> None:
    room = two_days()
    room.do(c.CloseDay(), MIA)
    record(journal, room)
    visits.project(journal, a_setup())
    for table, want in (
        (schema.visits, [step_row(step) for day in folded(room) for step in day.steps]),
        (schema.spans, [span_row(span) for day in folded(room) for span in day.spans]),
    ):
        with store.read() as connection:
            own = select(table).where(table.c.branch == journal.branch)
            rows = connection.execute(own.order_by(table.c.opened_seq, table.c.place)).mappings().all()
        assert [{key: row[key] for key in one} for row, one in zip(rows, want, strict=True)] == want


def test_a_day_that_goes_on_is_not_kept_yet_but_can_be_seen(journal: Journal, visits: Visits) -> None:
    room = two_days()
    record(journal, room)
    assert visits.project(journal, a_setup()) == 1
    assert visits.known() == [DAY]
    assert visits.under_way(journal, a_setup()) == folded(room)[1]
    assert visits.project(journal, a_setup()) == 0


def test_nothing_is_under_way_when_the_last_day_is_over(journal: Journal, visits: Visits) -> None:
    record(journal, ten_tickets())
    assert visits.under_way(journal, a_setup()) == folded(ten_tickets())[0]
    visits.project(journal, a_setup())
    assert visits.under_way(journal, a_setup()) is None


def test_a_day_that_is_opened_again_is_written_again(journal: Journal, visits: Visits) -> None:
    room = ten_tickets()
    record(journal, room)
    visits.project(journal, a_setup())
    room.do(c.ReopenDay(), MIA)
    room.issue()
    record(journal, room)
    assert visits.project(journal, a_setup()) == 0, "it is open"
    assert visits.under_way(journal, a_setup()) == folded(room)[0]
    room.do(c.CloseDay(), MIA)
    record(journal, room)
    assert visits.project(journal, a_setup()) == 1
    assert list(visits.days()) == folded(room)


def test_what_a_customer_says_in_the_evening_belongs_to_the_day(journal: Journal, visits: Visits) -> None:
    room = ten_tickets()
    record(journal, room)
    visits.project(journal, a_setup())
    room.do(c.GiveFeedback(5), KIOSK)
    record(journal, room)
    assert visits.project(journal, a_setup()) == 1
    (day,) = visits.days()
    assert day.ratings == {5: 1}
    assert visits.project(journal, a_setup()) == 0


def test_a_day_is_found_by_its_date_and_a_range_has_both_its_ends(journal: Journal, visits: Visits) -> None:
    room = ten_tickets()
    for day in ("2024-03-06", "2024-03-08", "2024-03-11"):
        room.clock.now = moment(f"{day} 09:00")
        room.issue()
    room.do(c.CloseDay(), MIA)
    record(journal, room)
    visits.project(journal, a_setup())
    assert [day.day for day in visits.days("2024-03-06", "2024-03-08")] == ["2024-03-06", "2024-03-08"]
    assert [day.day for day in visits.days("2024-03-07")] == ["2024-03-08", "2024-03-11"]
    assert [day.day for day in visits.days("", "2024-03-05")] == [DAY]
    assert list(visits.days("2024-03-09", "2024-03-10")) == []


def test_the_columns_are_those_of_the_days(journal: Journal, visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visits_module, "PORTION", 1)
    room = two_days()
    room.do(c.CloseDay(), MIA)
    record(journal, room)
    visits.project(journal, a_setup())
    quick, other = visits.columns(), columns_of(visits.days())
    assert quick.days == other.days
    assert quick.visits.ticket == other.visits.ticket
    for name in ("arrived_at", "called_at", "promise_low_s", "state"):
        assert np.array_equal(getattr(quick.visits, name), getattr(other.visits, name))
    assert quick.visits.basis["median_s"][-1] == 300.5


def test_a_rebuild_makes_every_day_anew_and_forgets_what_the_journal_does_not_have(
    store: Store, journal: Journal, visits: Visits
) -> None:
    room = two_days()
    room.do(c.CloseDay(), MIA)
    record(journal, room)
    visits.project(journal, a_setup())
    with store.write() as connection:
        days, steps = schema.past_days, schema.visits
        connection.execute(delete(steps).where(steps.c.branch == journal.branch, steps.c.place > 3))
        own = update(days).where(days.c.branch == journal.branch)
        connection.execute(own.where(days.c.day == DAY).values(packed=b"?"))
        connection.execute(own.where(days.c.day == NEXT).values(opened_seq=9999))
    assert visits.rebuild(journal, a_setup()) == 2
    assert list(visits.days()) == folded(room)


def test_days_that_an_earlier_version_packed_are_written_again(store: Store, journal: Journal, visits: Visits) -> None:
    room = two_days()
    room.do(c.CloseDay(), MIA)
    record(journal, room)
    visits.project(journal, a_setup())
    with store.write() as connection:
        own = schema.past_days.c.branch == journal.branch
        connection.execute(update(schema.past_days).where(own).values(format="0", packed=b"?"))
    assert visits.known() == []
    assert visits.project(journal, a_setup()) == 2
    assert list(visits.days()) == folded(room)


def test_two_processes_may_project_at_once(tmp_path: Path) -> None:
    room = two_days()
    room.do(c.CloseDay(), MIA)
    with closing(Store.in_folder(tmp_path)) as mine, closing(Store.in_folder(tmp_path)) as theirs:
        journal, other = Journal(mine, BRANCH), Journal(theirs, BRANCH)
        record(journal, room)
        made: list[int] = []

        def at_once(_day: str) -> None:
            made.append(Visits(theirs, BRANCH).project(other, a_setup()))

        assert Visits(mine, BRANCH).project(journal, a_setup(), at_once) == 2
        assert made == [1, 0], "the other one has the second day before this one comes to it"
        assert list(Visits(theirs, BRANCH).days()) == folded(room)


def test_another_branch_in_the_same_store_is_left_alone(store: Store, journal: Journal, visits: Visits) -> None:
    record(journal, ten_tickets())
    visits.project(journal, a_setup())
    elsewhere = Visits(store, "elsewhere")
    assert elsewhere.rebuild(Journal(store, "elsewhere"), a_setup()) == 0
    assert elsewhere.known() == []
    assert visits.known() == [DAY]


def test_a_rehearsals_own_counters_are_known_to_the_projection(journal: Journal, visits: Visits) -> None:
    room = a_room()
    room.do(c.StartRehearsal((a_service("coins", "K"),), (CounterPlace(9, "Nine"),)), MIA)
    for day in (DAY, NEXT):
        room.clock.now = moment(f"{day} 09:00")
        room.open(9)
        room.issue("coins")
        room.do(c.TakeBreak(9))
        room.do(c.CloseDay(), MIA)
        record(journal, room)
        visits.project(journal, a_setup())
    assert list(visits.days()) == folded(room)


def test_a_counter_that_the_branch_file_has_lost_is_still_in_its_past(journal: Journal, visits: Visits) -> None:
    room = ten_tickets()
    record(journal, room)
    visits.project(journal, a_setup(counters=(CounterPlace(2),), services=()))
    assert list(visits.days()) == folded(room)


def test_an_empty_journal_has_no_days(journal: Journal, visits: Visits) -> None:
    assert visits.project(journal, a_setup()) == 0
    assert visits.rebuild(journal, a_setup()) == 0
    assert visits.under_way(journal, a_setup()) is None
    assert list(visits.days()) == []
    assert visits.columns().days == ()


@settings(max_examples=25, deadline=None)
@given(doings)
def test_whatever_happens_the_projection_equals_the_fold(store: Store, doing: list[tuple[str, int, int, int]]) -> None:
    room = a_room()
    keep(room, count=30)
    room.do(c.OpenCounter(1), ANN)
    for number, (verb, counter, pick, seconds) in enumerate(doing):
        room.clock.forward(hours=24 if number % 20 == 19 else 0, seconds=seconds)
        perform(room, verb, counter, pick)
    if not room.branch.day_closed:
        room.do(c.CloseDay(), MIA)
    journal = Journal(store, token_hex(8))
    visits = Visits(store, journal.branch)
    for begin in range(0, len(room.history), 25):
        journal.append(room.history[begin : begin + 25])
        visits.project(journal, a_setup())
    assert list(visits.days()) == folded(room)


def test_the_documentation_names_every_column(request: pytest.FixtureRequest) -> None:
    page = (request.config.rootpath / "docs" / "visits.md").read_text(encoding="utf-8")
    columns = {column.name for table in (schema.past_days, schema.visits, schema.spans) for column in table.c}
    assert {name for name in columns if f"`{name}`" not in page} == set()
