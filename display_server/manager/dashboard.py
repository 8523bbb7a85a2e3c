"""What the manager's pictures are drawn from: the course of a day, over HTTP."""

from __future__ import annotations

from flask import Blueprint, Response, request

from display_server.api import json_of
from display_server.branch_server import BranchServer
from display_server.gate.access import server
from display_server.problems import problem
from lobby.desk import Desk
from lobby.errors import BadField, LobbyError, NotThere
from lobby.queue.services import Day, day_of
from lobby.reports.day import day_record
from lobby.reports.past import past_day
from lobby.reports.timeline import Timeline, timeline

dashboard = Blueprint("dashboard", __name__, url_prefix="/api/v1/branches/<branch>")


@dashboard.errorhandler(LobbyError)
def _refused(error: LobbyError) -> Response:
    return problem(error)


@dashboard.get("/timeline")
def day_timeline(branch: str) -> Response:
    house = server()
    day = _day(house.branch_desk(branch), request.args.get("day") or house.desk.state.day)
    found = house.offload(lambda: course_of(house, day))
    if found is None:
        raise NotThere()
    return json_of(found)


def course_of(house: BranchServer, day: Day) -> Timeline | None:
    """The course of a business day, from its rows where it is over, else folded from that day's part of the journal;
    None when nothing happened on it."""
    desk = house.desk
    rows = next(house.visits.days(day.date, day.date), None)
    if rows is None:
        record = day_record(desk.setup, desk.journal.stream(desk.journal.before(day.start)), day.date)
        rows = past_day(record) if record is not None else None
    return timeline(rows, desk.now()) if rows is not None else None


def _day(desk: Desk, date: str) -> Day:
    try:
        return day_of(desk.setup, date)
    except (ValueError, OverflowError):
        raise BadField(field="day", problem="a date such as 2026-11-22") from None
