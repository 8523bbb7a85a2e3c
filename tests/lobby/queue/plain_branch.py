"""A branch of plain dicts and lists, to compare the real one with. Nothing in here comes from the code under test."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from itertools import count
from typing import Any

from lobby.queue.decisions import Actor
from tests.builders import TUESDAY

PLACES = {1: ["cash", "cards"], 2: ["loans"], 3: ["cash", "cards", "loans"]}
TARGETS = {"cash": 600, "cards": 600, "loans": 1200}
FIRST_LAST = {"cash": ("A", 1, 7), "cards": ("C", 1, 999), "loans": ("L", 1, 999)}
LIMITS = {"cards": 4}
RANKS = {"by-law": 1, "donor": 2}
DAY_MS = 24 * 3_600_000
DAY_STARTS = TUESDAY - 5 * 3_600_000
LEASE_MS, RENEW_MS = 30 * DAY_MS, 15 * DAY_MS
EARLY_MS, GRACE_MS = 1_800_000, 600_000


class PlainBranch:
    """For each command every reason to refuse, and what happens without one. `at` is the branch's time, ms UTC; tickets
    are known by the number on their paper, in the order in which these were given."""

    def __init__(self) -> None:
        self.at = TUESDAY
        self.day_end = 0
        self.closed = False
        self.tickets: dict[str, dict[str, Any]] = {}
        self.next: dict[str, int] = {}
        self.issued: dict[str, int] = {}
        self.lists: dict[str, int] = {}
        self.ratings: dict[int, int] = {}
        self.leases: list[dict[str, Any]] = []
        self.appointments: dict[str, dict[str, Any]] = {}
        self.alerts: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.alerts_over = 0
        self.shut_services: dict[str, int] = {}
        self.notices: dict[str, int] = {}
        self.counters: dict[int, dict[str, Any]] = {n: self.shut() for n in PLACES}
        self.undo: dict[int, tuple[int, str, int, dict[str, Any], dict[str, Any]]] = {}
        self.calls: list[tuple[int, str]] = []
        self.touches = 0
        self.orders = count()
        self.left = 0
        self.complaints: dict[str, dict[str, Any]] = {}
        self.follow_ups: dict[str, dict[str, Any]] = {}
        self.warned: set[tuple[str, str, bool]] = set()
        self.records: list[tuple[int, int]] = []
        self.recorded: dict[int, tuple[int, int]] = {}
        self.reviewed: dict[tuple[int, int], int] = {}
        self.praise: list[tuple[int, str]] = []
        self.answered: dict[str, int] = {}
        self.comments: list[dict[str, Any]] = []

    @staticmethod
    def shut() -> dict[str, Any]:
        """A counter. `offered` is None, or whom it is offered to: a name, or empty for anyone."""
        return {
            "open": False,
            "teller": "",
            "services": [],
            "break": "",
            "ticket": None,
            "ready": False,
            "offered": None,
            "free_since": 0,
        }

    def touch(self, number: str, **changes: Any) -> None:
        self.touches += 1
        self.tickets[number].update(changes, touched=self.touches)

    def remember(self, counter: int, number: str) -> tuple[dict[str, Any], dict[str, Any]]:
        return deepcopy(self.tickets[number]), deepcopy(self.counters[counter])

    def keep(self, counter: int, number: str, before: tuple[dict[str, Any], dict[str, Any]]) -> None:
        self.undo[counter] = (self.at, number, self.tickets[number]["touched"], *before)
        self.recorded.pop(counter, None)

    def record(self, counter: int | None = None) -> None:
        """An interaction is recorded, perhaps with the step that was just made at a counter."""
        made = (self.at, next(self.orders))
        self.records.append(made)
        if counter is not None:
            self.recorded[counter] = made

    # -- reasons to refuse

    def new_day(self) -> bool:
        return self.at >= self.day_end

    def is_closed(self) -> bool:
        return self.closed and not self.new_day()

    def held(self, n: int, actor: Actor) -> set[str]:
        if n not in PLACES:
            return {"UnknownCounter"}
        if not self.counters[n]["open"]:
            return {"CounterNotOpen"}
        if actor.role == "teller" and actor.name != self.counters[n]["teller"]:
            return {"CounterTaken"}
        return set()

    def working(self, n: int, actor: Actor) -> set[str]:
        why = self.held(n, actor)
        if not why & {"UnknownCounter", "CounterNotOpen"} and self.counters[n]["break"]:
            why.add("CounterOnBreak")
        return why

    def free(self, n: int, actor: Actor) -> set[str]:
        why = self.working(n, actor)
        if n in PLACES and self.counters[n]["ticket"]:
            why.add("CounterBusy")
        return why

    def present(self, n: int, actor: Actor, *states: str) -> set[str]:
        why = self.working(n, actor)
        if n not in PLACES or not self.counters[n]["open"]:
            return why
        number = self.counters[n]["ticket"]
        if number is None:
            why.add("NothingAtCounter")
        elif self.tickets[number]["state"] not in states:
            why.add("WrongState")
        return why

    def known(self, number: str, *states: str) -> set[str]:
        ticket = self.tickets.get(number.upper())
        if ticket is None:
            return {"UnknownTicket"}
        return set() if ticket["state"] in states else {"WrongState"}

    def offered(self, *services: str, priority: str = "", language: str = "") -> set[str]:
        unknown = {
            "UnknownService": "tea" in services,
            "UnknownPriority": priority == "king",
            "UnknownLanguage": language == "xx",
        }
        return {name for name, applies in unknown.items() if applies}

    # -- numbers

    def kept(self, service: str) -> set[int]:
        """The numbers that are some kiosk's now."""
        return {
            n
            for lease in self.leases
            if lease["service"] == service and lease["until"] > self.at
            for n in range(lease["first"], lease["last"] + 1)
        }

    def held_by(self, service: str, holder: str) -> list[dict[str, Any]]:
        return [lease for lease in self.leases if (lease["service"], lease["holder"]) == (service, holder)]

    def next_number(self, service: str) -> int | None:
        """What the server gives next; None when all are given."""
        _, first, last = FIRST_LAST[service]
        begin = first if self.new_day() else self.next.get(service, first)
        return next((n for n in range(begin, last + 1) if n not in self.kept(service)), None)

    def stretch(self, service: str, size: int) -> tuple[int, int] | None:
        """The highest free numbers of the upper half, none of which the server has given today."""
        _, first, last = FIRST_LAST[service]
        lowest = max(first + (last - first) // 2 + 1, self.next.get(service, first))
        taken = self.kept(service)
        for start in range(last - size + 1, lowest - 1, -1):
            if not taken & set(range(start, start + size)):
                return start, start + size - 1
        return None

    def lease(self, holder: str, service: str, first: int, last: int) -> None:
        new = {"holder": holder, "service": service, "first": first, "last": last, "until": self.at + LEASE_MS}
        apart = [one for one in self.leases if one["service"] != service or one["last"] < first or last < one["first"]]
        self.leases = [*apart, new]

    # -- who is next

    def can_call(self, n: int, ticket: dict[str, Any]) -> bool:
        if ticket["for_counter"] is not None:
            return bool(ticket["for_counter"] == n)
        if ticket["for_teller"]:
            return bool(ticket["for_teller"] == self.counters[n]["teller"])
        return ticket["service"] in self.counters[n]["services"]

    def turn(self, number: str) -> tuple[Any, ...]:
        ticket = self.tickets[number]
        waited = Fraction(self.at - ticket["since"], 1000)
        target = 300 if ticket["appointment"] and ticket["service"] == "loans" else TARGETS[ticket["service"]]
        if ticket["appointment"] and ticket["service"] != "loans":
            target = 300
        if ticket["priority"] in RANKS:
            place: tuple[Any, ...] = (0, RANKS[ticket["priority"]], -waited)
        elif waited >= min(2400, 3 * target):
            place = (1, -waited)
        else:
            credit = 120 if ticket["priority"] == "premium" else 0
            place = (2, -(waited + credit) / target)
        return (*place, ticket["arrived"], ticket["order"])

    def waiting(self, n: int) -> list[str]:
        """In the order of their turn; after a premium customer the others come first, where there are any."""
        mine = [k for k, t in self.tickets.items() if t["state"] == "waiting" and self.can_call(n, t)]
        mine = [k for k in mine if self.tickets[k]["away_until"] <= self.at]
        held = self.calls[-1][1] if self.calls else ""
        return sorted(mine, key=lambda k: (held == self.tickets[k]["priority"] == "premium", self.turn(k)))

    def call(self, n: int, number: str) -> None:
        before = self.remember(n, number)
        calls = self.tickets[number]["calls"] + 1
        self.touch(
            number,
            state="called",
            counter=n,
            calls=calls,
            called_at=self.at,
            away_until=min(self.at, self.tickets[number]["away_until"]),
            called_by=self.counters[n]["teller"],
        )
        self.counters[n] |= {"ticket": number, "ready": False}
        self.calls.append((n, self.tickets[number]["priority"]))
        self.keep(n, number, before)

    def uncall(self, n: int) -> None:
        """The counter's latest call never was."""
        last = max(index for index, (counter, _) in enumerate(self.calls) if counter == n)
        del self.calls[last]

    def call_by_itself(self, at: int) -> None:
        """Whoever waits for the next customer calls them, fewest services first, then the longest free; `at` is when
        something happened last."""
        now, self.at = self.at, at
        if not self.new_day():
            self.call_all()
        self.at = now

    def call_all(self) -> None:
        while True:
            ready = [n for n, place in self.counters.items() if place["ready"] and self.waiting(n)]
            if not ready:
                return
            first = min(ready, key=lambda n: (len(self.counters[n]["services"]), self.counters[n]["free_since"], n))
            self.call(first, self.waiting(first)[0])

    # -- what happens

    def put(self, number: str, service: str, **fields: Any) -> None:
        """A new ticket waits."""
        self.issued[service] = self.issued.get(service, 0) + 1
        self.tickets[number] = {
            "state": "waiting",
            "service": service,
            "arrived": self.at,
            "since": self.at,
            "appointment": None,
            "priority": "",
            "then": [],
            "documents": False,
            "counter": None,
            "for_counter": None,
            "for_teller": "",
            "calls": 0,
            "called_at": 0,
            "missed_at": 0,
            "returned": False,
            "away": False,
            "away_until": 0,
            "served_by": "",
            "copies": 0,
            "order": next(self.orders),
        } | fields
        self.touch(number)

    def rename(self, old: str, new: str, arrived: int, token: str) -> None:
        """The ticket gets the number that is on the paper."""
        ticket = self.tickets[new] = self.tickets.pop(old)
        arrived = min(arrived, ticket["arrived"])
        self.touch(
            new, arrived=arrived, token=token, since=ticket["since"] if ticket["appointment"] is not None else arrived
        )
        for counter in self.counters.values():
            if counter["ticket"] == old:
                counter["ticket"] = new

    def until(self, seconds: int | None) -> int:
        """When something ends that lasts so long, or for the rest of the day."""
        return self.day_of(self.at) + DAY_MS if seconds is None else self.at + seconds * 1000

    def end_day(self) -> None:
        for number, ticket in self.tickets.items():
            if ticket["state"] in ("waiting", "called", "parked"):
                self.left += 1
                self.touch(number, state="cancelled", counter=None, for_counter=None, for_teller="")
            elif ticket["state"] == "serving":
                self.touch(number, state="finished", counter=None, for_counter=None, for_teller="")
        self.counters = {n: self.shut() for n in PLACES}
        self.undo = {}
        self.closed = True

    def begin_day(self) -> None:
        if not self.new_day():
            return
        if self.day_end and not self.closed:
            self.end_day()
        self.day_end = self.day_of(self.at) + DAY_MS
        self.tickets, self.next, self.undo, self.closed, self.calls = {}, {}, {}, False, []
        self.issued, self.lists, self.ratings, self.answered, self.alerts_over = {}, {}, {}, {}, 0
        self.appointments = {
            code: one for code, one in self.appointments.items() if one["slot"] >= self.day_end - DAY_MS
        }
        self.complaints = {r: one for r, one in self.complaints.items() if self.fresh(one["closed_at"], 400)}
        self.follow_ups = {r: one for r, one in self.follow_ups.items() if self.fresh(one["ended_at"], 60)}
        self.reviewed = {made: at for made, at in self.reviewed.items() if self.fresh(at, 60)}
        self.records = [one for one in self.records if self.fresh(one[0], 16) or one in self.reviewed]
        self.praise = [one for one in self.praise if self.fresh(one[0], 60)]
        self.comments = [one for one in self.comments if self.fresh(one["at"], 60)]

    # -- complaints and promises

    def promised(self, reference: str, owner: str, due: int, complaint: str = "") -> None:
        """`complaint` for whoever asks whether that one is solved."""
        self.follow_ups[reference] = {"owner": owner, "due": due, "ended_at": None, "asks": complaint}

    def asked(self, complaint: str) -> None:
        for one in self.follow_ups.values():
            if one["asks"] == complaint and one["ended_at"] is None:
                one["ended_at"] = self.at

    def running(self) -> dict[tuple[str, str], tuple[int, dict[str, Any]]]:
        """By subject and clock, when it ends and whose it is."""
        clocks = {}
        for reference, one in self.complaints.items():
            if one["state"] == "received":
                clocks[reference, "promise"] = one["promise_due"], one
            if one["state"] not in ("answered", "closed"):
                clocks[reference, "law"] = one["law_due"], one
        for reference, one in self.follow_ups.items():
            if one["ended_at"] is None:
                clocks[reference, "due"] = one["due"], one
        return clocks

    def set_the_laws_clock(self, complaint: str) -> None:
        """Britain's law, without holidays, in UTC: eight weeks; for payments 15 business days, or 35; each last day
        whole."""
        found = self.complaints[complaint]
        day = found["law_from"] // DAY_MS
        left = (35 if found["extended"] else 15) if found["payments"] else 0
        day += 0 if found["payments"] else 56
        while left:
            day += 1
            left -= (day + 3) % 7 < 5  # the first of January 1970 was a Thursday
        due = (day + 1) * DAY_MS - 1
        if due != found.get("law_due"):
            self.armed_again(complaint, "law")
        found["law_due"] = due

    def armed_again(self, subject: str, clock: str) -> None:
        self.warned -= {(subject, clock, False), (subject, clock, True)}

    def fresh(self, ended_at: int | None, days: int) -> bool:
        return ended_at is None or ended_at > self.at - days * DAY_MS

    @staticmethod
    def day_of(at: int) -> int:
        """When the business day of `at` began."""
        return at - (at - DAY_STARTS) % DAY_MS

    def leave(self, n: int) -> None:
        self.counters[n] |= {"ticket": None, "free_since": self.at}

    def again(self, number: str, service: str, **kept: Any) -> None:
        changes = {"for_counter": None, "for_teller": "", "counter": None, "calls": 0, "away_until": 0} | kept
        self.touch(number, state="waiting", service=service, **changes)
