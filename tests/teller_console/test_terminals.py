"""The console in the terminals that there are: plain ones, over SSH, without a mouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.teller_console.terminal import Terminal

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("term", ["xterm", "xterm-256color", "screen"])
def test_it_works_in_plain_terminals_and_starts_quickly(term: str, tmp_path: Path) -> None:
    arguments = ("--server", "http://127.0.0.1:9", "--user", "maria", "--language", "en")
    teller = Terminal(*arguments, state=tmp_path, term=term, size=(80, 24))
    try:
        seconds = teller.sees("Sign in", "User name", "Password")
        teller.type("x\r")
        teller.sees("The branch server cannot be reached.")
        assert seconds < 15.0  # the target is 1.5 s, see benchmarks/console.py; here only that nothing waits for a line
    finally:
        teller.close()
