"""Simulated customers and tellers for the demo branch: the same door, the same commands, a seed instead of people.

Customers come as a Poisson stream for each service, choose a language and sometimes declare a priority; a few leave.
There is a rush every few hours. Tellers call, wait for the customer to walk over, serve for a lognormal time around
the service's mean, and finish; they rest now and then, and now and then someone does not show up or is sent on. A kiosk
wants paper. Everything is an action at a time, so the same people can live through a morning in a second or keep the
pace of a real one.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from random import Random

from display_server.demo.care import record_of, said_afterwards
from display_server.demo.devices import troubles
from lobby.desk import Desk
from lobby.errors import LobbyError, NobodyWaiting
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from lobby.queue.ticket import State
from lobby.views import TicketView

SECOND = 1000
SHARES = {"cash": 6.0, "accounts": 1.2, "cards": 2.5, "loans": 0.4, "business": 0.4}
LOAD = 0.72
"""Share of the tellers' time that the arrivals ask for."""
RUSH_S, SWING = 3 * 3600, 0.4
"""From one rush to the next, and by how much arrivals are more then, and less in between."""
WORK_S, REST_S = 100 * 60, 12 * 60
"""About how long a teller works between two rests, and rests."""
NAMES = ("Elena", "Omar", "Li Na", "Pavel", "Grace", "Tomas", "Aisha", "Ivan")


