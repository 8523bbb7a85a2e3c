"""What a client may send: text packets of the Socket.IO protocol 5 that join, leave, or carry a named event.

Who sends anything else is no page or program of ours, and is cut off: no trace of each mistake in the log, and nothing
kept of it. Packets that announce bytes to come (types 5 and 6) are refused too, for as many may follow as they say.
"""

from __future__ import annotations

import logging
from typing import Any

from flask_socketio import SocketIO
from socketio import packet

log = logging.getLogger(__name__)


class Garbage(Exception):
    """No packet of ours."""


class TextPacket(packet.Packet):  # type: ignore[misc]  # the library ships no types
    """A packet that can be dealt with, or `Garbage`."""

    uses_binary_events = False

    def decode(self, encoded_packet: Any) -> int:
        try:
            announced: int = super().decode(encoded_packet)
        except Exception as error:  # whatever garbage makes the decoder say
            raise Garbage from error
        if announced or not self._is_ours():
            raise Garbage
        return 0

    def _is_ours(self) -> bool:
        if self.packet_type == packet.EVENT:
            return isinstance(self.data, list) and bool(self.data) and isinstance(self.data[0], str)
        return self.packet_type in (packet.CONNECT, packet.DISCONNECT)


def only_packets(socketio: SocketIO) -> None:
    """Have the server cut off whoever sends garbage."""
    server = socketio.server
    server.packet_class = TextPacket
    take = server._handle_eio_message

    def take_packet(connection: str, data: Any) -> None:
        try:
            take(connection, data)
        except Garbage:
            log.info("a client that sent no packet of ours is cut off")
            server.eio.disconnect(connection)

    server.eio.on("message", take_packet)
