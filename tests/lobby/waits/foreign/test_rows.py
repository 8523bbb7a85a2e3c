"""Rows of a log that cannot be as they are: left out under a stated reason or set right and counted, never silently."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lobby.waits.foreign.mapping import Mapping, read_mapping
from lobby.waits.foreign.rows import Reading, read_rows
from lobby.waits.foreign.services import with_services_of
from tests.builders import moment

COLUMNS = ("id", "came", "from", "to", "who", "wait", "colour")


def mapping(zone: str = "UTC", form: str = "iso", **columns: str | None) -> Mapping:
    names = {"id": "id", "service": "kind", "arrived": "came", "started": "from", "ended": "to", "agent": "who"}
    names |= {"wait": "wait"} | {k: v for k, v in columns.items() if v is not None}
    names = {ours: theirs for ours, theirs in names.items() if columns.get(ours, theirs) is not None}
    return read_mapping(
        {
            "columns": names,
            "times": {"zone": zone, "format": form},
            "services": [{"value": "cash", "prefix": "A"}],
        }
    )


def read(*lines: str, by: Mapping | None = None, **more: str) -> Reading:
    rows: list[dict[str, str | None]] = []
    for line in lines:
        rows.append({"kind": "cash", **dict(zip(COLUMNS, line.split(","), strict=False)), **more})
    return read_rows(rows, by or mapping())


GOOD = "1,2024-03-05T09:00,2024-03-05T09:05,2024-03-05T09:10,ann,300"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2,1969-12-31T23:00,1969-12-31T23:05,1969-12-31T23:10,ann,300", "bad_time"),
        ("2,2101-01-01T09:00,2101-01-01T09:05,2101-01-01T09:10,ann,300", "bad_time"),
        ("2,2024-03-05T09:00,2024-03-05T09:05,2024-03-09T09:10,ann,300", "bad_time"),
        ("2,2024-03-05T09:00,2024-03-08T09:05,2024-03-08T09:10,ann,", "bad_time"),
        ("2,2024-03-05T09:00,2024-03-05T09:00,2024-03-05T09:00,,0", "ghost"),
        ("2,2024-03-05T09:00,2024-03-05T09:05,2024-03-05T09:10,ann,300", "duplicate_row"),
        ("1,2024-03-05T11:00,2024-03-05T11:05,2024-03-05T11:10,ann,300", "duplicate_id"),
        ("2,2024-03-05T09:00,2024-03-05T08:05,2024-03-05T08:10,ann,", "negative_wait"),
    ],
)
def test_a_row_that_cannot_be_is_left_out_counted_and_listed(line: str, reason: str) -> None:
    reading = read(GOOD, line)
    assert reading.left_out == {reason: 1}
    assert reading.examples[reason] == [line[0]]
    assert [visit.id for visit in reading.visits] == ["1"]


def test_a_leaver_of_more_than_two_days_is_a_bad_time() -> None:
    by = mapping(wait=None)
    by = read_mapping(
        {
            "columns": {"id": "id", "service": "kind", "arrived": "came", "ended": "to", "outcome": "who"},
            "times": {"format": "iso"},
            "outcomes": {"served": ["ok"], "left": ["gone"]},
            "services": [{"value": "cash", "prefix": "A"}],
        }
    )
    assert read("1,2024-03-05T09:00,,2024-03-08T09:00,gone", by=by).left_out == {"bad_time": 1}


def test_milliseconds_where_seconds_were_promised_are_bad_times_and_no_crash() -> None:
    by = mapping(form="epoch")
    rows: list[dict[str, str | None]] = [
        {"id": "1", "kind": "cash", "came": "1709629200000", "from": "", "to": "", "who": "", "wait": "9"}
    ]  # fmt: skip
    assert read_rows(rows, by, "2024-03-05").left_out == {"bad_time": 1}


def test_in_a_log_without_ids_a_row_like_another_in_all_is_a_duplicate() -> None:
    by = mapping(id=None)
    other = GOOD.replace("1,", "2,", 1)
    reading = read(GOOD, GOOD, other.replace("ann", "bob"), by=by)
    assert reading.left_out == {"duplicate_row": 1}
    assert reading.examples == {"duplicate_row": ["row-2"]}


def test_a_service_that_took_time_without_an_agent_is_no_ghost_and_an_agent_who_took_none_neither() -> None:
    reading = read(
        "1,2024-03-05T09:00,2024-03-05T09:00,2024-03-05T09:01,,0",
        "2,2024-03-05T09:00,2024-03-05T09:00,2024-03-05T09:00,ann,0",
    )
    assert len(reading.visits) == 2


def test_services_of_an_agent_that_overlap_are_kept_and_counted() -> None:
    reading = read(
        "1,2024-03-05T09:00,2024-03-05T09:00,2024-03-05T09:10,ann,0",
        "2,2024-03-05T09:05,2024-03-05T09:05,2024-03-05T09:07,ann,0",
        "3,2024-03-05T09:08,2024-03-05T09:08,2024-03-05T09:12,ann,0",
        "4,2024-03-05T09:05,2024-03-05T09:05,2024-03-05T09:07,bob,0",
        "5,2024-03-05T09:12,2024-03-05T09:12,2024-03-05T09:13,ann,0",
    )
    assert len(reading.visits) == 5
    assert reading.adjusted == {"service_overlaps_another_of_its_agent": 2}


def test_columns_of_which_nothing_is_taken_are_listed() -> None:
    assert read(GOOD + ",red", mood="good").not_read == ["colour", "mood"]


@pytest.mark.parametrize(
    ("zone", "came"),
    [
        ("UTC", "2024-03-05T09:00"),
        ("Asia/Jerusalem", "2024-03-05T11:00"),
        ("Asia/Jerusalem", "2024-03-05T09:00Z"),
        ("America/New_York", "2024-03-05T12:00+03:00"),
    ],
)
def test_a_log_of_another_time_zone_is_read_on_its_own_clocks_and_an_offset_goes_first(zone: str, came: str) -> None:
    visit = read(f"1,{came},{came},{came},ann,60", by=mapping(zone)).visits[0]
    assert visit.arrived == moment("2024-03-05 09:00")


def test_times_that_the_clocks_skip_or_show_twice_are_read_and_counted() -> None:
    by = mapping("Europe/Madrid")
    skipped = read("1,2024-03-31T02:30,2024-03-31T02:30,2024-03-31T03:30,ann,0", by=by)
    assert skipped.adjusted["time_that_the_clocks_skipped"] == 2
    twice = read("1,2024-10-27T02:30,2024-10-27T02:30,2024-10-27T03:30,ann,0", by=by)
    assert twice.adjusted["time_that_the_clocks_showed_twice"] == 2
    assert datetime.fromtimestamp(twice.visits[0].arrived / 1000, UTC).isoformat() == "2024-10-27T00:30:00+00:00"


def test_queued_is_what_the_log_says_and_otherwise_whoever_was_not_called_at_once() -> None:
    at_once = GOOD.replace("2,", "3,", 1).replace("T09:05", "T09:00").replace(",300", ",0")
    assert [visit.queued for visit in read(GOOD, at_once.replace("1,", "2,", 1)).visits] == [True, False]
    by = mapping(queued="colour")
    assert [v.queued for v in read(GOOD + ",0", at_once.replace("1,", "2,", 1) + ",1", by=by).visits] == [False, True]


def test_services_that_a_mapping_does_not_name_are_added_with_codes_and_prefixes_of_their_own() -> None:
    data: dict[str, Any] = {"services": [{"value": "cash", "prefix": "A"}]}
    added = with_services_of(data, ["cash", "Open an account!", "", "cash?"])["services"]
    assert added == [
        {"value": "cash", "prefix": "A"},
        {"value": "Open an account!", "code": "Open-an-account", "name": "Open an account!", "prefix": "B"},
        {"value": "cash?", "code": "cash-2", "name": "cash?", "prefix": "C"},
    ]
    assert data == {"services": [{"value": "cash", "prefix": "A"}]}
