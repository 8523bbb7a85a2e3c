"""The report of one business day over HTTP: JSON, CSV, or a page that can be saved and printed."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from flask import Blueprint, Response, request

from display_server.access import allow, server
from display_server.problems import asked_words, problem
from lobby.desk import Desk
from lobby.errors import BadField, LobbyError, NotThere
from lobby.queue.services import day_of
from lobby.reports.day import day_record
from lobby.reports.figures import DayFigures, day_figures
from lobby.reports.page import STYLE
from lobby.reports.rendering import as_csv, as_html, as_json

STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
"""The page carries its own style, so that it can be saved and mailed; this lets that style and nothing else in."""

reports = Blueprint("reports", __name__, url_prefix="/api/v1/branches/<branch>/reports")


@reports.errorhandler(LobbyError)
def _refused(error: LobbyError) -> Response:
    return problem(error)


@reports.get("/day")
def day(branch: str) -> Response:
    allow("see figures")
    desk = server().branch_desk(branch)
    form = request.args.get("format", "json")
    if form not in {"json", "csv", "html"}:
        raise BadField(field="format", problem="json, csv or html")
    figures = day_report(desk, request.args.get("day") or desk.state.day)
    if figures is None:
        raise NotThere()
    if form == "csv":
        return Response(as_csv(figures), content_type="text/csv; charset=utf-8")
    if form == "html":
        page = Response(as_html(figures, asked_words()), content_type="text/html; charset=utf-8")
        page.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'"
        return page
    return Response(as_json(figures, asked_words()), content_type="application/json")


def day_report(desk: Desk, date: str) -> DayFigures | None:
    """The figures of the business day `date` (ISO), folded from that day's part of the journal; None when nothing
    happened on it."""
    if not date:
        return None
    try:
        day = day_of(desk.setup, date)
    except (ValueError, OverflowError):
        raise BadField(field="day", problem="a date such as 2026-11-22") from None
    record = day_record(desk.state.setup, desk.journal.stream(desk.journal.before(day.start)), date)
    return day_figures(record, desk.now()) if record is not None else None
