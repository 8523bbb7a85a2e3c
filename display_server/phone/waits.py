"""How long a wait is, as the customer's page says it. `static/ticket_wait.js` says the same. Pure."""

from __future__ import annotations

from lobby.errors import N_
from lobby.words import Words

COARSE_MIN, STEP_MIN = 60, 5
"""What may last longer than the one is told in steps of the other: nobody knows it to the minute."""

HOURS_MIN = 90
"""What may last longer is told in hours and minutes."""


def wait_said(low: int, high: int, words: Words, *, about: bool = False) -> str:
    """From `low` to `high`, whole minutes; `about`: a first guess."""
    if high > COARSE_MIN:
        low, high = low // STEP_MIN * STEP_MIN, -(-high // STEP_MIN) * STEP_MIN
    if high <= HOURS_MIN:
        said = N_("about %(low)s–%(high)s min") if about else N_("%(low)s–%(high)s min")
        return words(said if low else N_("up to %(high)s min"), low=low, high=high)
    longest = _length(high, words)
    if not low:
        return words(N_("up to %(time)s"), time=longest)
    said = words(N_("%(shortest)s – %(longest)s"), shortest=_length(low, words), longest=longest)
    said = said.replace(" –", "\N{NO-BREAK SPACE}–")
    return words(N_("about %(number)s"), number=said) if about else said


def _length(minutes: int, words: Words) -> str:
    """1 h 35 min; no line ends in it."""
    if minutes < HOURS_MIN:
        said = words(N_("%(minutes)s min"), minutes=minutes)
    elif minutes % 60:
        said = words(N_("%(hours)s h %(minutes)s min"), hours=minutes // 60, minutes=f"{minutes % 60:02d}")
    else:
        said = words(N_("%(hours)s h"), hours=minutes // 60)
    return said.replace(" ", "\N{NO-BREAK SPACE}")
