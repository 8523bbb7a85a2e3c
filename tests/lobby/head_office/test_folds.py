"""What the head office shows of its branches: the same as each of them shows, and never more than is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lobby.care import commands as care
from lobby.desk import Desk
from lobby.head_office.folds import Folds
from lobby.outbound.shipping import Shipping
from lobby.queue import commands as c
from lobby.records.chain import link
from lobby.records.entries import Entry
from lobby.records.journal import Journal
from lobby.records.parcels import Parcel
from lobby.records.received import Received
from lobby.records.store import Store
from lobby.records.visits import Visits
from lobby.reports.chain_now import FORKED, NEVER, SILENT, SILENT_MS, UNREADABLE, WELL, BranchNow
from tests.builders import ANN, KIOSK, MIA, Clock, a_desk, a_setup, moment
from tests.lobby.head_office.branches import DAY, NOON, a_day_of, arrive, arrive_rows, rows
from tests.lobby.outbound.faulty_line import FaultyLine


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def folds(store: Store, clock: Clock) -> Folds:
    return Folds(store, clock)


def line(folds: Folds, branch: str) -> BranchNow:
    folds.look()
    return next(one for one in folds.now.branches if one.branch == branch)


def test_a_look_that_is_told_to_stop_goes_on_to_no_other_branch(received: Received, folds: Folds) -> None:
    """The first one may read years of journals, and whoever ends the server does not wait for that."""
    arrive(received, a_day_of("harbour", [60]), NOON)
    folds.stop()
    folds.look()
    assert folds.now.branches == ()


def test_a_branch_is_shown_as_it_is(received: Received, folds: Folds, clock: Clock) -> None:
    room = a_day_of("harbour", [60, 120], closed=False)
    for _ in range(3):
        room.issue()
    arrive(received, room, NOON)
    clock.now = NOON + 5000
    shown = line(folds, "harbour")
    assert (shown.state, shown.day, shown.waiting, shown.served, shown.at_work, shown.counters) == (
        WELL,
        DAY,
        3,
        2,
        1,
        3,
    )
    since = room.clock.now
    assert shown.longest_s == (clock.now - since) // 1000
    assert shown.over == 3
    assert shown.worst == round((clock.now - since) / 1000 / 600, 2)
    room.serve()
    arrive(received, room, NOON)
    assert line(folds, "harbour").waiting == 2


def test_the_chain_is_the_sum_of_the_branches_that_are_heard_of(received: Received, folds: Folds, clock: Clock) -> None:
    for branch, waits in (("harbour", [60]), ("station", [60, 60]), ("silent", [60] * 5)):
        room = a_day_of(branch, waits, closed=False)
        room.issue()
        arrive(received, room, NOON - SILENT_MS - 1 if branch == "silent" else NOON)
    received.add("airport")
    folds.look()
    now = folds.now
    assert [(one.branch, one.state) for one in now.branches][:2] == [("silent", SILENT), ("airport", NEVER)]
    assert (now.live, now.waiting, now.served, now.at_work) == (2, 2, 3, 2)


def test_yesterday_is_not_shown_as_today(received: Received, folds: Folds, clock: Clock) -> None:
    arrive(received, a_day_of("harbour", [60, 60], closed=False))
    clock.now = moment("2024-03-06 10:00")
    shown = line(folds, "harbour")
    assert (shown.day, shown.served, shown.at_work) == ("", 0, 0)


def test_the_worst_branch_comes_first(received: Received, folds: Folds) -> None:
    for branch, minutes in (("calm", 1), ("busy", 30), ("so-so", 5)):
        room = a_day_of(branch, [], closed=False)
        room.clock.now = NOON - minutes * 60_000
        room.issue()
        arrive(received, room)
    folds.look()
    assert [one.branch for one in folds.now.branches] == ["busy", "so-so", "calm"]


def test_a_fork_is_named_before_everything_else(received: Received, folds: Folds) -> None:
    arrive(received, a_day_of("harbour", [60, 60]))
    arrive(received, a_day_of("busy", [3000], closed=False))
    received.take("harbour", Parcel(3, bytes(32), 9, NOON), NOON)
    shown = line(folds, "harbour")
    assert folds.now.branches[0] == shown
    assert (shown.state, shown.forked) == (FORKED, 3)


def test_a_journal_that_this_version_cannot_read_stops_no_other(
    received: Received, folds: Folds, caplog: pytest.LogCaptureFixture
) -> None:
    made = rows("future", a_day_of("future", [60]).history)
    later = rows("future", a_day_of("future", [60]).history)
    strange = later[-1].body.replace('"DayClosed"', '"TicketTeleported"')
    seq, at, actor = later[-1].seq, later[-1].at, later[-1].actor
    hashed = link(made[-2].hash, "future", seq, at, actor, strange)
    made[-1] = Entry(seq, at, "TicketTeleported", actor, strange, hashed)
    arrive_rows(received, a_setup(id="future"), made[:-1])
    assert line(folds, "future").state == WELL
    arrive_rows(received, a_setup(id="future"), made)
    arrive(received, a_day_of("harbour", [60], closed=False))
    assert line(folds, "future").state == UNREADABLE
    assert "future" not in folds.cases  # what was known before is not told as what is now
    assert line(folds, "harbour").served == 1
    assert caplog.records[-1].levelname == "ERROR"


@pytest.mark.parametrize(
    "wrong",
    [{"zone": "Moon"}, {"zone": "../../../../etc/passwd"}, {"zone": ""}, {"day_starts_min": 10**12}],
    ids=["no zone", "a file", "nothing", "a day without an end"],
)
def test_a_setup_that_is_none_stops_no_other_branch_and_can_be_mended(
    received: Received, folds: Folds, caplog: pytest.LogCaptureFixture, wrong: dict[str, Any]
) -> None:
    room = a_day_of("adverse", [60], closed=False)
    good = room.branch.setup
    arrive_rows(received, msgspec.structs.replace(good, **wrong), rows("adverse", room.history))
    arrive(received, a_day_of("harbour", [60], closed=False))
    assert line(folds, "adverse").state == UNREADABLE
    assert line(folds, "harbour").served == 1
    arrive_rows(received, good, rows("adverse", room.history))
    assert (line(folds, "adverse").state, line(folds, "adverse").served) == (WELL, 1)


def test_a_branch_is_shown_by_its_own_clock(received: Received, folds: Folds, clock: Clock) -> None:
    room = a_day_of("ahead", [60], "2106-02-07", closed=False)
    room.issue()
    arrive_rows(received, room.branch.setup, rows("ahead", room.history))
    received.take("ahead", Parcel(0, bytes(32), 0, room.clock.now + 90_000), NOON)
    shown = line(folds, "ahead")
    assert (shown.state, shown.day, shown.waiting, shown.longest_s) == (WELL, "2106-02-07", 1, 90)
    received.take("ahead", Parcel(0, bytes(32), 0, 2**53), NOON)
    arrive(received, a_day_of("harbour", [60], closed=False))
    assert line(folds, "ahead").state == UNREADABLE
    assert line(folds, "harbour").served == 1


def test_a_head_that_was_never_there_is_forgotten(received: Received, folds: Folds) -> None:
    room = a_day_of("harbour", [60])
    arrive(received, room)
    received.take("harbour", Parcel(0, bytes(32), 2**53, NOON), NOON)
    assert line(folds, "harbour").behind > 0
    received.take("harbour", Parcel(0, bytes(32), len(room.history), NOON), NOON)
    assert line(folds, "harbour").behind == 0


def test_a_new_start_goes_on_from_the_snapshots(store: Store, received: Received, folds: Folds, clock: Clock) -> None:
    room = a_day_of("harbour", [60, 60], closed=False)
    arrive(received, room)
    before = line(folds, "harbour")
    folds.close()
    again = Folds(store, clock)
    assert line(again, "harbour") == before
    assert Journal(store, "harbour").snapshots.newest() is not None
    room.issue()
    arrive(received, room)
    assert line(again, "harbour").waiting == before.waiting + 1


def test_a_day_that_is_over_becomes_rows_when_it_has_arrived(store: Store, received: Received, folds: Folds) -> None:
    room = a_day_of("harbour", [60, 90], closed=False)
    arrive(received, room)
    folds.look()
    visits = Visits(store, "harbour")
    assert visits.known() == []
    room.do(c.CloseDay(), MIA)
    arrive(received, room)
    folds.look()
    assert visits.known() == [DAY]


@pytest.fixture
def branch_with_secrets(tmp_path: Path) -> Iterator[Desk]:
    """A branch in which much was said that is nobody else's affair."""
    desk = a_desk(tmp_path, clock=Clock(NOON), setup=a_setup(id="harbour"))
    door, counter = desk.door(KIOSK), desk.door(ANN)
    door.submit(c.Issue("cash"), key="1")
    counter.submit(c.OpenCounter(1), key="2")
    counter.submit(c.CallNext(1), key="3")
    counter.submit(c.Start(1), key="4")
    counter.submit(c.Finish(1, note="Wilhelmine moved to Tomelilla"), key="5")
    complaint = care.TakeComplaint("The queue offended Wilhelmine", "Wilhelmine Ek", "+46 70 123 45 67")
    counter.submit(complaint, key="6")
    counter.submit(c.Book("cash", NOON + 3_600_000, note="for Wilhelmine Ek"), key="7")
    yield desk
    desk.close()


def test_what_speaks_of_a_person_never_reaches_the_head_office(
    branch_with_secrets: Desk, store: Store, received: Received
) -> None:
    desk = branch_with_secrets
    received.add("harbour")
    line = FaultyLine(received, "harbour")
    Shipping(
        desk.journal, lambda: desk.setup, line, notify=lambda *_: None, clock=Clock(NOON), chance=lambda: 0.5
    ).step()
    store.scrub()
    folder = Path(str(store.url.database)).parent
    kept = b"".join(file.read_bytes() for file in folder.iterdir())
    assert received.branches()[0].seq == desk.seq
    assert b"ComplaintReceived" in kept
    for secret in (b"Wilhelmine", b"Tomelilla", b"123 45 67"):
        assert secret not in kept
