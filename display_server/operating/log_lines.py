"""What the server writes into its log, a line each: as text for people and journald, or as JSON for programs.

    <4>display_server.voice.shelf: the clip digit-4 in ar could not be made ... [request 3f9c2a61b0d4]
    {"at":"2026-03-05T09:00:00.123Z","level":"warning","logger":"display_server.voice.shelf","message":"...","request":"..."}

Whatever is logged while a request is answered carries that request's id; an answer that failed carries it too
(`X-Request-Id`), so that whoever calls for help can say it. A proxy's own id is taken over. Addresses are not logged,
only routes: that of a customer's page is its secret, and a query may hold words.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import sys
from datetime import UTC, datetime
from typing import Literal, TextIO

import msgspec
from flask import Response, g, has_request_context, request

HEADER = "X-Request-Id"
ROUTE, REQUEST = "lobby.route", "lobby.request"
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_PRIORITY = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6, logging.DEBUG: 7}
"""syslog's numbers, which journald reads at a line's beginning (sd-daemon(3))."""

READY = "/readyz"

SLOW_S = 2.0
"""Whatever took longer to answer is logged."""

requests = logging.getLogger("lobby.requests")

Form = Literal["text", "json"]


def request_id() -> str:
    """The id of the request that is answered now, the proxy's or a new one; empty when none is."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        sent = request.headers.get(HEADER, "")
        g.request_id = sent if _ID.fullmatch(sent) else secrets.token_hex(6)
    return str(g.request_id)


def mark(response: Response) -> Response:
    """Have whoever counts answers know the route and the request's id (lists at `ROUTE` and `REQUEST` in the request's
    environment take them), and put the id on an answer that says that the server failed."""
    for name, value in ((ROUTE, request.url_rule.rule if request.url_rule else ""), (REQUEST, request_id())):
        taker = request.environ.get(name)
        if taker is not None and value:
            taker.append(value)
    if response.status_code >= 500:
        response.headers[HEADER] = request_id()
    return response


def note_request(method: str, route: str, code: int, seconds: float, request: str = "") -> None:
    """Log a request that failed or took long, with its id. That the server is not ready is an answer, and asked for
    every second."""
    if (code >= 500 and route != READY) or seconds > SLOW_S:
        level = logging.ERROR if code >= 500 else logging.WARNING
        requests.log(
            level, "%s %s answered %d after %.2f s", method, route or "?", code, seconds, extra={"request": request}
        )


class _WithRequest(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request = request_id() or getattr(record, "request", "")
        return True


class TextLines(logging.Formatter):
    """For people; with syslog's numbers in front where journald reads, and the time where it does not."""

    def __init__(self, *, journald: bool) -> None:
        super().__init__()
        self._journald = journald

    def format(self, record: logging.LogRecord) -> str:
        """One line, and those of the exception below it."""
        said = f"{record.name}: {record.getMessage()}"
        if request := getattr(record, "request", ""):
            said += f" [request {request}]"
        if record.exc_info:
            said += "\n" + self.formatException(record.exc_info)
        if self._journald:
            front = f"<{_PRIORITY.get(record.levelno, 6)}>"
            return "\n".join(front + line for line in said.splitlines())
        return f"{_moment(record)} {record.levelname.lower()} {said}"


class JsonLines(logging.Formatter):
    """For programs: `at` (UTC), `level`, `logger`, `message`; `request` and `exception` where there are."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever was said."""
        line = {
            "at": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := getattr(record, "request", ""):
            line["request"] = request
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_journal() -> bool:
    """Whether what this process says on its standard error goes to journald (systemd.exec(5)), which keeps it."""
    stderr = os.fstat(2)
    return os.environ.get("JOURNAL_STREAM") == f"{stderr.st_dev}:{stderr.st_ino}"


def write_log(form: Form, stream: TextIO | None = None) -> None:
    """Have everything that is logged from now on written to `stream` (the standard error) in this form. To be called
    before libraries are loaded that would set up the log themselves."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines(journald=in_journal()))
    handler.addFilter(_WithRequest())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for loud in ("httpx", "httpcore", "alembic", "pymodbus", "engineio.server", "socketio.server"):
        logging.getLogger(loud).setLevel(logging.WARNING)  # they write addresses and steps, or a log of their own
