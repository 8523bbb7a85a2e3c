"""Logs of other systems, and the mappings that say how to read them: a plan comes of them, or a sentence that says what
is wrong."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lobby.command_line.replay import _plan
from lobby.foreign_log import mapping_in
from tests.fuzz.cases import cases
from tests.fuzz.spoilt import as_toml, spoilt, spoilt_text

MAPPING = tomllib.loads(files("lobby.examples").joinpath("anonymous_bank.toml").read_text(encoding="utf-8"))
BY_CLOCK = MAPPING | {"times": {"zone": "Europe/London", "format": "clock", "wait_unit": "clock"}}
BY_ISO = MAPPING | {"times": {"zone": "Europe/London", "format": "iso", "call": "start"}}
LOG = """call,date,service,priority,arrived_s,queued,started_s,ended_s,wait_s,outcome,agent
1,1999-02-01,PS,0,32400,1,32460,32520,60,AGENT,ANN
2,1999-02-01,PE,2,32410,1,32470,32800,60,AGENT,BOB
3,1999-02-01,IN,0,10:00:00,1,10:01:00,10:02:00,0:01:00,AGENT,ANN
4,1999-03-28,PS,0,01:30,1,01:31,01:40,0:01,AGENT,ANN
5,1999-02-01,PS,0,1999-02-01T09:00:00,0,1999-02-01T09:00:00+02:00,1999-02-01 09:10,0,AGENT,BOB
6,1999-02-01,PS,0,86399,1,,,600,HANG,
"""
DAYS = st.sampled_from([None, None, "1999-02-01", "1999-03-28"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log")


def planned_or_said(folder: Path, mapping: dict[str, Any], log: bytes, day: str | None = None) -> None:
    map_file, log_file = folder / "map.toml", folder / "log.csv"
    map_file.write_text(as_toml(mapping), encoding="utf-8")
    log_file.write_bytes(log)
    try:
        made = _plan(log_file, mapping_in(map_file), day, None)
    except click.ClickException:
        return
    assert len(made.steps) >= made.issued


@cases(300)
@given(mapping=st.sampled_from([MAPPING, BY_CLOCK, BY_ISO]).flatmap(spoilt), day=DAYS)
@example(mapping=MAPPING | {"file": {"encoding": "hex"}}, day=None)
@example(mapping=MAPPING | {"file": {"encoding": "idna"}}, day=None)
@example(mapping=MAPPING | {"times": {"date_format": "%d %d"}}, day=None)
@example(mapping=MAPPING | {"times": {"date_format": "%Q"}}, day=None)
def test_a_mapping_spoilt_somewhere_is_taken_or_told_what_is_wrong_with_it(
    folder: Path, mapping: dict[str, Any], day: str | None
) -> None:
    planned_or_said(folder, mapping, LOG.encode(), day)


@cases(300)
@given(
    mapping=st.sampled_from([MAPPING, BY_CLOCK, BY_ISO]),
    log=st.one_of(
        spoilt_text(LOG, (",", "\n", '"', ":", "9" * 400, "1e400", "inf")).map(str.encode), st.binary(max_size=80)
    ),
    day=DAYS,
)
@example(mapping=MAPPING, log=f"{LOG.splitlines()[0][4:]}\n1,2,3,4,5,6,7,8,9,10,11,12\n".encode(), day=None)
@example(mapping=BY_CLOCK, log=LOG.replace("0:01:00", f"{'9' * 400}:01:00").encode(), day=None)
def test_a_log_spoilt_somewhere_is_read_or_its_rows_are_left_out(
    folder: Path, mapping: dict[str, Any], log: bytes, day: str | None
) -> None:
    planned_or_said(folder, mapping, log, day)
