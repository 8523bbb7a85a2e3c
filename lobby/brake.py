"""A brake on guessing: after five wrong attempts, or as many as are `free`, whoever guesses waits.

The wait doubles from one second to fifteen minutes, and ends with the first right attempt after it. An hour without an
attempt takes one off the count: a mistake a day makes nobody wait, and who guesses on gains nothing by waiting longer.
"""

from __future__ import annotations

from lobby.errors import TooManyAttempts

FREE = 5
LONGEST_MS = 15 * 60 * 1000
MOST = 10
"""With so many attempts beyond the free ones the wait is the longest already."""

FADES_MS = 60 * 60 * 1000
MANY = 10_000


class Brake:
    """Counts attempts by key; says how long a key must wait. Times in ms. An attempt counts as failed from its start,
    so that many at the same moment meet the brake too; a right password clears the count."""

    def __init__(self) -> None:
        self._attempts: dict[str, tuple[int, int]] = {}

    def check(self, key: str, now: int, free: int = FREE) -> None:
        """Refuse with `TooManyAttempts` while the key must wait."""
        count, last = self._attempts.get(key, (0, 0))
        if now < last:  # the clock was set back: the wait begins anew
            self._attempts[key] = (count, now)
        wait = self.wait_ms(key, now, free)
        if wait:
            raise TooManyAttempts(seconds=-(-wait // 1000))

    def wait_ms(self, key: str, now: int, free: int = FREE) -> int:
        count, last = self._attempts.get(key, (0, 0))
        if count < free:
            return 0
        return max(0, last + min(LONGEST_MS, 1000 << (count - free)) - now)

    def begin(self, key: str, now: int, free: int = FREE) -> None:
        if len(self._attempts) > MANY:
            self._attempts = {other: tried for other, tried in self._attempts.items() if self.wait_ms(other, now)}
        count, last = self._attempts.get(key, (0, now))
        faded = max(0, count - max(0, now - last) // FADES_MS)
        self._attempts[key] = (min(faded + 1, free + MOST), now)

    def passed(self, key: str) -> None:
        self._attempts.pop(key, None)

    def take_back(self, key: str) -> None:
        """Count the last attempt no more: it was right, and says nothing of those before. For what many share, such as
        an address: whoever knows one password there could else guess at the others' without end."""
        count, last = self._attempts.get(key, (0, 0))
        if count > 1:
            self._attempts[key] = (count - 1, last)
        else:
            self.passed(key)
