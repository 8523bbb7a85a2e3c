"""A WebSocket client (RFC 6455) that sends what it is told to, right or wrong, and need not read what it is sent."""

from __future__ import annotations

import json
import os
import socket
from typing import Any

from tests.end_to_end.branch_process import HANGS_S

CONTINUATION, TEXT, BINARY, CLOSE, PING = 0, 1, 2, 8, 9
HANDSHAKE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
PATIENCE_S = 10.0
"""How long a client tries to send to a server that does not read."""


def frame(payload: bytes, opcode: int = TEXT, *, last: bool = True, masked: bool = True) -> bytes:
    """One frame, as a client sends it (section 5.2), or not masked, as it must not."""
    size = len(payload)
    if size < 126:
        short, more = size, b""
    else:
        short, more = (126, size.to_bytes(2, "big")) if size < 1 << 16 else (127, size.to_bytes(8, "big"))
    mask = os.urandom(4) if masked else b""
    if masked:
        key = (mask * (size // 4 + 1))[:size]
        payload = (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")
    return bytes([opcode | 0x80 * last, short | 0x80 * masked]) + more + mask + payload


class RawClient:
    """Connected, as far as the WebSocket; `join` is the Socket.IO packet for a namespace."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=HANGS_S)
        self.socket.sendall(HANDSHAKE.format(host=f"127.0.0.1:{port}").encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.socket.recv(1)
        assert head.startswith(b"HTTP/1.1 101 "), head
        self.socket.settimeout(PATIENCE_S)

    def join(self, namespace: str, auth: dict[str, Any]) -> None:
        self.text(f"40{namespace},{json.dumps(auth)}")

    def text(self, packet: str) -> None:
        self.send(frame(packet.encode()))

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def is_cut_off(self) -> bool:
        """Whether the other side has closed the line; reads what there is on the way."""
        self.socket.settimeout(0.05)
        try:
            while self.socket.recv(65536):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    def close(self) -> None:
        self.socket.close()
