"""A console that ended, and the next one: what was typed is there, and another day's is not sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from lobby.queue import commands as c
from lobby.queue.ticket import State
from teller_console.messages import SnapshotArrived
from teller_console.state_file import StateFile
from tests.teller_console.care_stage import CareStage
from tests.teller_console.stage import MARIA, Stage

pytestmark = pytest.mark.anyio


async def test_a_reason_half_typed_is_found_again(stage: Stage, tmp_path: Path) -> None:
    stage.state = tmp_path / "state"
    stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("serving")
        await teller.press("p")
        await teller.sees("Park: why?")
        await teller.write("looks for his pass")
        await teller.sees("looks for his pass")
    async with stage.signed_in() as teller:
        await teller.sees("serving")
        await teller.press("p")
        await teller.sees("Park: why?", "looks for his pass")
        await teller.write("port")
        await teller.press("enter")
        await teller.until(lambda: stage.commands(c.Park) == [c.Park(3, "looks for his passport")])


async def test_a_command_that_was_not_answered_goes_out_with_its_key_from_the_next_console(
    stage: Stage, tmp_path: Path
) -> None:
    stage.state = tmp_path / "state"
    number = stage.issue()
    async with stage.signed_in() as teller:
        stage.line.cut = True
        await teller.press("space")
        await teller.sees("Not sent yet: next")
    stage.line.cut = False
    async with stage.signed_in() as teller:
        await teller.until(lambda: stage.ticket(number).state is State.CALLED)
        await teller.sees("called")
    keys = {key for command, key in stage.line.sent if isinstance(command, c.CallNext)}
    assert len(keys) == 1


async def test_yesterdays_note_is_shown_once_and_yesterdays_call_is_not_made(stage: Stage, tmp_path: Path) -> None:
    stage.state = tmp_path / "state"
    stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("serving")
        await teller.press("f")
        await teller.write("wants coins")
        await teller.press("escape")
        stage.line.cut = True
        await teller.press("r")
        await teller.sees("Not sent yet: recall")
    stage.line.cut = False
    stage.clock.forward(hours=24)
    today = stage.issue()
    async with stage.signed_in() as teller:
        await teller.sees("Left unfinished on 2024-03-05", "A001  wants coins", "Never sent, and not sent now: recall.")
        await teller.press("escape")
        await teller.sees("waiting 1")
        assert stage.ticket(today).calls == 0
    assert list((tmp_path / "state").glob("*.json")) == []
    assert stage.commands(c.Recall) == []


async def test_what_stood_in_a_form_yesterday_is_shown_once_too(room: CareStage, tmp_path: Path) -> None:
    room.state = tmp_path / "state"
    async with room.signed_in() as teller:
        await teller.press("c")
        await teller.sees("Complaint")
        await teller.write("nobody told me about the fee")
        await teller.sees("nobody told me about the fee")
    room.clock.forward(hours=24)
    async with room.signed_in() as teller:
        await teller.sees("Left unfinished on 2026-11-23", "nobody told me about the fee")


async def test_a_walk_in_is_written_down_with_the_counter_that_calls_it_until_it_is_answered(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.state = tmp_path / "state"
    kept: list[bytes] = []
    keep = StateFile.keep

    def noting(file: StateFile, content: bytes) -> None:
        kept.append(content)
        keep(file, content)

    monkeypatch.setattr(StateFile, "keep", noting)
    async with stage.signed_in() as teller:
        await teller.press("i")
        await teller.sees("Walk-in: which service?")
        await teller.press("a")
        await teller.sees("In which language?")
        await teller.press("1")
        await teller.until(lambda: stage.commands(c.Issue) != [])
        await teller.until(lambda: kept[-1] == b"")
    assert b"Issue" in kept[0]
    assert b'"at_counter":3' in kept[0], "whoever is killed here has them called all the same"


async def test_a_disk_that_cannot_keep_it_is_said_all_the_time(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    stage.state = tmp_path / "file"
    async with stage.signed_in() as teller:
        await teller.sees("cannot be kept on this machine's disk")


async def test_leaving_signs_out(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await teller.press("ctrl+q")
        await teller.until(lambda: stage.closed == 1)


async def test_no_record_is_begun_before_it_is_known_what_it_holds_here(room: CareStage) -> None:
    async with room.signed_in() as teller:
        screen, door = teller.screen, room.desk.door(MARIA)
        await teller.until(lambda: not screen._fetching)  # one under way would not ask for the branch
        room.care.cut = True
        screen.seen.branch = screen.seen.care = None
        room.follower.say(SnapshotArrived(door.queue(), door.branch()))
        await teller.settled()
        assert screen.branch is None
        room.care.cut = False
        screen.fetch()
        await teller.until(lambda: screen.branch is not None and screen.seen.care is not None)
