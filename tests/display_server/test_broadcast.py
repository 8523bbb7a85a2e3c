"""One message to many: straight to whoever is up to date, behind what waits for whoever is not, and no further than
that for whoever is hopeless."""

from __future__ import annotations

import socket
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import gevent
import pytest
from gevent.socket import wait_read
from socketio.packet import Packet
from wsproto.frame_protocol import FrameProtocol

from display_server.live import broadcast, giving_way
from display_server.live.broadcast import BEHIND, READ, SLICE, Broadcast, known

HERE, ALL = "/display", "everyone"
HELLO = '42/display,["event",{"seq":1}]'


class FakeWire:
    """Takes what it is offered while it is idle."""

    def __init__(self) -> None:
        self.idle = True
        self.was_cut = False
        self._frames = b""

    def offer(self, frame: bytes) -> bool:
        if self.idle:
            self._frames += frame
        return self.idle

    def cut(self) -> None:
        self.was_cut = True

    @property
    def texts(self) -> list[str]:
        protocol = FrameProtocol(client=True, extensions=[])
        protocol.receive_bytes(self._frames)
        return [str(frame.payload) for frame in protocol.received_frames()]


class Queue(deque[str]):
    qsize = deque.__len__


@dataclass
class Client:
    wire: FakeWire | None = field(default_factory=FakeWire)
    queue: Queue = field(default_factory=Queue)

    @property
    def texts(self) -> list[str]:
        return self.wire.texts if self.wire is not None else []


class Server:
    """As much of the libraries' server as a manager needs; what goes their way waits in the clients' queues."""

    packet_class = Packet

    def __init__(self, clients: int) -> None:
        self.eio = self
        self.sockets: dict[str, Client] = {}
        self.manager = Broadcast()
        self.manager.set_server(self)
        for number in range(clients):
            self.sockets[f"c{number}"] = Client()
            self.manager.basic_enter_room(f"s{number}", HERE, None, eio_sid=f"c{number}")
            self.manager.basic_enter_room(f"s{number}", HERE, ALL)

    @property
    def clients(self) -> list[Client]:
        return list(self.sockets.values())

    def _send_eio_packet(self, connection: str, packet: Any) -> None:
        self.sockets[connection].queue.append(packet.encode())

    def say(self, seq: int = 1, **options: Any) -> None:
        self.manager.emit("event", {"seq": seq}, namespace=HERE, to=ALL, **options)


def test_whoever_is_up_to_date_gets_the_message_straight() -> None:
    server = Server(3)
    server.say()
    assert [(client.texts, list(client.queue)) for client in server.clients] == [([HELLO], [])] * 3


def test_to_whoever_is_busy_it_goes_behind_what_waits_and_holds_nobody() -> None:
    server = Server(3)
    slow, *others = server.clients
    assert slow.wire is not None
    slow.wire.idle = False
    server.say()
    assert list(slow.queue) == [HELLO]
    assert [client.texts for client in others] == [[HELLO]] * 2


def test_a_connection_that_is_on_no_wire_yet_is_served_the_ordinary_way() -> None:
    server = Server(1)
    server.clients[0].wire = None
    server.say()
    assert list(server.clients[0].queue) == [HELLO]


def test_who_is_hopelessly_behind_is_cut_off_and_not_sent_more(caplog: pytest.LogCaptureFixture) -> None:
    server = Server(2)
    slow, other = server.clients
    assert slow.wire is not None
    slow.wire.idle = False
    for seq in range(BEHIND):
        server.say(seq)
    assert not slow.wire.was_cut
    server.say(BEHIND)
    assert slow.wire.was_cut
    assert len(slow.queue) == BEHIND
    assert len(other.texts) == BEHIND + 1
    assert f"a client was cut off: {BEHIND} messages waited for it" in caplog.text


def test_a_fleeting_message_is_left_out_for_whoever_is_behind() -> None:
    server = Server(2)
    slow, other = server.clients
    assert slow.wire is not None
    slow.wire.idle = False
    server.say(while_true=lambda: True)
    assert (slow.texts, list(slow.queue)) == ([], [])
    assert other.texts == [HELLO]


def test_while_a_fleeting_message_goes_out_others_come_first_and_one_that_is_overtaken_ends() -> None:
    server = Server(3 * SLICE)
    overtaken: list[int] = []

    def call() -> None:
        overtaken.append(sum(bool(client.texts) for client in server.clients))
        server.say(2)

    calling = gevent.spawn(call)
    server.say(1, while_true=lambda: not overtaken)
    calling.get()
    assert overtaken == [SLICE]
    second = HELLO.replace("1", "2")
    assert [client.texts for client in server.clients] == [[HELLO, second]] * SLICE + [[second]] * 2 * SLICE


def test_a_request_that_came_in_is_heard_before_the_rest_of_a_fleeting_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving_way, "LATEST_S", 60.0)
    server = Server(2 * SLICE)
    ours, theirs = socket.socketpair()
    heard: list[int] = []

    def listen() -> None:
        wait_read(ours.fileno())
        heard.append(sum(bool(client.texts) for client in server.clients))

    listening = gevent.spawn(listen)
    gevent.sleep(0)
    theirs.send(b"next")
    server.say(while_true=lambda: True)
    listening.get()
    ours.close()
    theirs.close()
    assert heard == [SLICE]
    assert all(client.texts == [HELLO] for client in server.clients)


def test_a_fleeting_message_goes_on_where_others_never_rest() -> None:
    server = Server(2 * SLICE)

    def never_rest() -> None:
        while True:
            gevent.sleep(0)

    restless = gevent.spawn(never_rest)
    server.say(while_true=lambda: True)
    restless.kill()
    assert all(client.texts == [HELLO] for client in server.clients)


def test_a_client_that_leaves_while_a_fleeting_message_goes_out_is_passed_over() -> None:
    server = Server(SLICE + 1)
    gone = server.clients[-1]
    gevent.spawn(server.sockets.pop, f"c{SLICE}")
    server.say(while_true=lambda: True)
    assert gone.texts == []
    assert all(client.texts == [HELLO] for client in server.clients)


@pytest.mark.parametrize("payload", [None, {}, {"a": [1, None, True]}, "نافذة", ("two", {"of": "them"}), 7, [1]])
def test_what_is_sent_is_what_the_library_would_send(payload: Any) -> None:
    straight, ordinary = Server(1), Server(1)
    ordinary.clients[0].wire = None
    for server in (straight, ordinary):
        server.manager.emit("said", payload, namespace=HERE, to=ALL)
    assert straight.clients[0].texts == list(ordinary.clients[0].queue)


def test_bytes_and_receipts_are_left_to_the_library() -> None:
    server = Server(1)
    server._send_packet = lambda connection, packet: server.sockets[connection].queue.append(packet.encode())  # type: ignore[attr-defined]
    server.manager.emit("said", {"clip": b"\x00"}, namespace=HERE, to=ALL)
    server.manager.emit("said", {}, namespace=HERE, to=ALL, callback=print)
    assert server.clients[0].texts == []
    assert len(server.clients[0].queue) == 3, "a message, its bytes, and a message with a number to answer to"


def test_the_installed_libraries_are_those_that_it_was_written_for() -> None:
    assert known()


@pytest.mark.parametrize("library", READ)
def test_other_versions_are_left_to_their_own_way(
    library: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(broadcast, "version", lambda name: "99.0.1" if name == library else f"{READ[name]}0")
    assert not known()
    assert caplog.messages == [f"sending the plain way: the quick one does not know {library} 99.0.1"]
