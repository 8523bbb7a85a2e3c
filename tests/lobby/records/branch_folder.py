"""A branch's data folder with two days behind it and a third under way, as the tests of its records need one."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner, Result

from lobby.care.commands import TakeComplaint
from lobby.cli import lobby
from lobby.command_line.branch import write_example
from lobby.config import load
from lobby.desk import Desk
from lobby.queue import commands as c
from lobby.records.acts import Acts
from lobby.records.chain import GENESIS, link
from lobby.records.journal import Journal
from lobby.records.store import Store
from lobby.records.visits import Visits
from lobby.views import TicketView
from tests.builders import ANN, KIOSK, MIA, Clock

BRANCH = "main-street"
WORDS = "The clerk shouted at me"


def live_through_days(folder: Path, clock: Clock, days: int = 2) -> list[TicketView]:
    """Make the example branch in `folder` and let it live through `days` and the morning of one more; the tickets as
    they were printed."""
    write_example(folder)
    setup = load(folder).setup
    printed = []
    with closing(Store.in_folder(folder)) as store:
        desk = Desk(setup, Journal(store, setup.id), clock=clock)
        kiosk, teller, manager = desk.door(KIOSK), desk.door(ANN), desk.door(MIA)
        for day in range(days + 1):
            teller.submit(c.OpenCounter(1), key=f"open {day}")
            for tap in range(3):
                issued = kiosk.submit(c.Issue("cash"), key=f"tap {day} {tap}").ticket
                assert issued is not None
                printed.append(issued)
                clock.forward(minutes=5)
            teller.submit(c.CallNext(1), key=f"call {day}")
            teller.submit(c.Start(1), key=f"start {day}")
            clock.forward(minutes=4)
            teller.submit(c.Finish(1), key=f"finish {day}")
            if day < days:
                manager.submit(c.CloseDay(), key=f"close {day}")
                clock.forward(hours=24)
        teller.submit(TakeComplaint(WORDS, "Eve", "eve@example.com"), key="complaint")
        Visits(store, setup.id).project(desk.journal, setup)
        acts = Acts(store, setup.id)
        for name in ("ann", "bob", "cem"):
            acts.note("staff-added", actor="root", role="operator", at=clock(), about=name)
        desk.close()
    return printed


def copy_of(folder: Path, target: Path) -> Path:
    return Path(shutil.copytree(folder, target))


def forge(folder: Path, *statements: str) -> None:
    """Change rows as somebody would who has the database's file."""
    with closing(sqlite3.connect(folder / "lobby.db", isolation_level=None)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            connection.execute(statement)


def rewrite(folder: Path, row: int, actor: str = "eve") -> None:
    """Write the journal anew from one row on, which another did, with hashes that are right."""
    with closing(sqlite3.connect(folder / "lobby.db")) as connection:
        rows = connection.execute("SELECT seq, at, actor, body FROM events ORDER BY seq").fetchall()
    previous, statements = GENESIS, []
    for seq, at, was, body in rows:
        by = actor if seq == row else was
        previous = link(previous, BRANCH, seq, at, by, body)
        statements.append(f"UPDATE events SET actor = '{by}', hash = x'{previous.hex()}' WHERE seq = {seq}")
    forge(folder, *statements)


def run(*arguments: str | Path) -> Result:
    """`lobby ...`, in this process."""
    return CliRunner().invoke(lobby, [str(one) for one in arguments])
