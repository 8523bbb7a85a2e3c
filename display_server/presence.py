"""The devices of the branch as the server meets them: which lobby screens listen, which kiosks give numbers, whether
the printers can print. A screen that was there since the server started and is not any more is said to be missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from hardware.alerts import OBSTACLES
from lobby.queue.alerts import Alert


class Device(msgspec.Struct, frozen=True):
    """`ok`: it is connected, gives numbers, can print. `since` (ms UTC) is since when it is connected or missing, or in
    trouble, and of a kiosk the time of the last number that it gave; 0 where nobody knows."""

    kind: Literal["screen", "kiosk", "printer"]
    name: str
    ok: bool
    since: int = 0


class Presence:
    """What is known of the devices since the server started."""

    def __init__(self) -> None:
        self._screens: dict[str, Device] = {}
        self._listening: dict[str, str] = {}
        self._kiosks: dict[str, Device] = {}

    def came(self, connection: str, name: str, now: int) -> None:
        """A lobby screen has connected (ms UTC)."""
        if name not in self._listening.values():
            self._screens[name] = Device("screen", name, True, now)
        self._listening[connection] = name

    def went(self, connection: str, now: int) -> None:
        """A connection is over; that of a screen, unless it has another one, means that the screen is missing."""
        name = self._listening.pop(connection, "")
        if name and name not in self._listening.values():
            self._screens[name] = Device("screen", name, False, now)

    def knows_kiosk(self, name: str) -> bool:
        return name in self._kiosks

    def issued(self, name: str, now: int) -> None:
        """A kiosk has given a number."""
        self._kiosks[name] = Device("kiosk", name, True, now)

    def devices(self, printers: Iterable[str], alerts: Iterable[Alert]) -> list[Device]:
        """All of them: `printers` by name, in trouble while an alert about an obstacle is open."""
        obstacles = {alert.device: alert.since for alert in alerts if alert.problem in OBSTACLES}
        return [
            *(Device("printer", name, name not in obstacles, obstacles.get(name, 0)) for name in printers),
            *sorted(self._kiosks.values(), key=lambda one: one.name),
            *sorted(self._screens.values(), key=lambda one: one.name),
        ]
