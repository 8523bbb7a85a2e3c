"""`lobby voice` as its user sees it."""

from __future__ import annotations

import json
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from display_server.voice import commands, shelf
from display_server.voice.commands import speaker, voice
from lobby.command_line.branch import write_example
from tests.display_server.voice.stage import Singer

Run = Callable[..., Result]


@pytest.fixture
def singer(monkeypatch: pytest.MonkeyPatch) -> Singer:
    """Sings instead of espeak-ng, also where that is not installed."""
    found = Singer()
    monkeypatch.setattr(shelf, "Speaker", lambda **_: found)
    return found


@pytest.fixture
def folder(tmp_path: Path, singer: Singer) -> Path:
    write_example(tmp_path / "branch")
    return tmp_path / "branch"


@pytest.fixture
def run(folder: Path) -> Run:
    def command(name: str, *arguments: Any) -> Result:
        return CliRunner().invoke(voice, [name, "--data", str(folder), *map(str, arguments)])

    return command


def test_build_makes_all_clips_and_check_finds_them(run: Run, folder: Path) -> None:
    before = run("check")
    assert before.exit_code == 1
    assert "en: 23 missing" in before.output
    assert "en counter-6 (Please go to counter 6): missing" in before.output
    assert run("build").exit_code == 0
    after = run("check")
    assert after.exit_code == 0
    assert after.output.splitlines() == ["en: 23 made", "ar: 23 made", "zh: 23 made", "ru: 23 made"]
    assert len(list((folder / "voice").glob("*/*.wav"))) == 4 * 23


def test_what_a_program_reads_names_every_clip(run: Run) -> None:
    run("build")
    clips = json.loads(run("check", "--json").output)["clips"]
    assert len(clips) == 4 * 23
    assert clips[0] == {"language": "en", "clip": "again", "says": "Called again", "state": "made", "problem": ""}


def test_a_language_that_the_machine_does_not_speak_is_named(run: Run, singer: Singer) -> None:
    singer.dumb.add("zh")
    built = run("build")
    assert built.exit_code == 1
    assert "zh: 23 missing" in built.output
    assert "espeak-ng does not speak zh here; record its clips" in built.output


def test_a_broken_recording_is_named_with_its_place(run: Run, folder: Path) -> None:
    run("build")
    broken = folder / "voice" / "recorded" / "ru" / "digit-4.wav"
    broken.parent.mkdir(parents=True)
    broken.write_text("no sound")
    checked = run("check")
    assert checked.exit_code == 1
    assert "ru digit-4 (4): digit-4.wav: it is no WAV file" in checked.output


def test_a_call_can_be_heard_before_it_is_made(run: Run, tmp_path: Path, singer: Singer) -> None:
    file = tmp_path / "call.wav"
    said = run("say", "A047", 3, "--language", "ar", "--language", "en", "--again", "--out", file)
    assert said.exit_code == 0
    assert said.output.endswith(" s, ar, en\n")
    with wave.open(str(file)) as clip:
        assert (clip.getnchannels(), clip.getsampwidth(), clip.getframerate()) == (1, 2, 22_050)
    heard = singer.heard(file.read_bytes())
    assert [part for part in heard if part.startswith("en")] == [
        "en: Called again", "en: Ticket number", "en: A", "en: 0", "en: 4", "en: 7", "en: Please go to counter 3",
    ]  # fmt: skip


def test_bad_input_gives_one_clear_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "the branch speaks en, ar, zh, ru" in run("say", "A047", 3, "--language", "xx").output
    assert "clips are missing in en" in run("say", "Z9", 3, "--out", tmp_path / "x.wav").output
    unwritable = run("say", "A047", 3, "--out", tmp_path / "no" / "folder.wav")
    assert unwritable.exit_code == 1
    assert "cannot be written" in unwritable.output
    monkeypatch.setenv("PATH", "")
    silent = run("say", "A047", 3)
    assert silent.exit_code == 1
    assert "no player of sounds is installed here" in silent.output
    asked = CliRunner().invoke(speaker, ["--server", "http://127.0.0.1:9", "--token", "x"])
    assert asked.exit_code == 1
    assert "no player of sounds is installed here" in asked.output
    assert "starts with http" in CliRunner().invoke(speaker, ["--server", "lobby:80", "--token", "x"]).output


def test_the_room_registers_its_commands() -> None:
    assert [command.name for command in commands.commands] == ["voice", "speaker"]
