"""Reports over HTTP, of a business day and of complaints: JSON, CSV, or a page that can be saved and printed."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from flask import Blueprint, Response, request

from display_server.access import allow, server
from display_server.problems import asked_words, problem
from lobby.care.casebook import KEEP_CLOSED_MS
from lobby.care.complaints import Complaint
from lobby.desk import Desk
from lobby.errors import BadField, LobbyError, NotThere
from lobby.queue.services import day_of
from lobby.reports.complaints import ComplaintFigures, asked_days, complaint_figures
from lobby.reports.day import day_record
from lobby.reports.figures import DayFigures, day_figures
from lobby.reports.page import STYLE
from lobby.reports.rendering import Figures, as_csv, as_html, as_json

STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
"""The page carries its own style, so that it can be saved and mailed; this lets that style and nothing else in."""

reports = Blueprint("reports", __name__, url_prefix="/api/v1/branches/<branch>/reports")


@reports.errorhandler(LobbyError)
def _refused(error: LobbyError) -> Response:
    return problem(error)


@reports.get("/day")
def day(branch: str) -> Response:
    allow("see figures")
    desk, form = server().branch_desk(branch), _form()
    figures = day_report(desk, request.args.get("day") or desk.state.day)
    if figures is None:
        raise NotThere()
    return _answer(figures, form)


@reports.get("/complaints")
def complaints(branch: str) -> Response:
    allow("see figures")
    desk, form = server().branch_desk(branch), _form()
    return _answer(complaint_report(desk, request.args.get("from", ""), request.args.get("to", "")), form)


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
    return day_figures(record, desk.now(), _known(desk)) if record is not None else None


def complaint_report(desk: Desk, first: str, last: str) -> ComplaintFigures:
    """The figures of the complaints received from `first` to `last` (ISO dates; empty: the last four weeks). The branch
    remembers complaints for 400 days after they were closed; an earlier `first` is refused."""
    now = desk.now()
    try:
        first, last = asked_days(desk.setup, first, last, now)
    except ValueError as error:
        raise BadField(field="from", problem=str(error)) from None
    if day_of(desk.setup, first).start < now - KEEP_CLOSED_MS:
        raise BadField(field="from", problem="at most 400 days ago; the command `lobby report` goes further")
    return complaint_figures(_known(desk), desk.setup, first, last, now)


def _known(desk: Desk) -> tuple[Complaint, ...]:
    return desk.view(lambda branch, _: tuple(branch.care.complaints.values()))


def _form() -> str:
    form = request.args.get("format", "json")
    if form not in {"json", "csv", "html"}:
        raise BadField(field="format", problem="json, csv or html")
    return form


def _answer(figures: Figures, form: str) -> Response:
    if form == "csv":
        return Response(as_csv(figures), content_type="text/csv; charset=utf-8")
    if form == "html":
        page = Response(as_html(figures, asked_words()), content_type="text/html; charset=utf-8")
        page.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'"
        return page
    return Response(as_json(figures, asked_words()), content_type="application/json")
