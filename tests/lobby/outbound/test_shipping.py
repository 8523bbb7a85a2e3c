"""The courier to the head office: complete and in order through whatever a line does, and never over a fork."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from shutil import copytree

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lobby.errors import BadRequest, StorageBusy, UnknownBranch
from lobby.outbound.sending import Outcome
from lobby.outbound.shipping import FORKED, GATHER_S, HEARTBEAT_S, LATE, LATE_MS, Line, Shipping
from lobby.queue import events as e
from lobby.queue.services import Setup
from lobby.records.chain import GENESIS, link
from lobby.records.entries import Entry
from lobby.records.journal import Journal
from lobby.records.parcels import LARGEST, MOST_ROWS, Parcel, Standing, mark_of, packed, setup_text, unpacked
from lobby.records.received import Received
from lobby.records.store import Store
from tests.builders import TUESDAY, Clock, a_setup
from tests.lobby.outbound.faulty_line import FAULTS, Fault, FaultyLine

BRANCH = "test-branch"
Places = Callable[[], tuple[Journal, Received]]


@pytest.fixture(scope="module")
def places(empty_store: Path, memory_folder: Path) -> Iterator[Places]:
    """Makes a branch's journal and a head office that expects it, each in a database of its own."""
    opened: list[Store] = []
    number = count()

    def make() -> tuple[Journal, Received]:
        folder = memory_folder / f"shipping {next(number)}"
        stores = [Store.in_folder(copytree(empty_store, folder / place)) for place in ("branch", "office")]
        opened.extend(stores)
        received = Received(stores[1])
        received.add(BRANCH)
        return Journal(stores[0], BRANCH), received

    yield make
    for store in opened:
        store.close()


