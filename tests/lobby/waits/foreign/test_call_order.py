"""Which credit a log's own calls kept to: by hand, and the 90 s of a real bank."""

from __future__ import annotations

import csv
import gzip
import tomllib
from math import inf
from pathlib import Path

import pytest

from lobby.waits.foreign.call_order import CREDITS_S, orders_kept
from lobby.waits.foreign.mapping import read_mapping
from lobby.waits.foreign.rows import read_rows
from lobby.waits.foreign.visit import Visit
from tests.lobby.waits.foreign.logs import gone, served

ROOT = Path(__file__).resolve().parents[4]
BANK = ROOT.parent / "shared" / "data" / "anonymous_bank_1999_02.csv.gz"
BANK_MAP = ROOT / "lobby" / "examples" / "anonymous_bank.toml"


def shares(visits: list[Visit], *credits_s: float) -> list[float]:
    return [kept.share for kept in orders_kept(visits, credits_s)]


def test_a_priority_customer_called_before_who_came_a_minute_earlier_had_more_than_that_credit() -> None:
    visits = [served("plain", 0, 200, 210), served("gold", 60, 150, 190, priority="gold")]
    assert shares(visits, 0, 30, 90, inf) == [0, 0, 1, 1]


def test_a_priority_customer_called_after_who_came_long_before_had_less_credit_than_that() -> None:
    visits = [served("plain", 0, 150, 190), served("gold", 100, 200, 210, priority="gold")]
    assert shares(visits, 0, 90, 120, inf) == [1, 1, 0, 0]


def test_a_credit_of_just_the_difference_says_nothing() -> None:
    assert orders_kept([served("plain", 0, 200, 210), served("gold", 60, 150, 190, priority="gold")], [60]) == []


@pytest.mark.parametrize(
    "visits",
    [
        [served("plain", 0, 50, 90), served("gold", 60, 150, 190, priority="gold")],
        [served("plain", 0, 200, 210), served("gold", 60, 150, 190, service="loans", priority="gold")],
        [served("a", 0, 200, 210), served("b", 60, 150, 190)],
        [served("plain", 0, 200, 210), gone("gold", 60, 150, priority="gold")],
        [served("plain", 0, 200, 210), served("gold", 60, 60, 190, priority="gold")],
    ],
    ids=["never together", "another service", "same class", "left before any call", "did not queue"],
)
def test_who_did_not_compete_for_a_call_is_not_counted(visits: list[Visit]) -> None:
    assert orders_kept(visits) == []


def test_one_who_left_after_the_other_was_called_had_still_waited() -> None:
    visits = [gone("plain", 0, 500), served("gold", 60, 150, 190, priority="gold")]
    assert shares(visits, 0, 90) == [0, 1]


@pytest.mark.skipif(not BANK.exists(), reason=f"the Technion bank data is not at {BANK}")
def test_the_calls_of_a_real_bank_recover_its_credit_of_90_seconds() -> None:
    """The figures published with the data, to the half percent, and the best credit to the five seconds."""
    mapping = read_mapping(tomllib.loads(BANK_MAP.read_text(encoding="utf-8")))
    with gzip.open(BANK, "rt", encoding="utf-8") as file:
        visits = read_rows(csv.DictReader(file), mapping).visits
    assert shares(visits, 0, 60, 90, 120, inf) == pytest.approx([0.667, 0.864, 0.918, 0.852, 0.746], abs=0.006)
    every = orders_kept(visits, [*range(0, 181, 5), *CREDITS_S])
    assert max(every, key=lambda kept: kept.share).credit_s == 90
