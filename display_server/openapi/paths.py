"""Every address of the API that the document tells of: one table. Addresses without a slash in front are a branch's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from display_server.manager.reports import FORMS
from display_server.openapi.operations import Act, Give, Operation, Read, fields, in_query, roles
from display_server.openapi.schemas import Described
from lobby.board import BoardView
from lobby.care import commands as cc
from lobby.care.comments import CommentView
from lobby.care.knowledge.article import Phrase
from lobby.care.knowledge.library import Change, Hit
from lobby.care.my_day import MyDay
from lobby.care.views import ArticleReportView, ComplaintView, DueView, FollowUpView, OfferedCare, RecordView
from lobby.care_door import ArticleView, Headline
from lobby.command_shape import Command
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

Rows = tuple[tuple[str, Operation], ...]

DAY, FROM, TO = (in_query(name, {"type": "string", "format": "date"}) for name in ("day", "from", "to"))
COUNT: Described = {"type": "integer", "minimum": 0}
FORM = (in_query("format", {"enum": list(FORMS)}), in_query("language", {"type": "string"}))

BRANCH: Rows = (
    ("/branches", Read("see the branch", BranchView, "All branches", many=True)),
    ("", Read("see the branch", BranchView)),
    ("board", Read("see the branch", BoardView)),
    ("queue", Read("see the queue", QueueView)),
    ("tickets", Give(c.Issue, TicketView, 201)),
    ("tickets/{ticket}", Read("see a ticket", TicketView)),
    ("tickets/{ticket}/why", Read("see the queue", WhyTicket, asked=(DAY,))),
    ("fairness", Read("see figures", Ledger, asked=(FROM, TO))),
    ("timeline", Read("see figures", Timeline, "The course of a business day", asked=(DAY,))),
    ("setup", Read("go on without the server", Briefing)),
    ("appointments", Read("keep appointments", AppointmentView, "The appointments that are known", many=True)),
    ("alerts", Read("see figures", Alerts)),
    (
        "events",
        Read(
            "read the journal",
            Recorded,
            "The journal",
            many=True,
            asked=(in_query("after", COUNT), in_query("limit", COUNT)),
        ),
    ),
)

REPORTS: Rows = (
    (
        "reports/day",
        Read("see figures", PeriodFigures, "The report of one business day", figures=True, asked=(DAY, *FORM)),
    ),
    (
        "reports/period",
        Read(
            "see figures",
            PeriodFigures,
            "The report of the day, week or month in which `day` lies, or of a range of days",
            figures=True,
            asked=(in_query("kind", {"enum": list(KINDS)}), DAY, FROM, TO, *FORM),
        ),
    ),
    ("reports/complaints", Read("see figures", ComplaintFigures, figures=True, asked=(FROM, TO, *FORM))),
    (
        "exports/{what}.csv",
        Read(
            "take tables away",
            summary="What was recorded from one day to another, as a table",
            file="text/csv",
            asked=(FROM, TO),
        ),
    ),
)

PEOPLE: Rows = (
    (
        "people/{reference}",
        Read("answer for personal data", summary="All that is kept about a customer, as a file for them"),
    ),
    (
        "people/{reference}",
        Act(
            "delete",
            {
                "summary": "Erase the words that were written about a customer; figures stay",
                "description": roles("answer for personal data"),
            },
            (401, 403, 404, 503),
            properties={"erased": {"type": "integer"}},
            code=200,
        ),
    ),
    (
        "/sessions",
        Act(
            "post",
            {"summary": "Sign in", "security": [], "requestBody": fields("username", "password")},
            (400, 401, 422, 429),
            view=Session,
            code=201,
        ),
    ),
    ("/sessions", Act("delete", {"summary": "Sign out"}, (401, 403))),
    (
        "/password",
        Act(
            "post",
            {"summary": "Change one's own password", "requestBody": fields("password", "new_password")},
            (400, 401, 403, 422),
        ),
    ),
)

CARE: Rows = (
    ("care", Read("look answers up", OfferedCare)),
    ("complaints", Read("see complaints", ComplaintView, many=True)),
    ("complaints/{complaint}", Read("see complaints", ComplaintView)),
    ("follow-ups/{follow_up}", Read("see complaints", FollowUpView)),
    ("due", Read("see complaints", DueView)),
    ("my-day", Read("serve", MyDay)),
    ("reviews", Read("review records", RecordView, many=True)),
    ("article-reports", Read("decide on complaints", ArticleReportView, many=True)),
    ("comments", Read("see comments", CommentView, many=True)),
    ("knowledge/search", Read("look answers up", Hit, many=True)),
    ("knowledge/opening", Read("look answers up", Headline, many=True)),
    ("knowledge/articles/{article}", Read("look answers up", ArticleView)),
    ("knowledge/news", Read("look answers up", Change, many=True)),
    ("knowledge/phrases", Read("look answers up", Phrase, many=True)),
)

NOBODY: Described = {"204": {"description": "Nobody is waiting."}}


def rows() -> Iterator[tuple[str, Operation]]:
    """All addresses with what can be asked there; one that takes several methods comes several times."""
    tables = (*BRANCH, *REPORTS, *PEOPLE), tuple(_queue_verbs()), CARE, tuple(_care_verbs())
    for table in tables:
        for path, operation in table:
            yield path if path.startswith("/") else f"/branches/{{branch}}/{path}".rstrip("/"), operation


def _queue_verbs() -> Iterator[tuple[str, Give]]:
    yield from _verbs("tickets/{ticket}", c.TICKET_VERBS)
    for verb, command in c.COUNTER_VERBS.items():
        yield f"counters/{{counter}}/{verb}", Give(command, also=NOBODY if verb == "next" else {})
    for verb, branch_command in c.BRANCH_VERBS.items():
        if branch_command is not c.Issue:
            yield verb, Give(branch_command)


def _care_verbs() -> Iterator[tuple[str, Give]]:
    yield from _verbs("complaints/{complaint}", cc.COMPLAINT_VERBS)
    yield from _verbs("tickets/{ticket}", c.VISIT_VERBS)
    yield from _verbs("follow-ups/{follow_up}", cc.FOLLOW_UP_VERBS)


def _verbs(of: str, commands: Mapping[str, type[Command]]) -> Iterator[tuple[str, Give]]:
    for verb, command in commands.items():
        yield f"{of}/{verb}", Give(command)
