"""The WebSocket of one client (RFC 6455): whole frames, one after the other, whoever writes.

Three write to it: the library's writer, which waits as long as the client is slow; its reader, which answers pings; and
the broadcast (`display_server.live.broadcast`), which never waits. A frame of one never falls into a frame of another,
and none overtakes one that was there before.
"""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import gevent
import simple_websocket
from gevent.lock import Semaphore
from gevent.ssl import SSLSocket

from display_server.live.packets import OnlyPackets

UNHEARD, READ_AGAIN_S = 64, 0.05
"""So many messages of a client's may wait; then it is looked again whether it can be read."""

_send = ctypes.PyDLL(None).send
_send.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int)
_send.restype = ctypes.c_ssize_t
"""send(2) that keeps the interpreter's lock. `socket.send` gives it up each time, and where another thread computes it
comes back up to 5 ms later: two hundred screens would hear of a call after a second."""


def text_frame(text: str) -> bytes:
    """One unmasked text frame, from server to client (section 5.2). Never compressed: no client is offered that."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return b"\x81" + size.to_bytes(1, "big") + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


class Wire:
    """The socket under a WebSocket, in whole frames. `nothing_waits`: no message for the client waits to be framed;
    `is_behind`: messages of the client's wait to be dealt with."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._fd = sock.fileno()
        self._turn = Semaphore()
        self._under_way = 0
        self.nothing_waits: Callable[[], bool] = lambda: True
        self.is_behind: Callable[[], bool] = lambda: False

    def send(self, frame: bytes) -> None:
        """Write the frame, after those that are under way; wait while the client is slow. OSError when it is gone."""
        self._under_way += 1
        try:
            with self._turn:
                self._sock.sendall(frame)
        finally:
            self._under_way -= 1

    def offer(self, frame: bytes) -> bool:
        """Write the frame without waiting; False, and nothing is written, where others are under way. What the client
        does not take at once follows by itself, and where it is gone its reader finds that out."""
        if self._under_way or not self.nothing_waits():
            return False
        sent = self._at_once(frame)
        if sent != len(frame):
            self._under_way += 1
            gevent.spawn(self._follow, frame[sent:])
        return True

    def _at_once(self, frame: bytes) -> int:
        """How many of the bytes the system takes now."""
        return max(0, int(_send(self._fd, frame, len(frame), socket.MSG_DONTWAIT)))

    def _follow(self, rest: bytes) -> None:
        try:
            with suppress(OSError), self._turn:
                self._sock.sendall(rest)
        finally:
            self._under_way -= 1

    def recv(self, size: int) -> bytes:
        """What came. Who sends without end is read a little at a time, and all others have their turn between."""
        gevent.sleep(0)
        while self.is_behind():
            gevent.sleep(READ_AGAIN_S)
        return bytes(self._sock.recv(size))

    def cut(self) -> None:
        """End the connection, whoever waits for it: reader and writer find it closed."""
        with suppress(OSError), socket.socket(fileno=os.dup(self._sock.fileno())) as same:
            same.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._fd = -1  # the number may soon be another connection's
        self._sock.close()


class TlsWire(Wire):
    """The same under TLS, which gives up the interpreter's lock. A frame that it did not take must be offered to it
    again as it is, and is."""

    def _at_once(self, frame: bytes) -> int:
        self._sock.settimeout(0.0)
        try:
            return int(self._sock.send(frame))
        except OSError:
            return 0
        finally:
            self._sock.settimeout(None)


class _Framed(simple_websocket.Server):  # type: ignore[misc]  # the library ships no types
    """The library's WebSocket on a `Wire`."""

    sock: Any

    def handshake(self) -> None:
        self.sock = (TlsWire if isinstance(self.sock, SSLSocket) else Wire)(self.sock)
        super().handshake()

    def send(self, data: str | bytes) -> None:
        if isinstance(data, bytes) or not self.connected:
            super().send(data)
        else:
            self.sock.send(text_frame(data))


class WebSocketOnWire(OnlyPackets):
    """What Engine.IO runs a connection on; its `Socket` has the `wire` from then on."""

    def __init__(self, handler: Callable[[Any], Any], server: Any) -> None:
        super().__init__(handler, server)
        self._connection = handler.__self__  # type: ignore[attr-defined]  # a method of the connection
        self._largest = server.max_http_buffer_size

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.ws = _Framed(environ, max_message_size=self._largest, **self.server_args)
        self.ws.sock.nothing_waits = self._connection.queue.empty
        self.ws.sock.is_behind = lambda: self.ws.connected and len(self.ws.input_buffer) >= UNHEARD
        self._connection.wire = self.ws.sock
        answer: Iterable[bytes] = self.app(self)
        return answer

    def close(self) -> None:
        """Say goodbye, and do not wait for the answer: who gives none would keep the line."""
        with suppress(OSError):
            super().close()
        self.ws.sock.cut()
