"""How much one may ask for: far more than anybody needs, and less than keeps the others from being served.

What is counted is the token, for behind one address may stand a whole lobby of phones, or the whole branch: a device's,
a program's and a person's token may ask `[server] requests_per_s`, a customer's page five a second. An address is
counted only where nobody is known by a token: for asking without one, or by one that was made up, for addresses that
are not there, for the forms of signing in and pairing. So whoever guesses, or scans, from among the phones of the lobby
is held alone: who has a token that is good is not asked where they come from. Files of pages and the listening over
Socket.IO are not counted.

Each allowance is a bucket that fills at its rate and holds ten seconds of it, or a minute of a customer's.
`requests_per_s = 0` counts nobody.
"""

from __future__ import annotations

from collections.abc import Callable

from lobby.errors import TooManyRequests

CUSTOMER_PER_S, CUSTOMER_BURST = 5.0, 300.0
STRANGER_PER_S, STRANGER_BURST = 50.0, 1000.0
BURST_S = 10.0
MANY = 20_000


class Limits:
    """The allowances of everybody who asks, in memory. Times are those of `clock`, ms."""

    def __init__(self, clock: Callable[[], int], per_s: float) -> None:
        self._clock = clock
        self._per_s = per_s
        self._left: dict[str, tuple[float, int]] = {}

    def token(self, token: str) -> None:
        """A request of whoever holds this token, or `TooManyRequests`."""
        self._take(f"token {token}", self._per_s, self._per_s * BURST_S)

    def customer(self, token: str) -> None:
        """A request for the page of this ticket or complaint."""
        self._take(f"customer {token}", CUSTOMER_PER_S, CUSTOMER_BURST)

    def stranger(self, address: str) -> None:
        """A request of whoever is not known, from this address."""
        self._take(f"address {address}", STRANGER_PER_S, STRANGER_BURST)

    def _take(self, key: str, per_s: float, most: float) -> None:
        if not self._per_s:
            return
        now = self._clock()
        left, at = self._left.get(key, (most, now))
        left = min(most, left + max(0, now - at) * per_s / 1000)
        if left < 1:
            self._left[key] = (left, now)
            raise TooManyRequests(seconds=max(1, round((1 - left) / per_s)))
        if len(self._left) >= MANY:
            self._left.clear()
        self._left[key] = (left - 1, now)
