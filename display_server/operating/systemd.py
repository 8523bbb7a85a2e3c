"""What systemd is told of the server's state (sd_notify(3)): one datagram each to the socket that it names. Where it
names none, nothing is sent."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable


def tell(*lines: str) -> None:
    """Tell it `READY=1`, `STOPPING=1`, `WATCHDOG=1`, `STATUS=...`."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        try:
            sock.sendto("\n".join(lines).encode(), address.replace("@", "\0", 1) if address[0] == "@" else address)
        except OSError:
            return  # it is not there any more: the server goes on


def watchdog_s() -> float:
    """How often to tell it that the server lives, in seconds: twice within its patience; 0 where it does not ask."""
    try:
        return int(os.environ.get("WATCHDOG_USEC", "0")) / 2e6
    except ValueError:
        return 0.0


def keep_alive(sleep: Callable[[float], None]) -> None:
    """Tell it that the server lives as often as it wants to hear, for as long as the loop turns. Returns at once where
    it does not ask."""
    seconds = watchdog_s()
    while seconds:
        tell("WATCHDOG=1")
        sleep(seconds)
