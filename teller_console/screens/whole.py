"""A screen that starts only with all its parts."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual.screen import Screen

Result = TypeVar("Result")


class Whole(Screen[Result]):
    """Whoever leaves the console in the moment a screen is made leaves it without some of its parts: Textual makes none
    for what is on its way out, but tells the screen that it is mounted all the same. Such a screen is not started."""

    async def on_event(self, event: events.Event) -> None:
        leaving = not (self.is_attached and self.display)
        if not (leaving and isinstance(event, events.Mount)):
            await super().on_event(event)
