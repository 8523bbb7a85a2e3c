"""The audit trail over HTTP: which addresses leave a line in it, and the line itself.

What is noted here is what the address alone says: who takes tables away, who steers the branch. Words about persons are
noted where they are read (`lobby.records.people`), whichever address asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from http.client import BAD_REQUEST, INTERNAL_SERVER_ERROR
from pathlib import Path
from typing import Any, Protocol

import msgspec
from flask import Flask, Response, g, request

from display_server.gate.access import SAFE, holder, server
from display_server.gate.house import house
from lobby.command_shape import Command
from lobby.config import FILE
from lobby.problems import Problem
from lobby.queue import commands as c
from lobby.queue import supervision
from lobby.queue.branch import Branch
from lobby.records import outcomes
from lobby.records.acts import OPERATOR, Acts, Wanted, operator
from lobby.records.same_look import SameLook

STEERING: dict[type[Command], str] = {
    c.CloseDay: "day-closed",
    c.ReopenDay: "day-reopened",
    c.StartRehearsal: "rehearsal-started",
    supervision.CloseService: "service-closed",
    supervision.OpenService: "service-opened",
    supervision.SetCounterSkills: "skills-set",
    supervision.Reassign: "ticket-reassigned",
    supervision.PostNotice: "notice-posted",
    supervision.TakeNoticeDown: "notice-taken-down",
    supervision.QuietVoice: "voice-quieted",
    supervision.LoudVoice: "voice-back",
}
"""Commands that steer the branch."""

OWN_WORDS = {(supervision.Reassign, "reason")}
"""What somebody wrote in words of their own, which may speak of a customer, is not told again in the trail."""

_STEERED = {
    verb: command
    for verbs in (c.TICKET_VERBS, c.COUNTER_VERBS, c.BRANCH_VERBS)
    for verb, command in verbs.items()
    if command in STEERING
}

ACTS: dict[str, str] = {
    **{f"api.{verb}": STEERING[command] for verb, command in _STEERED.items()},
    "kiosk.staff_sign_in": "kiosk-pin-typed",
    "kiosk.staff_volume": "volume-changed",
    "api.events": "journal-read",
    "care_api.export": "data-exported",
    "reports.day": "report-exported",
    "reports.period": "report-exported",
    "reports.complaints": "report-exported",
    "audit_pages.trail": "trail-read",
    "audit_pages.export": "trail-exported",
}
"""Endpoint -> kind of act."""

ASKED = ("from", "to", "kind", "day", "format")
"""What of a query the trail keeps."""

SEARCHED = ("person", "about")
"""By what the trail itself is searched. It keeps only what stands in it already: what was typed may be a name."""

CARRIED: dict[str, tuple[str, ...]] = {
    **{
        f"api.{verb}": tuple(name for name in command.__struct_fields__ if (command, name) not in OWN_WORDS)
        for verb, command in _STEERED.items()
    },
    "kiosk.staff_volume": ("percent",),
}
"""What of a body it keeps: the fields that there may be."""

WAS = "was_"
"""Stands before the name of what is changed, with its value until then."""


def _services_before(branch: Branch, asked: Mapping[str, Any]) -> dict[str, str]:
    counter = branch.counters.get(int(asked.get("counter", 0)))
    return {"services": msgspec.json.encode(counter.services).decode()} if counter is not None else {}


def _place_before(branch: Branch, asked: Mapping[str, Any]) -> dict[str, str]:
    ticket = branch.tickets.get(branch.numbers.get(str(asked.get("ticket", "")).upper(), str(asked.get("ticket", ""))))
    if ticket is None:
        return {}
    named = {"to_counter": str(ticket.for_counter or ""), "to_teller": ticket.for_teller}
    return {"service": ticket.service} | {name: value for name, value in named.items() if value}


BEFORE: dict[str, Callable[[Branch, Mapping[str, Any]], dict[str, str]]] = {
    "api.skills": _services_before,
    "api.reassign": _place_before,
}
"""What of a counter or ticket is kept as it was."""

TAKEN = {"kind", "actor", "role", "at", "about", "outcome", "line"}
"""What an act has besides: what was asked under such a name is kept as `asked_kind`."""

LONGEST = 200
SETTINGS = (FILE, "standards.toml", "records/*.toml")
"""Files of the data folder that say how the branch works."""


def note(kind: str, about: str = "", /, **detail: str) -> int:
    """Write down that the present request's holder does this, before it is done or shown; the line's number. A refusal
    of the storage is a refusal of the request: what cannot be written down does not happen."""
    here, who = house(), holder()
    line = partial(here.acts.note, kind, actor=who.name, role=who.role, at=here.clock(), about=about, **detail)
    return int(here.commits(line))


def audited(app: Flask) -> None:
    """Have the acts of `ACTS` noted as asked before their views run, after whoever asks was let in; a second line says
    what became of it before the answer leaves. A program that asks for the same again and again has its line once in
    a while."""
    seen = SameLook()

    @app.before_request
    def _note() -> None:
        kind = ACTS.get(request.endpoint or "")
        if kind is None or request.method in {"HEAD", "OPTIONS"}:
            return
        about, detail = _about(), _detail() | _before()
        look, now = (kind, holder().name, holder().role, about, *detail.items()), house().clock()
        if request.method in SAFE and seen.has(look, now):
            return
        g.noted = (kind, about, note(kind, about, outcome=outcomes.ASKED, **detail), look, now)

    @app.after_request
    def _say_what_became_of_it(response: Response) -> Response:
        kind, about, line, look, now = g.pop("noted", ("", "", 0, (), 0))
        if not kind:
            return response
        outcome = outcomes.DONE if response.status_code < BAD_REQUEST else _refusal(response)
        if outcome == outcomes.DONE:
            seen.add(look, now)
        outcomes.say(note, kind, about, outcome, line)
        return response


def own_line() -> int:
    """The line that the present request has left so far, 0 without one: nobody knows yet what becomes of it."""
    return int(g.get("noted", ("", "", 0))[2])


class Started(Protocol):
    """A server with a data folder and an audit trail."""

    folder: Path
    clock: Callable[[], int]
    acts: Acts


def begin(house: Started, patterns: Sequence[str] = SETTINGS) -> None:
    """Write down that the server was started, and which settings (files of its folder) are others than when it was
    before."""
    settings = {
        str(path.relative_to(house.folder)): sha256(path.read_bytes()).hexdigest()[:16]
        for pattern in patterns
        for path in sorted(house.folder.glob(pattern))
    }
    who, now = operator(), house.clock()
    for before in house.acts.newest(Wanted(kind="server-started"), 1):
        for name in sorted({name for name, _ in before.detail.items() ^ settings.items()}):
            prints = {f"{WAS}fingerprint": before.detail.get(name, ""), "fingerprint": settings.get(name, "")}
            house.acts.note("settings-changed", actor=who, role=OPERATOR, at=now, about=name, **prints)
    house.acts.note("server-started", actor=who, role=OPERATOR, at=now, **settings)


def _about() -> str:
    """What the address names beside the branch."""
    addressed = (str(value) for name, value in (request.view_args or {}).items() if name not in ("branch", "verb"))
    return " ".join(addressed)[:LONGEST]


def _detail() -> dict[str, str]:
    found = {name: request.args[name] for name in ASKED if request.args.get(name)}
    if request.blueprint == "audit_pages":
        found |= {name: _if_known(name, request.args[name].strip()) for name in SEARCHED if request.args.get(name)}
    if request.method not in SAFE:
        wanted = CARRIED.get(request.endpoint or "", ())
        found |= {name: value for name, value in _carried().items() if name in wanted}
    return {f"asked_{name}" if name in TAKEN else name: value[:LONGEST] for name, value in found.items()}


def _before() -> dict[str, str]:
    """What it was before, of what the act may change."""
    state_of, asked = BEFORE.get(request.endpoint or ""), request.view_args or {}
    was = state_of(server().desk.state, asked) if state_of is not None else {}
    return {f"{WAS}{name}": value[:LONGEST] for name, value in was.items()}


def _refusal(response: Response) -> str:
    """That it was refused, with the refusal's name, of a page the status; or that there was a fault of ours."""
    if response.status_code >= INTERNAL_SERVER_ERROR:
        return outcomes.FAULT
    try:
        return outcomes.refused(msgspec.json.decode(response.get_data(), type=Problem).title)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return outcomes.refused(str(response.status_code))


def _if_known(name: str, value: str) -> str:
    here = house()
    return str(here.offload(lambda: here.acts.if_known(name, value)))


def _carried() -> dict[str, str]:
    """The fields of the body as text; none where it is no JSON object, which the view refuses."""
    try:
        fields: Any = msgspec.json.decode(request.get_data() or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    if not isinstance(fields, dict):
        return {}
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode() for name, value in fields.items()
    }
