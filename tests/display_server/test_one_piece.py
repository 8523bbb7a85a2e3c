"""In a process of its own line: gevent's server beside a plain client, both on this machine."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator

import gevent
import pytest
from gevent.event import Event

from display_server.one_piece import SHORT, OnePieceHandler
from display_server.patience import PatientServer

App = Callable[[dict[str, object], Callable[..., object]], Iterator[bytes] | list[bytes]]


class Watched(OnePieceHandler):
    """Notes the size of each piece that goes to the system."""

    sent: list[int]

    def _sendall(self, data: bytes | bytearray) -> None:
        if self._gathered is None:
            self.server.sent.append(len(data))
        super()._sendall(data)
