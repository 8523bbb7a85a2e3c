"""`lobby console` on the command line."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from teller_console.commands import console


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--server"),
        (["--server", "lobby.example"], "http://"),
        (["--server", "http://lobby.example", "--language", "xx"], "--language"),
        (["--server", "http://lobby.example", "--counter", "three"], "--counter"),
    ],
)
def test_wrong_usage_is_said_and_ends_with_two(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(console, arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_the_command_line_does_not_load_the_terminal_library() -> None:
    check = "import sys, teller_console.commands; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
