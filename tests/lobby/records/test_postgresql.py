"""What is PostgreSQL's own: its errors in plain words, several writers, their turns, their news and their duty."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from lobby.desk import Desk
from lobby.errors import (
    BranchLocked,
    Invalid,
    StorageAway,
    StorageBusy,
    StorageDamaged,
    StorageNewer,
    Unavailable,
    UserNameTaken,
)
from lobby.outbound.cursors import Cursor, Cursors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.records import duty, following, postgresql, serving
from lobby.records.duty import SharedDuty
from lobby.records.entries import Receipt, Stale
from lobby.records.following import Following
from lobby.records.journal import Journal
from lobby.records.serving import Serving
from lobby.records.staff import Staff
from lobby.records.store import HEAD, Store
from lobby.records.tokens import DEVICE, Tokens
from tests.builders import ANN, KIOSK, TUESDAY, Clock, a_setup
from tests.postgres import OwnPostgres, Postgres

SOON_S = 60.0

Desks = Callable[[], Desk]


@pytest.fixture(autouse=True)
def nobody_waits_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "AGAIN_S", 0.1)
    monkeypatch.setattr(duty, "LOOK_S", 0.1)


def soon(condition: Callable[[], object], what: str) -> None:
    """Wait until it is so."""
    ends = time.monotonic() + SOON_S
    while not condition():
        assert time.monotonic() < ends, f"waited in vain: {what}"
        time.sleep(0.01)


@pytest.fixture
def store(postgres_database: str) -> Iterator[Store]:
    with closing(Store(postgres_database)) as made:
        yield made


@pytest.fixture
def a_desk_of_its_own(postgres_database: str, clock: Clock) -> Iterator[Desks]:
    """Makes desks of the same branch, each as a process of its own would."""
    with ExitStack() as ended:

        def make() -> Desk:
            setup = a_setup()
            store = ended.enter_context(closing(Store(postgres_database)))
            return Desk(setup, Journal(store, setup.id, shared=True), clock=clock)

        yield make


@pytest.fixture(scope="module")
def losable(memory_folder: Path) -> Iterator[OwnPostgres]:
    """A server that may be lost; nobody else's."""
    server = OwnPostgres(memory_folder / "losable")
    yield server
    server.close()


@contextmanager
def serves(store: Store, *, shared: bool) -> Iterator[Serving]:
    with closing(Serving(store.url, "b", shared=shared)) as one:
        yield one


def take(desk: Desk, key: str) -> str:
    ticket = desk.submit(c.Issue("cash"), key=key, actor=KIOSK).ticket
    assert ticket
    return ticket.number


# -- the store


def test_two_processes_may_bring_one_empty_database_up_to_date_at_once(postgres: Postgres) -> None:
    with postgres.database(migrated=False) as url, ThreadPoolExecutor(2) as hands:
        for made in [hands.submit(Store, url) for _ in range(2)]:
            made.result().close()


def test_a_read_sees_one_moment(store: Store) -> None:
    branches = text("SELECT count(*) FROM people")
    with store.read() as reading:
        before = reading.execute(branches).scalar()
        with store.write() as writing:
            writing.execute(text("INSERT INTO people VALUES ('b', 'r', 'Finish', 0, 'word')"))
        assert reading.execute(branches).scalar() == before
    with store.read() as reading:
        assert reading.execute(branches).scalar() == 1


def test_a_statement_that_takes_too_long_is_ended_and_says_that_the_database_is_busy(postgres_database: str) -> None:
    """After as long as the address says, where it does."""
    impatient = make_url(postgres_database).update_query_dict({"options": "-c statement_timeout=1000"})
    with closing(Store(impatient)) as store, pytest.raises(StorageBusy), store.read() as connection:
        connection.execute(text("SELECT pg_sleep(30)"))


@pytest.mark.parametrize("name", ["ann\0", "a" * 101])
def test_a_text_that_fits_no_column_is_refused_as_any_mistake_is(store: Store, name: str) -> None:
    with pytest.raises(Invalid):
        Tokens(store).create(DEVICE, name, "kiosk", TUESDAY)


