"""Rows of a foreign log read into visits: what can be used, what is left out and why, what had to be set right.

Nothing is dropped in silence. A row is left out for the first of these that holds:

    other_day                    it belongs to another day than the one asked for
    duplicate_id                 a row with this id was read before
    duplicate_row                a row like it in all columns was read before, and the log has no ids; or another id
                                 came at the same time to the same agent and had the very same service, not an empty one
    the mapping's own rules      [drop]
    unknown_service              the mapping has no service for its value
    unknown_outcome              its outcome means neither served nor left
    neither_waited_nor_served    it left without having queued
    bad_time                     a time is missing, unreadable, before 1970 or after 2100, or 48 hours from its arrival
    negative_wait                its wait is less than nothing
    end_before_start             its service ended before it began
    ghost                        it did not wait, its service took no time, and no agent gave it

A row that is kept is read by two rules. The call is where the wait ended: arrival + wait, the wait being what the log
is trusted for most (`call = "start"`: at the start, if that was earlier). A service starts no earlier than its call,
and where the log has it start more than `start_within_s` after the call, its clock was lost: the service then starts
at the call and keeps its length.

Times without an offset of their own are on the clocks of the mapping's zone. Where those skip an hour, the time is read
as if they had not; where they show one twice, as the first. Services of one agent that overlap are kept. All of these
are counted as adjusted. Columns that the mapping does not read are listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping as Table
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from lobby.waits.foreign.doubles import Doubles, overlapping_services
from lobby.waits.foreign.mapping import Mapping, check_columns
from lobby.waits.foreign.visit import Visit

OTHER_DAY = "other_day"
DUPLICATE = "duplicate_id"
UNKNOWN_SERVICE = "unknown_service"
UNKNOWN_OUTCOME = "unknown_outcome"
NEITHER = "neither_waited_nor_served"
BAD_TIME = "bad_time"
NEGATIVE_WAIT = "negative_wait"
END_BEFORE_START = "end_before_start"
DUPLICATE_ROW = "duplicate_row"
GHOST = "ghost"

STARTED_BEFORE_CALL = "service_start_moved_to_the_call"
LOST_CLOCK = "service_start_lost_and_set_to_the_call"
OVERLAPPING = "service_overlaps_another_of_its_agent"
SKIPPED = "time_that_the_clocks_skipped"
SHOWN_TWICE = "time_that_the_clocks_showed_twice"

LONGEST_DAY_S = 48 * 3600
LATEST_MS = 4_102_444_800_000
"""The year 2100."""

LISTED = 10


class LeftOut(Exception):
    """This row cannot be used; `reason` is one of the names above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Reading(msgspec.Struct):
    """What came of a file. `left_out` and `adjusted` count by reason; `examples` has the first ids of
    each reason but for other days; `not_read` are the file's columns of which nothing was taken."""

    rows_read: int = 0
    visits: list[Visit] = []
    left_out: Counter[str] = msgspec.field(default_factory=Counter)
    adjusted: Counter[str] = msgspec.field(default_factory=Counter)
    examples: dict[str, list[str]] = {}
    not_read: list[str] = []

    def note(self, reason: str, id: str) -> None:
        self.left_out[reason] += 1
        if reason == OTHER_DAY:
            return
        listed = self.examples.setdefault(reason, [])
        if len(listed) < LISTED:
            listed.append(id)


