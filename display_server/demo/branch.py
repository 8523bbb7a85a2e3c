"""A whole branch in one command: example branch, server, virtual printer, simulated people, and the links to try it.

The same weekday a week ago and the morning so far are lived through in a moment, so that the screens and the manager's
page have something to show; then the clock runs at the chosen speed.
"""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path

import gevent

from display_server.branch_server import BranchServer
from display_server.demo.people import Simulated
from lobby.config import load
from lobby.queue.commands import Book, CloseDay
from lobby.queue.given import Actor
from lobby.queue.services import business_day
from lobby.views import TicketView, branch_view

HOUR_MS = 3600 * 1000
MORNING_MS = 3 * HOUR_MS
DAY_MS = 24 * HOUR_MS
DEMO = Actor("demo", "manager")
STAFF = (("maria", "Maria", "teller"), ("boss", "Grace", "manager"))
EXCHANGE = "knowledge/rates/exchange.toml"


def date_rates(folder: Path, now: int) -> None:
    """The example branch in `folder` exchanges at rates of today: `now` (ms UTC) on the branch's own calendar."""
    today, rates = load(folder).setup.local(now).date(), folder / EXCHANGE
    dated = re.sub(r"(?m)^valid_from = .*$", f"valid_from = {today}", rates.read_text(encoding="utf-8"))
    rates.write_text(dated, encoding="utf-8")


class DemoClock:
    """Milliseconds UTC that can be set, then run at `speed` times the real pace."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._base = time.time_ns() // 1_000_000
        self._started = time.monotonic()
        self._stopped = False

    def __call__(self) -> int:
        if self._stopped:
            return self._base
        return self._base + int((time.monotonic() - self._started) * 1000 * self._speed)

    def set(self, at: int) -> None:
        """Stand still at `at`."""
        self._base, self._stopped = at, True

    def run(self) -> None:
        """Run on from where it stands."""
        self._started, self._stopped = time.monotonic(), False

    def real_s(self, ms: int) -> float:
        """How long `ms` of this clock take in real seconds."""
        return ms / 1000 / self._speed


class Demo:
    """The simulated side of a demo branch."""

    def __init__(self, house: BranchServer, clock: DemoClock, seed: int, counters: list[int]) -> None:
        self.house = house
        self.clock = clock
        self._printing = False
        self._seed, self._counters = seed, counters
        self.people = Simulated(house.desk, seed, counters, self._print)

    def _print(self, ticket: TicketView) -> None:
        if self._printing:
            state = self.house.desk.state
            branch = branch_view(state, self.house.desk.now())
            url = self.house.ticket_url(ticket.token)
            self.house.printing.send(ticket, branch, url)

    def live_through_the_morning(self) -> None:
        """A new branch gets a past in a moment: this weekday a week ago, with an hour more than today has had, and up
        to three hours of this business day."""
        now = self.house.desk.now()  # one that ran fast goes on from where its own clock had come
        if self.house.desk.seq == 0:
            start = max(now - MORNING_MS, business_day(self.house.desk.setup, now).start)
            before = Simulated(self.house.desk, self._seed + 1, self._counters, content=True)
            self._live(before, start - 7 * DAY_MS, now + HOUR_MS - 7 * DAY_MS)
            self.house.desk.submit(CloseDay(), key=secrets.token_hex(8), actor=DEMO)
            self._live(self.people, start, now)
            self.clock.run()
        else:
            self.clock.set(now)
            self.clock.run()
            self.people.begin(now)
        self._printing = True

    def _live(self, people: Simulated, start: int, end: int) -> None:
        """Let them live from `start` to `end` (ms UTC), with the clock standing still in between."""
        self.clock.set(start)
        people.begin(start)
        while people.next_at() < end:
            self.clock.set(people.next_at())
            people.act(people.next_at())
        self.clock.set(end)

    def run(self) -> None:
        """Live on at the clock's pace, for ever."""
        while True:
            pause = self.people.next_at() - self.clock()
            if pause > 0:
                gevent.sleep(min(1.0, self.clock.real_s(pause)))
            self.people.act(self.clock())

    def appointments(self, now: int) -> list[tuple[str, str]]:
        """Codes to try at the kiosk: one in time, one for later; made anew at each start."""
        made = []
        for minutes, service in ((10, "loans"), (180, "accounts")):
            slot = now + minutes * 60_000
            booked = self.house.desk.submit(Book(service, slot), key=secrets.token_hex(8), actor=DEMO).appointment
            assert booked is not None
            made.append((booked.code, f"{service} at {self.house.desk.setup.local(slot):%H:%M}"))
        return made

    def _screen(self) -> str:
        """The first screen that the branch file names."""
        screens = self.house.config.signage.screens
        return screens[0].name if screens else "screen 1"

    def links(self, url: str) -> list[tuple[str, str]]:
        """What to open and with whom to sign in; made anew at each start, printed once."""
        house, now = self.house, self.house.clock()
        found = []
        for role, name, what in (("kiosk", "kiosk 1", "Kiosk"), ("display", self._screen(), "Lobby screen")):
            code = house.tokens.pairing_code(name, role, now, DAY_MS)
            found.append((what, f"{url}/pair#{code}"))
        found += [(f"  also {one.layout}", f"{url}/screen/{one.name}") for one in house.config.signage.screens[1:]]
        pin = "".join(secrets.SystemRandom().sample("0123456789", 6))
        house.pin.set(pin)
        found.append(("Kiosk's staff page", f"hold its clock for 3 seconds, PIN {pin}"))
        found += [("Appointment code", f"{code} ({what})") for code, what in self.appointments(now)]
        found.append(("Manager's page", f"{url}/manager"))
        for username, name, role in STAFF:
            known = {member.username for member in house.staff.members()}
            password = (
                house.staff.reset(username, now)
                if username in known
                else house.staff.add(username, name, role, now, one_time=False)
            )
            found.append((f"Sign-in of a {role}", f"user name {username}, password {password}"))
        return found
