"""An address at which something else answers: named as such, and nothing of a slip is sent to it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from hardware import network_printer
from hardware.document import Document, Number
from hardware.drawing import draw
from hardware.encoding import encode_slip
from hardware.errors import DeviceError, OutcomeUnknown, WrongDevice
from hardware.network_printer import NetworkPrinter
from hardware.profiles import EIGHTY_MM
from hardware.stream_printer import Patience
from tests.hardware.drivers import DEADLINE_S, hurried

SLIP = encode_slip(draw(Document((Number("A047"),), "en"), EIGHTY_MM), EIGHTY_MM)
MOST_QUESTIONS = 64  # bytes
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nServer: example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Habit = Callable[[socket.socket, list[bytes]], None]


def hear(connection: socket.socket, heard: list[bytes]) -> bytes:
    """What the other side says next; empty when it has said all."""
    data = connection.recv(4096)
    heard.append(data)
    return data


def greet(connection: socket.socket, heard: list[bytes], greeting: bytes) -> None:
    connection.sendall(greeting)
    while hear(connection, heard):
        pass


def web_server(connection: socket.socket, heard: list[bytes]) -> None:
    hear(connection, heard)
    connection.sendall(BAD_REQUEST)


def patient_web_server(connection: socket.socket, heard: list[bytes]) -> None:
    while hear(connection, heard):
        pass
    connection.sendall(BAD_REQUEST)


def login_banner(connection: socket.socket, heard: list[bytes]) -> None:
    greet(connection, heard, b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")


def mail_server(connection: socket.socket, heard: list[bytes]) -> None:
    greet(connection, heard, b"220 mail.example ESMTP\r\n")


def echo(connection: socket.socket, heard: list[bytes]) -> None:
    while data := hear(connection, heard):
        connection.sendall(data)


def babbler(connection: socket.socket, heard: list[bytes]) -> None:
    greet(connection, heard, bytes(range(256)) * 40)


@contextmanager
def peer(habit: Habit) -> Iterator[tuple[int, list[bytes]]]:
    """Something that listens and has this habit: its port, and what it was told."""
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            with connection:
                connection.settimeout(DEADLINE_S)
                try:
                    habit(connection, heard)
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.fixture
def last_words_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """However late a stranger comes to speak. A silent one would be waited for as long."""
    monkeypatch.setattr(network_printer, "LAST_WORDS_S", DEADLINE_S)


@pytest.mark.usefixtures("last_words_are_heard")
@pytest.mark.parametrize("habit", [web_server, patient_web_server, login_banner, mail_server, echo, babbler])
def test_what_is_no_printer_is_named_and_gets_nothing_of_the_slip(habit: Habit) -> None:
    with peer(habit) as (port, heard):
        driver = hurried(port)
        with pytest.raises(WrongDevice, match=f"something answers at 127.0.0.1:{port}, but not as a receipt printer"):
            driver.print(SLIP, DEADLINE_S)
        status = driver.status()
    assert status.fault == "wrong_device"
    assert "not as a receipt printer" in status.obstacle
    assert len(b"".join(heard)) < MOST_QUESTIONS


@pytest.mark.usefixtures("last_words_are_heard")
def test_a_real_web_server_is_named() -> None:
    class Pages(BaseHTTPRequestHandler):
        timeout = DEADLINE_S

        def log_message(self, format: str, *values: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            with pytest.raises(WrongDevice):
                hurried(server.server_port).print(SLIP, DEADLINE_S)
        finally:
            server.shutdown()
            thread.join()


def hangs_up(connection: socket.socket, heard: list[bytes]) -> None:
    """Ends the connection at once."""


def silent(connection: socket.socket, heard: list[bytes]) -> None:
    while hear(connection, heard):
        pass


@pytest.mark.parametrize("habit", [hangs_up, silent])
def test_what_says_nothing_is_not_called_a_stranger(habit: Habit) -> None:
    with peer(habit) as (port, heard):
        driver = hurried(port)
        with pytest.raises(DeviceError, match=r"does not answer|broke off") as refusal:
            driver.print(SLIP, DEADLINE_S)
        assert driver.status().fault == "silent"
    assert not isinstance(refusal.value, WrongDevice | OutcomeUnknown)
    assert not refusal.value.permanent
    assert len(b"".join(heard)) < MOST_QUESTIONS


def test_a_name_that_the_resolver_never_finds_is_given_up_in_time() -> None:
    forever = threading.Event()

    def look_up(host: str, port: int, **flags: int) -> list[object]:
        if flags.get("flags"):
            raise socket.gaierror("not a number")
        forever.wait(20)
        return []

    driver = NetworkPrinter("printer.example", patience=Patience(connect_s=0.05), look_up=look_up)
    with pytest.raises(DeviceError, match="could not be looked up in time") as refusal:
        driver.print(SLIP, 3)
    forever.set()
    assert not refusal.value.permanent


def test_a_name_that_does_not_exist_is_said() -> None:
    def look_up(host: str, port: int, **flags: int) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    driver = NetworkPrinter("printer.example", look_up=look_up)
    with pytest.raises(DeviceError, match=r"cannot be reached.*Name or service not known"):
        driver.print(SLIP, 3)