def test_a_commit_waits_for_the_disk_whatever_the_database_does_for_others(postgres: Postgres) -> None:
    with postgres.database() as url:
        postgres.run(f"ALTER DATABASE {url.rsplit('/', 1)[1].split('?')[0]} SET synchronous_commit = off")
        with closing(Store(url)) as store, store.write() as connection:
            assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"


def test_nobody_waits_longer_for_a_server_that_hangs_than_the_answer_may_take(
    losable: OwnPostgres, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = a_setup()
    with losable.database() as url, closing(Store(url)) as store:
        desk = Desk(setup, Journal(store, setup.id), clock=clock)
        take(desk, "before")
        losable.freeze()
        try:
            with monkeypatch.context() as patch:
                patch.setattr(postgresql.Connection, "answer_s", 0.3)
                patch.setattr(postgresql, "CONNECT_S", 1)
                with pytest.raises(StorageAway):
                    take(desk, "meanwhile")
            assert desk.view(lambda branch, now: len(branch.tickets)) == 1
        finally:
            losable.thaw()
        soon(lambda: _answered(desk, "meanwhile"), "the database answers again")
        assert take(desk, "meanwhile") == "A002"
        assert desk.journal.verify() == desk.seq


def _answered(desk: Desk, key: str) -> bool:
    try:
        take(desk, key)
    except Unavailable:
        return False
    return True


def test_a_server_that_is_gone_is_said_so_and_its_return_is_noticed_by_itself(
    losable: OwnPostgres, clock: Clock
) -> None:
    setup = a_setup()
    with losable.database() as url, closing(Store(url)) as store:
        desk = Desk(setup, Journal(store, setup.id), clock=clock)
        take(desk, "before")
        losable.stop()
        try:
            with pytest.raises(StorageAway):
                take(desk, "meanwhile")
            with pytest.raises(StorageAway):
                Store(url)
        finally:
            losable.start()
        assert take(desk, "meanwhile") == "A002"
        assert desk.journal.verify() == desk.seq


def _known_hosts(host: str, port: str, **_: object) -> list[tuple[object, ...]]:
    known = {"db": ["10.0.0.1", "fd00::1"], "standby": ["10.0.0.2"]}
    if host not in known:
        raise socket.gaierror("unknown")
    return [(0, 0, 0, "", (address, int(port))) for address in known[host]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"host": "db"}, {"host": "db,db", "hostaddr": "10.0.0.1,fd00::1", "port": "5432,5432"}),
        (
            {"host": "away,db,standby", "port": "1,2,3"},
            {"host": "db,db,standby", "hostaddr": "10.0.0.1,fd00::1,10.0.0.2", "port": "2,2,3"},
        ),
        ({"host": "/run/postgresql"}, {}),
        ({"host": "db", "hostaddr": "10.0.0.9"}, {}),
        ({}, {}),
    ],
)
def test_hosts_are_looked_up_without_holding_up_the_server(
    asked: dict[str, str], found: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _known_hosts)
    assert postgresql.addresses(asked) == found


def test_a_host_that_nobody_knows_is_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _known_hosts)
    with pytest.raises(StorageAway):
        Store("postgresql+psycopg://lobby@nowhere/lobby")


# -- several writers


def test_what_was_answered_and_is_gone_is_said_and_nothing_is_written_on_the_gap(
    store: Store, a_desk_of_its_own: Desks
) -> None:
    """As when a standby takes over that had not received the end."""
    desk = a_desk_of_its_own()
    take(desk, "one")
    take(desk, "two")
    with store.write() as connection:
        connection.execute(text("ALTER TABLE events DISABLE TRIGGER events_append_only"))
        connection.execute(text("DELETE FROM events WHERE seq = :last"), {"last": desk.seq})
    with pytest.raises(StorageDamaged):
        take(desk, "three")
    assert desk.journal.count() == desk.seq - 1


