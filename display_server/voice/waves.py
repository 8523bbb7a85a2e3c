"""The announcements that are being said, as WAV files, each under a name that nobody guesses. One that is over is gone:
a speaker that comes late must not call somebody who was called long ago.
"""

from __future__ import annotations

import secrets


class Waves:
    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def keep(self, wave: bytes) -> str:
        """The name under which it is found until it is dropped."""
        name = secrets.token_urlsafe(9)
        self._kept[name] = wave
        return name

    def find(self, name: str) -> bytes | None:
        return self._kept.get(name)

    def drop(self, name: str) -> None:
        del self._kept[name]
