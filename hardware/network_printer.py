"""A printer on the network, raw TCP, port 9100 by custom. The port has no password.

Keep printers on a network of their own.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Callable
from typing import Any, ClassVar

from hardware.conversation import Conversation
from hardware.native import NativeThread, original
from hardware.profiles import EIGHTY_MM, Profile
from hardware.stream_printer import Patience, StreamPrinter
from hardware.wire import Wire, WireBroken, seconds_left

RAW_PORT = 9100
LAST_WORDS_S = 0.3
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with RST and throw away what was not sent

LookUp = Callable[..., list[Any]]
"""`socket.getaddrinfo`, which may block for as long as the resolver likes."""


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

    def send_no_more(self) -> None:
        """Tells the other side that nothing follows; it may still speak."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def close(self, abandon: bool = False) -> None:
        with contextlib.suppress(OSError):
            if abandon:
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self._socket.close()


class NetworkPrinter(StreamPrinter):
    """A printer at `host`:`port`; `look_up` finds the addresses of a name."""

    kind: ClassVar[str] = "tcp"

    def __init__(
        self,
        host: str,
        port: int = RAW_PORT,
        profile: Profile = EIGHTY_MM,
        answers: bool = True,
        patience: Patience | None = None,
        look_up: LookUp | None = None,
    ) -> None:
        super().__init__(f"{host}:{port}", profile, answers, patience)
        self._address = (host, port)
        self._look_up = look_up or original("socket", "getaddrinfo")

    def _open(self, deadline: float) -> Wire:
        deadline = min(deadline, time.monotonic() + self._patience.connect_s)
        fault: OSError | None = None
        for family, kind, protocol, _, address in self._addresses(deadline):
            connection = socket.socket(family, kind, protocol)
            connection.settimeout(max(seconds_left(deadline), 0.001))
            try:
                connection.connect(address)
            except OSError as refusal:
                connection.close()
                fault = refusal
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return SocketWire(connection)
        raise WireBroken("no such host" if fault is None else fault.strerror or str(fault)) from fault

    def _addresses(self, deadline: float) -> list[Any]:
        """The addresses of the host. A name is looked up on a thread of its own, for a resolver knows no deadline."""
        host, port = self._address
        numeric = {"type": socket.SOCK_STREAM, "flags": socket.AI_NUMERICHOST}
        with contextlib.suppress(socket.gaierror):
            return self._look_up(host, port, **numeric)
        found: list[Any] = []
        faults: list[OSError] = []

        def look_up() -> None:
            try:
                found.extend(self._look_up(host, port, type=socket.SOCK_STREAM))
            except OSError as fault:
                faults.append(fault)

        if not NativeThread(look_up).join(seconds_left(deadline)):
            raise WireBroken("its name could not be looked up in time")
        if faults:
            raise WireBroken(f"its name could not be looked up ({faults[0].strerror})") from faults[0]
        return found

    def _gives_itself_away(self, talk: Conversation, wire: Wire) -> bool:
        """A web server waits for the end of a question that it cannot understand, and then says so."""
        assert isinstance(wire, SocketWire)
        wire.send_no_more()
        return talk.says_anything(time.monotonic() + LAST_WORDS_S)
