"""What a contract test needs of an implementation of the door: one branch, a clock, a door for each actor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

from display_server.app import create_app
from display_server.branch_server import BranchServer
from display_server.minding.watching import CLOCK
from lobby.care.commands import WatchClocks
from lobby.care_door import CareDoor
from lobby.config import FILE, load
from lobby.desk import Desk
from lobby.door import Answer, Door
from lobby.knowledge_folder import KnowledgeFolder
from lobby.local_care import LocalCare
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from lobby.records.journal import Journal
from lobby.records.people import People
from lobby.records.store import Store
from lobby.records.tokens import DEVICE
from lobby.remote import RemoteDesk
from tests.builders import Clock
from tests.end_to_end.branch_process import PATIENT
from tests.web_server import WebServer

BRANCH_FILE = """
[branch]
id = "contract"
name = { en = "Contract branch", ru = "Отделение" }
languages = ["en", "ru", "ar", "zh"]
zone = "Europe/London"
break_reasons = ["lunch"]

[[groups]]
code = "everyday"
name = "Everyday"

[[services]]
code = "cash"
name = { en = "Cash", ru = "Касса" }
prefix = "A"
group = "everyday"
target_min = 10
documents = { en = ["Passport"] }

[[services]]
code = "loans"
name = "Loans"
prefix = "L"
last = 2
target_min = 20

[[services]]
code = "sundays"
name = "Sundays only"
prefix = "S"
hours = { sun = "10:00-12:00" }

[[services]]
code = "notary"
name = "Notary"
prefix = "N"
daily_limit = 1

[rules]
recalls = 2
no_show_grace_s = 25

[complaints]
law = "gb"
escalate_to = "boss"

[standards.cash]
en = ["Greeted", "Counted twice"]

[records.cash]
outcomes = [{ code = "paid", name = "Paid" }, { code = "sent_on", name = "Sent on" }]
fields = [{ code = "reason", name = "Reason" }, { code = "phone", name = "Phone", type = "phone", private = true }]

[kiosk]
screen_inches = 21.5
feedback = true

[[counters]]
number = 1
name = "One"
services = ["cash"]

[[counters]]
number = 2
services = ["loans"]

[[counters]]
number = 3

[[priorities]]
code = "by-law"
name = "By law"
rank = 1

[[priorities]]
code = "premium"
name = "Premium"
credit_min = 2
declared = false
"""


def write_branch_file(folder: Path, database: str) -> None:
    """The branch file in `folder`; `database` is the address of one on PostgreSQL, empty for the file there."""
    server = f'[server]\ndatabase = "{database}"\n' if database else ""
    (folder / FILE).write_text(BRANCH_FILE + server, encoding="utf-8")


class House(Protocol):
    """A branch behind some kind of door. `clock` turns its clock."""

    clock: Clock

    def door(self, actor: Actor) -> Door:
        """The door of the branch for this actor."""
        ...

    def care(self, actor: Actor) -> CareDoor:
        """Its care room for this actor."""
        ...

    def watch(self) -> None:
        """The server's timer has every clock looked at."""
        ...


class Visit:
    """Sends commands with fresh keys."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.keys = count(1)

    def __call__(self, actor: Actor, command: c.Command) -> Answer:
        return self.house.door(actor).submit(command, key=f"key-{next(self.keys)}")


class LocalHouse:
    """The desk in this process."""

    def __init__(self, folder: Path, database: str) -> None:
        write_branch_file(folder, database)
        setup = load(folder).setup
        self.clock = Clock()
        self.store = Store.in_folder(folder, database)
        self.desk = Desk(setup, Journal(self.store, setup.id), clock=self.clock)
        self.knowledge = KnowledgeFolder.of_branch(folder, services=setup.services)
        self.knowledge.scan(self.clock())

    def door(self, actor: Actor) -> Door:
        return self.desk.door(actor)

    def care(self, actor: Actor) -> CareDoor:
        return LocalCare(self.desk, People(self.store, self.desk.setup.id), self.knowledge, actor)

    def watch(self) -> None:
        self.desk.submit(WatchClocks(), key=f"clocks-{self.desk.now()}", actor=CLOCK)


class RemoteHouse:
    """The branch server's application on a real socket, and a client for each actor."""

    def __init__(self, folder: Path, database: str) -> None:
        write_branch_file(folder, database)
        self.clock = Clock()
        self.server = BranchServer(folder, clock=self.clock, printers=False)
        self.server.tokens.create(DEVICE, "boss", "supervisor", self.clock())
        self.http = WebServer(create_app(self.server))
        self.url = self.http.url
        self.clients: dict[Actor, RemoteDesk] = {}

    def door(self, actor: Actor) -> Door:
        return self._client(actor)

    def care(self, actor: Actor) -> CareDoor:
        return self._client(actor)

    def watch(self) -> None:
        self.server.watching.look_at_clocks()

    def _client(self, actor: Actor) -> RemoteDesk:
        if actor not in self.clients:
            token = self.server.tokens.create(DEVICE, actor.name, actor.role, self.clock())
            self.clients[actor] = RemoteDesk(self.url, token, self.server.id, patience=PATIENT)
        return self.clients[actor]


ANSWERS = {
    "cash/large.en.md": """+++
title = "Large withdrawals"
services = ["cash"]
keywords = ["notice"]
owner = "cash desk"
+++
Above 10,000 please announce it two days before. {{rates:fees}}
""",
    "cash/large.ru.md": """+++
title = "Крупное снятие"
services = ["cash"]
owner = "касса"
+++
Свыше 10 000 предупредите за два дня.
""",
    "loans/old.en.md": """+++
title = "The loan of last year"
services = ["loans"]
valid_until = 2023-12-31
owner = "loans"
+++
It was cheaper.
""",
    "calm/calm.en.md": """+++
title = "Hard moments"
owner = "all"
kind = "calm"
+++
- **a long wait**: I am sorry that you waited so long.
""",
    "documents/notary.en.md": """+++
title = "For the notary"
services = ["notary"]
owner = "notary"
kind = "documents"
+++
- Passport
- The contract
""",
    "rates/fees.toml": """
title = "Fees"
owner = "retail"
columns = [{ name = "What" }, { name = "Fee" }]
[[versions]]
valid_from = 2024-01-01
rows = [["Withdrawal", "1.00"]]
[[versions]]
valid_from = 2024-06-01
rows = [["Withdrawal", "2.00"]]
""",
}
"""The branch's folder of answers."""


def write_answers(folder: Path) -> None:
    for name, text in ANSWERS.items():
        path = folder / "knowledge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@contextmanager
def local_house(folder: Path, database: str = "") -> Iterator[House]:
    write_answers(folder)
    house = LocalHouse(folder, database)
    try:
        yield house
    finally:
        house.store.close()


@contextmanager
def remote_house(folder: Path, database: str = "") -> Iterator[House]:
    write_answers(folder)
    house = RemoteHouse(folder, database)
    try:
        yield house
    finally:
        for client in house.clients.values():
            client.close()
        house.http.close()
        house.server.close()


HOUSES = {"local": local_house, "remote": remote_house}
DATABASES = ("sqlite", "postgresql")
