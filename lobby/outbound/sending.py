"""One attempt: a POST with a limit on time and on what is read.

httpcore and not httpx: it follows no redirect, writes no address into a log, and takes a network of one's own, which is
what limits an attempt as a whole. A timeout alone limits each read, and whoever sends a byte now and then never ends.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import httpcore
import msgspec

TOTAL_S = 20.0
"""For the whole attempt; the specification asks for 15 to 30 s."""

MOST_READ = 64 * 1024
"""Bytes of an answer's body that are read, so that its connection can be used again. A longer one closes it."""

ALWAYS = {"content-type": "application/json", "user-agent": "branch-lobby"}

RETRY_LATER = (429, 503)
GONE = 410


class Outcome(msgspec.Struct, frozen=True):
    """How an attempt went: delivered, or what the problem was. `gone` says that the receiver wants no more at all,
    `retry_after_s` how long it asks to be left alone."""

    delivered: bool
    problem: str = ""
    gone: bool = False
    retry_after_s: float = 0.0


class Sender:
    """Sends to one receiver, over one connection that it keeps while the receiver does."""

    def __init__(self, total_s: float = TOTAL_S, tls: ssl.SSLContext | None = None) -> None:
        self._network = _Limited(total_s)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or ssl.create_default_context(), max_connections=1, network_backend=self._network
        )
        self._total_s = total_s

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Send once. Never raises for what a network or a receiver does."""
        return self._send(url, body, headers, lambda _part: None)

    def ask(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[Outcome, bytes]:
        """Send once, and give the answer's body too, up to a limit. Never raises, as above."""
        heard = bytearray()
        return self._send(url, body, headers, heard.extend), bytes(heard)

    def close(self) -> None:
        self._pool.close()

    def _send(self, url: str, body: bytes, headers: Mapping[str, str], heard: Callable[[bytes], None]) -> Outcome:
        self._network.begin()
        sent = {**ALWAYS, "content-length": str(len(body)), **headers}
        try:
            with self._pool.stream("POST", url, headers=[*sent.items()], content=body) as answer:
                _hear(answer.iter_stream(), heard)
                return _outcome(answer)
        except httpcore.TimeoutException:
            return Outcome(False, f"no answer within {self._total_s:g} s")
        except httpcore.ConnectError as error:
            return Outcome(False, f"no connection ({_cause(error)})")
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            return Outcome(False, f"the connection broke ({_cause(error)})")


def _hear(parts: Iterable[bytes], heard: Callable[[bytes], None]) -> None:
    """Read an answer's body, up to a limit."""
    left = MOST_READ
    for part in parts:
        left -= len(part)
        if left < 0:
            return
        heard(part)


def _outcome(answer: httpcore.Response) -> Outcome:
    if 200 <= answer.status < 300:
        return Outcome(True)
    problem = f"answered {answer.status}"
    if 300 <= answer.status < 400:
        problem += ", a redirect; write the new address into branch.toml"
    asked = dict(answer.headers).get(b"retry-after", b"") if answer.status in RETRY_LATER else b""
    return Outcome(False, problem, answer.status == GONE, float(asked) if asked.isdigit() and len(asked) < 7 else 0.0)


def _cause(error: BaseException) -> str:
    """The first cause, in one short line: whatever a receiver sent must not fill a log."""
    while error.__context__ is not None:
        error = error.__context__
    said = " ".join(str(getattr(error, "strerror", None) or error).split())
    return (said if said.isprintable() else "")[:120] or type(error).__name__


class _Limited(httpcore.NetworkBackend):
    """The system's network, on which everything has the time that is left of the attempt."""

    def __init__(self, total_s: float) -> None:
        self._total_s = total_s
        self._ends = 0.0
        self._network = httpcore.SyncBackend()

    def begin(self) -> None:
        self._ends = time.monotonic() + self._total_s

    def left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout()
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        return _LimitedStream(self._network.connect_tcp(host, port, self.left(), local_address, socket_options), self)


class _LimitedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, network: _Limited) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._network.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _LimitedStream(self._stream.start_tls(ssl_context, server_hostname, self._network.left()), self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
