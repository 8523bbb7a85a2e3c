"""The player of sounds: a program of this machine, here one of the test's own."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from hardware import loudspeaker
from hardware.errors import DeviceError
from hardware.loudspeaker import Player


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder with programs, besides the shell's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin")
    monkeypatch.setattr(loudspeaker, "PLAYERS", ("no-such-player", "testplay"))
    monkeypatch.setattr(loudspeaker, "STARTING_S", 60.0)
    return folder


def write(folder: Path, script: str) -> None:
    program = folder / "testplay"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_the_player_that_is_there_gets_the_sound_as_a_file(programs: Path, tmp_path: Path) -> None:
    write(programs, f'cat "$1" > {tmp_path}/heard')
    player = Player()
    player.play(b"RIFF and more", 0.1)
    assert player.name == "testplay"
    assert (tmp_path / "heard").read_bytes() == b"RIFF and more"


def test_without_a_player_a_person_is_needed() -> None:
    with pytest.raises(DeviceError, match="no-such-player, testplay") as refused:
        Player()
    assert refused.value.permanent
    with pytest.raises(DeviceError, match="only-this"):
        Player("only-this")


def test_what_the_player_says_against_it_is_passed_on(programs: Path) -> None:
    write(programs, "echo no sound card found >&2; exit 1")
    with pytest.raises(DeviceError, match="no sound card found") as failed:
        Player().play(b"RIFF", 0.1)
    assert not failed.value.permanent


def test_a_sound_can_be_ended_before_its_time(programs: Path) -> None:
    write(programs, "exec sleep 600")
    player = Player()
    player.stop()  # nothing sounds

    def play() -> None:
        with pytest.raises(DeviceError):
            player.play(b"RIFF", 600)

    playing = threading.Thread(target=play)
    playing.start()
    while playing.is_alive():
        player.stop()
        playing.join(0.01)


def test_a_player_that_hangs_is_ended(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loudspeaker, "STARTING_S", 0.1)
    write(programs, "exec sleep 60")
    with pytest.raises(DeviceError, match="within its time"):
        Player().play(b"RIFF", 0.1)