class Alerts:
    """What was told of."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.told: list[tuple[str, bool, str]] = []

    def __call__(self, problem: str, raised: bool, detail: str) -> None:
        self.told.append((problem, raised, detail))
        (self.open.add if raised else self.open.discard)(problem)


def a_courier(
    journal: Journal, line: Line, clock: Clock | None = None, alerts: Alerts | None = None, setup: Setup | None = None
) -> Shipping:
    offered = setup or a_setup()
    return Shipping(
        journal, lambda: offered, line, notify=alerts or Alerts(), clock=clock or Clock(), chance=lambda: 0.5
    )


def write(journal: Journal, rows: int, actor: str = "ann") -> None:
    first = journal.head()[0] + 1
    journal.append([e.Recorded(n, TUESDAY + n, actor, e.BreakStarted(n)) for n in range(first, first + rows)])


def rows_at(received: Received) -> list[tuple[int, bytes]]:
    """What has arrived, after the whole chain was checked."""
    office = Journal(received._store, BRANCH)
    office.verify()
    return [(entry.seq, entry.hash) for entry in office.entries()]


def rows_of(journal: Journal) -> list[tuple[int, bytes]]:
    return [(entry.seq, entry.hash) for entry in journal.entries()]


def test_all_of_a_journal_arrives_in_order_and_the_next_events_after_it(places: Places) -> None:
    journal, received = places()
    write(journal, 2 * MOST_ROWS + 7)
    line = FaultyLine(received, BRANCH)
    courier = a_courier(journal, line)
    assert courier.step() == HEARTBEAT_S
    assert rows_at(received) == rows_of(journal)
    assert len(line.sent) == 1 + 3
    write(journal, 3)
    courier.step()
    assert len(line.sent) == 1 + 3 + 1
    assert rows_at(received) == rows_of(journal)
    (branch,) = received.branches()
    assert (branch.seq, branch.head, branch.behind, branch.at) == (4010, 4010, 0, TUESDAY + 4010)


STEPS = st.lists(st.one_of(st.integers(1, 9), st.sampled_from(FAULTS)), max_size=30)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS, couriers=st.integers(1, 2))
def test_whatever_the_line_does_everything_arrives_once_and_in_order(
    places: Places, steps: list[int | Fault], couriers: int
) -> None:
    journal, received = places()
    clock, alerts = Clock(), Alerts()
    faults: list[Fault] = []
    line = FaultyLine(received, BRANCH, iter(lambda: faults.pop(0) if faults else "well", None))
    at_work = [a_courier(journal, line, clock, alerts) for _ in range(couriers)]
    for number, step in enumerate(steps):
        if isinstance(step, int):
            write(journal, step)
        else:
            faults.append(step)
            if step == "restart":
                at_work[0] = a_courier(journal, line, clock, alerts)
        at_work[number % couriers].step()
        arrived = rows_at(received)
        assert arrived == rows_of(journal)[: len(arrived)]
    faults.clear()
    for courier in at_work:
        courier.step()
    assert rows_at(received) == rows_of(journal)
    assert not alerts.open
    assert received.branches()[0].forked == 0


def test_two_couriers_that_read_the_same_answer_append_it_once(places: Places) -> None:
    journal, received = places()
    write(journal, 5)
    line = FaultyLine(received, BRANCH)
    one, other = a_courier(journal, line), a_courier(journal, line)
    one.step()
    sent = list(line.sent)
    other.step()
    for parcel in reversed(sent):
        line(parcel)
    assert rows_at(received) == rows_of(journal)


def test_nothing_is_taken_over_a_gap(places: Places) -> None:
    journal, received = places()
    write(journal, 5)
    third, *rest = list(journal.entries(2))
    standing = received.take(BRANCH, Parcel(3, third.hash, 5, TUESDAY, tuple(rest)), TUESDAY)
    assert standing == Standing()
    assert rows_at(received) == []


def test_a_row_that_does_not_follow_is_refused_with_all_that_came_with_it(places: Places) -> None:
    journal, received = places()
    write(journal, 3)
    one, two, three = journal.entries()
    for wrong in ((one, three), (two, three), (one, two, msgspec.structs.replace(three, actor="bob"))):
        with pytest.raises(BadRequest):
            received.take(BRANCH, Parcel(0, bytes(32), 3, TUESDAY, wrong), TUESDAY)
    assert rows_at(received) == []


def test_rows_that_are_chained_over_a_gap_are_refused(places: Places) -> None:
    _, received = places()
    body = '{"kind":"DayClosed"}'
    forged = Entry(7, TUESDAY, "DayClosed", "ann", body, link(GENESIS, BRANCH, 7, TUESDAY, "ann", body))
    with pytest.raises(BadRequest):
        received.take(BRANCH, Parcel(0, GENESIS, 7, TUESDAY, (forged,)), TUESDAY)
    assert rows_at(received) == []


def test_another_version_of_a_row_is_refused_named_and_told_to_the_branch(places: Places) -> None:
    journal, received = places()
    write(journal, 4)
    a_courier(journal, FaultyLine(received, BRANCH)).step()
    other, _ = places()
    write(other, 2)
    write(other, 4, actor="bob")
    alerts = Alerts()
    courier = a_courier(other, FaultyLine(received, BRANCH), alerts=alerts)
    assert courier.step() == HEARTBEAT_S
    assert received.branches()[0].forked == 4
    assert rows_at(received) == rows_of(journal)
    assert alerts.told[-1] == (FORKED, True, "row 4")
    received.settle(BRANCH)
    a_courier(journal, FaultyLine(received, BRANCH), alerts=alerts).step()
    assert received.branches()[0].forked == 0


def test_a_journal_that_has_lost_rows_since_is_named_and_takes_nothing_back(places: Places) -> None:
    journal, received = places()
    write(journal, 6)
    a_courier(journal, FaultyLine(received, BRANCH)).step()
    restored, _ = places()
    write(restored, 4)
    alerts = Alerts()
    a_courier(restored, FaultyLine(received, BRANCH), alerts=alerts).step()
    assert received.branches()[0].forked == 5
    assert alerts.open == {FORKED}
    assert rows_at(received) == rows_of(journal)


def test_an_hour_without_the_head_office_is_an_alert_until_it_is_back(places: Places) -> None:
    journal, received = places()
    write(journal, 2)
    clock, alerts = Clock(), Alerts()
    away: list[Fault] = ["cut before"] * 9
    courier = a_courier(journal, FaultyLine(received, BRANCH, iter(away)), clock, alerts)
    pauses = [courier.step() for _ in range(8)]
    assert pauses == [1.0, 5.0, 15.0, 60.0, 300.0, 300.0, 300.0, 300.0]
    assert not alerts.open
    clock.now += LATE_MS
    courier.step()
    assert alerts.told[-1] == (LATE, True, "the connection broke")
    courier.step()
    assert not alerts.open
    assert rows_at(received) == rows_of(journal)


def test_an_answer_that_is_none_is_a_failure(places: Places) -> None:
    journal, _ = places()
    assert a_courier(journal, lambda _parcel: (Outcome(True), b"<html>welcome")).step() == 1.0


def test_a_head_office_that_takes_nothing_is_not_asked_without_end(places: Places) -> None:
    journal, _ = places()
    write(journal, 2)
    asked = count()

    def deaf(_parcel: bytes) -> tuple[Outcome, bytes]:
        assert next(asked) < 5
        return Outcome(
            True
        ), b'{"seq":0,"hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","setup_mark":"","forked":0}'

    assert a_courier(journal, deaf).step() == 1.0


def test_what_the_branch_offers_travels_when_it_changes(places: Places) -> None:
    journal, received = places()
    line = FaultyLine(received, BRANCH)
    a_courier(journal, line).step()
    assert received.setups() == {BRANCH: a_setup()}
    sent = len(line.sent)
    renamed = a_setup(names={"en": "Riverside"})
    a_courier(journal, line, setup=renamed).step()
    assert received.setups() == {BRANCH: renamed}
    assert received.branches()[0].setup_mark == mark_of(setup_text(renamed))
    assert sum(bool(unpacked(one).setup) for one in line.sent[sent:]) == 1


def test_a_branch_that_is_not_expected_is_refused(places: Places) -> None:
    _, received = places()
    with pytest.raises(UnknownBranch):
        received.take("elsewhere", Parcel(0, bytes(32), 0, TUESDAY), TUESDAY)
    with pytest.raises(BadRequest):
        received.take(BRANCH, Parcel(0, bytes(32), 0, TUESDAY, setup=setup_text(a_setup(id="elsewhere"))), TUESDAY)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"nothing",
        packed(Parcel(0, bytes(32), 0, 0))[:-3],
        zlib.compress(b"\xff\xc1"),
        zlib.compress(bytes(LARGEST + 1)),
        zlib.compress(b"\x81\xa1x" + b"\x91" * 100_000 + b"\x90"),
    ],
    ids=["empty", "text", "cut off", "no pack", "a bomb", "a well"],
)
def test_what_is_no_parcel_is_refused(sent: bytes) -> None:
    with pytest.raises(BadRequest):
        unpacked(sent)


@pytest.mark.parametrize("fault", [StorageBusy(), ZeroDivisionError()])
def test_no_fault_of_ours_ends_shipping(places: Places, fault: Exception) -> None:
    journal, received = places()
    write(journal, 3)
    courier = a_courier(journal, FaultyLine(received, BRANCH))
    faults = [fault]
    head = journal.head

    def faulty() -> tuple[int, bytes]:
        if faults:
            raise faults.pop()
        return head()

    journal.head = faulty  # type: ignore[method-assign]
    pauses: list[float] = []

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        if len(pauses) > 1:
            courier.stop()
        return True

    courier.run(wait, pauses.append)
    assert rows_at(received) == [(entry.seq, entry.hash) for entry in journal.entries()]
    assert pauses == [HEARTBEAT_S, GATHER_S, HEARTBEAT_S]
