"""How long a connection may take its time: who sends a request a byte at a time, or never reads the answer, is cut off,
and a thousand of them are no more than a thousand open files.

A connection may stand still between two requests or in the middle of an answer. From a request's first byte on its head
has its time, and from then on its body, however many packets they come in: who took longer gets 408 (RFC 9110, 15.5.9).
A WebSocket has pings instead.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from gevent import Timeout
from gevent.pywsgi import WSGIHandler, WSGIServer

HANDSHAKE_S = 10.0
SOCKET_IO = "/socket.io/"

_ANSWER = "HTTP/1.1 {}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

log = logging.getLogger(__name__)


class TooSlow(TimeoutError):
    """The client took too long."""

    def __init__(self) -> None:
        super().__init__("timed out")


class InTime:
    """A request's body for so many seconds from now; `is_late` once they were too few."""

    def __init__(self, rfile: Any, seconds: float) -> None:
        self._rfile = rfile
        self._until = time.monotonic() + seconds
        self.is_late = False

    def read(self, size: int = -1) -> bytes:
        return self._hurried(self._rfile.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._hurried(self._rfile.readline, size)

    def _hurried(self, read: Callable[[int], bytes], size: int) -> bytes:
        try:
            with Timeout(max(0.0, self._until - time.monotonic()), TooSlow):
                return read(size)
        except TooSlow:
            self.is_late = True
            raise


class PatientHandler(WSGIHandler):  # type: ignore[misc]  # the library ships no types
    """A connection that is cut off when its time is over: `still_s` without a byte, `head_s` and `body_s` for those of
    a request, in seconds. A body has 64 kB at most, which a line of 56 kbit/s brings in ten."""

    still_s, head_s, body_s = 75.0, 10.0, 20.0
    ignored_socket_errors = (*WSGIHandler.ignored_socket_errors, "timed out")
    _head: Timeout | None = None
    _body: InTime | None = None

    def handle(self) -> None:
        self.socket.settimeout(self.still_s)
        super().handle()

    def handle_one_request(self) -> Any:
        self._body = None
        try:
            answered = super().handle_one_request()
        finally:
            self._head_is_over()
        return None if self._is_late() else answered  # what still comes of a late body is no next request

    def read_requestline(self) -> str:
        if not self.rfile.peek(1):
            return ""
        self._head = Timeout.start_new(self.head_s, TooSlow)
        return str(super().read_requestline())

    def read_request(self, raw_requestline: str) -> bool:
        found = bool(super().read_request(raw_requestline))
        self._head_is_over()
        return found

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        if self.content_length or self.wsgi_input.chunked_input:
            self.wsgi_input.rfile = self._body = InTime(self.rfile, self.body_s)
        return environ

    def run_application(self) -> None:
        if self._connection_upgrade_requested():
            self.socket.settimeout(None)
        super().run_application()

    def _connection_upgrade_requested(self) -> bool:
        """Whether this becomes a WebSocket; at any other address nothing does, whatever its head says."""
        return self.path.startswith(SOCKET_IO) and bool(super()._connection_upgrade_requested())

    def _handle_client_error(self, error: Exception) -> tuple[str, bytes]:
        """Nothing is logged of what was no request: it may hold a secret."""
        status = "408 Request Timeout" if isinstance(error, TooSlow) else "400 Bad Request"
        log.info("a connection from %s is closed: %s", self.client_address[0], status)
        return status[:3], _ANSWER.format(status).encode()

    def _is_late(self) -> bool:
        return self._body is not None and self._body.is_late

    def _head_is_over(self) -> None:
        if self._head is not None:
            self._head.close()
            self._head = None


class PatientServer(WSGIServer):  # type: ignore[misc]  # the library ships no types
    """Its connections have so long for a TLS handshake, too; one that fails is no fault of the server."""

    def wrap_socket_and_handle(self, client_socket: Any, address: Any) -> None:
        try:
            with Timeout(HANDSHAKE_S, TooSlow):
                wrapped = self.wrap_socket(client_socket, **self.ssl_args)
        except OSError as error:
            log.info("a TLS handshake of %s failed: %s", address[0], type(error).__name__)
            return
        with closing(wrapped):
            self.handle(wrapped, address)
