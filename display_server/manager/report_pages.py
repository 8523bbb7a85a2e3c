"""The report's page: any day, week, month or range, with the ones before and after, to read, print and take away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple, ParamSpec
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from display_server.gate.access import server
from display_server.manager.reports import asked_period, reckoned
from display_server.pages import page_words, refused, render
from lobby.errors import N_, LobbyError
from lobby.reckoning import Reckoning
from lobby.reports.asked import KINDS, Asked, Kind, asked
from lobby.reports.forms.rendering import as_html_body
from lobby.reports.forms.shown import day_shown
from lobby.reports.period import PeriodFigures

P = ParamSpec("P")

report_pages = Blueprint("report_pages", __name__)
report_pages.register_error_handler(LobbyError, refused)

NAMES: dict[Kind, str] = {"day": N_("Day"), "week": N_("Week"), "month": N_("Month"), "range": N_("From – to")}
DOWNLOADS = {"xlsx": N_("Workbook"), "csv": N_("Sheet (CSV)"), "json": "JSON", "html": N_("Page to keep")}


class Found(NamedTuple):
    """The figures, where there are any, and the nearest days before and after on which anything happened."""

    figures: PeriodFigures | None
    before: str
    after: str


@report_pages.get("/report")
def report() -> Response:
    house, mine = server(), page_words()
    today = house.desk.state.day
    kind = request.args.get("kind", "range" if "from" in request.args else "day")
    days = asked_period(kind, today)
    if days is None:
        return render("problem.html", {"title": mine("Report"), "text": mine("There is nothing for this day.")}, 404)
    found: Found = reckoned(house, lambda reckoning, now: _found(reckoning, days, now))
    page = {
        "title": mine("Report"),
        "kept": f"{_query(days)}&",
        "asked": "language" in request.args,
        "kind": days.kind,
        "first": days.first.isoformat(),
        "last": days.last.isoformat(),
        "shown": day_shown("/".join(dict.fromkeys((days.first.isoformat(), days.last.isoformat()))), mine),
        "kinds": [(kind, mine(NAMES[kind]), link) for kind in KINDS if (link := _link(_as, kind, days))],
        "before": _link(_beside, days, found.before, -1) if found.before else "",
        "after": _link(_beside, days, found.after, 1) if found.after else "",
        "downloads": [
            (mine(name), f"/api/v1/branches/{house.id}/reports/period?{_query(days)}&format={form}", form)
            for form, name in DOWNLOADS.items()
        ],
        "complaints": f"/care/analysis?{urlencode({'from': days.first, 'to': days.last})}",
    }
    if found.figures is None:
        nothing = (
            "There is nothing for this day." if days.first == days.last else N_("There is nothing for these days.")
        )
        return render("report.html", page | {"nothing": mine(nothing)}, 404)
    return render("report.html", page, body=as_html_body(found.figures, mine))


def _found(reckoning: Reckoning, days: Asked, now: int) -> Found:
    known = reckoning.days()
    first, last = days.first.isoformat(), days.last.isoformat()
    return Found(
        reckoning.period(days, now),
        max((day for day in known if day < first), default=""),
        min((day for day in known if day > last), default=""),
    )


def _beside(days: Asked, day: str, way: int) -> Asked:
    """The period of the same kind in which `day` lies; a range moves by its own length."""
    if days.kind == "range":
        return days.before() if way < 0 else days.after()
    return asked(days.kind, date.fromisoformat(day))


def _as(kind: Kind, days: Asked) -> Asked:
    return Asked("range", days.first, days.last) if kind == "range" else asked(kind, days.first)


def _query(days: Asked) -> str:
    if days.kind == "range":
        return urlencode({"kind": "range", "from": days.first, "to": days.last})
    return urlencode({"kind": days.kind, "day": days.first})


def _link(days: Callable[P, Asked], *of: P.args, **more: P.kwargs) -> str:
    """Where the report of these days is; empty beyond the years of which there are reports."""
    try:
        return f"/report?{_query(days(*of, **more))}"
    except ValueError:
        return ""
