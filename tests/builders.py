"""Small things that most tests stand on: a clock to turn, a branch file, a branch without a store, a desk with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lobby.desk import Desk
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.decisions import Actor, Given, decide
from lobby.queue.services import CounterPlace, Group, Hours, PriorityClass, Rules, Service, Setup
from lobby.queue.ticket import Ticket
from lobby.records.journal import Journal
from lobby.records.people import Look, People
from lobby.records.store import Store

ANN = Actor("ann", "teller")
BOB = Actor("bob", "teller")
CEM = Actor("cem", "teller")
MIA = Actor("mia", "manager")
KIOSK = Actor("kiosk-1", "kiosk")
VISITOR = Actor("visitor", "customer")

ZONE = "Europe/London"


def moment(text: str, zone: str = ZONE) -> int:
    """A local time as written (`2024-03-05 09:00`), in ms UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


TUESDAY = moment("2024-03-05 09:00")
"""When the clock of a test starts, unless it says otherwise."""


class Clock:
    """A clock that moves when it is told to. Calling it gives ms UTC."""

    def __init__(self, now: int = TUESDAY) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def forward(self, seconds: float = 0, *, minutes: float = 0, hours: float = 0) -> None:
        self.now += round((seconds + minutes * 60 + hours * 3600) * 1000)


def a_service(code: str, prefix: str, **changes: Any) -> Service:
    return Service(**{"code": code, "names": {"en": code.title()}, "prefix": prefix} | changes)


CASH = a_service("cash", "A", names={"en": "Cash", "ar": "نقد"}, group="everyday", target_s=600.0)
CARDS = a_service("cards", "C", target_s=600.0, outcomes=("issued", "blocked"))
LOANS = a_service("loans", "L", target_s=1200.0, appointment_target_s=300.0, mean_service_s=900.0)
BY_LAW = PriorityClass("by-law", {"en": "Priority by law"}, rank=1)
DONOR = PriorityClass("donor", {"en": "Blood donor"}, rank=2)
PREMIUM = PriorityClass("premium", {"en": "Premium"}, credit_s=120.0, declared=False)


def a_setup(
    services: tuple[Service, ...] = (CASH, CARDS, LOANS),
    counters: tuple[CounterPlace, ...] = (
        CounterPlace(1, "One", ("cash", "cards")),
        CounterPlace(2, "Two", ("loans",)),
        CounterPlace(3, "Three"),
    ),
    priorities: tuple[PriorityClass, ...] = (BY_LAW, DONOR, PREMIUM),
    *,
    rules: Rules | None = None,
    hours: Hours | None = None,
    **changes: Any,
) -> Setup:
    """Cash and cards at counter 1, loans at 2, everything at 3; two classes by law and a commercial one."""
    fields: dict[str, Any] = {
        "id": "test-branch",
        "names": {"en": "Test branch"},
        "languages": ("en", "ar", "zh", "ru"),
        "zone": ZONE,
        "services": {service.code: service for service in services},
        "counters": {place.number: place for place in counters},
        "priorities": {kind.code: kind for kind in priorities},
        "groups": {"everyday": Group("everyday", {"en": "Everyday"})},
        "rules": rules or Rules(),
        "hours": hours,
        "break_reasons": ("lunch", "meeting"),
    }
    return Setup(**fields | changes)


def a_desk(
    folder: Path,
    *,
    clock: Callable[[], int] | None = None,
    setup: Setup | None = None,
    journal: Callable[[Store, str], Any] = Journal,
    **options: Any,
) -> Desk:
    """A desk over the embedded database in `folder`; `journal` makes its journal from the store."""
    setup = setup or a_setup()
    store = Store.in_folder(folder)
    return Desk(setup, journal(store, setup.id), clock=clock or Clock(), **options)


@dataclass
class Room:
    """A branch without a store: commands are decided and folded, and nothing else happens. Fast, and pure."""

    branch: Branch = field(default_factory=lambda: Branch(a_setup()))
    clock: Clock = field(default_factory=Clock)
    history: list[e.Recorded] = field(default_factory=list)
    made: int = 0

    def do(self, command: c.Command, actor: Actor = ANN, reference: str = "") -> list[e.Event]:
        """Carry a command out and give its events; on a refusal nothing is changed."""
        self.made += 1
        given = Given(
            max(self.clock(), self.branch.at),
            actor,
            token=f"token-{self.made}",
            note=self._reference(command),
            reference=reference,
        )
        events = decide(self.branch, command, given)
        for event in events:
            self.happen(event, actor)
        return events

    def happen(self, event: e.Event, actor: Actor = ANN) -> None:
        """Fold an event in as if it had been recorded now."""
        recorded = e.Recorded(self.branch.seq + 1, max(self.clock(), self.branch.at), actor.name, event)
        self.branch.apply(recorded)
        self.history.append(recorded)

    def issue(self, service: str = "cash", **fields: Any) -> str:
        """Take a number; the number is what comes back."""
        made = self.do(c.Issue(service, **fields), KIOSK)[-1]
        assert isinstance(made, e.TicketIssued)
        return made.number

    def open(self, counter: int = 1, actor: Actor = ANN, services: tuple[str, ...] = ()) -> None:
        self.do(c.OpenCounter(counter, services), actor)

    def call(self, counter: int = 1, actor: Actor = ANN) -> str:
        """Call the next one; the number is what comes back."""
        made = self.do(c.CallNext(counter), actor)[-1]
        assert isinstance(made, e.TicketCalled)
        return self.branch.tickets[made.ticket].number

    def serve(self, counter: int = 1, actor: Actor = ANN) -> str:
        """Call the next one and start."""
        number = self.call(counter, actor)
        self.do(c.Start(counter), actor)
        return number

    def ticket(self, number: str) -> Ticket:
        return self.branch.ticket(number)

    def _reference(self, command: c.Command) -> str:
        return f"note-{self.made}" if getattr(command, "note", "") else ""


def a_room(setup: Setup | None = None, at: int = TUESDAY) -> Room:
    return Room(Branch(setup or a_setup()), Clock(at))


def words_under(people: People, reference: str) -> str | None:
    """The private words under a reference, as a test looks at them; None where there are none any more."""
    return people.read({reference}, Look("records-verified", "test", "operator", TUESDAY)).get(reference)
