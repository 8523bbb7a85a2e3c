"""The way to the provider and back. What belongs to it travels in a cookie of its own, so that it may begin at one
server process and end at another: `SameSite=Lax`, for the way back comes from another site; signed, and good for ten
minutes.
"""

from __future__ import annotations

import secrets

import msgspec
from itsdangerous import BadData, URLSafeSerializer

PATH = "/sign-in"
LASTS_S = 600


class Journey(msgspec.Struct, frozen=True):
    """One attempt to sign in, begun at `at` (ms UTC), that ends at the page `next`."""

    state: str
    nonce: str
    verifier: str
    next: str
    shared: bool
    at: int


def begun(next_page: str, now: int, *, shared: bool) -> Journey:
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Journey(state, nonce, verifier, next_page, shared, now)


def sealed(journey: Journey, secret: str) -> str:
    """As the cookie has it."""
    return str(_seal(secret).dumps(msgspec.to_builtins(journey)))


def opened(cookie: str, state: str, now: int, secret: str) -> Journey | None:
    """The journey that this browser is on, where it is the one of this `state`, and has not taken too long."""
    try:
        journey = msgspec.convert(_seal(secret).loads(cookie), Journey)
    except (BadData, msgspec.ValidationError):
        return None
    in_time = 0 <= now - journey.at <= LASTS_S * 1000
    return journey if in_time and secrets.compare_digest(journey.state.encode(), state.encode()) else None


def _seal(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="single sign-on")
