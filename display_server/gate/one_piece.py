"""A short answer leaves in one piece, head and body: each sending costs as much as finding the view, and gives up the
interpreter's lock, which comes back up to 5 ms later where another thread computes."""

from __future__ import annotations

from display_server.gate.patience import PatientHandler

SHORT = 16 * 1024
"""Bytes of a body up to which copying it is cheaper than another call to the system."""


class OnePieceHandler(PatientHandler):
    """Whatever is sent while the head is written is gathered, and sent once."""

    _gathered: bytearray | None = None

    def _write_with_headers(self, data: bytes) -> None:
        if len(data) > SHORT:
            super()._write_with_headers(data)
            return
        self._gathered = piece = bytearray()
        try:
            super()._write_with_headers(data)
        finally:
            self._gathered = None
        self._sendall(piece)

    def _sendall(self, data: bytes | bytearray) -> None:
        if self._gathered is not None:
            self._gathered += data
        else:
            super()._sendall(data)
