"""A client's wire: whole frames in order, whoever writes; who is slow or gone holds nobody."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent import socket
from gevent.ssl import SSLContext
from wsproto.frame_protocol import FrameProtocol, Opcode

from display_server.live.wire import TlsWire, Wire, text_frame
from tests.certificate import a_certificate

PATIENCE_S = 60.0
LARGE = 300_000
"""Bytes, more than the system takes for a client that does not read."""

Ends = tuple[Wire, Any]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=["plain", "tls"])
def ends(request: pytest.FixtureRequest) -> Iterator[Ends]:
    """A wire, and the client's end of it; plain, and under TLS."""
    with closing(socket.socket()) as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        client = socket.create_connection(door.getsockname())
        server, _ = door.accept()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
    kind: type[Wire] = Wire
    if request.param == "tls":
        kind = TlsWire
        ours, theirs = SSLContext(ssl.PROTOCOL_TLS_SERVER), SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        ours.load_cert_chain(request.getfixturevalue("certificate"))
        theirs.check_hostname, theirs.verify_mode = False, ssl.CERT_NONE
        wrapping = gevent.spawn(theirs.wrap_socket, client)
        server, client = ours.wrap_socket(server, server_side=True), wrapping.get(timeout=PATIENCE_S)
    wire = kind(server)
    yield wire, client
    wire.close()
    client.close()


def read(client: Any, count: int) -> list[str]:
    """So many text messages, as another implementation of the standard reads them."""
    protocol, texts, text = FrameProtocol(client=True, extensions=[]), [], ""
    with gevent.Timeout(PATIENCE_S):
        while len(texts) < count:
            protocol.receive_bytes(client.recv(65_536))
            for frame in protocol.received_frames():
                assert frame.opcode is Opcode.TEXT
                text += frame.payload
                if frame.message_finished:
                    texts.append(text)
                    text = ""
    return texts


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_frame_of_any_size_is_read_as_what_was_written(size: int) -> None:
    protocol = FrameProtocol(client=True, extensions=[])
    protocol.receive_bytes(text_frame("x" * size))
    frames = list(protocol.received_frames())
    assert "".join(frame.payload for frame in frames) == "x" * size
    assert frames[-1].message_finished


def test_what_is_offered_is_there_at_once(ends: Ends) -> None:
    wire, client = ends
    assert all(wire.offer(text_frame(f"{number} نافذة")) for number in range(50))
    assert read(client, 50) == [f"{number} نافذة" for number in range(50)]


def test_nothing_is_written_between_the_parts_of_a_frame_that_a_slow_client_takes_bit_by_bit(ends: Ends) -> None:
    wire, client = ends
    assert wire.offer(text_frame("a" * LARGE))
    assert not wire.offer(text_frame("overtakes"))
    behind = [gevent.spawn(wire.send, text_frame(name * LARGE)) for name in "bc"]
    gevent.sleep(0)
    assert not wire.offer(text_frame("overtakes"))
    assert read(client, 3) == [name * LARGE for name in "abc"]
    gevent.joinall(behind, timeout=PATIENCE_S, raise_error=True)
    assert wire.offer(text_frame("and on"))
    assert read(client, 1) == ["and on"]


def test_whoever_waits_to_write_is_not_overtaken_when_its_turn_has_come_and_it_has_not_woken_yet(ends: Ends) -> None:
    wire, client = ends
    assert wire.offer(text_frame("a" * LARGE))
    waits = gevent.spawn(wire.send, text_frame("b"))
    overtaking: list[bool] = []

    def overtakes() -> None:
        while not waits.ready():
            overtaking.append(wire.offer(text_frame("overtakes")))
            gevent.sleep(0)

    gevent.spawn(overtakes)
    assert read(client, 2) == ["a" * LARGE, "b"]
    assert overtaking
    assert not any(overtaking)


def test_while_messages_wait_to_be_framed_nothing_is_written_past_them(ends: Ends) -> None:
    wire, client = ends
    waiting = ["one"]
    wire.nothing_waits = lambda: not waiting
    assert not wire.offer(text_frame("overtakes"))
    wire.send(text_frame(waiting.pop()))
    assert wire.offer(text_frame("two"))
    assert read(client, 2) == ["one", "two"]


@pytest.mark.parametrize("end", [Wire.cut, Wire.close], ids=["cut", "closed"])
def test_on_a_wire_that_is_over_nobody_waits_and_nothing_breaks(ends: Ends, end: Callable[[Wire], None]) -> None:
    wire, _ = ends
    wire.offer(text_frame("a" * LARGE))
    waits = gevent.spawn(wire.send, text_frame("b" * LARGE))
    gevent.sleep(0)
    end(wire)
    waits.join(timeout=PATIENCE_S)
    assert isinstance(waits.exception, OSError)
    waits.kill()
    while not wire.offer(text_frame("into the void")):
        gevent.sleep(0)


def test_a_wire_that_is_closed_never_writes_to_another_connection_that_got_its_number(ends: Ends) -> None:
    wire, _ = ends
    number = wire._sock.fileno()
    wire.close()
    others: list[Any] = []
    while number not in {end.fileno() for end in others}:
        others += socket.socketpair()
    wire.offer(text_frame("not for you"))
    for end in others:
        end.settimeout(0.0)
        with pytest.raises(BlockingIOError):
            end.recv(100)
    for end in others:
        end.close()


def test_a_client_that_hung_up_is_no_trouble(ends: Ends) -> None:
    wire, client = ends
    client.close()
    for _ in range(10):
        wire.offer(text_frame("x" * 1000))
        gevent.sleep(0)


def test_a_client_that_sends_without_end_leaves_the_others_their_turn(ends: Ends) -> None:
    wire, client = ends
    client.sendall(b"x" * 4000)
    had = 0
    turns: list[int] = []
    while had < 4000:
        other = gevent.spawn(turns.append, had)
        had += len(wire.recv(1000))
        assert other.ready(), "nobody else had a turn"
    assert len(turns) >= 4
