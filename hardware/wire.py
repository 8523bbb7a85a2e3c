"""A byte stream to a device, with a deadline on every step.

Deadlines are readings of `time.monotonic()`, in seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

STEP_S = 0.5
CHUNK = 4096
"""Bytes that are handed to a device at once: less than a second's worth for any that is fast enough for pictures."""


class WireBroken(Exception):
    """The stream ended or its deadline passed. `sent` is how many bytes of the last `send` the system had taken."""

    def __init__(self, message: str, sent: int = 0) -> None:
        super().__init__(message)
        self.sent = sent


class Wire(Protocol):
    """What every driver's connection can do."""

    def send(self, data: bytes, deadline: float) -> None:
        """Hands all bytes to the system, or raises WireBroken with how many it took."""

    def receive(self, deadline: float) -> bytes:
        """At least one byte, or none when the deadline has passed; raises WireBroken when the other side is gone."""

    def close(self, abandon: bool = False) -> None:
        """Lets go of the device; never fails. With `abandon`, bytes that are still on their way are thrown away where
        that can be done, so that they do not come between those of the next job."""


class Interruptible:
    """A wire whose owner may be told to give up: within half a second of `given_up()` it breaks."""

    def __init__(self, wire: Wire, given_up: Callable[[], bool]) -> None:
        self._wire = wire
        self._given_up = given_up

    def send(self, data: bytes, deadline: float) -> None:
        sent = 0
        while sent < len(data):
            self._check(sent)
            chunk = data[sent : sent + CHUNK]
            try:
                self._wire.send(chunk, deadline)
            except WireBroken as fault:
                raise WireBroken(str(fault), sent + fault.sent) from fault
            sent += len(chunk)

    def receive(self, deadline: float) -> bytes:
        while True:
            self._check()
            data = self._wire.receive(min(deadline, time.monotonic() + STEP_S))
            if data or not seconds_left(deadline):
                return data

    def close(self, abandon: bool = False) -> None:
        self._wire.close(abandon)

    def _check(self, sent: int = 0) -> None:
        if self._given_up():
            raise WireBroken("printing was stopped", sent)


def seconds_left(deadline: float) -> float:
    """Seconds until the deadline, never negative."""
    return max(0.0, deadline - time.monotonic())
