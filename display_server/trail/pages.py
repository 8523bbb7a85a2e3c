"""The auditor's page: who did what, and who looked at whose data; by person, kind, reference and day, and to take
away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, Response, request

from display_server.gate.house import gate, house
from display_server.pages import page_words, refused, render
from display_server.trail.details import Detail, details, outcome
from display_server.trail.notes import own_line
from lobby.access import ROLE_NAMES
from lobby.act_kinds import KINDS
from lobby.errors import N_, BadField, LobbyError
from lobby.outbound.courier import PROGRAM
from lobby.outbound.rows import as_csv
from lobby.queue.services import Day, day_of
from lobby.records.acts import OPERATOR, Wanted
from lobby.records.outcomes import Entry, entries
from lobby.retention import SERVER

ON_A_PAGE = 100
MOST_TAKEN = 100_000
"""Acts in one file; more are taken away by days."""

LONGEST = 200
FIELDS = ("person", "kind", "about", "from", "to")
COLUMNS = ("seq", "at", "actor", "role", "kind", "about", "detail", "outcome", "why", "outcome_seq")

ROLES = ROLE_NAMES | {
    OPERATOR: N_("on the machine itself"),
    SERVER: N_("the server by itself"),
    PROGRAM: N_("another program"),
}
"""Who acts, besides people and devices in their roles."""

audit_pages = Blueprint("audit_pages", __name__, url_prefix="/audit")
audit_pages.register_error_handler(LobbyError, refused)


class Line(NamedTuple):
    """An entry in words; `outcome` is what became of it as a sentence, `state` its code."""

    seq: int
    at: str
    actor: str
    role: str
    what: str
    about: str
    detail: tuple[Detail, ...]
    state: str
    outcome: str


@audit_pages.get("")
def trail() -> Response:
    here, mine = house(), page_words()
    wanted, before = _wanted(), _number("before") or own_line()
    found: list[Entry] = here.offload(lambda: entries(here.acts, wanted, ON_A_PAGE + 1, before))
    lines, older = found[:ON_A_PAGE], len(found) > ON_A_PAGE
    asked = {name: request.args[name] for name in FIELDS if request.args.get(name)}
    page: dict[str, Any] = {
        "asked": {name: asked.get(name, "") for name in FIELDS},
        "lines": [_line(act) for act in lines],
        "kinds": sorted(((code, mine(sentence)) for code, sentence in KINDS.items()), key=lambda one: one[1]),
        "older": f"/audit?{urlencode(asked | {'before': lines[-1].seq})}" if older else "",
        "kept": f"{urlencode(asked)}&" if asked else "",
        "files": [(form.upper(), f"/audit/export?{urlencode(asked | {'format': form})}") for form in ("csv", "json")],
        "language_asked": mine.language if request.args.get("language") else "",
    }
    return render("audit.html", page)


@audit_pages.get("/export")
def export() -> Response:
    """The acts that are asked for as a file, the newest first."""
    here, wanted = house(), _wanted()
    form = request.args.get("format", "csv")
    if form not in ("csv", "json"):
        raise BadField(field="format", problem="csv, json")
    acts: list[Entry] = here.offload(lambda: entries(here.acts, wanted, MOST_TAKEN, own_line()))
    if form == "json":
        answer = Response(msgspec.json.encode(acts), content_type="application/json")
    else:
        answer = Response("".join(as_csv(_table(acts))), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-{gate().setup.id}.{form}"'
    return answer


def _table(acts: list[Entry]) -> Iterator[list[str]]:
    yield list(COLUMNS)
    for act in acts:
        row = msgspec.structs.asdict(act) | {"at": _local(act.at), "detail": msgspec.json.encode(act.detail).decode()}
        yield [str(row[name]) for name in COLUMNS]


def _line(act: Entry) -> Line:
    mine = page_words()
    role = mine(ROLES[act.role]) if act.role in ROLES else act.role
    what = mine(KINDS[act.kind]) if act.kind in KINDS else act.kind
    said = details(act.detail, mine, gate().setup)
    return Line(act.seq, _local(act.at), act.actor, role, what, act.about, said, act.outcome, outcome(act, mine))


def _local(at: int) -> str:
    return f"{gate().setup.local(at):%Y-%m-%d %H:%M:%S}"


def _wanted() -> Wanted:
    first, last = _day("from"), _day("to")
    person, kind, about = (request.args.get(name, "").strip()[:LONGEST] for name in ("person", "kind", "about"))
    return Wanted(person, kind, about, first.start if first else 0, last.end if last else 0)


def _day(name: str) -> Day | None:
    asked = request.args.get(name, "")
    try:
        return day_of(gate().setup, asked) if asked else None
    except (ValueError, OverflowError):
        raise BadField(field=name, problem="a date such as 2026-11-22") from None


def _number(name: str) -> int:
    asked = request.args.get(name, "0")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 16):
        raise BadField(field=name, problem="a whole number is expected")
    return int(asked)
