"""The devices of the branch as the server meets them: which lobby screens listen and how they are, which kiosks give
numbers, whether the printers can print.

A screen that was there since the server started and is not any more is missing; one that the branch file names and that
never came is said so. What a screen says of itself is read by `display_server.live.health`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal

import msgspec

from display_server.live.health import Health, Trouble, troubles
from hardware.alerts import OBSTACLES
from lobby.queue.alerts import Alert
from lobby.signage import Screen

SETTLED_MS = 2000
"""A screen has what was in the journal so long before, or it is behind."""


class Device(msgspec.Struct, frozen=True):
    """`ok`: it is connected, gives numbers, can print, and says of nothing that it is wrong. `since` (ms UTC) is since
    when it is connected, and of a kiosk the time of the last number that it gave; 0 where nobody knows. `width` and
    `height` are the screen's, in its own pixels (CSS); 0 where it did not say."""

    kind: Literal["screen", "speaker", "kiosk", "printer"]
    name: str
    ok: bool
    since: int = 0
    troubles: tuple[Trouble, ...] = ()
    width: int = 0
    height: int = 0


class _Window:
    """One connection of a screen: what it said last, and what the next is measured by. It should have what the journal
    had `SETTLED_MS` ago, `expected`; what it has now, `coming`, will be expected then."""

    def __init__(self, name: str, now: int) -> None:
        self.name = name
        self.since = now
        self.health = Health()
        self.troubles: tuple[Trouble, ...] = ()
        self.expected = self.coming = 0
        self.coming_at = now

    def said(self, health: Health, seq: int, now: int) -> None:
        if now - self.coming_at >= SETTLED_MS:
            self.expected, self.coming, self.coming_at = self.coming, seq, now
        self.health = health
        self.troubles = troubles(health, self.expected, now, self.troubles)


class Presence:
    """What is known of the devices since the server started."""

    def __init__(self) -> None:
        self._windows: dict[str, _Window] = {}
        self._gone: dict[str, int] = {}
        self._kiosks: dict[str, Device] = {}

    def came(self, connection: str, name: str, now: int) -> None:
        """A lobby screen has connected (ms UTC)."""
        self._windows[connection] = _Window(name, now)
        self._gone.pop(name, None)

    def went(self, connection: str, now: int) -> None:
        """A connection is over; that of a screen, unless it has another one, means that the screen is missing."""
        window = self._windows.pop(connection, None)
        if window and all(other.name != window.name for other in self._windows.values()):
            self._gone[window.name] = now

    def said(self, connection: str, message: object, seq: int, now: int) -> None:
        """What a screen says of its health; `seq` is where the journal stands. Of strangers nothing is kept, and what
        nobody can read counts for nothing."""
        window, health = self._windows.get(connection), Health.read(message)
        if window is not None and health is not None:
            window.said(health, seq, now)

    @property
    def gone(self) -> dict[str, int]:
        """The screens that were there since the server started and are not, with the time since when (ms UTC)."""
        return dict(self._gone)

    @property
    def here(self) -> set[str]:
        """The screens that are connected."""
        return {window.name for window in self._windows.values()}

    def forget(self, name: str) -> None:
        """A screen that is gone is not to come back."""
        self._gone.pop(name, None)

    def knows_kiosk(self, name: str) -> bool:
        return name in self._kiosks

    def issued(self, name: str, now: int) -> None:
        """A kiosk has given a number."""
        self._kiosks[name] = Device("kiosk", name, True, now)

    def devices(
        self, printers: Iterable[str], alerts: Iterable[Alert], screens: Collection[Screen] = ()
    ) -> list[Device]:
        """All of them: `printers` by name, in trouble while an alert about an obstacle is open; `screens` as the branch
        file has them."""
        obstacles = {alert.device: alert.since for alert in alerts if alert.problem in OBSTACLES}
        windows: dict[str, list[_Window]] = {name: [] for name in (*self._gone, *(screen.name for screen in screens))}
        for window in self._windows.values():
            windows.setdefault(window.name, []).append(window)
        speakers = {screen.name for screen in screens if screen.layout == "voice"}
        return [
            *(_printer(name, obstacles.get(name)) for name in printers),
            *sorted(self._kiosks.values(), key=lambda one: one.name),
            *(
                _screen("speaker" if name in speakers else "screen", name, windows[name], self._gone.get(name))
                for name in sorted(windows)
            ),
        ]


def _screen(kind: Literal["screen", "speaker"], name: str, windows: list[_Window], gone: int | None) -> Device:
    """What all windows of a screen say together; its size is that of the newest."""
    if not windows:
        return Device(kind, name, False, 0, (Trouble("never" if gone is None else "missing", gone or 0),))
    wrong = tuple({(one.code, one.about): one for window in windows for one in window.troubles}.values())
    health = windows[-1].health
    return Device(kind, name, not wrong, min(one.since for one in windows), wrong, health.width, health.height)


def _printer(name: str, obstacle: int | None) -> Device:
    return Device("printer", name, obstacle is None, 0, () if obstacle is None else (Trouble("obstacle", obstacle),))
