"""What a branch offers: services, counters, priority classes, hours, rules. Read from `branch.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as calendar_date
from datetime import datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from lobby.care.calendars import Calendar
from lobby.care.feedback import FeedbackSetup
from lobby.care.setup import CareSetup

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Span(msgspec.Struct, frozen=True):
    """Open from `start` up to `end`, minutes since local midnight."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.start // 60:02d}:{self.start % 60:02d}-{self.end // 60:02d}:{self.end % 60:02d}"


class Hours(msgspec.Struct, frozen=True):
    """Opening hours by weekday (`mon` to `sun`); a day that is not listed is closed."""

    days: dict[str, tuple[Span, ...]] = {}

    def today(self, local: datetime) -> tuple[Span, ...]:
        return self.days.get(WEEKDAYS[local.weekday()], ())

    def open_at(self, local: datetime) -> bool:
        minute = local.hour * 60 + local.minute
        return any(span.start <= minute < span.end for span in self.today(local))


class Service(msgspec.Struct, frozen=True):
    """One kind of business. `target_s` is the wait that the branch aims at; `mean_service_s` a first guess until it
    has learnt; numbers run from `first` to `last` behind `prefix`, unique for the day; at most `daily_limit` tickets
    a day (0: no limit)."""

    code: str
    names: dict[str, str]
    prefix: str = ""
    first: int = 1
    last: int = 999
    group: str = ""
    icon: str = ""
    target_s: float = 600.0
    appointment_target_s: float = 300.0
    mean_service_s: float = 300.0
    hours: Hours | None = None
    documents: dict[str, tuple[str, ...]] = {}
    outcomes: tuple[str, ...] = ()
    daily_limit: int = 0

    @property
    def numbers(self) -> int:
        """How many tickets a day its numbers are good for."""
        return self.last - self.first + 1

    def clashes(self, other: Service) -> bool:
        """Whether both could give the same number."""
        return self.prefix == other.prefix and self.first <= other.last and other.first <= self.last

    def number(self, sequence: int) -> str:
        """The number as printed and called: prefix and at least three digits, `A047`."""
        return f"{self.prefix}{sequence:03d}"

    def sequence(self, number: str) -> int | None:
        """The sequence that `number` stands for; None when it is not one of this service's numbers."""
        digits = number.removeprefix(self.prefix)
        if not (digits.isascii() and digits.isdecimal()):
            return None
        found = int(digits)
        return found if self.number(found) == number and self.first <= found <= self.last else None


class Group(msgspec.Struct, frozen=True):
    """A heading under which the kiosk shows services."""

    code: str
    names: dict[str, str]


DIRECTIONS = ("left", "right", "ahead", "back", "up", "down")
"""The ways to a counter, as whoever waits sees them."""


class CounterPlace(msgspec.Struct, frozen=True):
    """A counter as built: its number, the services it can give (empty: all of them), and the way to it (one of
    `DIRECTIONS`; empty: plain to see)."""

    number: int
    name: str = ""
    services: tuple[str, ...] = ()
    direction: str = ""


class PriorityClass(msgspec.Struct, frozen=True):
    """Who goes before whom. A `rank` makes it statutory: called right after the service in progress, lower ranks first
    (Brazil, law 10.048: the listed groups 1, blood donors 2). Without a rank it is commercial: a head start of
    `credit_s`, or a `target_s` of its own, within the index rule and never above a statutory class.
    `declared` classes are offered at the kiosk. `law` names the class of `lobby.queue.law` that it follows."""

    code: str
    names: dict[str, str]
    rank: int | None = None
    credit_s: float = 0.0
    target_s: float | None = None
    declared: bool = True
    law: str = ""


class Reserve(msgspec.Struct, frozen=True):
    """The counter keeps itself for these services and classes: any other ticket is a candidate there only once its
    index has reached `until` (1: it has waited its target). Who goes first by law or by age is never kept back."""

    counter: int
    services: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    until: float = 1.0


class Ratio(msgspec.Struct, frozen=True):
    """Of the class `priority`, at most `most` are called in a row in the branch while others wait for the same counter;
    then one of the others is called."""

    priority: str
    most: int


class Rules(msgspec.Struct, frozen=True):
    """The branch's rules. Times in seconds.

    age_cap_s: who waited longer goes first, oldest first, before the index. age_cap_targets: the same as a multiple
    of the ticket's target. recalls, no_show_grace_s: how often and how long a customer is called before a no-show.
    undo_s: how long the last step at a counter may be taken back. return_s: how long after a no-show the customer may
    come back once to the old place. hold_s: the few minutes for which a customer who asks for them is not called, once
    a visit (0: not offered). appointment_early_s: how long before the slot a customer may check in.
    appointment_grace_s: later than this an appointment is late, and becomes a walk-in or is refused as
    appointment_late says. lease_numbers: how many numbers of each service a kiosk keeps for the time without a server.
    service_level_s: the T of the service level. reserves, ratios: see there.
    """

    age_cap_s: float = 3600.0
    age_cap_targets: float = 4.0
    recalls: int = 1
    no_show_grace_s: float = 30.0
    undo_s: float = 30.0
    return_s: float = 900.0
    hold_s: float = 300.0
    appointment_early_s: float = 1800.0
    appointment_grace_s: float = 600.0
    appointment_late: Literal["walk_in", "refuse"] = "walk_in"
    lease_numbers: int = 60
    service_level_s: float = 600.0
    reserves: tuple[Reserve, ...] = ()
    ratios: tuple[Ratio, ...] = ()

    def reserve_at(self, counter: int) -> Reserve | None:
        """What this counter is kept for."""
        return next((reserve for reserve in self.reserves if reserve.counter == counter), None)


