"""Somebody who presses keys before a console, reads its screen, and waits for what comes of it, however long."""

from __future__ import annotations

import asyncio
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.css.query import NoMatches
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot

from teller_console.right_to_left import PDI, RLI

PATIENCE_S = 60.0
LOOK_S = 0.02
QUIET_ROUNDS, MOST_ROUNDS = 3, 200
"""Every round deals with what was waiting, and with part of what comes of it."""


@dataclass
class Typist:
    """Textual's own pilot takes a process that gets no time for one that has nothing to do, and goes on before its
    keys have done what they do."""

    pilot: Pilot[None]
    patience_s: ClassVar[float] = PATIENCE_S

    async def press(self, *keys: str) -> None:
        """One key after the other, each when the one before has done what it does."""
        for key in keys:
            self.pilot.app.post_message(_pressed(key))
            await self.settled()

    async def write(self, text: str) -> None:
        """Type as fast as a terminal that hands over many letters at once; a line end is Enter."""
        for letter in text:
            key = events.Key("enter", "\r") if letter == "\n" else events.Key(_character_to_key(letter), letter)
            self.pilot.app.post_message(key)
        await self.settled()

    async def settled(self) -> None:
        """Until nothing that happened here has anything left to do; the branch may still have something to answer."""
        app, quiet = self.pilot.app, 0
        for _ in range(MOST_ROUNDS):
            await self.pilot._wait_for_screen()
            parts = [app, *(part for screen in app.screen_stack for part in screen.walk_children(with_self=True))]
            quiet = 0 if any(part.message_queue_size for part in parts) else quiet + 1
            if quiet == QUIET_ROUNDS:
                return
            await asyncio.sleep(0)

    async def until(self, true: Callable[[], object]) -> None:
        """Go on as soon as it is true; fail when it never becomes true."""
        end = time.monotonic() + self.patience_s
        while not _is(true):
            assert time.monotonic() < end, "never came true; the screen shows:\n" + self.shows()
            await asyncio.sleep(LOOK_S)

    async def sees(self, *texts: str) -> None:
        await self.until(lambda: all(text in self.shows() for text in texts))

    def shows(self) -> str:
        """The screen as text, line by line."""
        strips = self.pilot.app.screen._compositor.render_strips()
        text = "\n".join(strip.text.rstrip() for strip in strips)
        return text.replace(RLI, "").replace(PDI, "").replace("\u00a0", " ")

    def said(self) -> list[str]:
        """Notifications so far."""
        return [note.message for note in self.pilot.app._notifications]


def _pressed(key: str) -> events.Key:
    """By its name, such as `space` or `ctrl+s`, or its letter."""
    name = _character_to_key(key) if len(key) == 1 else key
    try:
        return events.Key(name, unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name))))
    except KeyError:
        return events.Key(name, key if len(key) == 1 else None)


def _is(true: Callable[[], object]) -> bool:
    """Nothing is true of what is not on the screen yet."""
    try:
        return bool(true())
    except NoMatches:
        return False
