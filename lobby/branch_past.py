"""What forecasts and briefs stand on, read from a branch's database: the days behind a date, that day itself, and the
appointments that are booked for it. Days that are over come from the projection, which is brought up to date first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import msgspec
from sqlalchemy import select

from lobby.errors import NotThere
from lobby.queue.events import AppointmentBooked, AppointmentCancelled, Event
from lobby.queue.past import PastDay
from lobby.queue.services import Setup, business_day
from lobby.reckoning import Reckoning
from lobby.records.journal import Journal
from lobby.records.schema import events
from lobby.records.store import Store
from lobby.records.visits import Visits
from lobby.waits.planning.day_clock import wall_s
from lobby.waits.planning.possible_days import Booked

WEEKS = 26
"""How far a forecast looks back: long enough for six paydays, short enough for a branch that changes."""

EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 30)
"""No day outside is asked for: calendars end, and nothing was recorded so long ago."""


def _silent(_day: str) -> None:
    pass


class BranchPast:
    """The branch that `setup` describes, as `store` has it now. `told` hears of each day (ISO) that is read from the
    journal for the first time."""

    def __init__(self, store: Store, setup: Setup, told: Callable[[str], None] = _silent) -> None:
        self._store = store
        self.setup = Reckoning(store, setup, told).setup
        self._visits = Visits(store, setup.id)
        self._under_way = self._visits.under_way(Journal(store, setup.id), self.setup)

    def today(self, now: int) -> date:
        """The business day of `now` (ms UTC)."""
        return date.fromisoformat(business_day(self.setup, now).date)

    def latest(self) -> date:
        """The last business day on which anything happened; `NotThere` before the first."""
        known = self._visits.known()
        last = self._under_way.day if self._under_way is not None else known[-1] if known else ""
        if not last:
            raise NotThere()
        return date.fromisoformat(last)

    def behind(self, day: date, weeks: int = WEEKS) -> list[PastDay]:
        """The days before `day`, not longer ago than `weeks`."""
        first, last = day - timedelta(weeks=weeks), day - timedelta(days=1)
        return list(self._visits.days(first.isoformat(), last.isoformat()))

    def day(self, day: date) -> PastDay:
        """That day, over or as far as it went; `NotThere` where nothing happened on it."""
        if self._under_way is not None and self._under_way.day == day.isoformat():
            return self._under_way
        found = next(self._visits.days(day.isoformat(), day.isoformat()), None)
        if found is None:
            raise NotThere()
        return found

    def booked(self, day: date) -> list[Booked]:
        """The appointments for that day, in order of time; those that were cancelled left out."""
        table, kinds = events.c, (AppointmentBooked, AppointmentCancelled)
        query = select(table.body).where(
            table.branch == self.setup.id, table.kind.in_([kind.__name__ for kind in kinds])
        )
        decode = msgspec.json.Decoder(Event).decode
        slots: dict[str, AppointmentBooked] = {}
        with self._store.read() as connection:
            bodies = connection.execute(query.order_by(table.seq)).scalars().all()
        for event in map(decode, bodies):
            if isinstance(event, AppointmentBooked):
                slots[event.code] = event
            elif isinstance(event, AppointmentCancelled):
                slots.pop(event.code, None)
        own = day.isoformat()
        found = [
            Booked(wall_s(self.setup, own, one.slot), one.service)
            for one in slots.values()
            if business_day(self.setup, one.slot).date == own
        ]
        return sorted(found, key=lambda one: one.at_s)
