"""The desk: group commit, idempotency, a failing disk, the clock, followers, private words, rehearsals."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from lobby import desk as desk_module
from lobby import errors
from lobby.care import commands as care
from lobby.care.interactions import Kind, Record
from lobby.care.setup import CareSetup
from lobby.care.templates import Field, FieldType, Template
from lobby.care.views import ComplaintView, Told, complaint_view
from lobby.desk import Desk
from lobby.door import Answer
from lobby.errors import KeyReused, StorageBusy, StorageFull
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.appointments import LETTERS
from lobby.queue.branch import Branch
from lobby.queue.decisions import Actor
from lobby.queue.events import Recorded
from lobby.records import schema
from lobby.records.entries import PrivateNote, Receipt
from lobby.records.journal import Journal
from lobby.records.people import People
from lobby.records.store import Store
from tests.builders import ANN, BOB, KIOSK, MIA, TUESDAY, Clock, a_desk, a_service, a_setup, words_under

PATIENCE_S = 60
"""How long a test waits for what must happen; longer means a deadlock, and the test fails."""


class WatchedJournal(Journal):
    """A journal that counts its transactions, can be held up before one and can fail on purpose."""

    def __init__(self, store: Store, branch: str) -> None:
        super().__init__(store, branch)
        self.commits: list[int] = []
        self.before: Callable[[int], None] = lambda number: None
        self.after: Callable[[int], None] = lambda number: None
        self.tried = 0

    def append(
        self, recorded: Sequence[Recorded], receipts: Sequence[Receipt] = (), notes: Sequence[PrivateNote] = ()
    ) -> None:
        self.tried += 1
        self.before(self.tried)
        super().append(recorded, receipts, notes)
        self.commits.append(len(recorded))
        self.after(self.tried)


@pytest.fixture
def watched(tmp_path: Path, clock: Clock) -> tuple[Desk, WatchedJournal]:
    desk = a_desk(tmp_path, clock=clock, journal=WatchedJournal)
    assert isinstance(desk.journal, WatchedJournal)
    return desk, desk.journal


def issue(desk: Desk, key: str, service: str = "cash", actor: Actor = KIOSK) -> str:
    answer = desk.submit(c.Issue(service), key=key, actor=actor)
    assert answer.ticket
    return answer.ticket.number


class Gate:
    """Holds a commit up until it is opened."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        assert self.opened.wait(PATIENCE_S)


class Awaited(threading.Event):
    """An event that knows when somebody began to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.set()
        return super().wait(timeout)


def queued(desk: Desk) -> int:
    """How many commands are decided and wait for the next commit."""
    return len(desk._commits._queue)


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll for what another thread is about to do; fail when it does not."""
    waiting = threading.Event()
    for _ in range(PATIENCE_S * 1000):
        if condition():
            return
        waiting.wait(0.001)
    raise AssertionError("it did not happen")


@contextmanager
def held_up(journal: WatchedJournal) -> Iterator[Gate]:
    """The next commit waits at the gate."""
    gate, held = Gate(), journal.tried + 1
    journal.before = lambda number: gate() if number == held else None
    try:
        yield gate
    finally:
        gate.opened.set()


# -- group commit


def test_numbers_are_unique_and_gapless_with_32_callers_and_commits_are_shared(
    watched: tuple[Desk, WatchedJournal],
) -> None:
    desk, journal = watched
    callers, each = 32, 8
    with held_up(journal) as gate, ThreadPoolExecutor(callers) as pool:
        first = pool.submit(issue, desk, "first")
        assert gate.reached.wait(PATIENCE_S)
        rest = [pool.submit(issue, desk, f"rest-{n}") for n in range(callers - 1)]
        wait_until(lambda: len(desk._commits._queue) == callers - 1)
        gate.opened.set()
        given = [first.result(PATIENCE_S), *(future.result(PATIENCE_S) for future in rest)]
        given += list(pool.map(lambda n: issue(desk, f"more-{n}"), range(callers * each)))
    assert sorted(given) == [f"A{n:03d}" for n in range(1, callers * (each + 1) + 1)]
    assert journal.commits[:2] == [2, callers - 1]  # the day and one ticket; then all who waited, at once
    assert len(journal.commits) < len(given)
    assert journal.verify() == desk.seq == len(given) + 1


def test_a_command_is_decided_on_those_before_it_that_are_not_committed_yet(
    watched: tuple[Desk, WatchedJournal],
) -> None:
    desk, journal = watched
    desk.submit(c.OpenCounter(1), key="open", actor=ANN)
    with held_up(journal) as gate, ThreadPoolExecutor(2) as pool:
        issued = pool.submit(issue, desk, "1")
        assert gate.reached.wait(PATIENCE_S)
        called = pool.submit(desk.submit, c.CallNext(1), key="2", actor=ANN)
        wait_until(lambda: len(desk._commits._queue) == 1)
        assert desk.state.tickets == {}  # nothing is seen before it is durable
        assert not issued.done()
        assert not called.done()
        gate.opened.set()
        ticket = called.result(PATIENCE_S).ticket
    assert ticket
    assert ticket.number == issued.result() == "A001"


def test_readers_see_only_what_is_durable(watched: tuple[Desk, WatchedJournal]) -> None:
    desk, journal = watched
    seen: list[tuple[int, int]] = []
    journal.before = lambda number: seen.append((desk.seq, len(desk.events())))
    journal.after = lambda number: seen.append((desk.seq, len(desk.events())))
    issue(desk, "1")
    issue(desk, "2")
    assert seen == [(0, 0), (0, 0), (2, 2), (2, 2)]
    assert (desk.seq, len(desk.events())) == (3, 3)


def test_the_same_key_at_the_same_moment_is_one_ticket(watched: tuple[Desk, WatchedJournal]) -> None:
    desk, journal = watched
    with held_up(journal) as gate, ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(desk.submit, c.Issue("cash"), key="tap", actor=KIOSK) for _ in range(8)]
        assert gate.reached.wait(PATIENCE_S)
        gate.opened.set()
        answers = [future.result(PATIENCE_S) for future in futures]
    assert all(answer == answers[0] for answer in answers)
    assert list(desk.state.numbers) == ["A001"]


