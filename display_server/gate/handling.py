"""How a connection of a server is handled: patiently, in one piece, counted, and told when the server leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

from display_server.gate.leaving import Leaving, gone
from display_server.gate.one_piece import OnePieceHandler
from display_server.gate.patience import PatientServer
from display_server.operating.log_lines import REQUEST, ROUTE

Answered = Callable[[str, str, int, float, str], None]
"""Takes note of an answer: method, route (empty for none), status, seconds, the request's id."""


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


class LeavingServer(PatientServer):
    """Begins nothing more once it is asked to `leave`."""

    def __init__(self, *given: Any, answered: Answered, handler_class: type[Handler] = Handler, **options: Any) -> None:
        super().__init__(*given, log=None, handler_class=handler_class, **options)
        self.answered = answered
        self.leaving = Leaving()

    def leave(self, within_s: float, sleep: Callable[[float], None]) -> None:
        """Take no connection more, and return when nothing is under way, or after so many seconds."""
        self.stop()
        self.leaving.leave(within_s, sleep)
