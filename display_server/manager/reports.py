"""Reports over HTTP, of business days and of complaints: JSON, CSV, a workbook, or a page to save and print."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import TypeVar, cast

from flask import Blueprint, Response, request

from display_server.branch_server import BranchServer
from display_server.gate.access import server
from display_server.problems import asked_words, problem
from lobby.care.casebook import KEEP_CLOSED_MS
from lobby.care.complaints import Complaint
from lobby.desk import Desk
from lobby.errors import BadField, LobbyError, NotThere
from lobby.queue.services import day_of
from lobby.reckoning import Reckoning
from lobby.reports.asked import KINDS, Asked, Kind, asked
from lobby.reports.complaints import ComplaintFigures, asked_days, complaint_figures
from lobby.reports.forms.rendering import Figures, as_csv, as_html, as_json, as_xlsx
from lobby.reports.forms.style import STYLE
from lobby.words import LANGUAGES, Words, words

STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
"""The page carries its own style, so that it can be saved and mailed; this lets that style and nothing else in."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {"json": "application/json", "csv": "text/csv", "xlsx": XLSX, "html": "text/html"}
"""The forms of a report, and the media type of each."""

T = TypeVar("T")

reports = Blueprint("reports", __name__, url_prefix="/api/v1/branches/<branch>/reports")


@reports.errorhandler(LobbyError)
def _refused(error: LobbyError) -> Response:
    return problem(error)


@reports.get("/day")
def day(branch: str) -> Response:
    """The report of one business day, the present one by default."""
    return _period_answer(branch, "day")


@reports.get("/period")
def period(branch: str) -> Response:
    """The report of the day, week or month in which a day lies, or of all days from one to another."""
    return _period_answer(branch, request.args.get("kind", "day"))


def _period_answer(branch: str, kind: str) -> Response:
    desk, form = server().branch_desk(branch), _form()
    days = asked_period(kind, desk.state.day)
    figures = reckoned(server(), lambda reckoning, now: reckoning.period(days, now)) if days else None
    if figures is None:
        raise NotThere()
    return _answer(figures, form)


@reports.get("/complaints")
def complaints(branch: str) -> Response:
    """The report of the complaints received on some days."""
    desk, form = server().branch_desk(branch), _form()
    return _answer(complaint_report(desk, request.args.get("from", ""), request.args.get("to", "")), form)


def reckoned(house: BranchServer, what: Callable[[Reckoning, int], T]) -> T:
    """What a reckoning of the branch gives, made beside the server's loop: of a year it takes seconds."""
    return cast(T, house.offload(lambda: what(Reckoning(house.store, house.desk.setup), house.clock())))


def asked_period(kind: str, today: str) -> Asked | None:
    """The business days that the request asks for: `from` and `to` of a range, `day` of the others, `today` (ISO) by
    default. None before the first business day."""
    if kind not in KINDS:
        raise BadField(field="kind", problem=", ".join(KINDS))
    first, last = request.args.get("from", ""), request.args.get("to", "")
    field = "from" if kind == "range" else "day"
    try:
        if kind == "range":
            return Asked("range", _date(first or last), _date(last or first))
        wanted = request.args.get("day") or today
        return asked(cast(Kind, kind), _date(wanted)) if wanted else None
    except ValueError as error:
        raise BadField(field=field, problem=str(error)) from None


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise ValueError("a date such as 2026-11-22")
    return found


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


def report_words() -> Words:
    """The language that is asked for by `?language=`, else the best that the request accepts."""
    language = request.args.get("language", "")
    return words(language) if language in LANGUAGES else asked_words()


def _form() -> str:
    form = request.args.get("format", "json")
    if form not in FORMS:
        raise BadField(field="format", problem=", ".join(FORMS))
    return form


def _answer(figures: Figures, form: str) -> Response:
    if form == "csv":
        return Response(as_csv(figures), content_type="text/csv; charset=utf-8")
    if form == "xlsx":
        return Response(as_xlsx(figures, report_words()), content_type=XLSX)
    if form == "html":
        page = Response(as_html(figures, report_words()), content_type="text/html; charset=utf-8")
        page.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'"
        return page
    return Response(as_json(figures, report_words()), content_type="application/json")
