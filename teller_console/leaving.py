"""Why a teller leaves the work screen."""

from __future__ import annotations

from enum import Enum, auto


class Leaving(Enum):
    SIGN_OUT = auto()
    OTHER_COUNTER = auto()
    SIGN_IN_AGAIN = auto()
    """The server has forgotten the session; what is unsent goes on after signing in."""
