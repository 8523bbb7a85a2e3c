"""Two desks on one journal, as two server processes would be; and a desk that starts again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from lobby.desk import Desk
from lobby.errors import WrongState
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.services import Setup
from lobby.records.journal import Journal
from lobby.records.store import Store
from tests.builders import ANN, BOB, KIOSK, MIA, Clock, a_desk, a_setup


@pytest.fixture(params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[tuple[Desk, Desk]]:
    """Two desks, each with connections of its own, on one database."""
    url = request.getfixturevalue("postgres_database") if request.param == "postgresql" else ""
    setup = a_setup()
    with closing(Store.in_folder(tmp_path, url)) as one, closing(Store.in_folder(tmp_path, url)) as other:
        first, second = (Desk(setup, Journal(store, setup.id, shared=True), clock=clock) for store in (one, other))
        yield first, second


def number(desk: Desk, key: str, service: str = "cash") -> str:
    answer = desk.submit(c.Issue(service), key=key, actor=KIOSK)
    assert answer.ticket
    return answer.ticket.number


@pytest.mark.parametrize("when", ["opened", "read"])
def test_a_desk_that_starts_while_another_writes_has_every_event_once(
    pair: tuple[Desk, Desk], clock: Clock, when: str
) -> None:
    """The other one writes after the journal was opened here, or after it was read."""
    first = pair[0]

    class SlowJournal(Journal):
        def replay(self, setup: Setup) -> Branch:
            if when == "opened":
                number(first, "meanwhile")
            branch = super().replay(setup)
            if when == "read":
                number(first, "meanwhile")
            return branch

    number(first, "before")
    with closing(Store(first.journal._store.url)) as store:
        late = Desk(first.setup, SlowJournal(store, first.setup.id, shared=True), clock=clock)
        assert number(late, "after") == "A003"
        assert [recorded.seq for recorded in late.events()] == list(range(1, late.seq + 1))


def test_two_desks_give_no_number_twice(pair: tuple[Desk, Desk]) -> None:
    given = [number(pair[n % 2], f"k{n}") for n in range(10)]
    assert given == [f"A{n:03d}" for n in range(1, 11)]


def test_each_desk_sees_what_the_other_did_once_it_wrote_itself(pair: tuple[Desk, Desk]) -> None:
    one, other = pair
    for n in range(3):
        number(one, f"one-{n}")
    number(other, "other")
    assert other.events() == one.journal.read()
    assert other.state == one.journal.replay(a_setup())
    number(one, "one-more")
    assert one.events() == other.journal.read()
    assert [r.seq for r in one.events()] == list(range(1, one.seq + 1))


def test_a_desk_that_fell_behind_decides_again_on_what_is_so_now(pair: tuple[Desk, Desk]) -> None:
    """The other desk called the first customer meanwhile: this one calls the second, not the first once more."""
    one, other = pair
    one.submit(c.OpenCounter(1), key="1", actor=ANN)
    one.submit(c.OpenCounter(3), key="2", actor=BOB)
    number(one, "3")
    number(other, "4", "loans")  # writes, and so catches up
    other.submit(c.CallNext(1), key="5", actor=ANN)
    answer = one.submit(c.CallNext(3), key="6", actor=BOB)
    assert answer.ticket
    assert answer.ticket.number == "L001"
    called = [r.event for r in other.journal.read() if isinstance(r.event, e.TicketCalled)]
    assert [(call.ticket[-4:], call.counter) for call in called] == [("A001", 1), ("L001", 3)]


def test_a_desk_that_fell_behind_refuses_what_is_no_longer_possible(pair: tuple[Desk, Desk]) -> None:
    one, other = pair
    number(one, "1")
    number(other, "2")
    other.submit(c.Cancel("A001"), key="3", actor=KIOSK)
    with pytest.raises(WrongState):
        one.submit(c.Cancel("A001"), key="4", actor=KIOSK)
    assert number(one, "5") == "A003"
    assert one.journal.verify() == one.seq


def test_a_refusal_never_rests_on_what_the_other_desk_has_changed_since(pair: tuple[Desk, Desk]) -> None:
    one, other = pair
    one.submit(c.OpenCounter(1), key="1", actor=ANN)
    number(other, "2")
    answer = one.submit(c.CallNext(1), key="3", actor=ANN)
    assert answer.ticket
    assert answer.ticket.number == "A001"


def test_a_key_used_at_one_desk_gives_the_same_answer_at_the_other(pair: tuple[Desk, Desk]) -> None:
    one, other = pair
    answer = one.submit(c.Issue("cash"), key="same", actor=KIOSK)
    assert other.submit(c.Issue("cash"), key="same", actor=KIOSK) == answer
    assert one.journal.count() == 2  # the day and the ticket


def test_both_desks_under_load_lose_and_repeat_nothing(pair: tuple[Desk, Desk]) -> None:
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda n: number(pair[n % 2], f"k{n}"), range(80)))
    assert sorted(given) == [f"A{n:03d}" for n in range(1, 81)]
    for desk in pair:
        number(desk, f"last-{id(desk)}")
    assert pair[1].journal.verify() == pair[1].seq
    assert pair[1].state == pair[1].journal.replay(a_setup())
    assert [r.seq for r in pair[1].events()] == list(range(1, pair[1].seq + 1))


# -- starting again


def test_a_restarted_desk_is_where_it_was(tmp_path: Path, clock: Clock) -> None:
    desk = a_desk(tmp_path, clock=clock)
    number(desk, "1")
    number(desk, "2", "loans")
    again = a_desk(tmp_path, clock=clock)
    assert again.state == desk.state
    assert again.events() == desk.events()
    assert number(again, "3") == "A002"


def test_the_same_key_gives_the_same_answer_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    desk = a_desk(tmp_path, clock=clock)
    answer = desk.submit(c.Issue("cash", language="ar"), key="k", actor=KIOSK)
    clock.forward(hours=20)
    again = a_desk(tmp_path, clock=clock)
    assert again.submit(c.Issue("cash", language="ar"), key="k", actor=KIOSK) == answer
    assert again.seq == desk.seq


def test_the_same_key_gives_the_same_answer_after_a_restart_in_a_rehearsal_of_long_ago(tmp_path: Path) -> None:
    long_ago = 917_942_400_000
    desk = a_desk(tmp_path)
    desk.submit(c.StartRehearsal(), key="0", actor=MIA, at=long_ago)
    answer = desk.submit(c.Issue("cash"), key="k", actor=MIA, at=long_ago + 1000)
    again = a_desk(tmp_path)
    assert again.submit(c.Issue("cash"), key="k", actor=MIA, at=long_ago + 1000) == answer
    assert again.seq == desk.seq


def test_a_key_of_last_week_may_be_used_again_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    """Receipts are kept for two days; whatever comes of an older key, the desk neither hangs nor fails."""
    desk = a_desk(tmp_path, clock=clock)
    number(desk, "k")
    clock.forward(hours=24 * 7)
    again = a_desk(tmp_path, clock=clock)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(number, again, "k").result(timeout=60) == "A001"


def test_a_service_that_left_the_branch_file_does_not_stop_the_day(tmp_path: Path, clock: Clock) -> None:
    """The operator removes a service while two customers wait for it, and starts again: the others are served."""
    desk = a_desk(tmp_path, clock=clock)
    number(desk, "1", "loans")
    number(desk, "2", "cash")
    desk.submit(c.OpenCounter(3), key="3", actor=ANN)
    full = a_setup()
    smaller = a_setup(services=(full.services["cash"], full.services["cards"]), counters=tuple(full.counters.values()))
    again = a_desk(tmp_path, clock=clock, setup=smaller)
    door = again.door(ANN)
    assert {view.number for view in door.queue().waiting} >= {"A001"}
    assert door.board().services
    called = []
    for n in range(2):
        answer = again.submit(c.CallNext(3), key=f"call-{n}", actor=ANN)
        assert answer.ticket
        called.append(answer.ticket.number)
        again.submit(c.Start(3), key=f"start-{n}", actor=ANN)
        again.submit(c.Finish(3), key=f"finish-{n}", actor=ANN)
    assert sorted(called) == ["A001", "L001"]


def test_a_priority_class_that_left_the_branch_file_does_not_stop_the_day(tmp_path: Path, clock: Clock) -> None:
    desk = a_desk(tmp_path, clock=clock)
    desk.submit(c.Issue("cash", priority="premium"), key="1", actor=KIOSK)
    desk.submit(c.OpenCounter(3), key="2", actor=ANN)
    again = a_desk(tmp_path, clock=clock, setup=a_setup(priorities=()))
    assert again.door(ANN).queue().waiting[0].number == "A001"
    assert again.submit(c.CallNext(3), key="3", actor=ANN).ticket


def test_a_counter_that_left_the_branch_file_does_not_keep_its_customer(tmp_path: Path, clock: Clock) -> None:
    desk = a_desk(tmp_path, clock=clock)
    number(desk, "1")
    desk.submit(c.OpenCounter(3), key="2", actor=ANN)
    desk.submit(c.CallNext(3), key="3", actor=ANN)
    full = a_setup()
    smaller = a_setup(counters=(full.counters[1], full.counters[2]))
    again = a_desk(tmp_path, clock=clock, setup=smaller)
    again.submit(c.OpenCounter(1), key="4", actor=BOB)
    again.door(ANN).queue()
    again.door(ANN).board()
    again.submit(c.Cancel("A001"), key="5", actor=MIA)
    assert number(again, "6") == "A002"


def test_a_snapshot_of_one_desk_serves_the_other(tmp_path: Path, clock: Clock) -> None:
    desk = a_desk(tmp_path, clock=clock)
    for n in range(5):
        number(desk, str(n))
    desk.close()
    journal = Journal(Store.in_folder(tmp_path), "test-branch")
    assert journal.replay(a_setup()) == desk.state


def test_commands_that_change_nothing_leave_receipts_that_do_not_collide(tmp_path: Path, clock: Clock) -> None:
    desk = a_desk(tmp_path, clock=clock)
    desk.submit(c.OpenCounter(1), key="open", actor=ANN)
    for key in ("a", "b"):
        assert desk.submit(c.OpenCounter(1), key=key, actor=ANN).seq == 0
    desk.submit(c.CloseCounter(1), key="close", actor=ANN)
    again = a_desk(tmp_path, clock=clock)
    for key in ("a", "b"):
        assert again.submit(c.OpenCounter(1), key=key, actor=ANN).seq == 0
    assert not again.state.counter(1).open
