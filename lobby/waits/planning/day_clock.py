"""The two ways to tell the time on a business day: by the clock on the wall, and by how long the day has gone on.

They agree until the clocks change while the branch is open. Then an hour of the wall is there twice, or not at all: who
plays a day goes by what has passed, and who speaks of it to people by the wall.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lobby.queue.past import PastDay
from lobby.queue.services import Setup


def wall_s(setup: Setup, day: str, at: int) -> float:
    """`at` (ms UTC) in seconds since the midnight of `day` (ISO date) as the branch's clock shows them: a quarter past
    nine is 33,300 on every day, whether the clocks changed in the night or not."""
    local = setup.local(at)
    days = (local.date() - date.fromisoformat(day)).days
    return days * 86400 + local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6


class DayClock:
    """Of one day. Passed seconds begin with what the wall showed at the day's start."""

    def __init__(self, day: PastDay, setup: Setup) -> None:
        self._day, self._setup = day, setup
        self._starts_s = wall_s(setup, day.day, day.start)

    def passed_s(self, at: int) -> float:
        """`at` (ms UTC) in passed seconds."""
        return self._starts_s + (at - self._day.start) / 1000

    def ahead_s(self, at: int) -> float:
        """How far passed seconds are ahead of the wall at `at` (ms UTC); negative after an hour was left out."""
        return round(self.passed_s(at) - wall_s(self._setup, self._day.day, at), 3)

    def shown_s(self, passed_s: float) -> float:
        """What the wall shows then."""
        return passed_s - self.ahead_s(self._day.start + round((passed_s - self._starts_s) * 1000))

    def passed_at_s(self, shown_s: float) -> float:
        """When the wall shows this; the first time, where it does so twice."""
        zone = ZoneInfo(self._setup.zone)
        local = datetime.combine(date.fromisoformat(self._day.day), datetime.min.time(), zone)
        return self.passed_s(round((local + timedelta(seconds=shown_s)).timestamp() * 1000))
