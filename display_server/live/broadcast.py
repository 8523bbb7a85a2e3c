"""One message to many clients: encoded once, framed once, and written straight to whoever is up to date.

The library's manager encodes once, and then has a greenlet for each client frame and write the message: that is most of
the way from a call to the last of many screens. This one writes it itself, without waiting, to each client for which
nothing else is under way; to any other it goes the library's way, so that order is kept and a slow client holds nobody.
Who falls too far behind is cut off: it comes back, and gets the present picture in place of all that it missed.

It knows the insides of the libraries, hence `READ`; with other versions, and on `lobby serve --plain-sending`, the
library's manager does it all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from engineio import packet as engine
from socketio import Manager
from socketio import packet as protocol

from display_server.live.giving_way import give_way
from display_server.live.wire import WebSocketOnWire, text_frame

log = logging.getLogger(__name__)

READ = {"python-socketio": "5.18.", "python-engineio": "4.15.", "simple-websocket": "1.1."}
"""The versions whose insides this was written for."""

BEHIND = 200
"""A client for which so many messages wait is cut off."""

SLICE = 32
"""After so many clients, well under a millisecond, a fleeting message lets others go first."""


class Broadcast(Manager):  # type: ignore[misc]  # the library ships no types
    """`emit` as ever; with `while_true` the message is fleeting: it goes to those clients only who are up to date, a
    slice of them at a time, and no further once that is false."""

    def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: str | None = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: str | None = None,
        while_true: Callable[[], bool] | None = None,
        **kwargs: Any,
    ) -> None:
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        text = self.server.packet_class(protocol.EVENT, namespace=namespace, data=[event, *arguments]).encode()
        if callback or skip_sid or not isinstance(text, str):
            super().emit(event, data, namespace, room, skip_sid, callback, to, **kwargs)
            return
        message = engine.Packet(engine.MESSAGE, text)
        frame = text_frame(message.encode())
        listeners = [connection for _, connection in self.get_participants(namespace, to or room)]
        if while_true is None:
            for connection in listeners:
                self._hand(connection, frame, message)
            return
        for first in range(0, len(listeners), SLICE):
            if first:
                give_way()
            if not while_true():
                return
            for connection in listeners[first : first + SLICE]:
                self._hand(connection, frame, None)

    def _hand(self, connection: str, frame: bytes, message: engine.Packet | None) -> None:
        """The frame to one client; where something else is under way, the message behind that."""
        socket = self.server.eio.sockets.get(connection)
        wire = getattr(socket, "wire", None)
        if (wire is not None and wire.offer(frame)) or message is None:
            return
        if wire is not None and socket.queue.qsize() >= BEHIND:
            log.warning("a client was cut off: %d messages waited for it", BEHIND)
            wire.cut()
        else:
            self.server._send_eio_packet(connection, message)


def known() -> bool:
    """Whether the installed libraries are those that this was written for."""
    others = [f"{name} {version(name)}" for name, read in READ.items() if not version(name).startswith(read)]
    if others:
        log.warning("sending the plain way: the quick one does not know %s", ", ".join(others))
    return not others


def on_wires(socketio: Any) -> None:
    """Have the server (Flask-SocketIO) run its connections on wires."""
    engine_io = socketio.server.eio
    engine_io._async = engine_io._async | {"websocket": WebSocketOnWire}