def test_the_same_key_is_not_carried_out_again_where_the_first_made_no_event(store: Store) -> None:
    one, other = (Journal(store, "b", shared=True) for _ in range(2))
    one.append([e.Recorded(1, TUESDAY, "mia", e.DayOpened("2024-03-05", TUESDAY, TUESDAY + 1))], [])
    other.news(0)
    one.append([], [Receipt(1, "key", bytes(32), TUESDAY, b"{}")])
    event = e.Recorded(2, TUESDAY, "mia", e.DayClosed("2024-03-05"))
    with pytest.raises(Stale):
        other.append([event], [Receipt(2, "key", bytes(32), TUESDAY, b"{}")])
    assert [receipt.key for receipt in other.news(1).receipts] == ["key"]


def test_an_answer_without_an_event_is_the_same_at_every_desk_whatever_happened_since(
    a_desk_of_its_own: Desks,
) -> None:
    one, other = a_desk_of_its_own(), a_desk_of_its_own()
    one.submit(c.OpenCounter(1), key="open", actor=ANN)
    other.catch_up()
    answer = one.submit(c.OpenCounter(1), key="again", actor=ANN)
    take(other, "which knows nothing of it")
    one.submit(c.CloseCounter(1), key="close", actor=ANN)
    assert other.submit(c.OpenCounter(1), key="again", actor=ANN) == answer
    assert not one.state.counter(1).open


def test_two_clocks_that_differ_are_no_clock_that_was_set_back(postgres_database: str, clock: Clock) -> None:
    slow = Clock(clock.now - 5000)
    with closing(Store(postgres_database)) as one, closing(Store(postgres_database)) as other:
        setup = a_setup()
        ahead = Desk(setup, Journal(one, setup.id, shared=True), clock=clock)
        take(ahead, "first")
        behind = Desk(setup, Journal(other, setup.id, shared=True), clock=slow)
        for n in range(6):
            take(ahead, f"ahead-{n}")
            take(behind, f"behind-{n}")
            for each in (clock, slow):
                each.forward(6)
        slow.forward(-60)
        take(behind, "set back")
        recorded = ahead.journal.read()
    assert [one.at for one in recorded] == sorted(one.at for one in recorded)
    found = [one.seq for one in recorded if isinstance(one.event, e.ClockSetBack)]
    assert len(found) == 2  # at its start nobody knows better; and where it is true
    assert found[1] == recorded[-1].seq - 1


def test_a_row_of_a_newer_version_is_said_to_be_one(a_desk_of_its_own: Desks, store: Store) -> None:
    one, other = a_desk_of_its_own(), a_desk_of_its_own()
    take(one, "1")
    with store.write() as connection:
        connection.execute(
            text(
                "INSERT INTO events SELECT branch, seq + 1, at, 'Danced', actor, :body, hash FROM events WHERE seq = 2"
            ),
            {"body": '{"kind":"Danced"}'},
        )
    for desk in (one, other):
        with pytest.raises(StorageNewer):
            desk.catch_up()
    assert one.state.numbers == {"A001": "2024-03-05-A001"}


def test_what_is_new_is_read_and_nothing_else(a_desk_of_its_own: Desks) -> None:
    one, other = a_desk_of_its_own(), a_desk_of_its_own()
    for n in range(50):
        take(one, f"old-{n}")
    other.catch_up()
    take(one, "new")
    news = other.journal.news(other.seq)
    assert [recorded.seq for recorded in news.recorded] == [one.seq]
    assert {receipt.key for receipt in news.receipts} == {"7:kiosk-1/old-49", "7:kiosk-1/new"}


def test_two_that_write_all_the_time_take_turns(a_desk_of_its_own: Desks) -> None:
    desks, count = (a_desk_of_its_own(), a_desk_of_its_own()), 40

    def write(place: int) -> None:
        for n in range(count):
            take(desks[place], f"{place}-{n}")

    with ThreadPoolExecutor(2) as hands:
        list(hands.map(write, range(2)))
    desks[0].catch_up()
    numbers = [one.event.number for one in desks[0].journal.read() if isinstance(one.event, e.TicketIssued)]
    assert numbers == [f"A{n:03d}" for n in range(1, 2 * count + 1)]
    assert desks[0].journal.verify() == desks[0].seq