def read_rows(rows: Iterable[Table[str, str | None]], mapping: Mapping, day: str | None = None) -> Reading:
    """Read all rows, or those of one `day` (ISO date, in the log's own time zone). `BadMapping` when the first row
    lacks a column."""
    reading = Reading()
    reader = _RowReader(mapping, reading)
    doubles = Doubles("id" in mapping.columns)
    for number, row in enumerate(rows, 1):
        if number == 1:
            check_columns(mapping, row.keys())
            reading.not_read = _not_read(mapping, row.keys())
        reading.rows_read += 1
        id = reader.cell(row, "id") or f"row-{number}"
        try:
            if day is not None and reader.day(row) != day:
                raise LeftOut(OTHER_DAY)
            if doubles.row(id, row):
                raise LeftOut(DUPLICATE if "id" in mapping.columns else DUPLICATE_ROW)
            visit = reader.visit(row, id)
            if doubles.visit(visit):
                raise LeftOut(DUPLICATE_ROW)
            reading.visits.append(visit)
        except LeftOut as out:
            reading.note(out.reason, id)
    overlapping = overlapping_services(reading.visits)
    if overlapping:
        reading.adjusted[OVERLAPPING] = overlapping
    return reading


def _not_read(mapping: Mapping, present: Iterable[str]) -> list[str]:
    read = {*mapping.columns.values(), *(column for rule in mapping.drop.values() for column in rule)}
    return [column for column in present if column and column not in read]


