"""What a kiosk machine is set up with, and the guide to it: both say the same, and what they name is there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from itertools import takewhile
from pathlib import Path

import click
import pytest

from hardware.printer import open_printer
from kiosk.commands import commands
from lobby.cli import lobby

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "kiosk-machine.md").read_text(encoding="utf-8")
BROWSER = (DEPLOY / "kiosk-browser").read_text(encoding="utf-8")
SERVICES = sorted(DEPLOY.glob("lobby-kiosk*.service"))
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))

NOT_HERE = re.compile(r"Command .* is not executable: No such file or directory$")
"""What systemd says of a command that only the kiosk machine has."""


def blocks(kind: str) -> str:
    """All that the guide shows as code of that kind."""
    return "\n".join(re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL))


def said_in_code() -> str:
    """All that the guide shows as something to be typed: in blocks and in lines."""
    return blocks("sh") + "\n" + "\n".join(re.findall(r"`([^`\n]+)`", GUIDE))


def flags(text: str) -> set[str]:
    """Chromium's flags in a text, each with its value unless that is the machine's own."""
    found = re.findall(r"(?<![\w-])--[a-z][\w-]*(?:=[^\s|`]+)?", text)
    return {flag.partition("=")[0] if "$" in flag else flag for flag in found}


# -- the screen


def test_the_browsers_flags_are_those_that_the_guide_explains() -> None:
    started = BROWSER[BROWSER.index("chromium --kiosk") : BROWSER.index("|| true\n  sleep")]
    table = "\n".join(line for line in GUIDE.splitlines() if line.startswith("| `--"))
    assert flags(started) == flags(table)


def test_the_browser_is_a_script_that_a_shell_can_read_and_may_be_run() -> None:
    script = DEPLOY / "kiosk-browser"
    checked = subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert script.stat().st_mode & 0o111 == 0o111


def test_the_browsers_script_has_no_finding_of_shellcheck() -> None:
    tool = shutil.which("shellcheck")
    if tool is None:
        pytest.skip("shellcheck is not installed; the script was only parsed")
    checked = subprocess.run([tool, DEPLOY / "kiosk-browser"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_browser_remembers_its_pairing_over_a_restart_of_the_machine() -> None:
    """What lies under XDG_RUNTIME_DIR or /tmp is gone then, and a paired browser would be no kiosk any more."""
    (profile,) = re.findall(r"^profile=(.*)$", BROWSER, re.MULTILINE)
    assert "$HOME" in profile
    assert "/tmp" not in profile
    assert "XDG_RUNTIME_DIR" not in profile


# -- the units


@pytest.mark.parametrize("unit", sorted(DEPLOY.rglob("*.service")), ids=lambda unit: unit.name)
def test_systemd_has_nothing_to_say_about_a_unit(unit: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd-analyze is not installed; the units were not checked")
    checked = subprocess.run([tool, "verify", unit], capture_output=True, text=True, check=False, timeout=60)
    said = [line for line in checked.stderr.splitlines() if unit.name in line]
    assert [line for line in said if not NOT_HERE.search(line)] == []


def test_the_unit_starts_a_kiosk_with_options_that_there_are() -> None:
    unit = (DEPLOY / "lobby-kiosk.service").read_text(encoding="utf-8")
    (started,) = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    program, name, *arguments = shlex.split(started)
    command = next(one for one in commands if one.name == name)
    given = command.make_context(name, [argument.replace("$", "") for argument in arguments]).params
    assert program == "/opt/lobby/bin/lobby"
    assert str(given["folder"]) == "/var/lib/lobby-kiosk"
    assert re.findall(r"\$\{(\w+)\}", started) == ["LOBBY_SERVER", "LOBBY_PRINTER"]


def test_the_kiosk_may_write_where_its_data_lie_and_nobody_else_may_read_them() -> None:
    unit = (DEPLOY / "lobby-kiosk.service").read_text(encoding="utf-8")
    for line in ("StateDirectory=lobby-kiosk", "StateDirectoryMode=0700", "ProtectSystem=strict", "UMask=0077"):
        assert f"\n{line}\n" in unit


def test_a_unit_runs_as_a_user_that_the_guide_makes() -> None:
    for unit in SERVICES:
        (user,) = re.findall(r"^User=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
        assert re.search(rf"^adduser .*{user}$", blocks("sh"), re.MULTILINE), user


# -- the guides


def test_every_file_of_the_folder_is_in_a_guide_and_every_file_of_a_guide_is_there() -> None:
    files = {str(path.relative_to(DEPLOY)) for path in DEPLOY.rglob("*") if path.is_file()}
    named = set(re.findall(r"deploy/([\w@./-]+\w)", DOCS))
    assert {name for name in named if not (DEPLOY / name).exists()} == set()
    assert {name for name in files - named if not re.search(rf"`{re.escape(Path(name).name)}`", DOCS)} == set()


def typed() -> list[list[str]]:
    """What the guide has one type after `lobby`."""
    lines = [line.partition(" #")[0].split() for line in said_in_code().splitlines()]
    after = [line[place + 1 :] for line in lines for place, word in enumerate(line) if word.split("/")[-1] == "lobby"]
    return [line for line in after if line and line[0][0].isalpha()]


def test_the_commands_of_the_guide_exist_with_their_options() -> None:
    found = set()
    for line in typed():
        command: click.Command | None = lobby
        words = list(takewhile(lambda word: not word.startswith("-"), line))
        with click.Context(lobby) as context:
            for word in words:
                assert isinstance(command, click.Group), line
                command = command.get_command(context, word)
                assert command is not None, line
        assert command is not None
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in line if word.startswith("--")} <= known, line
        found.add(" ".join(words))
    assert {"kiosk-pin", "token create"} <= found


def test_the_environment_file_holds_values_and_nothing_behind_them() -> None:
    """systemd takes a line as it stands: what looks like a comment behind a value is part of the value."""
    lines = [line for line in blocks("sh").splitlines() if line.startswith("LOBBY_")]
    values = dict(line.split("=", 1) for line in lines)
    assert values.keys() == {"LOBBY_SERVER", "LOBBY_PRINTER", "LOBBY_TOKEN"}
    assert not any("#" in value or value != value.strip() for value in values.values())
    assert values["LOBBY_SERVER"].startswith("http://")
    assert open_printer(values["LOBBY_PRINTER"]).kind == "usb"


def test_the_printers_rule_is_for_a_group_that_the_kiosk_is_in() -> None:
    rule = (DEPLOY / "99-lobby-printer.rules").read_text(encoding="utf-8")
    (group,) = re.findall(r'GROUP="(\w+)"', rule)
    unit = (DEPLOY / "lobby-kiosk.service").read_text(encoding="utf-8")
    assert group in re.findall(r"^SupplementaryGroups=(.*)$", unit, re.MULTILINE)[0].split()