def test_a_turn_is_given_up_by_who_does_not_go_on(
    postgres_database: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgresql.LIMITS, "idle_in_transaction_session_timeout", 1500)
    opened = e.Recorded(1, TUESDAY, "mia", e.DayOpened("2024-03-05", TUESDAY, TUESDAY + 1))
    with closing(Store(postgres_database)) as stopped:
        turn = Journal(stopped, "b", shared=True).turn()
        assert not turn.news(0)
        Journal(store, "b", shared=True).append([opened], [])
        with pytest.raises(StorageAway):
            turn.append([opened], [], [])


# -- who may serve a branch


@contextmanager
def hasty() -> Iterator[None]:
    """Nobody waits long for a server that ends: none does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "ENDING_S", 0.2)
        yield


def test_a_branch_is_served_by_one_or_by_those_that_all_say_that_there_are_others(store: Store) -> None:
    with serves(store, shared=True), serves(store, shared=True):
        with hasty(), pytest.raises(BranchLocked):
            Serving(store.url, "b", shared=False)
        Serving(store.url, "another", shared=False).close()
    with serves(store, shared=False), hasty(), pytest.raises(BranchLocked):
        Serving(store.url, "b", shared=True)


def test_the_tables_are_not_changed_under_a_server_that_runs(store: Store) -> None:
    """One of a newer version is started beside it, for another branch of the same database."""
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0004'"))
    with serves(store, shared=True), pytest.raises(BranchLocked):
        Store(store.url)
    with store.write() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0004"
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))


def test_a_server_does_not_begin_while_the_tables_are_changed(store: Store) -> None:
    with store.alone() as connection:
        store._refuse_while_served(connection)
        with hasty(), pytest.raises(BranchLocked):
            Serving(store.url, "b", shared=True)
    Serving(store.url, "b", shared=True).close()


def test_who_serves_alone_does_so_after_the_database_has_forgotten_it(
    store: Store, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "LOOK_S", 0.05)
    held = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted"
    with serves(store, shared=False) as one:
        (lost,) = postgres.run(held)
        keeping = threading.Thread(target=one.run)
        keeping.start()
        postgres.run(f"SELECT pg_terminate_backend({lost[0]})")
        soon(lambda: postgres.run(held) not in ([lost], []), "it is taken again")
        with hasty(), pytest.raises(BranchLocked):
            Serving(store.url, "b", shared=False)
    keeping.join()


def test_a_server_is_told_that_another_took_its_branch_while_the_database_was_away(
    store: Store, postgres: Postgres
) -> None:
    with serves(store, shared=False) as one:
        postgres.run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        with serves(store, shared=False), hasty(), pytest.raises(BranchLocked):
            one._hold_on()


# -- what several begin at once


def test_of_two_that_add_the_same_member_at_once_one_is_refused(store: Store, postgres_database: str) -> None:
    def add(where: Store, name: str) -> int:
        try:
            Staff(where).add(name, "Ann", "teller", TUESDAY)
        except UserNameTaken:
            return 0
        return 1

    with closing(Store(postgres_database)) as other, ThreadPoolExecutor(2) as hands:
        for n in range(5):
            assert sum(hands.map(lambda where: add(where, f"ann-{n}"), (store, other))) == 1  # noqa: B023


def test_a_webhook_that_two_processes_begin_has_one_cursor(store: Store) -> None:
    cursors = Cursors(store, "b")
    assert cursors.put("bank", Cursor(7), None)
    assert not cursors.put("bank", Cursor(9), None)
    assert cursors.get("bank") == Cursor(7)


def test_two_that_keep_a_snapshot_at_once_keep_one(a_desk_of_its_own: Desks) -> None:
    desks = a_desk_of_its_own(), a_desk_of_its_own()
    take(desks[0], "one")
    desks[1].catch_up()
    with ThreadPoolExecutor(2) as hands:
        list(hands.map(lambda desk: [desk.journal.snapshots.keep(desk.state) for _ in range(10)], desks))
    assert desks[0].journal.snapshots.newest() == desks[1].state


# -- following


@pytest.fixture
def followed(a_desk_of_its_own: Desks, postgres_database: str) -> Iterator[tuple[Desk, Desk]]:
    """A desk that writes, and one that follows it."""
    one, other = a_desk_of_its_own(), a_desk_of_its_own()
    with closing(Store(postgres_database)) as store:
        follower = Following(store, other.journal, other.catch_up)
        thread = threading.Thread(target=follower.run)
        thread.start()
        yield one, other
        follower.stop()
        take(one, "so that it wakes up")
        thread.join()


def test_a_desk_takes_in_what_another_writes_and_its_followers_are_woken(followed: tuple[Desk, Desk]) -> None:
    one, other = followed
    woken: list[int] = []
    other.follow(lambda: woken.append(other.seq))
    for n in range(5):
        take(one, f"{n}")
    soon(lambda: woken and woken[-1] == one.seq, "the other desk follows")
    assert other.state == one.state
    assert other.events() == one.events()


def test_a_desk_follows_again_after_its_connections_were_cut(followed: tuple[Desk, Desk], postgres: Postgres) -> None:
    one, other = followed
    take(one, "before")
    soon(lambda: other.seq == one.seq, "the other desk follows")
    postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
    take(one, "meanwhile")
    soon(lambda: other.seq == one.seq, "the other desk follows again")


def test_a_desk_follows_on_after_a_fault(
    a_desk_of_its_own: Desks, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    one, other, faults = a_desk_of_its_own(), a_desk_of_its_own(), [KeyError("a bug")]

    def catch_up() -> None:
        if faults:
            raise faults.pop()
        other.catch_up()

    follower = Following(store, other.journal, catch_up)
    thread = threading.Thread(target=follower.run)
    thread.start()
    try:
        take(one, "1")
        soon(lambda: other.seq == one.seq, "the other desk follows")
        assert "could not be taken in" in caplog.text
    finally:
        follower.stop()
        take(one, "so that it wakes up")
        thread.join()


# -- the duty


def test_a_holder_that_stands_still_loses_the_duty(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duty, "SILENT_MS", 300)
    still, other = SharedDuty(store, "b"), SharedDuty(store, "b")
    still.follow(lambda: halt.wait(SOON_S))
    halt = threading.Event()
    threads = [threading.Thread(target=one.run) for one in (still, other)]
    try:
        threads[0].start()
        soon(lambda: still.held, "the first takes it up")
        threads[1].start()
        soon(lambda: other.held, "the other takes it up")
    finally:
        halt.set()
        for one in (still, other):
            one.stop()
        for thread in threads:
            thread.join()


def test_a_duty_is_one_processs_and_the_next_ones_when_that_is_gone(
    postgres_database: str, store: Store, postgres: Postgres
) -> None:
    told: list[str] = []
    duties = {name: SharedDuty(store, "b") for name in ("one", "other")}
    threads = [threading.Thread(target=duty.run) for duty in duties.values()]
    for name, one in duties.items():
        one.follow(lambda name=name: told.append(name))
    try:
        threads[0].start()
        soon(lambda: duties["one"].held, "the first takes it up")
        threads[1].start()
        holder = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        postgres.run(holder)
        soon(lambda: len(told) >= 3, "it is lost and taken up")
        assert sum(one.held for one in duties.values()) == 1
        held = next(one for one in duties.values() if one.held)
        held.stop()
        soon(lambda: any(one.held for one in duties.values() if one is not held), "the other takes it up")
    finally:
        for one in duties.values():
            one.stop()
        for thread in threads:
            thread.join()
    assert not any(one.held for one in duties.values())
