"""A year of a busy branch as a real journal: every event that a branch makes, at times that a queue would give them.

Customers come by a daily curve, wait for the first free of eight counters, some give up, some miss their call, some are
parked, transferred, or have their end undone; tellers take lunch; promises are revised when they break.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heapify, heappop, heappush
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from lobby.config import load
from lobby.queue import events as e
from lobby.queue.outlook import Basis
from lobby.queue.services import Setup, day_of
from lobby.records.journal import Journal

FIRST = date(2025, 1, 1)
COUNTERS = 8
SHARES = {"cash": 0.5, "cards": 0.25, "accounts": 0.17, "loans": 0.08}
MEAN_S = {"cash": 190.0, "cards": 260.0, "accounts": 420.0, "loans": 700.0}
LANGUAGES = {"en": 0.7, "ar": 0.12, "zh": 0.08, "ru": 0.1}
CURVE = (0.8, 1.1, 1.4, 1.5, 1.3, 1.0, 0.9, 1.0, 0.9)
"""Arrivals by the hour from nine o'clock on, relative to their mean."""

MINUTE = 60_000


@dataclass(order=True)
class Waits:
    """One who waits: from when, as which visit, for its first or second service."""

    since: int
    visit: int
    again: bool = field(compare=False, default=False)


def setup(folder: Path) -> Setup:
    """The example branch, with eight counters that give everything."""
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    (folder / "branch.toml").write_text(example, encoding="utf-8")
    return wide(load(folder).setup)


def wide(found: Setup) -> Setup:
    """The branch with eight counters that give everything."""
    services = {code: msgspec.structs.replace(one, last=9999) for code, one in found.services.items()}
    places = {n: msgspec.structs.replace(found.counters[1], number=n, services=()) for n in range(1, COUNTERS + 1)}
    return msgspec.structs.replace(found, services=services, counters=places, jurisdiction="br-uberaba", paydays=(5,))


def write(
    journal: Journal, branch: Setup, days: int, per_day: int = 600, *, after: date | None = None, seed: int = 1
) -> date:
    """Write so many working days into a journal, the first of them `after` a day if it has some already; the last."""
    chance, seq = np.random.default_rng(seed), journal.head()[0]
    day = after or FIRST - timedelta(days=1)
    for _ in range(days):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
        made = _Day(branch, day, chance, per_day).events()
        journal.append([e.Recorded(seq + n, at, actor, event) for n, (at, actor, event) in enumerate(made, 1)])
        seq += len(made)
    return day


