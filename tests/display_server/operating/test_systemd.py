"""What systemd is told."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from display_server.operating import systemd


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The socket on which systemd listens, at a path that is short wherever the folder lies, as it must be."""
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind("notify")
        sock.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", "notify")
        yield sock


def test_it_is_told_line_by_line(manager: socket.socket) -> None:
    systemd.tell("READY=1", "STATUS=serving http://127.0.0.1:8080")
    assert manager.recv(1000) == b"READY=1\nSTATUS=serving http://127.0.0.1:8080"


def test_a_socket_in_the_abstract_space_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind("")  # to a name that nobody else has
        sock.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{sock.getsockname()[1:].decode()}")
        systemd.tell("STOPPING=1")
        assert sock.recv(1000) == b"STOPPING=1"


def test_nobody_is_told_where_nobody_asks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    systemd.tell("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    systemd.tell("READY=1")


def test_it_hears_twice_within_its_patience_that_the_server_lives(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended(Exception):
        pass

    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            raise Ended

    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    with pytest.raises(Ended):
        systemd.keep_alive(sleep)
    assert slept == [15.0, 15.0]
    assert [manager.recv(1000) for _ in slept] == [b"WATCHDOG=1"] * 2


@pytest.mark.parametrize("asked", ["", "0", "often"])
def test_without_a_watchdog_nothing_is_kept_up(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", asked)
    systemd.keep_alive(lambda seconds: pytest.fail("nobody asked"))
