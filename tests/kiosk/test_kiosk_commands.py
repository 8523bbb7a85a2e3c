"""The command lines of a kiosk machine: what is refused, how it is said, and what is kept for whom."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.commands import LONGEST_NAME, TOKEN, kiosk_pin
from kiosk.memory import FILE, Memory
from kiosk.pin import FILE as PIN_FILE
from kiosk.pin import StaffPin
from lobby.cli import main
from lobby.records.lock import FolderLock
from tests.builders import TUESDAY, Clock
from tests.end_to_end.branch_process import Running
from tests.end_to_end.house import House, a_house
from tests.kiosk.builders import Served

NOBODY = "http://127.0.0.1:9"
"""An address where no server answers."""


@dataclass
class Done:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def lobby(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Done]]:
    """Runs the command `lobby` to its end, away from a terminal; `token` is LOBBY_TOKEN."""
    mask = os.umask(0o022)

    def run(*arguments: str | Path, token: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["lobby", *map(str, arguments)])
        monkeypatch.setenv("LOBBY_TOKEN", token)
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Done(int(ended.value.code or 0), said.out, said.err)

    yield run
    os.umask(mask)


@pytest.fixture
def house(memory_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[tuple[House, str]]:
    """A branch server and the address at which it answers."""
    with ExitStack() as open_:
        house = a_house(memory_folder / f"{tmp_path.name}-house", clock)
        open_.callback(house.server.close)
        served = Served(house.app)
        open_.callback(served.stop)
        yield house, f"http://127.0.0.1:{served.port}"


def one_line(done: Done, *says: str) -> None:
    """It ended with 1 and said one clear line that holds all of `says`."""
    assert done.code == 1, done
    assert done.out == ""
    assert len(done.err.splitlines()) == 1, done.err
    for word in says:
        assert word in done.err


# -- what is refused before anything is made


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--server", "lobby.example:8080", "http://"),
        ("--server", "ftp://lobby.example", "http://"),
        ("--printer", "", "is not a printer's address"),
        ("--printer", "carrier-pigeon://loft", "is not a printer's address"),
        ("--printer", "tcp://192.0.2.7:port", "tcp://"),
        ("--profile", "papyrus", "80mm"),
        ("--port", "99999", "0<=x<=65535"),
        ("--name", "", "letters"),
        ("--name", "k" * (LONGEST_NAME + 1), "letters"),
    ],
)
def test_a_usage_mistake_is_named_and_nothing_is_made(
    lobby: Callable[..., Done], tmp_path: Path, option: str, value: str, says: str
) -> None:
    given = {"--server": NOBODY, "--data": str(tmp_path / "kiosk"), "--printer": "none"} | {option: value}
    done = lobby("kiosk", *(part for pair in given.items() for part in pair), token="t")
    assert done.code == 2
    assert option in done.err
    assert says in done.err
    assert not (tmp_path / "kiosk").exists()


def test_the_second_of_two_printers_is_looked_at_too(lobby: Callable[..., Done], tmp_path: Path) -> None:
    done = lobby("kiosk", "--server", NOBODY, "--data", tmp_path, "--printer", "none", "--printer", "paper")
    assert (done.code, "'paper'" in done.err) == (2, True)


def test_a_folder_that_cannot_be_made_is_said(lobby: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    folder = tmp_path / "file" / "kiosk"
    one_line(lobby("kiosk", "--server", NOBODY, "--data", folder, token="t"), str(folder), "cannot be used")
    one_line(lobby("kiosk-pin", "--data", folder, "--pin", "246813"), str(folder), "cannot be used")


# -- the token


def test_without_a_token_it_says_how_to_get_one(lobby: Callable[..., Done], tmp_path: Path) -> None:
    done = lobby("kiosk", "--server", NOBODY, "--data", tmp_path / "kiosk")
    one_line(done, "no token yet", "lobby token create --role kiosk", "LOBBY_TOKEN")
    assert (tmp_path / "kiosk").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kept", [b"", b"  \n", b"two words\n", "ключ".encode(), b"\xff\xfe\x00"])
def test_what_is_no_token_is_said_and_not_sent(lobby: Callable[..., Done], tmp_path: Path, kept: bytes) -> None:
    (tmp_path / TOKEN).write_bytes(kept)
    one_line(lobby("kiosk", "--server", NOBODY, "--data", tmp_path), "token", "lobby token create")
    if kept.strip():
        given = kept.decode(errors="replace").replace("\0", "")
        one_line(lobby("kiosk", "--server", NOBODY, "--data", tmp_path, token=given), "LOBBY_TOKEN", "is no token")


@pytest.mark.parametrize("server", [NOBODY, "http://127.0.0.1:99999", "http://[not-an-address", "https://"])
def test_a_server_that_is_not_there_at_the_first_start_is_said(
    lobby: Callable[..., Done], tmp_path: Path, server: str
) -> None:
    one_line(lobby("kiosk", "--server", server, "--data", tmp_path, token="t"), "cannot be reached")
    assert not (tmp_path / TOKEN).exists(), "a token is kept once it was of use"


def test_a_token_that_the_server_does_not_know_is_said_and_not_kept(
    lobby: Callable[..., Done], house: tuple[House, str], tmp_path: Path
) -> None:
    done = lobby("kiosk", "--server", house[1], "--data", tmp_path, token="a-token-of-old")
    one_line(done, house[1], "does not take this token", "lobby token create --role kiosk")
    assert not (tmp_path / TOKEN).exists()
    assert "a-token-of-old" not in done.err


def test_the_token_is_given_once_and_kept_for_this_user_alone(
    house: tuple[House, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kiosk"
    folder.mkdir()
    kept = folder / TOKEN
    kept.write_text("an older one")
    kept.chmod(0o644)
    token = house[0].token("kiosk")
    arguments = ["kiosk", "--data", str(folder), "--port", "0", "--server"]
    monkeypatch.setenv("LOBBY_TOKEN", token)
    started_and_stopped([*arguments, house[1]], tmp_path / "first")
    assert kept.read_text() == f"{token}\n"
    assert kept.stat().st_mode & 0o777 == 0o600
    with closing(Memory(folder)) as memory:
        assert memory.briefing() is not None
    # from now on it needs neither the token again, nor the server, nor room for a new file
    monkeypatch.delenv("LOBBY_TOKEN")
    (folder / f"{TOKEN}.part").mkdir()
    second = started_and_stopped([*arguments, NOBODY], tmp_path / "second")
    assert token not in second.stdout + second.stderr


def started_and_stopped(arguments: list[str], log: Path) -> Running:
    """A kiosk that came so far as to serve its pages."""
    running = Running(arguments, log)
    try:
        running.start()
        running.stop()
    finally:
        running.close()
    return running


def test_a_folder_in_use_by_another_kiosk_is_refused(lobby: Callable[..., Done], tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    one_line(lobby("kiosk", "--server", NOBODY, "--data", tmp_path, token="t"), str(tmp_path), "Stop it first")
    lock.release()


@pytest.mark.parametrize("file", [FILE, "spool.db"])
def test_a_damaged_database_is_refused_by_name(
    lobby: Callable[..., Done], house: tuple[House, str], tmp_path: Path, file: str
) -> None:
    (tmp_path / file).write_bytes(b"this is not a database, whatever its name says" * 100)
    token = house[0].token("kiosk")
    one_line(lobby("kiosk", "--server", house[1], "--data", tmp_path, "--port", "0", token=token), file)


# -- the PIN


def test_the_pin_is_asked_for_twice_and_kept_as_a_hash_for_this_user_alone(tmp_path: Path) -> None:
    done = CliRunner().invoke(kiosk_pin, ["--data", str(tmp_path)], input="246813\n246813\n")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "The PIN is set.")
    assert "246813" not in done.output
    StaffPin(tmp_path).check("246813", TUESDAY)
    assert (tmp_path / PIN_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("pin", ["12345", "1234567890123", "letters", "777777", ""])
def test_a_pin_that_is_too_simple_is_refused_and_the_old_one_stays(
    lobby: Callable[..., Done], tmp_path: Path, pin: str
) -> None:
    (tmp_path / PIN_FILE).write_text("the old one")
    one_line(lobby("kiosk-pin", "--data", tmp_path, "--pin", pin), "6 to 12 digits, not all the same")
    assert (tmp_path / PIN_FILE).read_text() == "the old one"


def test_the_trail_has_no_pin_that_was_refused(lobby: Callable[..., Done], house: tuple[House, str]) -> None:
    folder = house[0].server.folder
    one_line(lobby("kiosk-pin", "--data", folder, "--pin", "777777"), "6 to 12 digits")
    assert lobby("kiosk-pin", "--data", folder, "--pin", "246813").code == 0
    assert [act.kind for act in house[0].server.acts.read() if act.kind == "kiosk-pin-set"] == ["kiosk-pin-set"]
