"""The running head office: gevent's loop for the connections, native threads for whatever asks the database.

Nothing is monkey-patched: no view waits for anything but these threads, and a database driver on patched sockets takes
three times as long for a parcel.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
from gevent.event import Event
from gevent.threadpool import ThreadPool

from display_server.gate.handling import Handler, LeavingServer
from display_server.gate.proxied import behind_proxy
from display_server.head_office.app import create_app
from display_server.head_office.office_server import LOOK_S, OfficeServer
from display_server.operating import systemd
from display_server.operating.log_lines import note_request
from display_server.operating.pulse import BEAT_S
from display_server.running.certificate import tls
from display_server.running.listening import allow_many_connections, listener, url_from_here
from display_server.running.pools import on_pool
from display_server.trail.notes import begin
from lobby.head_office.office_file import FILE, load
from lobby.records.lock import FolderLock

SWITCH_S = 0.0001
"""How long a thread that reckons keeps the loop waiting for the interpreter; Python's own 5 ms are felt by everyone."""

TAKING = 4
"""Parcels that are taken at a time: what one PostgreSQL session writes leaves its disk idle."""

DRAIN_S = 10.0
"""How long those whom it answers are waited for: no lobby waits, and somebody may come from single sign-on."""

OUTSIDE = 4
"""People who come from single sign-on at a time: each waits for the bank's provider."""


class ParcelHandler(Handler):
    """A parcel of a branch on a slow line takes its time."""

    body_s = 120.0


class RunningOffice:
    """A head office's server on a socket. `serve` blocks until `stop`, SIGTERM or SIGINT. One that is `taking_only`
    takes parcels beside another on the same PostgreSQL, and leaves the folding to that."""

    def __init__(
        self,
        folder: Path,
        host: str,
        port: int,
        *,
        certificate: tuple[Path, Path] | None = None,
        taking_only: bool = False,
    ) -> None:
        load(folder)  # before anything is made in a folder that holds no head office
        self._lock = FolderLock(folder)
        self._pools = {
            name: ThreadPool(size)
            for name, size in (("taking", TAKING), ("commits", 1), ("work", 2), ("outside", OUTSIDE))
        }
        self._looking, self._claiming = ThreadPool(1), ThreadPool(1)
        self._sock = listener(host, port)
        self._sock.setblocking(False)  # as gevent's own sockets are
        self.url = url_from_here(self._sock, host, secure=certificate is not None)
        self.house = OfficeServer(
            folder,
            taking_only=taking_only,
            taking=on_pool(self._pools["taking"]),
            commits=on_pool(self._pools["commits"]),
            offload=on_pool(self._pools["work"]),
            outside=on_pool(self._pools["outside"]),
        )
        begin(self.house, [FILE])
        options: dict[str, Any] = {}
        if certificate:
            options["ssl_context"] = tls(*certificate)
        app = behind_proxy(create_app(self.house), self.house.config.server.behind_proxy)
        self._server = LeavingServer(self._sock, app, answered=note_request, handler_class=ParcelHandler, **options)

    def _look(self, stopped: Event) -> None:
        look = on_pool(self._looking)
        while not stopped.is_set():
            look(self.house.look)
            stopped.wait(LOOK_S)

    def _beat(self, stopped: Event) -> None:
        """Know whether anything can be written before the next parcel comes."""
        while not stopped.is_set():
            self.house.pulse.beat()
            stopped.wait(BEAT_S)

    def serve(self, ready: Callable[[], None]) -> None:
        """Accept connections, call `ready` once, and stay until stopped."""
        stopped = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, stopped.set)
        self.house.claim(self._claiming.spawn)
        sys.setswitchinterval(SWITCH_S)
        allow_many_connections()
        looking = gevent.spawn(self._look, stopped) if not self.house.taking_only else None
        beating = gevent.spawn(self._beat, stopped)
        telling = gevent.spawn(systemd.keep_alive, gevent.sleep)
        self._server.start()
        ready()
        systemd.tell("READY=1", f"STATUS=serving {self.url}")
        stopped.wait()
        self.house.pulse.stopping = True
        systemd.tell("STOPPING=1")
        self._server.leave(DRAIN_S, gevent.sleep)
        self.house.folds.stop()
        telling.kill()
        beating.join()
        if looking is not None:
            looking.join()
        for pool in self._pools.values():
            pool.join()
        self.house.close()
        for pool in (*self._pools.values(), self._looking, self._claiming):
            pool.kill()
        self._lock.release()
