import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from threading import Semaphore, Thread
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from lobby.errors import StorageBusy
from lobby.records import schema, store
from lobby.records.store import Bulk, Store

PATIENCE_S = 30
"""How long a test waits for what must happen."""

_write = Bulk(schema.people)


class GaveUp(Exception):
    pass


def rows(*numbers: int) -> list[dict[str, object]]:
    return [{"branch": "b", "reference": str(n), "kind": "note", "at": n, "body": f"words {n}"} for n in numbers]


def kept(store: Store) -> list[int]:
    with store.read() as connection:
        return sorted(connection.execute(select(schema.people.c.at)).scalars())


def test_what_is_written_straight_is_what_sqlalchemy_would_write(tmp_path: Path) -> None:
    one = Store.in_folder(tmp_path)
    with one.write() as connection:
        _write(connection, rows(1, 2))
    with one.straight() as straight:
        _write(straight, rows(3, 4))
    with one.read() as connection:
        found = [dict(row._mapping) for row in connection.execute(select(schema.people))]
    assert [{name: row[name] for name in rows(1)[0]} for row in found] == rows(1, 2, 3, 4)
    one.close()


def test_more_rows_than_a_statement_takes_are_all_written(tmp_path: Path) -> None:
    one = Store.in_folder(tmp_path)
    with one.straight() as straight:
        _write(straight, rows(*range(2 * store.AT_ONCE + 1)))
    assert kept(one) == list(range(2 * store.AT_ONCE + 1))
    one.close()


def test_a_row_that_is_there_already_leaves_nothing_of_the_transaction_and_the_next_goes_on(tmp_path: Path) -> None:
    one = Store.in_folder(tmp_path)
    with one.straight() as straight:
        _write(straight, rows(1))
    with pytest.raises(IntegrityError), one.straight() as straight:
        _write(straight, [*rows(2), *rows(1)])
    assert kept(one) == [1]
    with one.straight() as straight:
        _write(straight, rows(2))
    assert kept(one) == [1, 2]
    one.close()


def test_a_transaction_that_its_writer_gives_up_leaves_nothing(tmp_path: Path) -> None:
    one = Store.in_folder(tmp_path)
    with suppress(GaveUp), one.straight() as straight:
        _write(straight, rows(1))
        raise GaveUp
    assert kept(one) == []
    one.close()


def test_a_database_that_somebody_holds_is_busy_and_free_again_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "BUSY_MS", 20)
    one = Store.in_folder(tmp_path)
    other = sqlite3.connect(tmp_path / "lobby.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusy), one.straight() as straight:
        _write(straight, rows(1))
    other.execute("ROLLBACK")
    other.close()
    with one.straight() as straight:
        _write(straight, rows(1))
    assert kept(one) == [1]
    one.close()


def test_a_transaction_that_was_cut_off_between_two_statements_does_not_stand_in_the_way(tmp_path: Path) -> None:
    one = Store.in_folder(tmp_path)
    with one.straight() as straight:
        driver = straight._driver
    driver.execute("BEGIN IMMEDIATE")
    with suppress(DBAPIError), one.straight():
        pass
    with one.straight() as straight:
        _write(straight, rows(1))
    assert kept(one) == [1]
    one.close()


def test_what_is_erased_while_somebody_reads_on_and_on_is_not_said_to_be_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PATIENCE_S", 0.0)
    one = Store.in_folder(tmp_path)
    with one.write() as connection:
        _write(connection, rows(1))
    with one.read() as reading:
        reading.execute(select(schema.people)).all()
        with one.write() as connection:
            connection.execute(delete(schema.people))
        with pytest.raises(StorageBusy):
            one.scrub()
        assert b"words 1" in (tmp_path / "lobby.db-wal").read_bytes()
    one.scrub()
    assert b"words 1" not in (tmp_path / "lobby.db-wal").read_bytes() + (tmp_path / "lobby.db").read_bytes()
    one.close()


def test_nobody_who_writes_is_kept_waiting_while_what_was_erased_waits_for_a_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = Semaphore(0)

    def pause(seconds: float) -> None:
        pauses.release()
        time.sleep(seconds)

    monkeypatch.setattr(store, "time", SimpleNamespace(monotonic=time.monotonic, sleep=pause))
    monkeypatch.setattr(store, "PATIENCE_S", 2 * PATIENCE_S)
    monkeypatch.setattr(store, "BUSY_MS", 2000 * PATIENCE_S)
    one = Store.in_folder(tmp_path)
    with one.write() as connection:
        _write(connection, rows(1))
    with one.read() as reading, closing(sqlite3.connect(tmp_path / "lobby.db", timeout=PATIENCE_S)) as writer:
        reading.execute(select(schema.people)).all()
        scrubbing = Thread(target=one.scrub)
        scrubbing.start()
        for _ in range(3):
            assert pauses.acquire(timeout=PATIENCE_S)
            with writer:
                writer.execute("UPDATE people SET at = at + 1")
    scrubbing.join()
    assert (tmp_path / "lobby.db-wal").read_bytes() == b""
    one.close()


def test_it_waits_for_the_disk_as_every_other_writer_does(tmp_path: Path) -> None:
    one = Store.in_folder(tmp_path)
    with one.straight() as straight:
        asked = [straight._driver.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert asked == ["wal", 2]
    one.close()
