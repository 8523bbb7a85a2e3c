"""The large tables of a chain on PostgreSQL, cut by branch."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lobby.head_office.folds import Folds
from lobby.records.journal import Journal
from lobby.records.parcels import Parcel
from lobby.records.partitions import CUT, partition
from lobby.records.received import Received
from lobby.records.set_aside import rows_set_aside, set_aside
from lobby.records.store import Store
from lobby.records.visits import Visits
from tests.builders import Clock
from tests.lobby.head_office.branches import DAY, NOON, a_day_of, arrive, rows

PARTS = 3


@pytest.fixture
def office(postgres_database: str) -> Iterator[Store]:
    store = Store(postgres_database)
    yield store
    store.close()


def asked(store: Store, query: str) -> list[object]:
    with store.read() as connection:
        return [row[0] for row in connection.execute(text(query))]


def test_what_was_there_stays_and_what_comes_goes_to_its_part(office: Store) -> None:
    received = Received(office)
    before = a_day_of("harbour", [60, 60])
    arrive(received, before)
    Folds(office, Clock(NOON)).look()
    assert partition(office, PARTS)
    assert not partition(office, PARTS)
    for branch in ("station", "market", "airport", "old-town"):
        arrive(received, a_day_of(branch, [60]))
    Folds(office, Clock(NOON)).look()
    for branch in ("harbour", "station"):
        assert Journal(office, branch).verify() > 0
        assert Visits(office, branch).known() == [DAY]
    for table in CUT:
        parts = [asked(office, f"SELECT count(*) FROM {table}_{part}")[0] for part in range(PARTS)]
        assert sum(map(bool, parts)) > 1
        assert sum(parts) == asked(office, f"SELECT count(*) FROM {table}")[0]  # type: ignore[arg-type]
        assert asked(office, f"SELECT count(*) FROM pg_class WHERE relname = '{table}_whole'") == [0]


def test_of_several_that_start_at_once_one_cuts_the_tables(office: Store) -> None:
    with ThreadPoolExecutor(3) as hands:
        assert sorted(hands.map(lambda _: partition(office, PARTS), range(3))) == [False, False, True]


def test_rows_that_give_way_are_kept_and_the_journal_stays_guarded(office: Store) -> None:
    partition(office, PARTS)
    received, room = Received(office), a_day_of("harbour", [60, 60])
    made = rows("harbour", room.history)
    arrive(received, room)
    lost = Parcel(5, made[4].hash, 5, NOON, lost=True)
    assert received.take("harbour", lost, NOON).forked
    received.give_way("harbour", NOON)
    assert received.take("harbour", lost, NOON).seq == 5
    (aside,) = set_aside(office)
    assert (aside.first, aside.last) == (6, len(made))
    assert list(rows_set_aside(office, "harbour", aside.at)) == made[5:]
    with pytest.raises(DBAPIError, match="append-only"), office.write() as connection:
        connection.execute(text("DELETE FROM events"))
    assert arrive(received, room).seq == len(made)


def test_a_question_about_one_branch_touches_one_part(office: Store) -> None:
    partition(office, PARTS)
    plan = asked(office, "EXPLAIN SELECT hash FROM events WHERE branch = 'harbour' AND seq > 5 ORDER BY seq LIMIT 9")
    assert sum("events_" in str(line) and "pkey" in str(line) for line in plan) == 1


def test_no_part_lets_a_row_be_changed_or_removed(office: Store) -> None:
    partition(office, PARTS)
    for table in ("events", "events_0", "events_2"):
        for change in (f"UPDATE {table} SET actor = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="append-only"), office.write() as connection:
                connection.execute(text(change))


def test_couriers_of_a_branch_at_the_same_moment_take_turns(office: Store) -> None:
    received = Received(office)
    room = a_day_of("harbour", [60] * 5)
    received.add("harbour")
    with ThreadPoolExecutor(4) as couriers:
        standings = list(couriers.map(lambda _: arrive(received, room), range(12)))
    assert {standing.seq for standing in standings} == {len(room.history)}
    assert Journal(office, "harbour").verify() == len(room.history)
    assert received.branches()[0].forked == 0
