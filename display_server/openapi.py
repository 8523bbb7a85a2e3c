"""The OpenAPI 3.1 document, made from the commands and views themselves, so that it cannot say anything else."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from display_server.manager.reports import FORMS
from lobby.access import PERMISSIONS, permission_for
from lobby.board import BoardView
from lobby.care import commands as cc
from lobby.care.comments import CommentView
from lobby.care.knowledge.article import Phrase
from lobby.care.knowledge.library import Change, Hit
from lobby.care.my_day import MyDay
from lobby.care.views import ArticleReportView, ComplaintView, DueView, FollowUpView, OfferedCare, RecordView
from lobby.care_door import ArticleView, Headline
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.queue.alerts import Alerts
from lobby.queue.events import Recorded
from lobby.remote import Session
from lobby.reports.asked import KINDS
from lobby.reports.complaints import ComplaintFigures
from lobby.reports.fairness import Ledger
from lobby.reports.period import PeriodFigures
from lobby.reports.timeline import Timeline
from lobby.reports.why import WhyTicket
from lobby.views import AppointmentView, BranchView, Briefing, QueueView, TicketView

_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 100},
}
_TIME = {"name": "Lobby-Time", "in": "header", "schema": {"type": "integer"}, "description": "Rehearsal branches only."}


def _path(name: str, kind: str = "string") -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": kind}}


def _defined(figures: dict[str, Any]) -> dict[str, Any]:
    """Figures, and for each key its title, unit and sentence."""
    return {"allOf": [figures], "properties": {"definitions": {"type": "object"}}}


def _asked(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def _refusals(*codes: int) -> dict[str, Any]:
    return {str(code): {"$ref": "#/components/responses/problem"} for code in codes}


def _ok(schema: Any, code: int = 200, *also: str) -> dict[str, Any]:
    """JSON by this schema, or a file of one of the media types `also`."""
    content: dict[str, Any] = {kind: {} for kind in also} | {"application/json": {"schema": schema}}
    return {str(code): {"description": "done", "content": content}}


def _file(kind: str) -> dict[str, Any]:
    return {"200": {"description": "done", "content": {kind: {"schema": {"type": "string"}}}}}


def _summary(thing: type) -> str:
    return (thing.__doc__ or thing.__name__).strip().split("\n", 1)[0]


PRINTED = (c.Issue, c.CheckIn, c.Reprint, cc.TakeComplaint)
"""What ends in a slip, which `print: false` leaves to whoever asks."""


CARE_READ: tuple[tuple[str, str, type, bool], ...] = (
    ("care", "look answers up", OfferedCare, False),
    ("complaints", "see complaints", ComplaintView, True),
    ("complaints/{complaint}", "see complaints", ComplaintView, False),
    ("follow-ups/{follow_up}", "see complaints", FollowUpView, False),
    ("due", "see complaints", DueView, False),
    ("my-day", "serve", MyDay, False),
    ("reviews", "review records", RecordView, True),
    ("article-reports", "decide on complaints", ArticleReportView, True),
    ("comments", "see comments", CommentView, True),
    ("knowledge/search", "look answers up", Hit, True),
    ("knowledge/opening", "look answers up", Headline, True),
    ("knowledge/articles/{article}", "look answers up", ArticleView, False),
    ("knowledge/news", "look answers up", Change, True),
    ("knowledge/phrases", "look answers up", Phrase, True),
)
"""What is read of care: path, permission, what is answered, whether it is a list."""


class _Writer:
    def __init__(self) -> None:
        self.views: tuple[type, ...] = (
            Answer,
            Alerts,
            AppointmentView,
            BoardView,
            BranchView,
            Briefing,
            QueueView,
            TicketView,
            Recorded,
            Session,
            ComplaintFigures,
            PeriodFigures,
            Ledger,
            WhyTicket,
            Timeline,
            *(view for _, _, view, _ in CARE_READ),
        )
        commands = [*c.COUNTER_VERBS.values(), *c.TICKET_VERBS.values(), *c.BRANCH_VERBS.values()]
        commands += [*cc.COMPLAINT_VERBS.values(), *cc.FOLLOW_UP_VERBS.values()]
        shown = [*self.views, *commands]
        references, self.schemas = msgspec.json.schema_components(shown, ref_template="#/components/schemas/{name}")
        self._references = dict(zip(shown, references, strict=True))

        answer = dict(self.schemas["Answer"])
        sentence = {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "why this ticket, in words"}
        answer["properties"] = answer["properties"] | {"reason": sentence}
        self.schemas["Answer"] = answer

    def body(self, command: type[c.Command], without: str = "") -> dict[str, Any]:
        """The command's own fields, less the one that the path carries."""
        schema = dict(self.schemas[self.ref(command)["$ref"].rpartition("/")[2]])
        hidden = {"command", without}
        schema["properties"] = {k: v for k, v in schema["properties"].items() if k not in hidden}
        if command in PRINTED:
            schema["properties"]["print"] = {"type": "boolean", "default": True}
        schema["required"] = [k for k in schema.get("required", []) if k not in hidden]
        return {"required": bool(schema["required"]), "content": {"application/json": {"schema": schema}}}

    def get(self, permission: str, summary: str, schema: Any, *parameters: dict[str, Any]) -> dict[str, Any]:
        return self.read(permission, summary, _ok(schema), *parameters)

    def read(self, permission: str, summary: str, ok: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
        return {
            "get": {
                "summary": summary,
                "description": f"Roles: {', '.join(sorted(PERMISSIONS[permission]))}.",
                "parameters": list(parameters),
                "responses": ok | _refusals(401, 403, 404, 422),
            }
        }

    def report(self, summary: str, figures: type, *parameters: dict[str, Any]) -> dict[str, Any]:
        """Figures and their definitions, in each of the forms that `format` names."""
        ok = _ok(_defined(self.ref(figures)), 200, *FORMS.values())
        asked = (_asked("format", {"enum": list(FORMS)}), _asked("language", {"type": "string"}))
        return self.read("see figures", summary, ok, _path("branch"), *parameters, *asked)

    def post(
        self, command: type[c.Command], ok: dict[str, Any], without: str = "", *parameters: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "post": {
                "summary": _summary(command),
                "description": f"Roles: {', '.join(sorted(PERMISSIONS[permission_for(command)]))}.",
                "parameters": [*parameters, _KEY, _TIME],
                "requestBody": self.body(command, without),
                "responses": ok | _refusals(400, 401, 403, 404, 409, 413, 422, 503),
            }
        }

    def ref(self, view: type) -> dict[str, str]:
        return dict(self._references[view])

    def paths(self) -> dict[str, Any]:
        base, branch = "/branches/{branch}", _path("branch")
        answer = _ok(self.ref(Answer))
        day, *days = (_asked(name, {"type": "string", "format": "date"}) for name in ("day", "from", "to"))
        paths: dict[str, Any] = {
            "/branches": self.get("see the branch", "All branches", {"type": "array", "items": self.ref(BranchView)}),
            base: self.get("see the branch", _summary(BranchView), self.ref(BranchView), branch),
            f"{base}/board": self.get("see the branch", _summary(BoardView), self.ref(BoardView), branch),
            f"{base}/queue": self.get("see the queue", _summary(QueueView), self.ref(QueueView), branch),
            f"{base}/tickets": self.post(c.Issue, _ok(self.ref(TicketView), 201), "", branch),
            f"{base}/tickets/{{ticket}}": self.get(
                "see a ticket", _summary(TicketView), self.ref(TicketView), branch, _path("ticket")
            ),
            f"{base}/tickets/{{ticket}}/why": self.get(
                "see the queue",
                _summary(WhyTicket),
                self.ref(WhyTicket),
                branch,
                _path("ticket"),
                day,
            ),
            f"{base}/fairness": self.get(
                "see figures",
                _summary(Ledger),
                self.ref(Ledger),
                branch,
                *days,
            ),
            f"{base}/timeline": self.get(
                "see figures",
                "The course of a business day",
                self.ref(Timeline),
                branch,
                day,
            ),
            f"{base}/setup": self.get("go on without the server", _summary(Briefing), self.ref(Briefing), branch),
            f"{base}/appointments": self.get(
                "keep appointments",
                "The appointments that are known",
                {"type": "array", "items": self.ref(AppointmentView)},
                branch,
            ),
            f"{base}/alerts": self.get("see figures", _summary(Alerts), self.ref(Alerts), branch),
            f"{base}/events": self.get(
                "read the journal",
                "The journal",
                {"type": "array", "items": self.ref(Recorded)},
                branch,
                {"name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0}},
                {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 0}},
            ),
            f"{base}/reports/day": self.report("The report of one business day", PeriodFigures, day),
            f"{base}/reports/period": self.report(
                "The report of the day, week or month in which `day` lies, or of a range of days",
                PeriodFigures,
                _asked("kind", {"enum": list(KINDS)}),
                day,
                *days,
            ),
            f"{base}/reports/complaints": self.report(_summary(ComplaintFigures), ComplaintFigures, *days),
            f"{base}/exports/{{what}}.csv": self.read(
                "take tables away",
                "What was recorded from one day to another, as a table",
                _file("text/csv"),
                branch,
                _path("what"),
                *days,
            ),
            f"{base}/people/{{reference}}": self.read(
                "answer for personal data",
                "All that is kept about a customer, as a file for them",
                _ok({"type": "object"}),
                branch,
                _path("reference"),
            )
            | {
                "delete": {
                    "summary": "Erase the words that were written about a customer; figures stay",
                    "description": f"Roles: {', '.join(sorted(PERMISSIONS['answer for personal data']))}.",
                    "parameters": [branch, _path("reference")],
                    "responses": _ok({"type": "object", "properties": {"erased": {"type": "integer"}}})
                    | _refusals(401, 403, 404, 503),
                }
            },
            "/sessions": {
                "post": {
                    "summary": "Sign in",
                    "security": [],
                    "requestBody": _json_body("username", "password"),
                    "responses": _ok(self.ref(Session), 201) | _refusals(400, 401, 422, 429),
                },
                "delete": {"summary": "Sign out", "responses": {"204": {"description": "done"}} | _refusals(401, 403)},
            },
            "/password": {
                "post": {
                    "summary": "Change one's own password",
                    "requestBody": _json_body("password", "new_password"),
                    "responses": {"204": {"description": "done"}} | _refusals(400, 401, 403, 422),
                }
            },
        }
        for verb, ticket_command in c.TICKET_VERBS.items():
            paths[f"{base}/tickets/{{ticket}}/{verb}"] = self.post(
                ticket_command, answer, "ticket", branch, _path("ticket")
            )
        for verb, counter_command in c.COUNTER_VERBS.items():
            ok = answer | ({"204": {"description": "Nobody is waiting."}} if verb == "next" else {})
            paths[f"{base}/counters/{{counter}}/{verb}"] = self.post(
                counter_command, ok, "counter", branch, _path("counter", "integer")
            )
        for verb, command in c.BRANCH_VERBS.items():
            if command is not c.Issue:
                paths.setdefault(f"{base}/{verb}", {}).update(self.post(command, answer, "", branch))
        for path, permission, view, many in CARE_READ:
            schema: dict[str, Any] = {"type": "array", "items": self.ref(view)} if many else self.ref(view)
            named = [_path(name.strip("{}")) for name in path.split("/") if name.startswith("{")]
            read = self.get(permission, _summary(view), schema, branch, *named)
            paths.setdefault(f"{base}/{path}", {}).update(read)
        for verb, complaint_command in cc.COMPLAINT_VERBS.items():
            paths[f"{base}/complaints/{{complaint}}/{verb}"] = self.post(
                complaint_command, answer, "complaint", branch, _path("complaint")
            )
        for verb, said in c.VISIT_VERBS.items():
            paths[f"{base}/tickets/{{ticket}}/{verb}"] = self.post(said, answer, "ticket", branch, _path("ticket"))
        for verb, follow_up_command in cc.FOLLOW_UP_VERBS.items():
            paths[f"{base}/follow-ups/{{follow_up}}/{verb}"] = self.post(
                follow_up_command, answer, "follow_up", branch, _path("follow_up")
            )
        return paths


def _json_body(*fields: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {field: {"type": "string"} for field in fields},
        "required": list(fields),
        "additionalProperties": False,
    }
    return {"required": True, "content": {"application/json": {"schema": schema}}}


@cache
def document() -> bytes:
    """The OpenAPI document, JSON."""
    writer = _Writer()
    problem = {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "facts": {"type": "object"},
        },
    }
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Branch lobby", "version": "1", "description": "The queue of a bank branch."},
            "servers": [{"url": "/api/v1"}],
            "security": [{"bearer": []}],
            "paths": writer.paths(),
            "components": {
                "schemas": writer.schemas | {"Problem": problem},
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
                "responses": {
                    "problem": {
                        "description": "refused",
                        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                    }
                },
            },
        }
    )
