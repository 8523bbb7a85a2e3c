"""The information board: the rates and fees that hold today, from the branch's knowledge, in all its languages.

A board is good until the branch's next midnight (`until`): whoever shows it must have a new one by then.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

import msgspec
from flask import Blueprint, Response

from display_server.api import json_of
from display_server.gate.access import server
from display_server.problems import problem
from lobby.care.knowledge.library import Library
from lobby.care.knowledge.rates import ByLanguage, RateTable
from lobby.errors import LobbyError

information = Blueprint("information", __name__)
information.register_error_handler(LobbyError, problem)


class Table(msgspec.Struct, frozen=True):
    """One table as it holds today: since when (ISO), the rows, and from when other ones will (empty: nobody knows).
    Texts are by language; the key "" is a text that is the same in all, such as a number."""

    id: str
    title: ByLanguage
    services: tuple[str, ...]
    columns: tuple[ByLanguage, ...]
    rows: tuple[tuple[ByLanguage, ...], ...]
    valid_from: str
    changes_on: str


class Board(msgspec.Struct, frozen=True):
    """What holds on `day` (ISO), until `until` (ms UTC)."""

    day: str
    until: int
    tables: tuple[Table, ...]


def board(library: Library, local: datetime) -> Board:
    """The board at a local time: tables for the lobby that have a version in force, by name."""
    today = local.date()
    midnight = datetime.combine(today + timedelta(days=1), time(), local.tzinfo)
    tables = (library.tables[name] for name in sorted(library.tables))
    shown = (_table(table, local) for table in tables if table.on_screens)
    return Board(
        today.isoformat(), int(midnight.timestamp() * 1000), tuple(table for table in shown if table is not None)
    )


def _table(table: RateTable, local: datetime) -> Table | None:
    rates = table.on(local.date())
    if rates.now is None:
        return None
    return Table(
        table.id,
        table.title,
        table.services,
        tuple(column.name for column in table.columns),
        rates.now.rows,
        rates.now.valid_from.isoformat(),
        rates.coming.valid_from.isoformat() if rates.coming is not None else "",
    )


@information.get("/information")
def information_board() -> Response:
    """Rates and fees, for whoever may see the branch."""
    house = server()
    return json_of(board(house.knowledge.library, house.config.setup.local(house.desk.now())))
