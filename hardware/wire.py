"""A byte stream to a device, with a deadline on every step.

Deadlines are readings of `time.monotonic()`, in seconds.
"""

from __future__ import annotations

import time
from typing import Protocol


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


def seconds_left(deadline: float) -> float:
    """Seconds until the deadline, never negative."""
    return max(0.0, deadline - time.monotonic())
