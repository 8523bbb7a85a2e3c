"""What the law of a place says about a bank's queue: how long a customer may wait, and who goes first.

Waits are municipal law in Brazil, in minutes on a normal day, beside a holiday, and on a payday:

    br-uberaba      20 / 25 / 30        br-manaus       30 / 40 / 50, ten more while every counter is open
    br-rio-branco   30 / 45 / 45        br-joao-pessoa  20 / 35 / 30

Priority is federal (law 10.048 of 2000, as amended by law 14.626 of 2023): the groups of `BR_FIRST`, and blood donors
after them. The customer names the class, never the reason: the reason may be health data.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from lobby.errors import N_
from lobby.queue.services import Setup


class WaitLimit(msgspec.Struct, frozen=True):
    """The longest lawful wait in minutes by kind of day; `all_open` is added while every counter is open."""

    place: str
    normal: int
    near_holiday: int
    payday: int
    all_open: int = 0


class LegalClass(msgspec.Struct, frozen=True):
    """A class that the law puts first, in the law's words; lower ranks go first."""

    words: str
    rank: int
    source: str


WAIT_LIMITS = {
    "br-uberaba": WaitLimit("Uberaba", 20, 25, 30),
    "br-rio-branco": WaitLimit("Rio Branco", 30, 45, 45),
    "br-manaus": WaitLimit("Manaus", 30, 40, 50, all_open=10),
    "br-joao-pessoa": WaitLimit("João Pessoa", 20, 35, 30),
}

LEGAL_CLASSES = {
    "br-10048": LegalClass(
        N_(
            "Disability, autism, age 60 or over, pregnant, breastfeeding, with an infant in arms, obesity, "
            "or reduced mobility"
        ),
        1,
        "Brazil, law 10.048/2000 as amended by law 14.626/2023, article 1",
    ),
    "br-10048-donor": LegalClass(
        N_("Blood donor"), 2, "Brazil, law 10.048/2000 as amended by law 14.626/2023, article 1"
    ),
}


def wait_limit_min(setup: Setup, at: int, *, all_open: bool = False) -> int:
    """The longest lawful wait in minutes on the day of `at` (ms UTC); 0 where the branch's place sets none."""
    limit = WAIT_LIMITS.get(setup.jurisdiction)
    if limit is None:
        return 0
    day = setup.local(at).date()
    extra = limit.all_open if all_open else 0
    if day.day in setup.paydays:
        return limit.payday + extra
    if any((day + timedelta(days=step)).isoformat() in setup.holidays for step in (-1, 1)):
        return limit.near_holiday + extra
    return limit.normal + extra


def is_date(text: str) -> bool:
    """Whether `text` is an ISO date."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
