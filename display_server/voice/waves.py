"""The latest announcements as WAV files, each under a name that nobody guesses, until newer ones take their place."""

from __future__ import annotations

import secrets
from collections import OrderedDict

KEPT = 24
"""Announcements; some ten megabytes."""


class Waves:
    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def keep(self, wave: bytes) -> str:
        """The name under which it is found for a while."""
        name = secrets.token_urlsafe(9)
        self._kept[name] = wave
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return name

    def find(self, name: str) -> bytes | None:
        return self._kept.get(name)
