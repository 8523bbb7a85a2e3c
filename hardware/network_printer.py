"""A printer on the network, raw TCP, port 9100 by custom. The port has no password.

Keep printers on a network of their own.
"""

from __future__ import annotations

import contextlib
import socket

from hardware.profiles import EIGHTY_MM, Profile
from hardware.stream_printer import StreamPrinter
from hardware.wire import Wire, WireBroken, seconds_left

CONNECT_S = 3.0
RAW_PORT = 9100


class SocketWire:
    """A TCP connection as a wire."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def send(self, data: bytes, deadline: float) -> None:
        sent = 0
        view = memoryview(data)
        while sent < len(data):
            left = seconds_left(deadline)
            if not left:
                raise WireBroken("it took the bytes too slowly", sent)
            self._socket.settimeout(left)
            try:
                sent += self._socket.send(view[sent:])
            except TimeoutError:
                continue
            except OSError as fault:
                raise WireBroken(fault.strerror or str(fault), sent) from fault

    def receive(self, deadline: float) -> bytes:
        left = seconds_left(deadline)
        if not left:
            return b""
        self._socket.settimeout(left)
        try:
            data = self._socket.recv(256)
        except TimeoutError:
            return b""
        except OSError as fault:
            raise WireBroken(fault.strerror or str(fault)) from fault
        if not data:
            raise WireBroken("the printer closed the connection")
        return data

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.close()


class NetworkPrinter(StreamPrinter):
    """A printer at `host`:`port`."""

    def __init__(self, host: str, port: int = RAW_PORT, profile: Profile = EIGHTY_MM, answers: bool = True) -> None:
        super().__init__(f"printer {host}:{port}", profile, answers)
        self._address = (host, port)

    def _open(self, deadline: float) -> Wire:
        patience = min(seconds_left(deadline), CONNECT_S)
        try:
            connection = socket.create_connection(self._address, timeout=max(patience, 0.001))
        except OSError as fault:
            raise WireBroken(fault.strerror or str(fault)) from fault
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return SocketWire(connection)