def test_a_second_tap_is_answered_only_when_the_first_is_durable(watched: tuple[Desk, WatchedJournal]) -> None:
    """Two taps with one key stand on the second commit, which fails: neither may be told that there is a ticket."""
    desk, journal = watched
    first, second = Gate(), Gate()

    def before(number: int) -> None:
        if number == 1:
            first()
        elif number == 2:
            second()
            raise StorageFull()

    journal.before = before
    with ThreadPoolExecutor(3) as pool:
        try:
            pool.submit(issue, desk, "another")
            assert first.reached.wait(PATIENCE_S)
            tap = pool.submit(issue, desk, "tap")
            wait_until(lambda: len(desk._commits._queue) == 1)
            first.opened.set()
            assert second.reached.wait(PATIENCE_S)
            [under_way] = desk._in_flight.values()
            under_way.done = answered = Awaited()
            twin = pool.submit(issue, desk, "tap")
            assert answered.asked.wait(PATIENCE_S)  # no answer may come while the commit is under way
            second.opened.set()
            for future in (tap, twin):
                with pytest.raises(StorageFull):
                    future.result(PATIENCE_S)
        finally:
            first.opened.set()
            second.opened.set()
    assert list(desk.state.numbers) == ["A001"]


def test_a_refused_command_takes_no_part_in_the_commit(watched: tuple[Desk, WatchedJournal]) -> None:
    desk, journal = watched
    with pytest.raises(errors.UnknownService):
        issue(desk, "1", "tea")
    assert journal.tried == 0
    assert issue(desk, "1") == "A001"  # the key of a refused command is free


# -- a failing disk


def test_a_failed_commit_tells_everyone_who_stood_on_it_and_the_desk_goes_on(
    watched: tuple[Desk, WatchedJournal],
) -> None:
    desk, journal = watched
    issue(desk, "0")
    before = desk.state.copy()
    gate = Gate()

    def fail_once(number: int) -> None:
        if number == 2:
            gate()
            raise StorageFull()

    journal.before = fail_once
    with ThreadPoolExecutor(8) as pool:
        leader = pool.submit(issue, desk, "leader")
        assert gate.reached.wait(PATIENCE_S)
        followers = [pool.submit(issue, desk, f"follower-{n}") for n in range(7)]
        wait_until(lambda: len(desk._commits._queue) == 7)
        gate.opened.set()
        for future in [leader, *followers]:
            with pytest.raises(StorageFull):
                future.result(PATIENCE_S)
    assert desk.state == before
    assert journal.count() == desk.seq
    assert [issue(desk, f"again-{n}") for n in range(2)] == ["A002", "A003"]
    assert journal.verify() == desk.seq


def test_a_refusal_that_rests_on_a_commit_that_failed_is_no_refusal(watched: tuple[Desk, WatchedJournal]) -> None:
    """Ann's counter is not open after all: Bob is told what went wrong, and not that it is hers."""
    desk, journal = watched

    def fail_first(number: int) -> None:
        if number == 1:
            gate()
            raise StorageFull()

    gate, journal.before = Gate(), fail_first
    with ThreadPoolExecutor(2) as pool:
        ann = pool.submit(desk.submit, c.OpenCounter(1), key="ann", actor=ANN)
        assert gate.reached.wait(PATIENCE_S)
        bob = pool.submit(desk.submit, c.OpenCounter(1), key="bob", actor=BOB)
        wait_until(lambda: queued(desk) == 1)
        gate.opened.set()
        for future in (ann, bob):
            with pytest.raises(StorageFull):
                future.result(PATIENCE_S)
    assert desk.submit(c.OpenCounter(1), key="bob", actor=BOB).counter


def test_a_command_after_a_failed_commit_may_use_the_same_key(watched: tuple[Desk, WatchedJournal]) -> None:
    desk, journal = watched

    def fail_first(number: int) -> None:
        if number == 1:
            raise StorageBusy()

    journal.before = fail_first
    with pytest.raises(StorageBusy):
        issue(desk, "k")
    assert issue(desk, "k") == "A001"
    assert issue(desk, "k") == "A001"
    assert journal.verify() == 2


