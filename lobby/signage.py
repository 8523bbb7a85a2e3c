"""What hangs in the lobby and speaks there: the look of every page, screens, signs over the counters, the voice.

Read from `branch.toml` (`lobby.branch_file.signage_values`). The queue knows nothing of it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from lobby.queue.services import Span

Layout = Literal["calls", "sign", "voice"]
"""`calls`: the whole board. `sign`: the number at one counter, very large. `voice`: a speaker without a picture."""

Beside = Literal["media", "information"]
"""What stands beside the calls: pictures and videos, or rates and fees."""

Theme = Literal["light", "dark"]

ROTATE, CUSTOMER = "rotate", "customer"
"""A screen's language, besides a fixed one: the branch's languages in turn, or that of whoever was called last."""


class Look(msgspec.Struct, frozen=True):
    """How the bank wants its pages. `brand` is a colour (#rrggbb; empty: ours), `logo` a file beside the branch file
    (SVG or PNG; empty: ours), `radius_px` the rounding of tiles, `theme` that of lobby screens."""

    brand: str = ""
    logo: str = ""
    theme: Theme = "light"
    radius_px: int = 12


class Screen(msgspec.Struct, frozen=True):
    """One lobby screen, by the name that its token was made with. With `services` or `counters` it is a zone screen and
    shows calls of these only. `language` is `rotate`, `customer` or a language's code; `beside` what stands beside the
    calls, in turn; `inches` (diagonal) and `distance_m` (how far away the farthest reader is) give the least sizes;
    `room` is the room whose calls it speaks (empty: silent); `directions` the way to each counter from here, where it
    is another than the counter's own."""

    name: str
    layout: Layout = "calls"
    services: tuple[str, ...] = ()
    counters: tuple[int, ...] = ()
    language: str = ROTATE
    theme: Theme | Literal[""] = ""
    beside: tuple[Beside, ...] = ()
    inches: float = 43.0
    distance_m: float = 10.0
    room: str = ""
    directions: dict[int, str] = {}

    def shows(self, service: str, counter: int) -> bool:
        """Whether a call for `service` to `counter` belongs on it."""
        return (not self.services or service in self.services) and (not self.counters or counter in self.counters)


class LoudHours(msgspec.Struct, frozen=True):
    """The volume (percent; 0: silence) within a span of every day."""

    span: Span
    volume: int


class Voice(msgspec.Struct, frozen=True):
    """How calls are spoken: `volume` in percent, another one in `hours`; a call that could not be spoken within
    `stale_s` seconds is not spoken any more."""

    volume: int = 70
    hours: tuple[LoudHours, ...] = ()
    stale_s: float = 45.0

    def volume_at(self, minute: int) -> int:
        """In percent, at a minute since local midnight."""
        return next((one.volume for one in self.hours if one.span.start <= minute < one.span.end), self.volume)


class LedSign(msgspec.Struct, frozen=True):
    """A sign with figures over a counter; `address` as `hardware.counter_sign` reads it:
    `modbus:///dev/ttyUSB0?baud=9600&unit=5`."""

    counter: int
    address: str


class Signage(msgspec.Struct, frozen=True):
    """All of it."""

    look: Look = Look()
    screens: tuple[Screen, ...] = ()
    voice: Voice = Voice()
    signs: tuple[LedSign, ...] = ()

    def screen(self, name: str) -> Screen | None:
        """The screen that the branch file names so."""
        return next((screen for screen in self.screens if screen.name == name), None)

    def in_room(self, room: str) -> tuple[Screen, ...]:
        """The screens and speakers that speak for a room."""
        return tuple(screen for screen in self.screens if room and screen.room == room)
