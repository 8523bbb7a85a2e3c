"""Parquet for a warehouse, read by DuckDB as a warehouse would."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from lobby.head_office.reckoning import ChainReckoning
from lobby.records.parquet import export_branch
from lobby.records.received import Received
from lobby.records.set_aside import forget_from
from lobby.records.store import Store
from tests.builders import moment
from tests.lobby.head_office.branches import a_day_of, arrive
from tests.lobby.head_office.test_reckoning import OFFICE
from tests.lobby.reports.ten_tickets import ten_tickets


@pytest.fixture
def exported(store: Store, received: Received, tmp_path: Path) -> Path:
    arrive(received, ten_tickets())
    arrive(received, a_day_of("harbour", [60, 180], "2024-04-02"))
    ChainReckoning(store, OFFICE).bring_up_to_date(lambda _branch: None)
    for branch in ("test-branch", "harbour"):
        assert export_branch(store, branch, tmp_path) == 2
    return tmp_path


def ask(folder: Path, query: str, table: str = "visits") -> list[tuple[object, ...]]:
    with duckdb.connect() as warehouse:
        found = warehouse.sql("SET TimeZone = 'UTC'")
        files = f"read_parquet('{folder}/{table}/**/*.parquet', hive_partitioning = true)"
        found = warehouse.sql(query.format(files))
        return list(found.fetchall())


def test_a_warehouse_finds_every_branch_and_month(exported: Path) -> None:
    found = ask(exported, "SELECT branch, month, count(DISTINCT ticket) FROM {} GROUP BY ALL ORDER BY ALL")
    assert found == [("harbour", "2024-04", 2), ("test-branch", "2024-03", 10)]


def test_moments_are_timestamps_and_figures_come_out_the_same(exported: Path) -> None:
    query = """SELECT day, min(arrived_at)::VARCHAR, avg(epoch_ms(called_at) - epoch_ms(arrived_at)) / 1000
               FROM {} WHERE step = 0 AND branch = 'harbour' GROUP BY day"""
    assert ask(exported, query) == [("2024-04-02", "2024-04-02 08:00:00+00", 120.0)]
    assert moment("2024-04-02 09:00") == 1712044800000


def test_counters_have_their_spans(exported: Path) -> None:
    found = ask(exported, "SELECT kind, count(*) FROM {} WHERE branch = 'harbour' GROUP BY kind ORDER BY kind", "spans")
    assert found == [("open", 1), ("serving", 2)]


def test_a_month_that_is_written_again_takes_the_place_of_the_old(store: Store, exported: Path) -> None:
    assert export_branch(store, "test-branch", exported, first="2024-04") == 0
    assert export_branch(store, "test-branch", exported, first="2024-03") == 2
    assert ask(exported, "SELECT count(*) FROM {} WHERE day = '2024-03-05' AND step = 0") == [(10,)]
    assert not list(exported.rglob(".part*"))


def test_a_month_of_which_nothing_is_left_is_no_file_any_more(store: Store, exported: Path) -> None:
    with store.write() as connection:
        forget_from(connection, "harbour", 1)
    assert export_branch(store, "harbour", exported, first="2024-05") == 0
    assert ask(exported, "SELECT count(DISTINCT branch) FROM {}") == [(2,)], "it was not asked for"
    assert export_branch(store, "harbour", exported) == 0
    assert ask(exported, "SELECT DISTINCT branch FROM {}") == [("test-branch",)]