def test_who_is_killed_before_the_commit_that_it_leads_holds_up_nobody(
    watched: tuple[Desk, WatchedJournal], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, journal = watched

    def killed(_seconds: float) -> None:
        raise KeyboardInterrupt

    with held_up(journal) as gate, ThreadPoolExecutor(3) as pool:
        taps = [pool.submit(issue, desk, "0")]
        assert gate.reached.wait(PATIENCE_S)
        taps += [pool.submit(issue, desk, f"{n}") for n in (1, 2)]
        wait_until(lambda: queued(desk) == 2)
        gate.opened.set()
        assert sorted(tap.result(PATIENCE_S) for tap in taps) == ["A001", "A002", "A003"]
    with monkeypatch.context() as moment:  # where a leader waits for those who were just answered
        moment.setattr("lobby.group_commit.time", SimpleNamespace(sleep=killed))
        with pytest.raises(KeyboardInterrupt):
            issue(desk, "killed")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(issue, desk, "next").result(PATIENCE_S) == "A004"


def test_a_bug_in_the_journal_is_told_as_it_is_and_the_desk_goes_on(watched: tuple[Desk, WatchedJournal]) -> None:
    desk, journal = watched

    def fail_first(number: int) -> None:
        if number == 1:
            raise ZeroDivisionError

    journal.before = fail_first
    with pytest.raises(ZeroDivisionError):
        issue(desk, "k")
    assert issue(desk, "k2") == "A001"


def test_what_is_durable_is_known_though_applying_it_failed_once(
    watched: tuple[Desk, WatchedJournal], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk, _ = watched
    apply, halves = Branch.apply, [0]

    def fail_half_way(branch: Branch, recorded: Recorded) -> None:
        apply(branch, recorded)
        if branch is desk.state and recorded.seq == 3 and halves:
            halves.pop()
            branch.tickets.clear()
            raise ZeroDivisionError

    monkeypatch.setattr(Branch, "apply", fail_half_way)
    assert [issue(desk, f"{n}") for n in range(4)] == ["A001", "A002", "A003", "A004"]
    assert not halves
    assert [ticket.number for ticket in desk.state.tickets.values()] == ["A001", "A002", "A003", "A004"]
    assert [recorded.seq for recorded in desk.events()] == list(range(1, desk.seq + 1))
    assert issue(desk, "1") == "A002"
    assert "read from its journal" in caplog.text


def test_what_another_process_wrote_is_decided_upon_also_where_a_fault_had_all_read_anew(
    watched: tuple[Desk, WatchedJournal], tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many events of the other's were read as are decided here: the number of the last one tells no difference."""
    desk, journal = watched
    other, known, apply = a_desk(tmp_path, clock=clock), desk.state, Branch.apply
    issue(desk, "0")
    taps: list[Future[str]] = []

    def fail(branch: Branch, recorded: Recorded) -> None:
        if branch is known:
            raise ZeroDivisionError
        apply(branch, recorded)

    def meanwhile(number: int) -> None:
        if not taps:
            taps.append(pool.submit(issue, desk, "2"))
            wait_until(lambda: queued(desk) == 1)
            issue(other, "other's", "cards")
            monkeypatch.setattr(Branch, "apply", fail)

    with ThreadPoolExecutor(1) as pool:
        journal.after = meanwhile
        assert issue(desk, "1") == "A002"
        assert taps[0].result(PATIENCE_S) == "A003"
    assert desk._deciding.branch.numbers.keys() == desk.state.numbers.keys() == {"A001", "A002", "A003", "C001"}


@pytest.mark.parametrize("away", [False, True], ids=["database there", "database away"])
def test_nobody_waits_for_ever_where_nobody_knows_how_a_commit_went(
    watched: tuple[Desk, WatchedJournal], monkeypatch: pytest.MonkeyPatch, away: bool
) -> None:
    desk, journal = watched
    apply = Branch.apply

    def fail(branch: Branch, recorded: Recorded) -> None:
        if branch is desk.state:
            raise ZeroDivisionError
        apply(branch, recorded)

    def fail_too(_setup: object) -> Branch:
        raise StorageBusy

    with monkeypatch.context() as moment:
        moment.setattr(Branch, "apply", fail)
        moment.setattr(journal, "replay", fail_too)
        with pytest.raises(StorageBusy):
            issue(desk, "0")
        with held_up(journal) as gate, ThreadPoolExecutor(3) as pool:
            hold_up = journal.before

            def before(number: int) -> None:
                hold_up(number)
                if away:
                    raise StorageBusy

            journal.before = before
            taps = [pool.submit(issue, desk, "1")]
            assert gate.reached.wait(PATIENCE_S)
            taps += [pool.submit(issue, desk, f"{n}") for n in (2, 3)]
            wait_until(lambda: queued(desk) == 2)
            gate.opened.set()
            for tap in taps:
                with pytest.raises(StorageBusy):
                    tap.result(PATIENCE_S)
    journal.before = lambda number: None
    assert issue(desk, "next") == ("A002" if away else "A005")
    assert issue(desk, "0") == "A001"
    assert sorted(issue(desk, f"{n}") for n in (1, 2, 3)) == (
        ["A003", "A004", "A005"] if away else ["A002", "A003", "A004"]
    )
    assert desk.seq == journal.verify()
    assert len(desk.state.tickets) == 5


def test_half_a_decision_that_a_fault_of_ours_left_is_forgotten_and_those_under_way_are_not(
    watched: tuple[Desk, WatchedJournal], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, journal = watched
    apply, faults = Branch.apply, [ZeroDivisionError()]
    desk.submit(c.OpenCounter(1), key="open", actor=ANN)

    def fail_half_way(branch: Branch, recorded: Recorded) -> None:
        if isinstance(recorded.event, e.TicketIssued) and recorded.event.number == "A003" and faults:
            branch.tickets.clear()
            raise faults.pop()
        apply(branch, recorded)

    def call(counter: int) -> str:
        answer = desk.submit(c.CallNext(counter), key="call", actor=ANN)
        return answer.ticket.number if answer.ticket else "nobody"

    with held_up(journal) as gate, ThreadPoolExecutor(3) as pool:
        taps = [pool.submit(issue, desk, "0")]
        assert gate.reached.wait(PATIENCE_S)
        taps.append(pool.submit(issue, desk, "1"))
        wait_until(lambda: queued(desk) == 1)
        monkeypatch.setattr(Branch, "apply", fail_half_way)
        with pytest.raises(ZeroDivisionError):
            issue(desk, "fault")
        called = pool.submit(call, 1)
        wait_until(lambda: queued(desk) == 2)
        gate.opened.set()
        assert [tap.result(PATIENCE_S) for tap in taps] == ["A001", "A002"]
        assert called.result(PATIENCE_S) == "A001"
    assert issue(desk, "fault") == "A003"
    assert desk.seq == journal.verify()


def test_a_crash_between_commit_and_answer_and_a_retry_give_one_ticket_and_its_answer(
    tmp_path: Path, clock: Clock
) -> None:
    desk = a_desk(tmp_path, clock=clock, journal=WatchedJournal)
    assert isinstance(desk.journal, WatchedJournal)

    class PowerCut(BaseException):
        pass

    def crash(number: int) -> None:
        raise PowerCut

    desk.journal.after = crash
    with pytest.raises(PowerCut):
        issue(desk, "k")
    restarted = a_desk(tmp_path, clock=clock)
    assert list(restarted.state.numbers) == ["A001"]
    seq = restarted.seq
    answer = restarted.submit(c.Issue("cash"), key="k", actor=KIOSK)
    assert answer.ticket
    assert (answer.ticket.number, answer.ticket.state, answer.seq) == ("A001", "waiting", 2)
    assert answer.ticket.token
    assert restarted.seq == seq


def test_a_commit_that_succeeded_though_it_was_reported_failed_is_not_carried_out_twice(
    watched: tuple[Desk, WatchedJournal],
) -> None:
    """The answer of the database is lost after the commit; the same process goes on, and the caller tries again."""
    desk, journal = watched

    def lose_the_answer(number: int) -> None:
        if number == 1:
            raise StorageBusy()

    journal.after = lose_the_answer
    with pytest.raises(StorageBusy):
        issue(desk, "k")
    assert issue(desk, "k") == "A001"
    assert issue(desk, "other") == "A002"
    assert journal.verify() == desk.seq == 3
    assert desk.state == journal.replay(a_setup())


def test_a_snapshot_that_cannot_be_written_fails_no_command(
    watched: tuple[Desk, WatchedJournal], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, journal = watched
    monkeypatch.setattr(desk_module, "SNAPSHOT_EVERY", 3)

    def busy(_branch: Branch) -> None:
        raise StorageBusy()

    with monkeypatch.context() as store:
        store.setattr(journal.snapshots, "keep", busy)
        assert [issue(desk, f"k{n}") for n in range(6)] == [f"A{n:03d}" for n in range(1, 7)]
    issue(desk, "more")
    for n in range(4):
        issue(desk, f"more-{n}")
    assert journal.snapshots.newest() is not None


def test_what_was_folded_anew_after_an_upgrade_is_kept_though_nothing_happens(
    watched: tuple[Desk, WatchedJournal], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, journal = watched
    issue(desk, "k")
    desk.close()
    with monkeypatch.context() as newer:
        newer.setattr("lobby.records.snapshots.FORMAT", "of-tomorrow")
        Desk(a_setup(), journal).close()
        assert journal.snapshots.newest() is not None


def test_a_snapshot_is_kept_every_so_many_events(
    watched: tuple[Desk, WatchedJournal], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, journal = watched
    monkeypatch.setattr(desk_module, "SNAPSHOT_EVERY", 4)
    for n in range(8):
        issue(desk, f"k{n}")
    snapshot = journal.snapshots.newest()
    assert snapshot
    assert snapshot.seq == 8
    assert journal.replay(a_setup()) == desk.state


# -- idempotency


def test_the_same_key_gives_the_same_answer_and_makes_no_event(desk: Desk, clock: Clock) -> None:
    first = desk.submit(c.Issue("cash", language="ru"), key="k", actor=KIOSK)
    desk.submit(c.Cancel("A001"), key="c", actor=KIOSK)
    clock.forward(600)
    assert desk.submit(c.Issue("cash", language="ru"), key="k", actor=KIOSK) == first
    assert desk.seq == 3


@pytest.mark.parametrize(
    "other", [c.Issue("loans"), c.Issue("cash", language="ru"), c.Cancel("A001"), c.CloseDay()], ids=repr
)
def test_a_key_used_for_another_request_is_refused(desk: Desk, other: c.Command) -> None:
    issue(desk, "k")
    before = desk.seq
    with pytest.raises(KeyReused):
        desk.submit(other, key="k", actor=KIOSK)
    assert desk.seq == before


def test_a_key_used_for_another_request_is_refused_while_the_first_is_under_way(
    watched: tuple[Desk, WatchedJournal],
) -> None:
    desk, journal = watched
    with held_up(journal) as gate, ThreadPoolExecutor(1) as pool:
        first = pool.submit(issue, desk, "k")
        assert gate.reached.wait(PATIENCE_S)
        with pytest.raises(KeyReused):
            issue(desk, "k", "loans")
        gate.opened.set()
        assert first.result(PATIENCE_S) == "A001"


def test_a_key_used_for_another_request_is_refused_also_after_one_that_changed_nothing(desk: Desk) -> None:
    desk.submit(c.OpenCounter(1), key="1", actor=ANN)
    assert desk.submit(c.OpenCounter(1), key="2", actor=ANN).seq == 0
    desk.submit(c.CloseCounter(1), key="3", actor=ANN)
    assert desk.submit(c.OpenCounter(1), key="2", actor=ANN).seq == 0  # a late retry opens nothing
    assert not desk.state.counter(1).open
    with pytest.raises(KeyReused):
        desk.submit(c.OpenCounter(2), key="2", actor=ANN)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("kiosk-1", "k"), ("kiosk-2", "k")),
        (("kiosk", "1/k"), ("kiosk/1", "k")),
        (("a", "b"), ("a/b", "")),
    ],
)
def test_two_devices_never_share_a_key(desk: Desk, one: tuple[str, str], other: tuple[str, str]) -> None:
    given = [issue(desk, key, actor=Actor(name, "kiosk")) for name, key in (one, other)]
    assert given == ["A001", "A002"]


# -- the clock


def test_a_clock_set_back_is_recorded_once_and_not_obeyed(desk: Desk, clock: Clock) -> None:
    issue(desk, "1")
    clock.forward(-3600)
    issue(desk, "2")
    clock.forward(10)
    issue(desk, "3")
    kinds = [(type(r.event).__name__, r.at) for r in desk.events(2)]
    assert kinds == [("ClockSetBack", TUESDAY), ("TicketIssued", TUESDAY), ("TicketIssued", TUESDAY)]
    assert desk.events(2)[0].event == e.ClockSetBack(3_600_000)
    assert desk.now() == TUESDAY
    clock.now = TUESDAY + 5000
    issue(desk, "4")
    assert desk.events(5)[0].at == TUESDAY + 5000
    clock.forward(-60)
    issue(desk, "5")
    assert type(desk.events(6)[0].event) is e.ClockSetBack  # a second time is recorded again
    times = [r.at for r in desk.events()]
    assert times == sorted(times)


def test_a_clock_that_trembles_is_not_set_back(desk: Desk, clock: Clock) -> None:
    issue(desk, "1")
    clock.now -= 1000
    issue(desk, "2")
    assert [type(r.event).__name__ for r in desk.events(2)] == ["TicketIssued"]
    assert desk.events(2)[0].at == TUESDAY


def test_a_clock_set_back_is_recorded_even_when_the_first_commit_after_it_fails(
    watched: tuple[Desk, WatchedJournal], clock: Clock
) -> None:
    desk, journal = watched
    issue(desk, "1")
    clock.forward(-3600)

    def fail_second(number: int) -> None:
        if number == 2:
            raise StorageBusy()

    journal.before = fail_second
    with pytest.raises(StorageBusy):
        issue(desk, "2")
    issue(desk, "3")
    assert [type(r.event).__name__ for r in desk.events(2)] == ["ClockSetBack", "TicketIssued"]


def test_a_clock_set_back_is_recorded_even_when_another_process_wrote_first(tmp_path: Path, clock: Clock) -> None:
    one, other = a_desk(tmp_path, clock=clock), a_desk(tmp_path, clock=Clock())
    issue(one, "1")
    issue(other, "2")
    clock.forward(-3600)
    issue(one, "3")
    assert [type(r.event).__name__ for r in one.events(3)] == ["ClockSetBack", "TicketIssued"]


def test_a_refused_command_records_no_clock(desk: Desk, clock: Clock) -> None:
    issue(desk, "1")
    clock.forward(-3600)
    with pytest.raises(errors.UnknownService):
        issue(desk, "2", "tea")
    assert desk.seq == 2
    issue(desk, "3")
    assert type(desk.events(2)[0].event) is e.ClockSetBack


def test_the_branchs_time_is_never_before_its_last_event(desk: Desk, clock: Clock) -> None:
    issue(desk, "1")
    clock.forward(-60)
    assert desk.now() == TUESDAY
    clock.forward(120)
    assert desk.now() == TUESDAY + 60_000


# -- the promise


def test_the_first_ticket_of_a_day_is_promised_nothing_from_the_day_before(desk: Desk, clock: Clock) -> None:
    """Yesterday's counters and customers still stand in the state when the day turns; none of them counts."""
    desk.submit(c.OpenCounter(1), key="open", actor=ANN)
    for n in range(30):
        issue(desk, f"k{n}")
    clock.forward(hours=24)
    answer = desk.submit(c.Issue("cash"), key="today", actor=KIOSK)
    assert answer.ticket
    assert (answer.ticket.number, answer.ticket.ahead, answer.ticket.promise) == ("A001", 0, None)


# -- events and followers


def test_events_come_from_memory_and_from_disk_alike(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "TAIL", 5)
    desk = a_desk(tmp_path, clock=clock)
    for n in range(12):
        issue(desk, f"k{n}")
    everything = desk.journal.read()
    assert len(everything) == 13
    for after in range(-1, 16):
        assert desk.events(after) == everything[max(0, after) :], after
        assert desk.events(after, 3) == everything[max(0, after) :][:3], after
        assert desk.events(after, 0) == []
    again = a_desk(tmp_path, clock=clock)
    assert again.events() == everything
    assert again.events(10) == everything[10:]


def test_a_fresh_desk_has_no_events(desk: Desk) -> None:
    assert desk.events() == []
    assert desk.events(5) == []
    assert desk.seq == 0


def test_followers_are_woken_after_each_commit_and_can_read_it(desk: Desk) -> None:
    seen: list[int] = []
    desk.follow(lambda: seen.append(desk.events()[-1].seq))
    issue(desk, "1")
    issue(desk, "2")
    assert seen == [2, 3]
    with pytest.raises(errors.UnknownService):
        issue(desk, "3", "tea")
    assert seen == [2, 3]


def test_a_follower_that_fails_fails_no_command(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.follow(lambda: {}["a bug"])
    assert [issue(desk, key) for key in ("1", "2")] == ["A001", "A002"]
    assert "what follows a commit failed" in caplog.text


def test_views_can_be_read_while_tickets_are_taken(tmp_path: Path) -> None:
    """Threads that read views all the time never see a half-changed branch."""
    desk = a_desk(tmp_path)
    desk.submit(c.OpenCounter(3), key="open", actor=ANN)
    for n in range(60):
        issue(desk, f"before-{n}")
    stop, all_there = threading.Event(), threading.Barrier(3)
    door = desk.door(ANN)

    def look() -> None:
        all_there.wait(PATIENCE_S)
        while not stop.is_set():
            queue, board = door.queue(), door.board()
            assert queue.seq >= 61
            assert len(board.calls) <= 8

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(2) as pool:
            readers = [pool.submit(look) for _ in range(2)]
            all_there.wait(PATIENCE_S)
            try:
                for n in range(60):
                    issue(desk, f"k{n}")
            finally:
                stop.set()
            for reader in readers:
                reader.result(PATIENCE_S)
    finally:
        sys.setswitchinterval(interval)


def test_the_work_on_the_disk_can_be_handed_elsewhere(tmp_path: Path) -> None:
    """The server runs commits in a native thread, so that its loop goes on."""
    threads: list[str] = []

    def elsewhere(work: Callable[[], Any]) -> Any:
        future: Future[Any] = Future()

        def run() -> None:
            threads.append(threading.current_thread().name)
            future.set_result(work())

        threading.Thread(target=run, name="disk").start()
        return future.result(PATIENCE_S)

    desk = a_desk(tmp_path, offload=elsewhere)
    assert [issue(desk, "1"), issue(desk, "2")] == ["A001", "A002"]
    assert threads == ["disk", "disk"]


# -- private words


COMPLAINT = care.TakeComplaint("the fee was charged twice", "Mrs Whitcombe", "020 7946 0018", service="cash")
SECRETS = ("charged twice", "Whitcombe", "7946 0018", "rang her", "Sister Agnes")


def kept_private(desk: Desk) -> list[tuple[str, str, str]]:
    """Reference, kind and body of all that is in the erasable store, in the order in which it came."""
    with desk.journal._store.read() as connection:
        rows = connection.execute(select(schema.people).order_by(schema.people.c.at)).mappings().all()
    return [(row["reference"], row["kind"], row["body"]) for row in rows]


def said_elsewhere(folder: Path) -> str:
    """Everything in the database besides the erasable store."""
    with closing(sqlite3.connect(folder / "lobby.db")) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert {"events", "receipts", "snapshots", "people"} <= set(tables)
        rows = [row for name in tables if name != "people" for row in connection.execute(f"SELECT * FROM {name}")]
    return "\n".join(
        value.decode(errors="replace") if isinstance(value, bytes) else str(value) for row in rows for value in row
    )


def complained(desk: Desk, command: c.Command = COMPLAINT, key: str = "complaint", actor: Actor = ANN) -> str:
    answer = desk.submit(command, key=key, actor=actor)
    assert answer.complaint
    return answer.complaint.reference


def test_who_complains_and_what_about_is_in_the_erasable_store_and_nowhere_else(desk: Desk, tmp_path: Path) -> None:
    reference = complained(desk)
    for n, step in enumerate(
        [
            care.AcknowledgeComplaint(reference, "phone", "rang her"),
            care.AssessComplaint(reference, "fees", 2, 2, note="rang her"),
            care.InvestigateComplaint(reference, "rang her"),
            care.AnswerComplaint(reference, "upheld", "letter", "rang her"),
            care.CloseComplaint(reference, "mistake", "rang her"),
            care.SayWhetherSolved(reference, False, "rang her"),
            care.PromiseFollowUp("rang her", within_h=4, name="Sister Agnes", contact="020 7946 0018"),
            care.Praise("rang her", "ann"),
            care.ReportArticle("wrong", "card-lost", note="rang her"),
        ]
    ):
        desk.submit(step, key=f"step-{n}", actor=ANN)
    desk.close()
    rows = kept_private(desk)
    assert len(rows) == 10
    assert all(any(secret in body for secret in SECRETS) for _, _, body in rows)
    elsewhere = said_elsewhere(tmp_path)
    assert reference in elsewhere
    assert not [secret for secret in SECRETS if secret in elsewhere]


def test_a_complaint_is_put_away_as_one_thing_under_one_reference(desk: Desk) -> None:
    complaint = desk.state.care.complaint(complained(desk))
    [(reference, kind, body)] = kept_private(desk)
    assert (reference, kind) == (complaint.person, "TakeComplaint")
    assert msgspec.json.decode(body) == {
        "text": "the fee was charged twice",
        "name": "Mrs Whitcombe",
        "contact": "020 7946 0018",
    }


def test_what_is_not_said_is_not_put_away_and_signs_that_nobody_sees_neither(desk: Desk) -> None:
    complained(desk, care.TakeComplaint("slow\u202e\x07 \r\nvery slow", " \u200b", ""))
    [(_, _, body)] = kept_private(desk)
    assert msgspec.json.decode(body) == {"text": "slow \nvery slow"}


def test_the_note_and_the_private_fields_of_a_record_are_erased_each_for_itself(desk: Desk) -> None:
    issue(desk, "1")
    private = {"new": "12 Sister Agnes Lane", "verified": "known"}
    record = Record(Kind.DATA_UPDATE, fields={"changed": "address"}, private=private, note="rang her")
    desk.submit(c.RecordInteraction("A001", "moved", record=record), key="2", actor=ANN)
    recorded = desk.events()[-1].event
    assert isinstance(recorded, e.InteractionRecorded)
    assert recorded.fields == {"changed": "address"}
    assert recorded.note != recorded.private
    assert {reference: body for reference, _, body in kept_private(desk)} == {
        recorded.note: "rang her",
        recorded.private: msgspec.json.encode(private).decode(),
    }
    people = People(desk.journal._store, desk.setup.id)
    people.erase({recorded.private})
    assert (words_under(people, recorded.note), words_under(people, recorded.private)) == ("rang her", None)


def serving(desk: Desk) -> None:
    """Ann serves A001 at counter 1."""
    issue(desk, "issue")
    for step in (c.OpenCounter(1), c.CallNext(1), c.Start(1)):
        desk.submit(step, key=type(step).__name__, actor=ANN)


@pytest.mark.parametrize(
    ("finish", "record", "kept"),
    [
        ("rang her", "Sister Agnes will come", "rang her\nSister Agnes will come"),
        ("rang her", "", "rang her"),
        ("", "rang her", "rang her"),
        ("\u200b", "rang her\u202e", "rang her"),
    ],
)
def test_the_note_of_a_finish_and_that_of_its_record_are_one(desk: Desk, finish: str, record: str, kept: str) -> None:
    serving(desk)
    desk.submit(c.Finish(1, "done", finish, record=Record(note=record)), key="finish", actor=ANN)
    [one] = desk.state.care.records.values()
    assert [(reference, body) for reference, _, body in kept_private(desk)] == [(one.note, kept)]


@pytest.mark.parametrize("by", ["finish", "record"])
def test_private_fields_are_put_away_in_the_one_form_in_which_they_are_kept(tmp_path: Path, by: str) -> None:
    template = Template("cash", fields=(Field("account", type=FieldType.ACCOUNT, private=True), Field("reason")))
    desk = a_desk(tmp_path, setup=a_setup(care=CareSetup(templates={"cash": template})))
    serving(desk)
    record = Record(fields={"reason": " rent\u200b "}, private={"account": " gb82 west 1234 5698 7654 32"})
    command = c.Finish(1, "done", record=record) if by == "finish" else c.RecordInteraction("a001", "x", record=record)
    first = desk.submit(command, key="recorded", actor=ANN)
    assert desk.submit(command, key="recorded", actor=ANN) == first
    [kept] = desk.state.care.records.values()
    assert kept.fields == {"reason": "rent"}
    assert [(reference, msgspec.json.decode(body)) for reference, _, body in kept_private(desk)] == [
        (kept.private, {"account": "GB82WEST12345698765432"})
    ]


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (c.Finish(1, record=Record(fields={"nonsense": "x"})), errors.BadField),
        (c.Finish(2, record=Record(fields={"nonsense": "x"})), errors.CounterNotOpen),
        (c.Finish(9, record=Record(fields={"nonsense": "x"})), errors.UnknownCounter),
        (c.RecordInteraction("A404", "x", record=Record(fields={"nonsense": "x"})), errors.UnknownTicket),
    ],
)
def test_a_record_that_does_not_fit_or_is_of_nobody_is_refused_and_puts_nothing_away(
    desk: Desk, command: c.Command, refusal: type[errors.LobbyError]
) -> None:
    serving(desk)
    seq = desk.seq
    with pytest.raises(refusal):
        desk.submit(command, key="refused", actor=ANN)
    assert (desk.seq, kept_private(desk)) == (seq, [])


def test_a_review_leaves_its_remark_for_the_teller(desk: Desk) -> None:
    issue(desk, "1")
    desk.submit(c.RecordInteraction("A001", "asked"), key="2", actor=ANN)
    desk.submit(care.ReviewRecord(desk.seq, note="rang her"), key="3", actor=MIA)
    [review] = desk.state.care.reviews.values()
    assert [(reference, body) for reference, _, body in kept_private(desk)] == [(review.note, "rang her")]


def test_words_that_were_erased_are_shown_empty_and_everything_else_stays(desk: Desk) -> None:
    reference = complained(desk)
    desk.submit(care.AcknowledgeComplaint(reference, "phone", "rang her"), key="2", actor=ANN)
    complaint, people = desk.state.care.complaint(reference), People(desk.journal._store, desk.setup.id)

    def shown() -> ComplaintView:
        setup = desk.setup
        return complaint_view(
            complaint, desk.now(), setup.care, setup.calendar, lambda ref: words_under(people, ref) or ""
        )

    before = shown()
    assert (before.told.name, before.story[1].note) == ("Mrs Whitcombe", "rang her")
    people.erase({complaint.person})
    people.erase({complaint.story[1].note})
    after = shown()
    assert (after.told, after.story[1].note) == (Told(), "")
    assert msgspec.structs.replace(after, told=before.told, story=before.story) == before
    assert desk.journal.verify() == desk.seq


def test_a_refused_command_puts_nothing_away(desk: Desk) -> None:
    refusals: list[c.Command] = [
        care.TakeComplaint("slow", category="weather"),
        care.InvestigateComplaint("C-2222222", "rang her"),
        care.PromiseFollowUp("rang her"),
        c.RecordInteraction("A404", "asked", "rang her"),
    ]
    for n, command in enumerate(refusals):
        with pytest.raises(errors.LobbyError):
            desk.submit(command, key=f"{n}", actor=ANN)
    assert kept_private(desk) == []
    assert desk.seq == 0


def test_a_command_that_changed_nothing_puts_nothing_away(desk: Desk) -> None:
    answer = desk.submit(care.PromiseFollowUp("rang her", within_h=4), key="1", actor=ANN)
    assert answer.follow_up
    reference = answer.follow_up.reference
    moved = desk.submit(care.MoveFollowUp(reference, owner="ann"), key="2", actor=ANN)
    assert moved.seq == 0
    assert [kind for _, kind, _ in kept_private(desk)] == ["PromiseFollowUp"]
    desk.submit(care.MoveFollowUp(reference, owner="ann", note="rang her"), key="3", actor=ANN)
    assert [kind for _, kind, _ in kept_private(desk)] == ["PromiseFollowUp", "MoveFollowUp"]


def test_the_same_key_puts_it_away_once_and_gives_the_same_reference(desk: Desk) -> None:
    assert complained(desk) == complained(desk)
    assert len(kept_private(desk)) == len(desk.state.care.complaints) == 1


def test_a_failed_commit_puts_nothing_away(watched: tuple[Desk, WatchedJournal]) -> None:
    desk, journal = watched

    def fail_once(number: int) -> None:
        if number == 1:
            raise StorageFull()

    journal.before = fail_once
    with pytest.raises(StorageFull):
        complained(desk)
    assert (kept_private(desk), desk.state.care.complaints) == ([], {})
    assert complained(desk) in desk.state.care.complaints
    assert len(kept_private(desk)) == 1


def test_a_complaint_decided_again_behind_another_process_is_put_away_once(tmp_path: Path, clock: Clock) -> None:
    one, other = a_desk(tmp_path, clock=clock), a_desk(tmp_path, clock=clock)
    first, second = complained(one), complained(other, key="second")
    assert set(other.state.care.complaints) == {first, second}
    rows = kept_private(other)
    assert {reference for reference, _, _ in rows} == {one.person for one in other.state.care.complaints.values()}
    assert len(rows) == 2


def test_references_are_new_and_easy_to_say(desk: Desk) -> None:
    complaints = {complained(desk, key=f"{n}") for n in range(50)}
    assert len(complaints) == 50
    assert all(re.fullmatch(f"C-[{LETTERS}]{{7}}", reference) for reference in complaints)


# -- the next as soon as someone comes


def test_a_call_by_itself_stands_in_the_same_commit_as_what_brought_the_customer(
    watched: tuple[Desk, WatchedJournal],
) -> None:
    desk, journal = watched
    desk.submit(c.OpenCounter(1), key="1", actor=ANN)
    desk.submit(c.WaitForNext(1), key="2", actor=ANN)
    before = desk.seq
    issue(desk, "3")
    assert [(type(r.event), r.actor) for r in desk.events(before)] == [
        (e.TicketIssued, "kiosk-1"),
        (e.TicketCalled, "ann"),
    ]
    assert journal.commits[-1] == 2


def test_where_the_commit_fails_neither_number_nor_call_is_there(watched: tuple[Desk, WatchedJournal]) -> None:
    desk, journal = watched
    desk.submit(c.OpenCounter(1), key="1", actor=ANN)
    desk.submit(c.WaitForNext(1), key="2", actor=ANN)

    def fail_once(number: int) -> None:
        if number == 3:
            raise StorageFull()

    journal.before = fail_once
    with pytest.raises(StorageFull):
        issue(desk, "3")
    counter = desk.state.counter(1)
    assert (desk.state.tickets, counter.ticket, counter.ready) == ({}, None, True)
    issue(desk, "3")
    assert desk.state.counter(1).ticket == "2024-03-05-A001"


def test_a_call_by_itself_comes_after_a_clock_that_was_set_back(desk: Desk, clock: Clock) -> None:
    desk.submit(c.OpenCounter(1), key="1", actor=ANN)
    desk.submit(c.WaitForNext(1), key="2", actor=ANN)
    before = desk.seq
    clock.forward(-3600)
    issue(desk, "3")
    assert [type(r.event) for r in desk.events(before)] == [e.ClockSetBack, e.TicketIssued, e.TicketCalled]
    assert {r.at for r in desk.events(before)} == {TUESDAY}


# -- rehearsals

LONG_AGO = 917_942_400_000


def rehearse(desk: Desk) -> None:
    desk.submit(c.StartRehearsal(), key="start", actor=MIA, at=LONG_AGO)


def test_a_rehearsal_takes_its_time_from_outside(desk: Desk) -> None:
    rehearse(desk)
    desk.submit(c.Issue("cash"), key="1", actor=MIA, at=LONG_AGO + 5000)
    desk.submit(c.Issue("cash"), key="2", actor=MIA)  # no time of its own: the last one
    desk.submit(c.Issue("cash"), key="3", actor=MIA, at=LONG_AGO + 1000)  # never backwards
    assert [r.at - LONG_AGO for r in desk.events()] == [0, 5000, 5000, 5000, 5000]
    assert desk.now() == LONG_AGO + 5000
    assert desk.door(MIA).branch().day == "1999-02-02"


def test_a_live_branch_takes_no_time_from_outside(desk: Desk) -> None:
    issue(desk, "1")
    with pytest.raises(errors.NotARehearsal):
        desk.submit(c.Issue("cash"), key="2", actor=MIA, at=LONG_AGO)
    with pytest.raises(errors.BranchIsLive):
        desk.submit(c.StartRehearsal(), key="3", actor=MIA, at=LONG_AGO)
    assert desk.seq == 2


@pytest.mark.parametrize("at", [10**18, -(10**18), 10**30, 253_402_300_799_000, -62_135_596_800_000])
def test_a_time_outside_the_calendar_is_refused_and_the_desk_goes_on(desk: Desk, at: int) -> None:
    rehearse(desk)
    before = desk.state.copy()
    if at > 0:
        with pytest.raises(errors.Invalid):
            desk.submit(c.Issue("cash"), key="1", actor=MIA, at=at)
        assert desk.state == before
    assert desk.submit(c.Issue("cash"), key="2", actor=MIA, at=max(at, LONG_AGO) if at < 0 else LONG_AGO).ticket


@pytest.mark.parametrize("slot", [10**18, -(10**18), 2**63, 10**30])
def test_an_appointment_outside_the_calendar_neither_stops_the_desk_nor_the_journal(desk: Desk, slot: int) -> None:
    try:
        desk.submit(c.Issue("cash", appointment=slot), key="1", actor=KIOSK)
    except errors.LobbyError as refusal:
        assert isinstance(refusal, errors.Invalid)  # noqa: PT017  # refused or taken, both are fine; failing is not
    desk.submit(c.OpenCounter(1), key="2", actor=ANN)
    issue(desk, "3")
    desk.door(ANN).queue()
    assert desk.submit(c.CallNext(1), key="4", actor=ANN).ticket
    assert desk.journal.replay(a_setup()) == desk.state


# -- answers


def test_an_answer_carries_ticket_counter_and_reason(desk: Desk, clock: Clock) -> None:
    opened = desk.submit(c.OpenCounter(1), key="1", actor=ANN)
    assert opened.counter
    assert (opened.seq, opened.counter.teller, opened.ticket, opened.why) == (2, "ann", None, None)
    issued = desk.submit(c.Issue("cash", language="ar", then=("cards",)), key="2", actor=KIOSK)
    assert issued.ticket
    assert (issued.ticket.service_name, issued.ticket.then, issued.counter) == ("نقد", ("cards",), None)
    clock.forward(300)
    called = desk.submit(c.CallNext(1), key="3", actor=ANN)
    assert called.why
    assert called.counter
    assert called.ticket
    assert (called.why.rule, called.why.waited_s, called.why.target_s, called.why.index) == ("index", 300, 600, 0.5)
    assert called.counter.ticket == called.ticket
    assert called.ticket.token == ""
    closed = desk.submit(c.CloseDay(), key="4", actor=MIA)
    assert (closed.ticket, closed.counter) == (None, None)


def test_answers_from_a_receipt_and_from_the_decision_are_equal_in_every_field(desk: Desk) -> None:
    def twice(command: c.Command, actor: Actor = ANN) -> Answer:
        key = repr(command)
        first = desk.submit(command, key=key, actor=actor)
        assert desk.submit(command, key=key, actor=actor) == first
        return first

    twice(c.OpenCounter(1))
    twice(c.Issue("cash", priority="premium", appointment=TUESDAY + 1, then=("cards",)), KIOSK)
    twice(c.CallNext(1))
    twice(c.Recall(1))
    twice(c.Start(1))
    twice(c.Park(1, "x"))
    twice(c.Resume(1, "A001"))
    twice(c.Transfer(1, "loans", to_teller="bob"))
    twice(c.UndoStep(1))
    twice(c.Finish(1, "done", "note"))
    complaint = twice(COMPLAINT).complaint
    assert complaint
    twice(care.NoteOnComplaint(complaint.reference, "rang her"))
    assert twice(care.PromiseFollowUp("rang her", within_h=4)).follow_up
    twice(c.CloseDay(), MIA)


def test_the_desk_is_fair_to_a_branch_with_one_service(tmp_path: Path) -> None:
    desk = a_desk(tmp_path, setup=a_setup(services=(a_service("only", ""),)))
    assert issue(desk, "1", "only") == "001"
    desk.submit(c.OpenCounter(3), key="2", actor=BOB)
    answer = desk.submit(c.CallTicket(3, "001", "asked"), key="3", actor=BOB)
    assert answer.ticket
    assert answer.ticket.id == "2024-03-05-001"


def test_a_key_that_no_database_keeps_is_refused_alone(desk: Desk) -> None:
    with pytest.raises(errors.Invalid):
        issue(desk, "a\0b")
    assert issue(desk, "1") == "A001"


ON_GREENLETS = """
from gevent import monkey

monkey.patch_all()
import sys
from pathlib import Path

import gevent
import gevent.event
from gevent.threadpool import ThreadPool

from lobby.queue import commands as c
from tests.builders import KIOSK, a_desk

disk = ThreadPool(1)
reached, gate = gevent.event.Event(), gevent.event.Event()


def offload(work):
    reached.set()
    gate.wait()
    return disk.apply(work)


desk = a_desk(Path(sys.argv[1]), offload=offload)


def issue(key):
    return desk.submit(c.Issue("cash"), key=key, actor=KIOSK).ticket.number


if sys.argv[2] == "load":
    gate.set()
    callers = [gevent.spawn(lambda n=n: [issue(f"{n}-{i}") for i in range(5)]) for n in range(32)]
    gevent.joinall(callers, timeout=60, raise_error=True)
    given = sorted(number for caller in callers for number in caller.value)
    assert given == [f"A{n:03d}" for n in range(1, 161)], given
else:
    callers = [gevent.spawn(issue, "k0")]
    reached.wait()
    callers += [gevent.spawn(issue, f"k{n}") for n in (1, 2)]
    while len(desk._commits._queue) < 2:
        gevent.sleep(0)
    callers[int(sys.argv[2])].kill(block=False)
    gevent.sleep(0)
    gate.set()
    with gevent.Timeout(60):
        gevent.joinall(callers)
        numbers = [caller.value for caller in callers]
        last = issue("last")
    assert last == f"A{len(desk.state.numbers):03d}", (numbers, last)
assert desk.journal.verify() == desk.seq
print("done")
"""


@pytest.mark.slow
@pytest.mark.parametrize("what", ["load", "0", "1", "2"], ids=["load", "leader", "next leader", "another"])
def test_the_desk_serves_greenlets_and_outlives_one_that_is_killed_while_it_waits(tmp_path: Path, what: str) -> None:
    """As in the branch server: commits in a native thread, callers on greenlets, one of which goes away."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", ON_GREENLETS, str(tmp_path), what],
        capture_output=True,
        text=True,
        cwd=root,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == "done", done.stderr


def test_what_is_left_at_its_default_is_not_written_so_that_a_retry_across_an_upgrade_is_the_same_command() -> None:
    """A release that gives commands a further field must not take a retry of before for another command."""
    assert msgspec.json.encode(c.Issue("cash")) == b'{"command":"Issue","service":"cash"}'
    for command in (c.Issue("cash"), c.HandIn("A990", "cash", "one", "token-of-paper", 5), c.OpenCounter(1)):
        assert msgspec.json.decode(msgspec.json.encode(command), type=type(command)) == command