class KioskOptions(msgspec.Struct, frozen=True):
    """How the branch wants its kiosks. `screen_inches` is the diagonal (0: not known), from which buttons get their
    millimetres; `documents_first` shows what to bring before the number is given; `check_in` offers appointments,
    `several` more than one service in a visit, `feedback` a page for customers who leave, `complaints` a way to say
    what went wrong; `reprint_s` is how long after the last ticket it may be printed again from the start page; `volume`
    in percent until staff change it."""

    screen_inches: float = 0.0
    documents_first: bool = True
    check_in: bool = True
    several: bool = True
    feedback: bool = False
    reprint_s: float = 180.0
    volume: int = 60
    complaints: bool = True


class Setup(msgspec.Struct, frozen=True):
    """All that `branch.toml` says about one branch. `languages[0]` is the branch's own. `holidays` are ISO dates on
    which the branch is closed; `paydays` days of the month; `jurisdiction` names a row of `lobby.queue.law`."""

    id: str
    names: dict[str, str]
    languages: tuple[str, ...]
    zone: str
    services: dict[str, Service]
    counters: dict[int, CounterPlace]
    priorities: dict[str, PriorityClass] = {}
    groups: dict[str, Group] = {}
    day_starts_min: int = 240
    hours: Hours | None = None
    rules: Rules = Rules()
    break_reasons: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ("done", "referred", "not_possible")
    holidays: tuple[str, ...] = ()
    paydays: tuple[int, ...] = ()
    jurisdiction: str = ""
    kiosk: KioskOptions = KioskOptions()
    care: CareSetup = CareSetup()
    feedback: FeedbackSetup = FeedbackSetup()

    @property
    def calendar(self) -> Calendar:
        """The branch's business days, for whatever is promised to be done in time."""
        return self.care.calendar(self.zone, self.holidays)

    def known_service(self, code: str) -> Service:
        """The service, or a plain one in its place: a ticket may wait for what the branch file has lost meanwhile."""
        return self.services.get(code) or Service(code, {})

    def known_priority(self, code: str) -> PriorityClass:
        """The class, or a plain one without any priority in its place."""
        return self.priorities.get(code) or PriorityClass(code, {})

    def with_documents(self, lists: dict[str, dict[str, tuple[str, ...]]]) -> Setup:
        """The same branch with these lists of documents to bring, by service and language, in place of its own."""
        services = {
            code: msgspec.structs.replace(service, documents=service.documents | lists.get(code, {}))
            for code, service in self.services.items()
        }
        return msgspec.structs.replace(self, services=services)

    def with_more(self, services: tuple[Service, ...], counters: tuple[CounterPlace, ...]) -> Setup:
        """The same branch with these services and counters besides."""
        return msgspec.structs.replace(
            self,
            services=self.services | {service.code: service for service in services},
            counters=self.counters | {place.number: place for place in counters},
        )

    def local(self, at: int) -> datetime:
        """`at` (ms, UTC) on the branch's own clock."""
        return datetime.fromtimestamp(at / 1000, ZoneInfo(self.zone))


class Day(NamedTuple):
    """A business day: its ISO date and the half-open range of moments that belong to it, ms UTC."""

    date: str
    start: int
    end: int


def day_of(setup: Setup, date: str) -> Day:
    """The business day with this date; ValueError where it is none as in `2026-11-22`, or one at the calendar's end."""
    zone, hour = ZoneInfo(setup.zone), time(setup.day_starts_min // 60, setup.day_starts_min % 60)
    first = calendar_date.fromisoformat(date)
    if first.isoformat() != date:
        raise ValueError(date)
    try:
        start = datetime.combine(first, hour, zone)
        end = datetime.combine(first + timedelta(days=1), hour, zone)
        return Day(date, int(start.timestamp() * 1000), int(end.timestamp() * 1000))
    except OverflowError:
        raise ValueError(date) from None


def business_day(setup: Setup, at: int) -> Day:
    """The business day that `at` falls into. It starts at the branch's own hour, so that an evening shift stays whole;
    its length is 23 or 25 hours when the clocks change."""
    date = setup.local(at).date()
    day = day_of(setup, date.isoformat())
    if at < day.start:
        return day_of(setup, (date - timedelta(days=1)).isoformat())
    if at >= day.end:
        return day_of(setup, (date + timedelta(days=1)).isoformat())
    return day


def named(names: Mapping[str, str], language: str, fallback: str) -> str:
    """The name in `language`, else in English, else any, else `fallback`."""
    return names.get(language) or names.get("en") or next(iter(names.values()), fallback)


def listed(lists: Mapping[str, tuple[str, ...]], *languages: str) -> tuple[str, ...]:
    """The list in the first of these languages that has one, else in English, else in any; empty without any."""
    return next((lists[one] for one in (*languages, "en", *lists) if lists.get(one)), ())
