"""A branch that was restored goes on under its own id, on a person's word: what gives way is kept, and nothing else."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from lobby.errors import BadField, UnknownBranch
from lobby.head_office.folds import Folds
from lobby.outbound.shipping import Shipping
from lobby.queue import events as e
from lobby.records import schema
from lobby.records.chain import GENESIS
from lobby.records.entries import Entry
from lobby.records.journal import Journal
from lobby.records.parcels import Parcel
from lobby.records.received import Received
from lobby.records.set_aside import rows_set_aside, set_aside
from lobby.records.store import Store
from lobby.records.visits import Visits
from tests.builders import TUESDAY, Clock, a_setup, moment
from tests.lobby.head_office.branches import DAY, NOON, a_day_of, arrive, rows
from tests.lobby.outbound.faulty_line import FaultyLine

BRANCH = "test-branch"
number = count()


@pytest.fixture(scope="module")
def folder(empty_store: Path, memory_folder: Path) -> Path:
    """An empty database, to be copied."""
    return copytree(empty_store, memory_folder / "set aside")


def a_store(folder: Path) -> Store:
    return Store.in_folder(copytree(folder, folder.with_name(f"set aside {next(number)}")))


def write(journal: Journal, rows: int, actor: str) -> None:
    first = journal.head()[0] + 1
    journal.append([e.Recorded(n, TUESDAY + n, actor, e.BreakStarted(n)) for n in range(first, first + rows)])


def a_courier(journal: Journal, received: Received) -> Shipping:
    setup = a_setup()
    line = FaultyLine(received, BRANCH)
    return Shipping(journal, lambda: setup, line, notify=lambda *_: None, clock=Clock(), chance=lambda: 0.5)


def read(store: Store) -> list[Entry]:
    journal = Journal(store, BRANCH)
    journal.verify()
    return list(journal.entries())


@settings(max_examples=15, deadline=None)
@given(common=st.integers(0, 40), lost=st.integers(1, 40), since=st.integers(0, 60), writes_on=st.booleans())
def test_a_restored_branch_goes_on_and_every_row_that_it_has_lost_is_kept(
    folder: Path, common: int, lost: int, since: int, writes_on: bool
) -> None:
    before, after, office = a_store(folder), a_store(folder), a_store(folder)
    told: list[tuple[str, int, int]] = []
    received = Received(office, lambda *said: told.append(said))
    received.add(BRANCH)
    for store in (before, after):
        write(Journal(store, BRANCH), common, "ann") if common else None
    write(Journal(before, BRANCH), lost, "ann")
    a_courier(Journal(before, BRANCH), received).step()
    restored = Journal(after, BRANCH)
    if since:
        write(restored, since, "ben")
    courier = a_courier(restored, received)
    courier.step()
    assert read(office) == read(before), "nothing gives way without a person's word"
    received.give_way(BRANCH, TUESDAY)
    if writes_on:
        write(restored, 1, "ben")
    courier.step()
    courier.step()
    assert read(office) == read(after)
    (aside,) = set_aside(office)
    assert (aside.first, aside.last) == (common + 1, common + lost)
    assert told == [(BRANCH, common + 1, common + lost)]
    assert list(rows_set_aside(office, BRANCH, aside.at)) == read(before)[common:]
    (branch,) = received.branches()
    assert (branch.forked, branch.gives_way_at, branch.behind) == (0, 0, 0)
    if read(after):
        with pytest.raises(IntegrityError, match="append-only"), office.write() as connection:
            connection.execute(delete(schema.events))
    for store in (before, after, office):
        store.close()


def test_nothing_gives_way_where_nothing_differs(folder: Path) -> None:
    received = Received(a_store(folder))
    received.add(BRANCH)
    with pytest.raises(BadField):
        received.give_way(BRANCH, TUESDAY)
    with pytest.raises(UnknownBranch):
        received.give_way("elsewhere", TUESDAY)


def test_two_copies_that_both_speak_end_the_search(folder: Path) -> None:
    one, office = a_store(folder), a_store(folder)
    received = Received(office)
    received.add(BRANCH)
    write(Journal(one, BRANCH), 20, "ann")
    a_courier(Journal(one, BRANCH), received).step()
    received.take(BRANCH, Parcel(10, bytes(32), 20, NOON), NOON)
    received.give_way(BRANCH, NOON)
    a_courier(Journal(one, BRANCH), received).step()
    (branch,) = received.branches()
    assert (branch.gives_way_at, branch.forked, branch.seq) == (0, 10, 20)
    assert set_aside(office) == []


def test_pages_and_reports_of_the_head_office_follow_the_version_that_holds(folder: Path) -> None:
    office = a_store(folder)
    received, clock = Received(office), Clock(NOON)
    folds = Folds(office, clock)
    lost = a_day_of("harbour", [60, 60, 60])
    arrive(received, lost)
    folds.look()
    folds.close()
    assert len(next(Visits(office, "harbour").days()).steps) == 3
    again = a_day_of("harbour", [90])
    made = rows("harbour", again.history)
    standing = received.take("harbour", Parcel(len(made), made[-1].hash, len(made), NOON, lost=True), NOON)
    assert standing.forked
    received.give_way("harbour", NOON)
    while standing.seq < len(made) or standing.hash != made[-1].hash:
        at = min(standing.seq, len(made))
        own = made[at - 1].hash if at else GENESIS
        known = own == standing.hash and at == standing.seq
        more = tuple(made[at:]) if known else ()
        standing = received.take("harbour", Parcel(at, own, len(made), NOON, more, lost=at < standing.seq), NOON)
    folds.look()
    (shown,) = folds.now.branches
    assert (shown.state, shown.served) == ("well", 1)
    assert [len(day.steps) for day in Visits(office, "harbour").days()] == [1]
    assert Visits(office, "harbour").known() == [DAY]
    assert moment(f"{DAY} 09:00") <= set_aside(office, "harbour")[0].until < NOON
