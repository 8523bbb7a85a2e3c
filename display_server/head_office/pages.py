"""What people look at: the branches as they are now, and reports of them all."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, request

from display_server.gate.access import holder
from display_server.head_office.office_server import OfficeServer, office_server
from display_server.head_office.sentences import CHAIN, COLUMNS, DEFINITIONS, REPORT, STATES
from display_server.manager.report_pages import DOWNLOADS, NAMES
from display_server.manager.reports import STYLE_HASH, XLSX, asked_period
from display_server.pages import page_words, render
from lobby.errors import N_, BadField, NotThere
from lobby.head_office.reckoning import ChainReckoning
from lobby.reports.asked import KINDS, Asked, Kind, asked
from lobby.reports.chain import ChainFigures
from lobby.reports.forms.rendering import as_csv, as_html, as_html_body, as_json, as_xlsx
from lobby.reports.forms.shown import day_shown

chain_pages = Blueprint("chain_pages", __name__, static_folder=str(Path(__file__).parents[1] / "static"))

_encode = msgspec.json.Encoder().encode


@chain_pages.get("/")
def chain() -> Response:
    """The page that follows the chain."""
    _look_here()
    mine = page_words()
    page = {
        "user": holder().name,
        "definitions": {key: mine(sentence) for key, sentence in DEFINITIONS.items()},
        "states": {code: mine(word) for code, word in STATES.items()},
        "columns": [(key, mine(title)) for key, title in COLUMNS.items()],
    }
    return render("head_office.html", page, said=CHAIN)


@chain_pages.get("/now")
def now() -> Response:
    """The chain as it was at the last look, for the page's script."""
    _look_here()
    return Response(_encode(office_server().folds.now), content_type="application/json")


def _look_here() -> None:
    """A server that only takes journals has not looked at them, and shows no chain without branches."""
    if office_server().taking_only:
        raise NotThere()


@chain_pages.get("/report")
def report() -> Response:
    """The report of the chain over a day, a week, a month or any days; without any, of the last day that is over."""
    mine, house = page_words(), office_server()
    reckoning = _reckoning(house)
    known: list[str] = house.offload(reckoning.days)
    kind = request.args.get("kind", "range" if "from" in request.args else "day")
    days = asked_period(kind, known[-1] if known else "")
    if days is None:
        return render("problem.html", {"title": mine("Report"), "text": mine("There is nothing for this day.")}, 404)
    first, last = days.first.isoformat(), days.last.isoformat()
    figures: ChainFigures | None = house.offload(lambda: reckoning.period(days, house.clock()))
    before = max((day for day in known if day < first), default="")
    after = min((day for day in known if day > last), default="")
    page = {
        "title": mine("Report"),
        "kept": f"{_query(days)}&",
        "asked": "language" in request.args,
        "kind": days.kind,
        "first": first,
        "last": last,
        "shown": day_shown("/".join(dict.fromkeys((first, last))), mine),
        "kinds": [(kind, mine(NAMES[kind]), f"/report?{_query(_as(kind, days))}") for kind in KINDS],
        "before": f"/report?{_query(_beside(days, before))}" if before else "",
        "after": f"/report?{_query(_beside(days, after))}" if after else "",
        "downloads": [
            (mine(name), f"/report/download?{_query(days)}&format={form}", form) for form, name in DOWNLOADS.items()
        ],
    }
    if figures is None:
        return render("report.html", page | {"nothing": mine(N_("There is nothing for these days."))}, 404)
    return render("report.html", page, said=REPORT, body=as_html_body(figures, mine))


@chain_pages.get("/report/download")
def download() -> Response:
    """The same to take away: JSON, CSV, a workbook, or a page to keep."""
    mine, house = page_words(), office_server()
    form = request.args.get("format", "json")
    if form not in DOWNLOADS:
        raise BadField(field="format", problem=", ".join(DOWNLOADS))
    days = asked_period(request.args.get("kind", "day"), "")
    if days is None:
        raise NotThere()
    reckoning = _reckoning(house)
    figures: ChainFigures | None = house.offload(lambda: reckoning.period(days, house.clock()))
    if figures is None:
        raise NotThere()
    who = holder()
    detail = {"days": days.code, "format": form}
    house.commits(lambda: house.acts.note("report-exported", actor=who.name, role=who.role, at=house.clock(), **detail))
    if form == "csv":
        return Response(as_csv(figures), content_type="text/csv; charset=utf-8")
    if form == "xlsx":
        return Response(house.offload(lambda: as_xlsx(figures, mine)), content_type=XLSX)
    if form == "html":
        page = Response(as_html(figures, mine), content_type="text/html; charset=utf-8")
        page.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'"
        return page
    return Response(as_json(figures, mine), content_type="application/json")


def _reckoning(house: OfficeServer) -> ChainReckoning:
    """What the folds know already is not read again."""
    reckoning: ChainReckoning = house.offload(lambda: ChainReckoning(house.store, house.config, house.folds.cases))
    return reckoning


def _as(kind: Kind, days: Asked) -> Asked:
    return Asked("range", days.first, days.last) if kind == "range" else asked(kind, days.first)


def _beside(days: Asked, day: str) -> Asked:
    """The period of the same kind in which `day` lies; a range moves by its own length."""
    if days.kind != "range":
        return asked(days.kind, date.fromisoformat(day))
    return days.before() if day < days.first.isoformat() else days.after()


def _query(days: Asked) -> str:
    if days.kind == "range":
        return urlencode({"kind": "range", "from": days.first, "to": days.last})
    return urlencode({"kind": days.kind, "day": days.first})
