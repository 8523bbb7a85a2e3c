"""A customer's page is opened by a token that stands on the paper. The journal, which is kept for ever and goes to the
head office, holds the token's mark alone: what was given can be recognised, and nobody makes a token from a mark (72
bits of chance go into it).
"""

from __future__ import annotations

from hashlib import sha256

SIGN, DIGITS = "#", 32
"""No token has the sign in it."""


def mark_of(token: str) -> str:
    """The mark of a token that somebody shows, or that is given out."""
    return SIGN + sha256(token.encode(errors="surrogatepass")).hexdigest()[:DIGITS]


def recorded_mark(recorded: str) -> str:
    """The mark that an event holds; older journals hold the token itself."""
    return recorded if recorded.startswith(SIGN) else mark_of(recorded)
