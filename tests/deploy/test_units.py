"""The units start commands that there are, with options that they take, and are hardened."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import click
import pytest

from lobby.cli import lobby

DEPLOY = Path(__file__).parents[2] / "deploy"
SERVICES = sorted(DEPLOY.glob("**/*.service"))
OURS = [path for path in SERVICES if "/opt/lobby/bin/lobby" in path.read_text(encoding="utf-8")]
LOOSEST = 2.0
"""The exposure that `systemd-analyze security` may give a unit, of 10."""

VALUES = {
    "${LOBBY_HOST}": "127.0.0.1",
    "${LOBBY_PORT}": "8080",
    "$LOBBY_OPTIONS": "",
    "${LOBBY_SERVER}": "http://lobby.example:8080",
    "${LOBBY_PRINTER}": "none",
    "${LOBBY_SCREEN}": "hall",
    "--%i": "--day",
}


def setting(path: Path, name: str) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_the_command_of_a_unit_takes_the_options_that_it_is_given(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOBBY_TOKEN", "of the environment file")
    (words,) = (line.split() for line in setting(path, "ExecStart"))
    command: click.Command = lobby
    given = [VALUES.get(word, word) for word in words[1:]]
    given = [word for word in given if word]
    given = [str(tmp_path) if word.startswith(("/srv", "/var")) else word for word in given]
    while isinstance(command, click.Group) and not given[0].startswith("-"):
        found = command.get_command(click.Context(command), given[0])
        assert found is not None, given[0]
        command, given = found, given[1:]
    command.make_context("lobby", given)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_a_unit_gives_nothing_away_that_its_command_does_not_need(path: Path) -> None:
    for name, value in (
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("CapabilityBoundingSet", ""),
        ("UMask", "0077"),
    ):
        if setting(path, "DynamicUser") == ["yes"] and name == "NoNewPrivileges":
            continue  # which it implies
        assert setting(path, name) == [value], name
    assert setting(path, "SystemCallFilter")[0] == "@system-service"


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_systemd_calls_a_unit_hardened(path: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    unit = tmp_path / path.name.replace("@", "@day")
    unit.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    asked = [
        "systemd-analyze",
        "security",
        "--offline=true",
        f"--threshold={int(LOOSEST * 10)}",
        "--no-pager",
        str(unit),
    ]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout.splitlines()[-1:] + done.stderr.splitlines()


def test_the_server_is_watched_and_ready_when_it_answers() -> None:
    server = DEPLOY / "server/lobby-server.service"
    assert setting(server, "Type") == ["notify"]
    assert int(setting(server, "WatchdogSec")[0]) >= 10
    assert setting(server, "Restart") == ["always"]
