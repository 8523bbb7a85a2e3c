"""What a lobby screen says of itself every few seconds, and what is wrong with it by that.

The message comes from a browser and is believed in nothing but its content: each part that is not what it should be
counts as not said.
"""

from __future__ import annotations

from typing import Any

import msgspec

CLOCK_WRONG_MS = 5000
"""A screen's own clock that is off by more is wrong."""

MOST_FAULTS, LONGEST_FAULT, LARGEST = 8, 80, 100_000


class Trouble(msgspec.Struct, frozen=True):
    """Something wrong with a device: `missing`, `never` (came since the server started), `behind`, `sound` (the browser
    refuses it), `clock` (`about`: by how many seconds it is ahead; negative: behind), `obstacle` (a printer's), or what
    a screen says itself, such as `media` (`about`: the file) or `too-small`. `since`: ms UTC; 0 where nobody knows."""

    code: str
    since: int
    about: str = ""


class Health(msgspec.Struct, frozen=True):
    """`seq`: the last journal entry that it shows (None: not said); `clock`: its own clock, ms UTC; `sound`: `on`,
    `off` or empty (does not speak); `faults`: codes such as `too-small` or `media:NAME`; size in CSS px."""

    seq: int | None = None
    clock: int | None = None
    sound: str = ""
    faults: tuple[str, ...] = ()
    width: int = 0
    height: int = 0

    @staticmethod
    def read(message: object) -> Health | None:
        """What can be read of a message; None where it is none at all."""
        if not isinstance(message, dict):
            return None
        sound, faults = message.get("sound"), message.get("faults")
        return Health(
            seq=_count(message.get("seq"), 2**53),
            clock=_count(message.get("clock"), 2**53),
            sound=sound if sound in ("on", "off") else "",
            faults=_faults(faults) if isinstance(faults, list) else (),
            width=_count(message.get("width"), LARGEST) or 0,
            height=_count(message.get("height"), LARGEST) or 0,
        )


def troubles(health: Health, expected: int, now: int, before: tuple[Trouble, ...]) -> tuple[Trouble, ...]:
    """What is wrong, each since when it was first seen so: `expected` is what the screen should have at least, `before`
    what was wrong when it spoke last."""
    found: list[tuple[str, str]] = []
    if health.seq is not None and health.seq < expected:
        found.append(("behind", ""))
    if health.clock is not None and abs(health.clock - now) > CLOCK_WRONG_MS:
        found.append(("clock", str(round((health.clock - now) / 1000))))
    if health.sound == "off":
        found.append(("sound", ""))
    for fault in health.faults:
        code, _, about = fault.partition(":")
        found.append((code, about))
    known = {_what(one): one.since for one in before}
    fresh = (Trouble(code, now, about) for code, about in found)
    return tuple(msgspec.structs.replace(one, since=known.get(_what(one), now)) for one in fresh)


def _what(trouble: Trouble) -> tuple[str, str]:
    """By what it is the same as before: a clock that goes on being wrong may be so by another second."""
    return trouble.code, "" if trouble.code == "clock" else trouble.about


def _count(value: Any, most: int) -> int | None:
    return value if type(value) is int and 0 <= value <= most else None


def _faults(codes: list[Any]) -> tuple[str, ...]:
    said = [code for code in codes if isinstance(code, str) and code.isprintable() and code]
    return tuple(dict.fromkeys(code[:LONGEST_FAULT] for code in said[:MOST_FAULTS]))
