"""The console in the terminals that there are: plain ones, over SSH, without a mouse."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest

from tests.teller_console.terminal import Terminal

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("term", ["xterm", "xterm-256color", "screen"])
def test_it_works_in_plain_terminals_and_shows_its_first_screen_without_a_server(term: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        server = f"http://127.0.0.1:{silent.getsockname()[1]}"
        arguments = ("--server", server, "--user", "maria", "--language", "en")
        teller = Terminal(*arguments, state=tmp_path, term=term, size=(80, 24))
        try:
            teller.sees("Sign in", "User name", "Password")
            with pytest.raises(BlockingIOError):
                silent.accept()
            silent.close()
            teller.type("x\r")
            teller.sees("The branch server cannot be reached.")
        finally:
            teller.close()


def test_it_ends_when_its_terminal_goes_though_nobody_tells_it(tmp_path: Path) -> None:
    """The terminal is not its own, so that the system says nothing: it notices when it writes."""
    teller = Terminal("--server", "http://127.0.0.1:9", "--user", "maria", "--language", "en", state=tmp_path)
    try:
        teller.sees("Sign in", "Password")
        assert teller.hang_up() == -signal.SIGTERM
    finally:
        teller.close()