class _Day:
    def __init__(self, branch: Setup, day: date, chance: np.random.Generator, visits: int) -> None:
        self.branch, self.day, self.chance = branch, day, chance
        self.made: list[tuple[int, str, e.Event]] = []
        opens = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo(branch.zone))
        self.opens = int(opens.timestamp() * 1000)
        hours = chance.choice(len(CURVE), visits, p=np.array(CURVE) / sum(CURVE))
        self.arrived = np.sort(self.opens + ((hours + chance.random(visits)) * 60 * MINUTE).astype(int)).tolist()
        self.service = chance.choice(list(SHARES), visits, p=list(SHARES.values())).tolist()
        self.language = chance.choice(list(LANGUAGES), visits, p=list(LANGUAGES.values())).tolist()
        self.luck = chance.random((visits, 8)).tolist()
        self.taken: dict[str, int] = {}

    def events(self) -> list[tuple[int, str, e.Event]]:
        """All events of the day in order of time: (ms UTC, actor, event)."""
        start = self.opens - 10 * MINUTE
        self._say(start, "system", e.DayOpened(*day_of(self.branch, self.day.isoformat())))
        free = [(start, number) for number in range(1, COUNTERS + 1)]
        for at, number in free:
            self._say(at, f"teller-{number}", e.CounterOpened(number, f"teller-{number}"))
        heapify(free)
        lunch = {number: self.opens + (180 + 25 * number) * MINUTE for number in range(1, COUNTERS + 1)}
        waiting = [Waits(at, visit) for visit, at in enumerate(self.arrived)]
        heapify(waiting)
        while waiting:
            at, number = heappop(free)
            if number in lunch and at >= lunch[number]:
                del lunch[number]
                self._say(at, f"teller-{number}", e.BreakStarted(number, "lunch"))
                at += 25 * MINUTE
                self._say(at, f"teller-{number}", e.BreakEnded(number))
            heappush(free, (self._take(heappop(waiting), at, number, waiting), number))
        end = max(at for at, _ in free) + MINUTE
        for number in range(1, COUNTERS):
            self._say(end, f"teller-{number}", e.CounterClosed(number))
        self._say(end + MINUTE, "system", e.DayClosed(self.day.isoformat()))
        return sorted(self.made, key=lambda one: one[0])

    def _say(self, at: int, actor: str, event: e.Event) -> None:
        self.made.append((at, actor, event))

    def _take(self, one: Waits, free: int, number: int, waiting: list[Waits]) -> int:
        """What becomes of one at a counter that is free from `free` on; when it is free again."""
        luck, teller = self.luck[one.visit], f"teller-{number}"
        at = max(free, one.since + 2000)
        ticket = self._ticket(one, at) if not one.again else self._id(one.visit)
        wait = at - one.since
        if not one.again and luck[0] < 0.25 and wait > (gives_up := int(20 * MINUTE * luck[1] + MINUTE)):
            self._say(one.since + gives_up, "visitor", e.TicketCancelled(ticket, "customer"))
            return free
        waited_s = wait // 1000
        self._say(at, teller, e.TicketCalled(ticket, number, teller, "index", waited_s, 600, waited_s / 600))
        if not one.again and luck[2] < 0.04:
            self._say(at + 30_000, teller, e.TicketRecalled(ticket, number))
            self._say(at + 65_000, teller, e.NoShowDeclared(ticket, number))
            return at + 65_000
        begun = at + 8000 + int(15_000 * luck[3])
        mean_s = 300.0 if one.again else MEAN_S[self.service[one.visit]]
        done = begun + 20_000 + int(self.chance.gamma(1.2, mean_s / 1.2) * 1000)
        self._say(begun, teller, e.ServiceStarted(ticket, number))
        if luck[4] < 0.03:
            self._say(begun + 15_000, teller, e.TicketParked(ticket, number, "form"))
            self._say(begun + 75_000, teller, e.TicketResumed(ticket, number, teller))
            done += MINUTE + 15_000
        if not one.again and luck[5] < 0.06:
            self._say(done, teller, e.TicketTransferred(ticket, number, "loans"))
            heappush(waiting, Waits(done, one.visit, again=True))
            return done
        if luck[6] < 0.02:
            self._say(done, teller, e.ServiceFinished(ticket, number))
            self._say(done + 5000, teller, e.StepUndone(ticket, number, "ServiceFinished"))
            done += 40_000
        self._say(done, teller, e.ServiceFinished(ticket, number, "done"))
        if luck[7] < 0.15:
            rating, service = 1 + int(luck[7] / 0.15 * 5), self.service[one.visit]
            said = e.FeedbackGiven(rating, "phone", "en", service, ("wait", "staff"), teller, ticket)
            self._say(done + 30_000, "customer", said)
        return done

    def _id(self, visit: int) -> str:
        return f"{self.day}-{self._number(visit)}"

    def _number(self, visit: int) -> str:
        return self.branch.services[self.service[visit]].number(visit + 1)

    def _ticket(self, one: Waits, called: int) -> str:
        """Issue the ticket of one who will be called at `called`, with a promise such as a forecast would give."""
        visit, arrived, ticket = one.visit, self.arrived[one.visit], self._id(one.visit)
        guess_s = max(0.0, (called - arrived) / 1000 * self.chance.gamma(8, 1 / 8) + self.chance.normal(0, 40))
        low = int(guess_s * 0.5 // 60) * 60
        high = max(low + 60, int(guess_s * 1.5 // 60) * 60 + 120)
        off = self.chance.normal(1, 0.3, 6).round(3).tolist()
        basis = Basis(
            median_s=round(guess_s, 1),
            q10_s=float(low),
            q80_s=round(guess_s * 1.3, 1),
            q90_s=float(high),
            ql_s=round(guess_s * off[0], 1),
            qlm_s=round(guess_s * off[1], 1),
            les_s=round(guess_s * off[2], 1) if visit > 20 else None,
            hol_s=round(guess_s * off[3], 1) if visit > 5 else None,
            recent_s=round(guess_s * off[4], 1) if visit > 20 else None,
            ahead=int(guess_s / 60),
            waiting=int(guess_s / 30),
            posts=COUNTERS,
            hour=round((arrived - self.opens) / (60 * MINUTE) + 9, 2),
        )
        issued = e.TicketIssued(
            ticket=ticket,
            number=self._number(visit),
            sequence=visit + 1,
            service=self.service[visit],
            language=self.language[visit],
            token=f"{self.day}{visit:04d}",
            ahead=int(guess_s / 60),
            promise=e.Promise(low, high),
            basis=basis,
        )
        self._say(arrived, "kiosk-1", issued)
        if called > arrived + high * 1000 and (called - arrived) > 3 * MINUTE:
            self._say(arrived + high * 1000 - 10_000, "system", e.PromiseRevised(ticket, high, high + 600))
        return ticket
