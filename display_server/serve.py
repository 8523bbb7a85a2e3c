"""The running server: gevent, one process. The only place that is monkey-patched, and the caller does that first.

Measured choices: WebSocket only, commits on one native thread, the collector frozen after the start.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
from flask import Flask
from flask_socketio import SocketIO
from gevent.event import Event
from gevent.pool import Group
from socketio import Manager

from display_server.app import create_app
from display_server.branch_server import BranchServer, wall_clock
from display_server.gate.handling import LeavingServer
from display_server.gate.proxied import behind_proxy
from display_server.live.broadcast import Broadcast, known, on_wires
from display_server.live.packets import only_packets
from display_server.live.sender import Live
from display_server.minding.due_calls import take_up_branch_file
from display_server.minding.start import start_minding
from display_server.operating import systemd
from display_server.operating.log_lines import note_request
from display_server.operating.metrics import METHODS
from display_server.operating.seen import Audience
from display_server.running.certificate import tls
from display_server.running.listening import (
    DRAIN_S,
    EVERYWHERE,
    allow_many_connections,
    listener,
    phones_reach,
    url_from_here,
)
from display_server.running.pools import Pools
from display_server.trail.notes import begin
from hardware.counter_sign import mistakes as sign_mistakes
from kiosk.printing import mistakes
from lobby.config import load
from lobby.records.lock import FolderLock
from lobby.records.staff import unknown


def socketio_of(app: Flask, *, straight: bool) -> SocketIO:
    """Socket.IO beside the application; `straight`, what is for many is encoded once and written to their wires."""
    socketio = SocketIO(
        app,
        client_manager=Broadcast() if straight else Manager(),
        async_mode="gevent",
        transports=["websocket"],
        ping_interval=5,
        ping_timeout=5,
        max_http_buffer_size=64 * 1024,
        cors_allowed_origins=None,
    )
    only_packets(socketio)
    if straight:
        on_wires(socketio)
    return socketio


class RunningServer:
    """A branch server on a socket. `serve` blocks until SIGTERM or SIGINT.

    Tickets carry a QR code where `public_url`, the branch file or `host` says an address that phones reach; with
    `codes_for_this_machine`, one of this machine alone will do.
    """

    def __init__(
        self,
        folder: Path,
        host: str,
        port: int,
        *,
        clock: Callable[[], int] = wall_clock,
        public_url: str = "",
        printers: bool = True,
        certificate: tuple[Path, Path] | None = None,
        plain_sending: bool = False,
        codes_for_this_machine: bool = False,
    ) -> None:
        load(folder, mistakes, sign_mistakes)  # before anything is made in a folder that holds no branch
        self._lock = FolderLock(folder)
        self._pools = Pools()
        sock = listener(host, port)
        self.url = url_from_here(sock, host, secure=certificate is not None)
        reached = phones_reach(sock.getsockname()[0]) or (codes_for_this_machine and host not in EVERYWHERE)
        self.house = BranchServer(
            folder,
            threads=self._pools.threads(),
            public_url=public_url or (self.url if reached else ""),
            clock=clock,
            printers=printers,
        )
        self.app = create_app(self.house)
        begin(self.house)
        self.live = Live(socketio_of(self.app, straight=not plain_sending and known()), self.house)
        self.house.audience = self._audience
        options: dict[str, Any] = {"ssl_context": tls(*certificate)} if certificate else {}
        app = behind_proxy(self.app, self.house.config.server.behind_proxy)
        self._server = LeavingServer(sock, app, answered=self._answered, **options)
        self._beside = Group()

    def _answered(self, method: str, route: str, code: int, seconds: float, request: str) -> None:
        method = method if method in METHODS else "other"
        self.house.metrics.request(method, route, code, seconds)
        note_request(method, route, code, seconds, request)

    def _audience(self) -> Audience:
        """Who listens now. A customer's page is counted as `ticket`."""
        listeners = {namespace.strip("/"): len(there) for namespace, there in self.live.present.items()}
        listeners["ticket"] = sum(self.live.watched.values())
        config, state = self.house.config, self.house.desk.state
        printers = [printer.name for printer in config.printers]
        found = self.live.presence.devices(printers, state.alerts.values(), config.signage.screens)
        return Audience(listeners, tuple(found))

    def serve(self, ready: Callable[[], None]) -> None:
        """Accept connections, call `ready` once, and stay until stopped."""
        stopped = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, stopped.set)
        self._start()
        ready()
        systemd.tell("READY=1", f"STATUS=serving {self.url}")
        stopped.wait()
        self._stop()

    def _start(self) -> None:
        self.house.stand_beside(self._beside.spawn)
        take_up_branch_file(self.house.desk)
        allow_many_connections()
        self.live.start(self._beside.spawn, Event(), gevent.sleep)
        start_minding(self.house, self.live.presence, self._beside.spawn)
        setup = self.house.config.setup
        self.house.printing.warm_up(setup.languages, setup.zone)
        self._pools.work.spawn(unknown)
        self.house.outgoing.start()
        self._server.start()
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)

    def _stop(self) -> None:
        self.house.pulse.stopping = True
        systemd.tell("STOPPING=1")
        self._server.leave(DRAIN_S, gevent.sleep)
        self.house.outgoing.stop()
        self.house.signs.stop()
        self._beside.kill(timeout=DRAIN_S)
        self._pools.finish()
        self.house.close()
        self._pools.end()
        self._lock.release()
