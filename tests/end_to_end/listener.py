"""A Socket.IO client of one namespace that keeps all it hears."""

from __future__ import annotations

import threading
from contextlib import suppress
from types import TracebackType
from typing import Any

import socketio
from socketio.exceptions import ConnectionError as NotConnected

from tests.end_to_end.branch_process import HANGS_S, until

MESSAGES = ("snapshot", "event", "beat")


class Refused(Exception):
    """The server did not let the client in; the text is what it said."""


class Listener:
    """Connected from `with` to its end. `heard` is every message with its payload, in order."""

    def __init__(
        self, url: str, namespace: str, auth: dict[str, Any] | None = None, *, reconnects: bool = False
    ) -> None:
        self.url = url
        self.namespace = namespace
        self.auth = auth
        self.headers: dict[str, str] = {}
        self.origin = url
        self.heard: list[tuple[str, Any]] = []
        self.disconnected = threading.Event()
        self._refusal: Any = None
        self.client = socketio.Client(
            reconnection=reconnects,
            reconnection_delay=0.1,
            reconnection_delay_max=0.4,
            handle_sigint=False,
            request_timeout=HANGS_S,
        )
        for message in MESSAGES:
            self.client.on(message, self._keeper(message), namespace=namespace)
        self.client.on("connect_error", self._refused, namespace=namespace)
        self.client.on("disconnect", self._gone, namespace=namespace)

    def __enter__(self) -> Listener:
        try:
            self.client.eio.websocket_extra_options["origin"] = self.origin
            self.client.connect(
                self.url,
                headers=self.headers,
                namespaces=[self.namespace],
                auth=self.auth,
                transports=["websocket"],
                wait_timeout=HANGS_S,
            )
        except NotConnected as error:
            self.drop()
            said = self._refusal
            raise Refused(said["message"] if isinstance(said, dict) else str(said or error)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.reconnection = False
        self.drop()
        self.client.shutdown()

    def drop(self) -> None:
        """Cut the line, as a pulled cable does: no goodbye. Whoever waits for what comes on it is woken."""
        if self.client.eio.ws is not None:
            with suppress(OSError):  # it is cut already
                self.client.eio.ws.abort()
            self.client.eio.ws.shutdown()

    def send(self, message: str, *payload: Any) -> None:
        self.client.emit(message, payload[0] if len(payload) == 1 else payload or None, self.namespace)

    def all(self, message: str) -> list[Any]:
        return [payload for name, payload in list(self.heard) if name == message]

    def first(self, message: str) -> Any:
        """The first message of this name; waits for it."""
        return until(lambda: self.all(message), f"a {message} on {self.namespace}")[0]

    def after(self, seen: int, message: str) -> Any:
        """The first message of this name after the first `seen` messages of any; waits for it."""
        found = until(
            lambda: [payload for name, payload in self.heard[seen:] if name == message],
            f"{message} on {self.namespace}",
        )
        return found[0]

    def events_up_to(self, seq: int) -> list[dict[str, Any]]:
        """Every event heard up to the one with this number, once that has come."""
        until(lambda: any(told["seq"] >= seq for told in self.all("event")), f"event {seq} on {self.namespace}")
        return [told for told in self.all("event") if told["seq"] <= seq]

    def _keeper(self, message: str) -> Any:
        return lambda payload=None: self._keep(message, payload)

    def _keep(self, message: str, payload: Any) -> None:
        self.heard.append((message, payload))

    def _gone(self, reason: str = "") -> None:
        if reason == self.client.reason.TRANSPORT_ERROR:
            self.client.eio.ws.shutdown()  # which the client leaves open when it connects anew
        self.disconnected.set()

    def _refused(self, said: Any = None) -> None:
        self._refusal = said
