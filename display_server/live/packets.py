"""What a client may send on a WebSocket: text packets of Engine.IO 4, and in them of Socket.IO 5, that join, leave, or
carry a named event.

Who sends anything else is no page or program of ours, and is cut off, before anything is kept of it. Packets that
announce bytes (types 5 and 6) are refused too, for as many may follow as they say.

Pages say little: something every few seconds, a few things in a row when they come. Who says more than `AT_ONCE`
packets is listened to `A_SECOND` times a second, for some questions take long to answer.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import gevent
from engineio import packet as engine
from engineio.async_drivers.gevent import WebSocketWSGI
from flask_socketio import SocketIO
from socketio import packet

AT_ONCE, A_SECOND = 30, 10

log = logging.getLogger(__name__)

PLAIN = {str(engine.CLOSE), str(engine.PING), str(engine.PONG), str(engine.NOOP)}
"""Packets of Engine.IO itself, which mean the same whatever follows."""


class Garbage(Exception):
    """No packet of ours."""


def check(said: str | bytes) -> None:
    """Raise `Garbage` unless it is a packet that can be dealt with."""
    if not isinstance(said, str) or not said:
        raise Garbage
    if said[0] in PLAIN:
        return
    if said[0] != str(engine.MESSAGE):
        raise Garbage
    try:
        found = packet.Packet(encoded_packet=said[1:])
    except Exception as error:  # whatever garbage makes the decoder say
        raise Garbage from error
    if found.attachment_count or not _is_ours(found):
        raise Garbage


def _is_ours(found: Any) -> bool:
    if found.packet_type == packet.EVENT:
        return isinstance(found.data, list) and bool(found.data) and isinstance(found.data[0], str)
    return found.packet_type in (packet.CONNECT, packet.DISCONNECT)


class Pace:
    """How often somebody is listened to: `AT_ONCE` in a row, and from then on `A_SECOND`."""

    def __init__(self, now_s: float) -> None:
        self._saved, self._seen_s = float(AT_ONCE), now_s

    def wait_s(self, now_s: float) -> float:
        """For how long not to listen, now that there is something to hear."""
        self._saved = min(AT_ONCE, self._saved + (now_s - self._seen_s) * A_SECOND) - 1
        self._seen_s = now_s
        return max(0.0, -self._saved / A_SECOND)


class OnlyPackets(WebSocketWSGI):  # type: ignore[misc]  # the library ships no types
    """What Engine.IO runs a connection on; garbage ends it, and a flood is taken in slowly."""

    _pace: Pace | None = None

    def wait(self) -> Any:
        said = super().wait()
        self._pace = self._pace or Pace(time.monotonic())
        gevent.sleep(self._pace.wait_s(time.monotonic()))
        if said is not None:
            try:
                check(said)
            except Garbage:
                log.info("a client that sent no packet of ours is cut off")
                raise
        return said


def only_packets(socketio: SocketIO) -> None:
    """Have the server cut off whoever sends garbage."""
    engine_io = socketio.server.eio
    engine_io._async = engine_io._async | {"websocket": OnlyPackets}
