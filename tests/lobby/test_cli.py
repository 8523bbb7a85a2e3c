"""What every command has in common: how a refusal is said, and how it ends when nobody reads on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from lobby import cli
from lobby.cli import lobby, main
from lobby.errors import TooManyAttempts, TooManyRequests, UnknownUser, UserNameTaken
from lobby.words import refusal, words


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    monkeypatch.setattr(sys, "argv", ["lobby", *arguments])
    monkeypatch.setattr(cli.os, "umask", lambda mask: 0)
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code, capsys.readouterr().err


def test_every_refusal_has_the_same_word_in_front(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def refuse(kind: str) -> None:
        raise {"ours": UnknownUser(user="zoe"), "click": click.ClickException("not so"), "abort": click.Abort()}[kind]

    command = click.Command("refuse", callback=refuse, params=[click.Argument(["kind"])])
    monkeypatch.setitem(lobby.commands, "refuse", command)
    assert said(monkeypatch, capsys, "refuse", "ours") == (1, "lobby: Nobody has the user name zoe.\n")
    assert said(monkeypatch, capsys, "refuse", "click") == (1, "lobby: not so\n")
    assert said(monkeypatch, capsys, "refuse", "abort") == (1, "lobby: broken off\n")
    code, usage = said(monkeypatch, capsys, "refuse")
    assert (code, usage.splitlines()[-1]) == (2, "lobby: Missing argument 'KIND'.")
    assert usage.startswith("Usage: ")


def test_what_goes_well_ends_with_0_and_what_a_command_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = click.Command("end", callback=lambda code: click.get_current_context().exit(code))
    command.params = [click.Argument(["code"], type=int)]
    monkeypatch.setitem(lobby.commands, "end", command)
    monkeypatch.setitem(lobby.commands, "well", click.Command("well", callback=lambda: None))
    assert said(monkeypatch, capsys, "end", "3") == (3, "")
    assert said(monkeypatch, capsys, "well")[0] in (0, None)
    assert said(monkeypatch, capsys, "--version")[0] == 0


def test_who_reads_no_further_is_told_nothing() -> None:
    """As `lobby export ... | head` does."""
    program = (
        "import click; from lobby.cli import lobby, main\n"
        "say = lambda: [click.echo('x' * 1000) for _ in range(1000)]\n"
        "lobby.add_command(click.Command('say', callback=say)); main()"
    )
    command = [sys.executable, "-c", program, "say"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"x" * 1000 + b"\n"
        process.stdout.close()
        assert process.stderr.read() == b""


def test_a_name_is_said_on_a_terminal_that_has_not_its_letters() -> None:
    program = (
        "import click; from lobby.cli import lobby, main\n"
        "lobby.add_command(click.Command('say', callback=lambda: click.echo('J\\xf6rg \\u041c.'))); main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "say"],
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"J\xf6rg \\u041c.\n"


def test_one_second_is_one_second() -> None:
    english = words("en")
    assert refusal(TooManyRequests(seconds=1), english) == "Too many requests. Please wait 1 second."
    assert refusal(TooManyAttempts(seconds=2), english) == "Too many attempts. Please wait 2 seconds."
    assert refusal(UserNameTaken(user="ann"), english) == "The user name ann is taken."
