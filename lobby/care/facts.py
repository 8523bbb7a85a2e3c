"""What a decision about care is told besides the casebook."""

from __future__ import annotations

import msgspec

from lobby.care.calendars import Calendar
from lobby.care.setup import CareSetup


class Facts(msgspec.Struct, frozen=True):
    """The time (ms UTC), who asks and where, the rules; `reference` is new and nobody else's, `note` where private
    words were put away (empty: none were said)."""

    at: int
    actor: str
    place: str
    setup: CareSetup
    calendar: Calendar
    reference: str = ""
    note: str = ""