class Simulated:
    """The people of a demo. `printed` is called with each ticket issued; `content` people complain of nothing and are
    promised nothing."""

    def __init__(
        self,
        desk: Desk,
        seed: int,
        counters: list[int],
        printed: Callable[[TicketView], None] = lambda ticket: None,
        content: bool = False,
    ) -> None:
        self._desk = desk
        self._random = Random(seed)
        self._printed = printed
        self._content = content
        self._keys = count()
        self._epoch = f"{seed}-{desk.seq}"
        self._order = count()
        self._due: list[tuple[int, int, Callable[[int], None]]] = []
        self._kiosk = Actor("kiosk demo", "kiosk")
        self._reception = Actor("reception", "teller")
        self._customer = Actor("customer demo", "customer")
        self._began = 0
        self._rests: dict[int, int] = {}
        self.tellers = {number: Actor(NAMES[index % len(NAMES)], "teller") for index, number in enumerate(counters)}

    # -- time

    def begin(self, now: int) -> None:
        """Open the counters and let the first customers come, at `now` (ms UTC)."""
        self._began = now
        for place, number in enumerate(self.tellers):
            self._do(number, c.OpenCounter(number))
            self._rests[number] = now + (WORK_S * (place + 1) // (len(self.tellers) + 1)) * SECOND
            self._at(now + self._random.randrange(5, 60) * SECOND, lambda at, n=number: self._free(n, at))  # type: ignore[misc]  # mypy cannot infer the bound default
        for code in self._desk.setup.services:
            self._next_arrival(code, now)
        for after_min, command in troubles():
            self._at(now + after_min * 60 * SECOND, lambda at, one=command: self._trouble(one))  # type: ignore[misc]  # as above

    def next_at(self) -> int:
        """When the next action is due, ms UTC."""
        return self._due[0][0]

    def act(self, now: int) -> None:
        """Do everything that is due at `now`."""
        while self._due and self._due[0][0] <= now:
            at, _, action = heapq.heappop(self._due)
            action(at)

    def _at(self, at: int, action: Callable[[int], None]) -> None:
        heapq.heappush(self._due, (at, next(self._order), action))

    # -- doing

    def _submit(self, actor: Actor, command: c.Command) -> TicketView | None:
        return self._desk.submit(command, key=f"{self._epoch}-{next(self._keys)}", actor=actor).ticket

    def _do(self, number: int, command: c.Command) -> TicketView | None:
        """A teller's command; None when it was refused, as when a real teller took the counter meanwhile."""
        try:
            return self._submit(self.tellers[number], command)
        except LobbyError:
            return None

    # -- customers

    def _between_s(self, code: str) -> float:
        """Mean seconds between two customers for a service: the tellers' capacity times the load, by share."""
        services = self._desk.setup.services
        shares = {key: SHARES.get(key, 1.0) for key in services}
        total = sum(shares.values())
        mean_s = sum(services[key].mean_service_s * share / total for key, share in shares.items())
        each_s = mean_s / (LOAD * max(1, len(self.tellers)))
        return each_s * total / shares[code]

    def _next_arrival(self, code: str, now: int) -> None:
        busy = 1 - SWING * math.cos(2 * math.pi * (now - self._began) / (RUSH_S * SECOND))
        after_s = self._random.expovariate(busy / self._between_s(code))
        self._at(now + int(after_s * SECOND), lambda at: self._arrive(code, at))

    def _arrive(self, code: str, at: int) -> None:
        self._next_arrival(code, at)
        setup = self._desk.setup
        declared = [p.code for p in setup.priorities.values() if p.declared]
        known = [p.code for p in setup.priorities.values() if not p.declared]
        lot = self._random.random()
        actor, classes = (self._reception, known) if lot < 0.04 else (self._kiosk, declared if lot < 0.12 else [])
        priority = self._random.choice(classes) if classes else ""
        language = self._random.choices(setup.languages, [8, *[1.5] * (len(setup.languages) - 1)])[0]
        try:
            ticket = self._submit(actor, c.Issue(code, language, priority))
        except LobbyError:
            return
        if ticket is not None:
            self._printed(ticket)
            lot = self._random.random()
            if lot < 0.05:
                patience = self._random.randrange(4 * 60, 20 * 60)
                self._at(at + patience * SECOND, lambda at: self._while_waiting(c.Cancel(ticket.id)))
            elif lot < 0.09:
                after = self._random.randrange(60, 6 * 60)
                self._at(at + after * SECOND, lambda at: self._while_waiting(c.Hold(ticket.id)))

    def _while_waiting(self, command: c.Cancel | c.Hold) -> None:
        """From the phone: the customer leaves, or needs a few minutes."""
        ticket = self._desk.state.tickets.get(command.ticket)
        if ticket is not None and ticket.state is State.WAITING:
            with suppress(LobbyError):
                self._submit(self._customer, command)

    def _trouble(self, command: c.Command) -> None:
        with suppress(LobbyError):
            self._submit(self._kiosk, command)

    # -- tellers

    def _free(self, number: int, at: int) -> None:
        if at >= self._rests.get(number, at + 1):
            self._do(number, c.TakeBreak(number, self._reason()))
            self._rests[number] = at + WORK_S * SECOND
            self._at(at + REST_S * SECOND, lambda at: self._back(number, at))
            return
        try:
            ticket = self._submit(self.tellers[number], c.CallNext(number))
        except NobodyWaiting:
            self._at(at + 5 * SECOND, lambda at: self._free(number, at))
            return
        except LobbyError:
            self._do(number, c.OpenCounter(number))  # a new day; where a real teller has it, it is theirs
            self._at(at + 60 * SECOND, lambda at: self._free(number, at))
            return
        if ticket is None:
            return
        if self._random.random() < 0.04:
            self._at(at + 40 * SECOND, lambda at: self._missing(number, at))
        else:
            walk = self._random.randrange(6, 25)
            self._at(at + walk * SECOND, lambda at: self._serve(number, ticket, at))

    def _reason(self) -> str:
        return self._random.choice(self._desk.setup.break_reasons or ("",))

    def _back(self, number: int, at: int) -> None:
        self._do(number, c.EndBreak(number))
        self._free(number, at)

    def _missing(self, number: int, at: int) -> None:
        self._do(number, c.Recall(number))
        wait = int(self._desk.setup.rules.no_show_grace_s) + 5
        self._at(at + wait * SECOND, lambda at: self._give_up(number, at))

    def _give_up(self, number: int, at: int) -> None:
        self._do(number, c.DeclareNoShow(number))
        self._at(at + 3 * SECOND, lambda at: self._free(number, at))

    def _serve(self, number: int, ticket: TicketView, at: int) -> None:
        self._do(number, c.Start(number))
        mean_s = self._desk.setup.known_service(ticket.service).mean_service_s
        sigma = 0.6
        length = self._random.lognormvariate(math.log(mean_s) - sigma**2 / 2, sigma)
        self._at(at + int(length * SECOND), lambda at: self._done(number, ticket, at))

    def _done(self, number: int, ticket: TicketView, at: int) -> None:
        others = [code for code in self._desk.setup.services if code != ticket.service]
        if others and self._random.random() < 0.03:
            self._do(number, c.Transfer(number, service=self._random.choice(others)))
        else:
            self._finish(number, ticket)
        self._at(at + self._random.randrange(3, 20) * SECOND, lambda at: self._free(number, at))

    def _finish(self, number: int, ticket: TicketView) -> None:
        """End the service with its usual record; where a field is needed that nobody would guess, with an outcome."""
        record = record_of(self._desk.setup, ticket, self._random)
        outcomes = self._desk.setup.outcomes or ("done",)
        done = self._do(number, c.Finish(number, record=record)) if record is not None else None
        if done is None and self._do(number, c.Finish(number, outcome=outcomes[0])) is None:
            return
        for command in said_afterwards(self._desk.setup, ticket, self._random):
            if isinstance(command, c.GiveFeedback):
                with suppress(LobbyError):
                    self._submit(self._customer, command)
            elif not self._content:
                self._do(number, command)
