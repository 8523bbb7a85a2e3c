"""The follower against a small Socket.IO server that speaks as docs/sockets.md says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
import socketio
from textual.message import Message
from werkzeug.serving import BaseWSGIServer, make_server

from lobby.queue import commands as c
from teller_console import line, live
from teller_console.live import NAMESPACE, SocketFollower
from teller_console.messages import EventArrived, LiveStateChanged, NoLongerSignedIn, SnapshotArrived
from teller_console.pauses import Pauses
from tests.end_to_end.branch_process import free_port
from tests.teller_console.stage import MARIA, Stage


class Server:
    """Sends what the test says, at a port that nobody else takes before it is started `again`; remembers who came and
    what was asked."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.io = socketio.Server(async_mode="threading", cors_allowed_origins="*")
        self.auth: list[Any] = []
        self.asked: list[Any] = []
        self.refusal = ""
        self.snapshot: Callable[[], dict[str, Any]] = dict
        self.io.on("connect", self._connect, namespace=NAMESPACE)
        self.io.on("resync", self._resync, namespace=NAMESPACE)
        self.web: BaseWSGIServer = make_server("127.0.0.1", port, socketio.WSGIApp(self.io), threaded=True)
        self._thread = threading.Thread(target=self.web.serve_forever, daemon=True)
        self._thread.start()

    def _connect(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        self.auth.append(auth)
        if self.refusal:
            raise socketio.exceptions.ConnectionRefusedError(self.refusal)
        self.io.emit("snapshot", self.snapshot(), to=sid, namespace=NAMESPACE)

    def _resync(self, sid: str, payload: Any) -> None:
        self.asked.append(payload)

    def knows(self, follower: SocketFollower) -> bool:
        """Whether the connection stands, for both of them: a snapshot comes before that."""
        known = follower._client is not None and NAMESPACE in follower._client.namespaces
        return known and NAMESPACE not in self.io.manager.pending_connect

    def again(self) -> Server:
        """Another one, as after a restart."""
        other = Server(self.port)
        other.snapshot = self.snapshot
        return other

    def emit(self, name: str, payload: dict[str, Any]) -> None:
        self.io.emit(name, payload, namespace=NAMESPACE)

    def stop(self) -> None:
        """Again does nothing."""
        if not self._thread.is_alive():
            return
        for sid in list(self.io.manager.get_participants(NAMESPACE, None)):
            self.io.disconnect(sid[0], namespace=NAMESPACE)
        self.io.shutdown()
        self.web.shutdown()
        self.web.server_close()
        self._thread.join()


class Heard:
    """Messages in the order in which they came."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._more = threading.Condition()

    def __call__(self, message: Message) -> None:
        with self._more:
            self.messages.append(message)
            self._more.notify_all()

    def until(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        with self._more:
            while not true():
                assert time.monotonic() < end, f"never came true; heard {self.messages}"
                self._more.wait(0.02)

    def of(self, kind: type[Message]) -> list[Any]:
        return [message for message in self.messages if isinstance(message, kind)]

    def sure(self) -> list[bool]:
        """Whether it was certain, from the first to the last."""
        return [state.sure for state in self.of(LiveStateChanged)]


@pytest.fixture(autouse=True)
def silence_is_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    """These servers send no beats."""
    monkeypatch.setattr(line, "SILENCE_S", 1000.0)
    monkeypatch.setattr(live, "HANG_UP_S", 1000.0)


@pytest.fixture
def server(stage: Stage) -> Iterator[Server]:
    door = stage.desk.door(MARIA)
    server = Server(free_port())
    server.snapshot = lambda: {
        "epoch": "first",
        "seq": door.queue().seq,
        "at": stage.clock(),
        "queue": msgspec.to_builtins(door.queue()),
        "branch": msgspec.to_builtins(door.branch()),
    }
    yield server
    server.stop()


@pytest.fixture
def heard(server: Server) -> Iterator[Heard]:
    """What a follower says, once it is connected."""
    heard = Heard()
    follower = SocketFollower(f"http://127.0.0.1:{server.port}", "a-token", "main-street")
    follower.start(heard)
    heard.until(lambda: bool(heard.sure()) and server.knows(follower))
    yield heard
    follower.stop()


def test_a_snapshot_arrives_and_then_it_is_sure(server: Server, heard: Heard) -> None:
    assert heard.sure() == [True]
    assert server.auth == [{"token": "a-token", "branch": "main-street"}]
    assert heard.of(SnapshotArrived)[0].branch.id == "main-street"


def test_an_event_brings_ticket_and_counter(stage: Stage, server: Server, heard: Heard) -> None:
    stage.do(c.OpenCounter(3))
    held = heard.of(SnapshotArrived)[0].queue.seq
    answer = stage.do(c.Issue("cash"))
    ticket = msgspec.to_builtins(answer.ticket)
    counter = msgspec.to_builtins(stage.desk.door(MARIA).queue().counters[2])
    said = {"at": stage.clock(), "kind": "TicketIssued", "ticket": ticket, "counter": 3, "counter_state": counter}
    server.emit("event", {"seq": held + 1, **said})
    heard.until(lambda: bool(heard.of(EventArrived)))
    event = heard.of(EventArrived)[0]
    assert event.ticket == answer.ticket
    assert event.counter.number == 3


def test_a_gap_asks_for_what_is_missing(server: Server, heard: Heard) -> None:
    held = heard.of(SnapshotArrived)[0].queue.seq
    server.emit("event", {"seq": held + 2, "at": 1, "kind": "TicketIssued"})
    heard.until(lambda: server.asked == [{"after": held}])
    server.emit("beat", {"epoch": "second", "seq": held, "at": 1})
    heard.until(lambda: server.asked == [{"after": held}] * 2)
    assert heard.of(EventArrived) == []


def test_a_server_started_again_is_found_again(server: Server, heard: Heard) -> None:
    server.stop()
    heard.until(lambda: heard.sure() == [True, False])
    again = server.again()
    try:
        heard.until(lambda: heard.sure() == [True, False, True])
        assert len(heard.of(SnapshotArrived)) == 2
    finally:
        again.stop()


def test_a_server_is_looked_for_at_once_when_somebody_waits(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    class Long(Pauses):
        def next(self) -> float:
            paused.append(True)
            return 1000.0

    paused: list[bool] = []
    monkeypatch.setattr(live, "Pauses", Long)
    monkeypatch.setattr(live, "PAUSE_S", 0.01)
    server.stop()
    heard = Heard()
    follower = SocketFollower(f"http://127.0.0.1:{server.port}", "a-token", "main-street")
    follower.start(heard)
    heard.until(lambda: bool(paused))
    again = server.again()
    try:
        follower.hurry()
        heard.until(lambda: heard.sure() == [True])
    finally:
        follower.stop()
        again.stop()


def test_a_forgotten_session_is_said(server: Server, heard: Heard) -> None:
    server.refusal = "NotSignedIn"
    for sid, _ in list(server.io.manager.get_participants(NAMESPACE, None)):
        server.io.disconnect(sid, namespace=NAMESPACE)
    heard.until(lambda: bool(heard.of(NoLongerSignedIn)))