class _RowReader:
    def __init__(self, mapping: Mapping, reading: Reading) -> None:
        self.mapping = mapping
        self.reading = reading
        self.zone = ZoneInfo(mapping.zone)
        self._days: dict[str, date] = {}

    def cell(self, row: Table[str, str | None], ours: str) -> str:
        column = self.mapping.columns.get(ours)
        return (row.get(column) or "").strip() if column else ""

    def day(self, row: Table[str, str | None]) -> str:
        if "date" in self.mapping.columns:
            return self._date(row).isoformat()
        at = self._time(row, "arrived")
        if at is None:
            raise LeftOut(BAD_TIME)
        return datetime.fromtimestamp(at / 1000, self.zone).date().isoformat()

    def visit(self, row: Table[str, str | None], id: str) -> Visit:
        mapping = self.mapping
        for reason, rule in mapping.drop.items():
            if all((row.get(column) or "").strip() in values for column, values in rule.items()):
                raise LeftOut(reason)
        service = mapping.services.get(self.cell(row, "service"))
        if service is None:
            raise LeftOut(UNKNOWN_SERVICE)
        served = self._served(row)
        if not served and "queued" in mapping.columns and self.cell(row, "queued") not in mapping.queued:
            raise LeftOut(NEITHER)
        arrived = self._time(row, "arrived")
        if arrived is None:
            raise LeftOut(BAD_TIME)
        wait = self._wait(row)
        priority = mapping.priorities.get(self.cell(row, "priority"))
        kind = priority.code if priority else ""
        agent = self.cell(row, "agent")
        if served:
            called, started, ended = self._service(row, arrived, wait)
            if not agent and arrived == called == started == ended:
                raise LeftOut(GHOST)
            queued = called > arrived
            if "queued" in mapping.columns:
                queued = self.cell(row, "queued") in mapping.queued
            return Visit(id, service.code, kind, agent, arrived, ended, called, started, queued)
        ended_at = arrived + wait if wait is not None else self._time(row, "ended")
        if ended_at is None or ended_at > arrived + LONGEST_DAY_S * 1000:
            raise LeftOut(BAD_TIME)
        if ended_at < arrived:
            raise LeftOut(NEGATIVE_WAIT)
        return Visit(id, service.code, kind, agent, arrived, ended_at)

    def _served(self, row: Table[str, str | None]) -> bool:
        if "outcome" not in self.mapping.columns:
            return bool(self.cell(row, "started"))
        outcome = self.cell(row, "outcome")
        if outcome in self.mapping.served:
            return True
        if outcome in self.mapping.left:
            return False
        raise LeftOut(UNKNOWN_OUTCOME)

    def _service(self, row: Table[str, str | None], arrived: int, wait: int | None) -> tuple[int, int, int]:
        """Call, start and end of a service; see the module's head for the rules."""
        started, ended = self._time(row, "started"), self._time(row, "ended")
        if started is None or ended is None:
            raise LeftOut(BAD_TIME)
        if ended < started:
            raise LeftOut(END_BEFORE_START)
        called = started if wait is None else arrived + wait
        if called < arrived:
            raise LeftOut(NEGATIVE_WAIT)
        if max(called, ended) > arrived + LONGEST_DAY_S * 1000:
            raise LeftOut(BAD_TIME)
        if self.mapping.call == "start":
            called = max(arrived, min(called, started))
        within = self.mapping.start_within_s
        if within is not None and abs(started - called) > within * 1000:
            self.reading.adjusted[LOST_CLOCK] += 1
            return called, called, called + ended - started
        if started < called:
            self.reading.adjusted[STARTED_BEFORE_CALL] += 1
            started, ended = called, max(called, ended)
        return called, started, ended

    def _wait(self, row: Table[str, str | None]) -> int | None:
        """The wait in ms; None when the log has none for this row."""
        text = self.cell(row, "wait")
        if not text:
            return None
        try:
            if self.mapping.wait_unit == "clock":
                wait = _clock_s(text)
            else:
                wait = float(text) * (60 if self.mapping.wait_unit == "minutes" else 1)
        except (ValueError, OverflowError):
            raise LeftOut(BAD_TIME) from None
        if wait < 0:
            raise LeftOut(NEGATIVE_WAIT)
        if not wait <= LONGEST_DAY_S:
            raise LeftOut(BAD_TIME)
        return round(wait * 1000)

    def _time(self, row: Table[str, str | None], ours: str) -> int | None:
        """A moment in ms UTC; None for an empty cell. Unreadable or impossible: `LeftOut`."""
        text = self.cell(row, ours)
        if not text:
            return None
        try:
            match self.mapping.time_format:
                case "iso":
                    moment = datetime.fromisoformat(text)
                    at = round(moment.timestamp() * 1000) if moment.tzinfo else self._by_the_clock(moment)
                case "epoch":
                    at = round(float(text) * 1000)
                case form:
                    since_midnight = _clock_s(text) if form == "clock" else float(text)
                    at = self._on(self._date(row), since_midnight)
        except (ValueError, OverflowError, OSError):
            raise LeftOut(BAD_TIME) from None
        if not 0 <= at <= LATEST_MS:
            raise LeftOut(BAD_TIME)
        return at

    def _on(self, day: date, since_midnight_s: float) -> int:
        if not 0 <= since_midnight_s <= LONGEST_DAY_S:
            raise LeftOut(BAD_TIME)
        return self._by_the_clock(datetime.combine(day, time.min) + timedelta(seconds=since_midnight_s))

    def _by_the_clock(self, wall: datetime) -> int:
        """The moment at which the zone's clocks show this."""
        first = wall.replace(tzinfo=self.zone)
        if first.utcoffset() != first.replace(fold=1).utcoffset():
            shown = datetime.fromtimestamp(first.timestamp(), self.zone).replace(tzinfo=None) == wall
            self.reading.adjusted[SHOWN_TWICE if shown else SKIPPED] += 1
        return round(first.timestamp() * 1000)

    def _date(self, row: Table[str, str | None]) -> date:
        text = self.cell(row, "date")
        if text not in self._days:
            try:
                self._days[text] = datetime.strptime(text, self.mapping.date_format).date()  # noqa: DTZ007  # a date
            except ValueError:
                raise LeftOut(BAD_TIME) from None
        return self._days[text]


def _clock_s(text: str) -> float:
    """`H:MM:SS`, `H:MM` or `H:MM:SS.fff` in seconds."""
    parts = text.split(":")
    if not 2 <= len(parts) <= 3 or not all(parts):
        raise ValueError(text)
    hours, minutes, seconds = int(parts[0]), int(parts[1]), float(parts[2]) if len(parts) == 3 else 0.0
    if not (0 <= minutes < 60 and 0 <= seconds < 60 and hours >= 0):
        raise ValueError(text)
    return hours * 3600 + minutes * 60 + seconds
