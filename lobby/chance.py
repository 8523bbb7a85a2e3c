"""Chance for tokens and codes: the system's, read ahead.

Each call to the system gives up the interpreter's lock, and where another thread computes it comes back up to 5 ms
later. Here that is once in some hundred commands, instead of eight times in each.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from collections.abc import Callable

BLOCK = 4096


class Chance:
    """Not for several threads at once, and no two processes may share one: they would draw the same."""

    def __init__(self, source: Callable[[int], bytes] = os.urandom) -> None:
        self._source = source
        self._block = b""
        self._used = 0

    def octets(self, count: int) -> bytes:
        """So many bytes that were never given before; at most `BLOCK`."""
        if self._used + count > len(self._block):
            self._block, self._used = self._source(BLOCK), 0
        self._used += count
        return self._block[self._used - count : self._used]

    def token(self, count: int) -> str:
        """So many bytes as text that stands in an address as it is."""
        return urlsafe_b64encode(self.octets(count)).rstrip(b"=").decode()

    def letters(self, alphabet: str, count: int) -> str:
        """So many letters, each as likely as the others to 1 in 10^9 (8 bytes more than they need)."""
        number = int.from_bytes(self.octets(count + 8))
        size = len(alphabet)
        drawn = ""
        for _ in range(count):
            number, place = divmod(number, size)
            drawn += alphabet[place]
        return drawn
