"""The manager's briefs: what today will ask for, and what came of a day.

A brief is up to a minute's reckoning, so the command `lobby brief` does it in a process of its own: calls never wait
for it, and page and command cannot differ. What is made is kept while it is good.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, cast

import msgspec
from flask import Blueprint, Response, request

from display_server.branch_server import BranchServer
from display_server.gate.access import server
from display_server.pages import page_words, refused, render
from lobby.branch_past import EARLIEST, LATEST, WEEKS
from lobby.errors import N_, BadField, LobbyError, NotThere, Unavailable
from lobby.queue.services import Setup, business_day
from lobby.reckoning import Reckoning
from lobby.reports.forms.brief_layout import evening_document, morning_document
from lobby.reports.forms.document import Document
from lobby.reports.forms.page import as_html_body
from lobby.waits.planning.arrivals import NothingToForecastFrom
from lobby.waits.planning.brief import Evening, Morning
from lobby.words import Words

Kind: TypeAlias = Literal["morning", "evening"]
Brief: TypeAlias = Morning | Evening
Make: TypeAlias = Callable[[Kind, date], Brief | None]
Start: TypeAlias = Callable[[Callable[[], None]], None]

GENTLY = ("nice", "-n", "10") if shutil.which("nice") else ()
COMMAND = (*GENTLY, sys.executable, "-c", "from lobby.cli import main; main()", "brief")
"""After whatever a customer waits for."""
FRESH_MS = 15 * 60_000
"""A brief of a day that is not over is made anew after this time."""
KEPT = 20
LONGEST_S = 600
"""A brief that takes longer than so many seconds hangs, and would keep all others waiting."""

AGAIN_S = 3

log = logging.getLogger(__name__)


class BriefFailed(Unavailable):
    """The command gave no brief."""

    message = N_("The brief could not be made. The server's log says why.")


class Made(NamedTuple):
    """A brief, or that there is none, and when it was made (ms UTC)."""

    at: int
    brief: Brief | None


class BriefRoom:
    """Has briefs made one at a time, in the background. `make` makes one, or gives None where it could not; `clock`
    gives ms UTC; `start` starts work beside the caller."""

    def __init__(self, make: Make, clock: Callable[[], int], start: Start) -> None:
        self._make, self._clock, self._start = make, clock, start
        self._one = threading.Lock()
        self._made: dict[tuple[Kind, date], Made] = {}
        self._under_way: set[tuple[Kind, date]] = set()

    def ask(self, kind: Kind, day: date, *, over: bool) -> Brief | None:
        """The brief of the day if it is made and good; else None, and it is begun. `BriefFailed` where it could not be
        made; asked again, it is tried again."""
        key = kind, day
        found = self._made.get(key)
        if found is not None and found.brief is None:
            del self._made[key]
            raise BriefFailed()
        if key not in self._under_way and not (found and (over or self._clock() - found.at < FRESH_MS)):
            self._under_way.add(key)
            self._start(lambda: self._work(kind, day))
            found = self._made.get(key)
        return found.brief if found is not None else None

    def _work(self, kind: Kind, day: date) -> None:
        brief = None
        try:
            with self._one:
                brief = self._make(kind, day)
        finally:
            self._made.pop((kind, day), None)
            self._made[kind, day] = Made(self._clock(), brief)
            while len(self._made) > KEPT:
                del self._made[next(iter(self._made))]
            self._under_way.discard((kind, day))


def by_command(folder: Path, kind: Kind, day: date) -> Brief | None:
    """What `lobby brief` says of the branch in `folder`; None, and a line in the log, where it says nothing."""
    command = [*COMMAND, kind, "--data", str(folder), "--day", day.isoformat(), "--json"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        log.warning("the %s brief of %s was not made within %g s", kind, day, LONGEST_S)
        return None
    if done.returncode:
        log.warning("the %s brief of %s could not be made: %s", kind, day, done.stderr.decode().strip())
        return None
    wanted: type[Brief] = Morning if kind == "morning" else Evening
    return msgspec.json.decode(done.stdout, type=wanted)


def _in_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="brief", daemon=True).start()


def briefs(house: BranchServer) -> Blueprint:
    """The pages, over a room of this server's own."""
    room = BriefRoom(lambda kind, day: by_command(house.folder, kind, day), house.clock, _in_a_thread)
    routes = Blueprint("briefs", __name__, url_prefix="/brief")
    routes.register_error_handler(LobbyError, refused)

    @routes.get("")
    def brief() -> Response:
        return _page(room)

    return routes


def _beside(day: date, kind: str, days: list[date]) -> tuple[str, str]:
    """The days before and after to go on to, empty without one: any for a morning; for an evening those on record."""
    if kind == "morning":
        return (day - timedelta(days=1)).isoformat(), (day + timedelta(days=1)).isoformat()
    before, after = [one for one in days if one < day], [one for one in days if one > day]
    return before[-1].isoformat() if before else "", after[0].isoformat() if after else ""


def _page(room: BriefRoom) -> Response:
    """The morning brief of today or another day, or the evening brief of the last day or another."""
    house, mine = server(), page_words()
    kind = request.args.get("kind", "morning")
    if kind not in {"morning", "evening"}:
        raise BadField(field="kind", problem="morning, evening")
    setup, days = house.offload(lambda: _days(house))
    today = date.fromisoformat(business_day(setup, house.clock()).date)
    day = _day(request.args.get("day", ""), today if kind == "morning" or not days else days[-1])
    if kind == "morning" and not any(day - timedelta(weeks=WEEKS) <= one < day for one in days):
        raise NothingToForecastFrom()
    if kind == "evening" and day not in days:
        raise NotThere()
    found = room.ask(cast(Kind, kind), day, over=day < today)
    body = "" if found is None else as_html_body(_document(found, setup, mine), mine)
    page = {"kind": kind, "day": day.isoformat(), "asked": mine.language if request.args.get("language") else ""}
    before, after = _beside(day, kind, days)
    page |= {"before": before, "after": after}
    page |= {"kept": f"kind={kind}&day={day.isoformat()}&"}
    answer = render("brief.html", page, body=body)
    if found is None:
        answer.headers["Refresh"] = str(AGAIN_S)
    return answer


def _days(house: BranchServer) -> tuple[Setup, list[date]]:
    reckoning = Reckoning(house.store, house.desk.setup)
    return reckoning.setup, sorted(map(date.fromisoformat, reckoning.days()))


def _day(text: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(text) if text else otherwise
        if EARLIEST <= found <= LATEST:
            return found
    except ValueError:
        pass
    raise BadField(field="day", problem="a date such as 2026-11-22")


def _document(found: Brief, setup: Setup, words: Words) -> Document:
    if isinstance(found, Morning):
        return morning_document(found, setup, words)
    return evening_document(found, setup, words)
