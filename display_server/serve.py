"""The running server: gevent, one process. The only place that is monkey-patched, and the caller does that first.

Measured choices: the listening socket gets TCP_NODELAY (keep-alive requests take 44 ms otherwise), WebSocket only,
commits on one native thread, the collector frozen after the start.
"""

from __future__ import annotations

import gc
import ipaddress
import logging
import resource
import signal
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import gevent
from flask_socketio import SocketIO
from gevent.event import Event
from gevent.pool import Group
from gevent.threadpool import ThreadPool
from socketio import Manager

from display_server.app import create_app
from display_server.branch_server import BranchServer, wall_clock
from display_server.due_calls import call_who_is_due, take_up_rules
from display_server.gate.leaving import Leaving, gone
from display_server.gate.one_piece import OnePieceHandler
from display_server.gate.patience import PatientServer
from display_server.gate.proxied import behind_proxy
from display_server.live.broadcast import Broadcast, known, on_wires
from display_server.live.packets import only_packets
from display_server.live.sender import Live
from display_server.operating import systemd
from display_server.operating.log_lines import REQUEST, ROUTE, note_request
from display_server.operating.metrics import METHODS
from display_server.operating.pulse import BEAT_S, watch_lag
from display_server.operating.seen import Audience
from display_server.trail.notes import begin
from hardware.counter_sign import mistakes as sign_mistakes
from kiosk.printing import mistakes
from lobby.config import load
from lobby.records.lock import FolderLock
from lobby.records.staff import unknown

BACKLOG = 1024
UNSENT_BYTES = 16 * 1024
"""So much for a client that is slow waits in the system, which would take 4 MB: what comes late is not to look new."""

DRAIN_S = 2.0
TELL_AGAIN_S = 5.0
"""After how long an alert that could not be written is tried again."""


def listener(host: str, port: int) -> socket.socket:
    """A listening socket whose connections have TCP_NODELAY and TCP_NOTSENT_LOWAT; port 0 picks a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
    sock.bind((host, port))
    sock.listen(BACKLOG)
    return sock


WILDCARDS = {"0.0.0.0", "::", ""}


def phones_reach(address: str) -> bool:
    """Whether a phone can come to a server that listens on this IP address: not where only this machine does, nor by
    the one that stands for all addresses."""
    bound = ipaddress.ip_address(address)
    return not (bound.is_loopback or bound.is_unspecified)


def on_pool(pool: ThreadPool) -> Callable[[Callable[[], Any]], Any]:
    """Runs work on the pool's threads, cooperatively. A refusal comes back as a value and is raised here: the pool
    would print a traceback of what is no fault."""

    def run(work: Callable[[], Any]) -> Any:
        def tried() -> tuple[Any, BaseException | None]:
            try:
                return work(), None
            except BaseException as error:
                return None, error

        result, error = pool.apply(tried)
        if error is not None:
            raise error
        return result

    return run


LOOK_AT_QUEUE_S = LOOK_AT_SIGNS_S = 5.0
READ_MEDIA_S = 5.0
READ_KNOWLEDGE_S, LOOK_AT_CLOCKS_S, CALL_DUE_S = 5.0, 30.0, 1.0
FORESEE_S, FORESEE_AGAIN_S = 0.5, 10.0
"""Waits are foreseen at most so often while something happens, and so often while nothing does."""

SWEEP_FIRST_S, SWEEP_S = 60.0, 24 * 3600.0
"""Words about people that were kept long enough go soon after the start, and every day."""


log = logging.getLogger(__name__)


def _every(seconds: float, work: Callable[[], Any], what: str, *, first_s: float | None = None) -> None:
    """Do it every so many seconds, for ever, the first time after `first_s` (unless given: the same); what fails is
    logged, and done again the next time."""
    wait_s = seconds if first_s is None else first_s
    while True:
        gevent.sleep(wait_s)
        wait_s = seconds
        try:
            work()
        except Exception:
            log.exception("%s failed", what)


def allow_many_connections() -> None:
    """As many open files as the system lets this process have: each WebSocket is two."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class BadCertificate(Exception):
    """The certificate or its key cannot be used; the sentence says why."""


def tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """What a server needs to speak TLS with this certificate (a chain, PEM) and its key, or `BadCertificate`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password=lambda: b"")  # nobody is there to type one
    except ssl.SSLError as fault:
        if fault.reason == "KEY_VALUES_MISMATCH":
            raise BadCertificate(f"{certificate} and {key} do not go together: the key is another's") from None
        raise BadCertificate(
            f"{certificate} and {key} are no certificate and its key, in PEM without password"
        ) from None
    except OSError as fault:
        raise BadCertificate(f"{certificate} or {key} cannot be read: {fault.strerror}") from None
    return context


class Handler(OnePieceHandler):
    """A connection that was a WebSocket is not HTTP again when that ends. Its messages are not compressed: most are
    shorter than it takes to say so, and each client would cost some 300 kB."""

    _route: Sequence[str] = ()
    _request: Sequence[str] = ()

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        environ[ROUTE], environ[REQUEST] = self._route, self._request = [], []
        return environ

    def log_request(self) -> None:
        """Have the server take note of what was answered, by its route: an address may be a secret."""
        if (self.environ or {}).get("HTTP_UPGRADE", "").lower() != "websocket":  # which is no answer, and lasts
            route, request = "".join(self._route[:1]), "".join(self._request[:1])
            took_s = self.time_finish - self.time_start
            self.server.answered(self.command or "", route, abs(self.code or 0), took_s, request)

    def run_application(self) -> None:
        leaving, websocket = self.server.leaving, self.environ.get("HTTP_UPGRADE", "").lower() == "websocket"
        if leaving.begun:
            self.application = gone
        try:
            with nullcontext() if websocket else leaving.one():
                super().run_application()
        finally:
            if websocket or leaving.begun:
                self.close_connection = True


class RunningServer:
    """A branch server on a socket. `serve` blocks until `stop`, SIGTERM or SIGINT.

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
        self._commits = ThreadPool(1)
        self._work = ThreadPool(2)
        self._posting = ThreadPool(1)
        self._foreseeing = ThreadPool(1)
        self._sock = listener(host, port)
        scheme = "https" if certificate else "http"
        address, everywhere = self._sock.getsockname()[0], host in WILDCARDS
        shown = "127.0.0.1" if everywhere else f"[{host}]" if ":" in host else host
        self.url = f"{scheme}://{shown}:{self._sock.getsockname()[1]}"
        reached = phones_reach(address) or (codes_for_this_machine and not everywhere)
        self.house = BranchServer(
            folder,
            commits=on_pool(self._commits),
            offload=on_pool(self._work),
            background=self._work.spawn,
            posting=on_pool(self._posting),
            foreseeing=on_pool(self._foreseeing),
            public_url=public_url or (self.url if reached else ""),
            clock=clock,
            printers=printers,
        )
        self.app = create_app(self.house)
        begin(self.house)
        straight = not plain_sending and known()
        self.socketio = SocketIO(
            self.app,
            client_manager=Broadcast() if straight else Manager(),
            async_mode="gevent",
            transports=["websocket"],
            ping_interval=5,
            ping_timeout=5,
            max_http_buffer_size=64 * 1024,
            cors_allowed_origins=None,
        )
        only_packets(self.socketio)
        if straight:
            on_wires(self.socketio)
        self.live = Live(self.socketio, self.house)
        options: dict[str, Any] = {}
        if certificate:
            options["ssl_context"] = tls(*certificate)
        app = behind_proxy(self.app, self.house.config.server.behind_proxy)
        self._server = PatientServer(self._sock, app, log=None, handler_class=Handler, **options)
        self._server.answered = self._answered
        self._server.leaving = Leaving()
        self._beside = Group()
        self.house.audience = self._audience

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

    def _tell_alerts(self) -> None:
        """Put the printers' alerts into the journal. They come from threads of the system, which may wake the loop by
        an asynchronous watcher only."""
        there = Event()
        watcher = gevent.get_hub().loop.async_()
        watcher.start(there.set)
        self.house.watching.alerted = watcher.send
        while True:
            try:
                self.house.watching.tell_alerts()
            except Exception:
                log.exception("telling what needs a person failed")
            there.wait(TELL_AGAIN_S)
            there.clear()

    def _mind_waits(self) -> None:
        """Foresee the waits after each event, and now and then without any, for ever."""
        happened = Event()
        self.house.desk.follow(happened.set)
        while True:
            happened.wait(FORESEE_AGAIN_S)
            happened.clear()
            try:
                self.house.waits.refresh()
            except Exception:
                log.exception("foreseeing the waits failed")
            gevent.sleep(FORESEE_S)

    def _mind_signs(self) -> None:
        """While on duty, have the signs over the counters show what has happened, for ever; now and then too, for a day
        ends without an event."""
        happened, signs, duty = Event(), self.house.signs, self.house.duty
        self.house.desk.follow(happened.set)
        duty.follow(happened.set)
        happened.set()
        while True:
            happened.wait(LOOK_AT_SIGNS_S)
            happened.clear()
            try:
                if duty.held:
                    signs.start()
                    signs.look()
                else:
                    signs.stop(within_s=0.0)
            except Exception:
                log.exception("looking at what the signs show failed")

    def _start_minding(self) -> None:
        """What is looked at now and then, without anybody asking."""
        house = self.house
        self._beside.spawn(
            _every, READ_KNOWLEDGE_S, partial(house.offload, house.read_knowledge), "reading the answers"
        )
        reading = partial(house.offload, house.read_media)
        self._beside.spawn(_every, READ_MEDIA_S, reading, "reading the pictures", first_s=0.0)
        self._beside.spawn(
            _every,
            LOOK_AT_CLOCKS_S,
            self._on_duty(self._live(house.watching.look_at_clocks)),
            "looking at the clocks of promises",
        )
        self._beside.spawn(
            _every, LOOK_AT_QUEUE_S, self._on_duty(self._live(house.watching.look_at_queue)), "looking at the queue"
        )
        screens = self._live(partial(house.watching.look_at_screens, self.live.presence))
        self._beside.spawn(_every, LOOK_AT_QUEUE_S, screens, "looking for the lobby screens")
        due = self._on_duty(self._live(partial(call_who_is_due, house.desk)))
        self._beside.spawn(_every, CALL_DUE_S, due, "calling who has become due")
        self._beside.spawn(
            _every,
            SWEEP_S,
            self._on_duty(house.watching.forget_what_is_old),
            "erasing what is old",
            first_s=SWEEP_FIRST_S,
        )
        anchor = self._on_duty(self._live(house.daily_anchor.look))
        self._beside.spawn(_every, LOOK_AT_CLOCKS_S, anchor, "making the anchor of the day")
        self._beside.spawn(_every, BEAT_S, self._take_pulse, "the look whether the journal can be written")
        self._beside.spawn(watch_lag, gevent.sleep, house.metrics.loop_lag_s.observe)
        self._beside.spawn(systemd.keep_alive, gevent.sleep)
        self._beside.spawn(self._mind_waits)
        self._beside.spawn(self._mind_signs)
        house.voices.start(self._beside.spawn, gevent.sleep)

    def _take_pulse(self) -> None:
        self.house.pulse.beat()
        self.house.tally.take_up()

    def _live(self, work: Callable[[], None]) -> Callable[[], None]:
        """The work, left out in a rehearsal: its time stands still."""

        def unless_rehearsing() -> None:
            if not self.house.desk.state.rehearsal:
                work()

        return unless_rehearsing

    def _on_duty(self, work: Callable[[], None]) -> Callable[[], None]:
        """The work, left to the process that is on duty for the branch."""

        def unless_another_does() -> None:
            if self.house.duty.held:
                work()

        return unless_another_does

    def serve(self, ready: Callable[[], None]) -> None:
        """Accept connections, call `ready` once, and stay until stopped."""
        self.house.stand_beside(self._beside.spawn)
        take_up_rules(self.house.desk)
        allow_many_connections()
        stopped = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, stopped.set)
        self.live.start(self._beside.spawn, Event(), gevent.sleep)
        self._beside.spawn(self._tell_alerts)
        self._start_minding()
        setup = self.house.config.setup
        self.house.printing.warm_up(setup.languages, setup.zone)
        self._work.spawn(unknown)
        self.house.post_room.start(self.house.desk.seq)
        self.house.shipping.start()
        self._server.start()
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        ready()
        systemd.tell("READY=1", f"STATUS=serving {self.url}")
        stopped.wait()
        self.house.pulse.stopping = True
        systemd.tell("STOPPING=1")
        self._server.stop()
        self._server.leaving.leave(DRAIN_S, gevent.sleep)
        self.house.post_room.stop()
        self.house.shipping.stop()
        self.house.signs.stop()
        self._beside.kill(timeout=DRAIN_S)
        self._work.join()
        self._commits.join()
        self.house.close()
        for pool in (self._work, self._posting, self._foreseeing, self._commits):
            pool.kill()
        self._lock.release()
