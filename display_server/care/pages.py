"""Pages of the care room: what is due, one complaint, one promise, what customers wrote, answers to mend, records to
review, the analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias, get_args

from flask import Blueprint, Response, request

from display_server import sentences
from display_server.api import number_of
from display_server.care.record_words import RecordWords
from display_server.care.words import CareWords
from display_server.gate.access import holder, server
from display_server.manager.reports import complaint_report
from display_server.pages import page_words, refused, render
from lobby.access import TELLER, may, permission_for
from lobby.care.choices import DECISIONS, DEGREES, MATTERS, WAYS
from lobby.care.clocks import Standing
from lobby.care.commands import COMPLAINT_VERBS, FOLLOW_UP_VERBS
from lobby.care.complaints import State
from lobby.care.events import CareEvent
from lobby.care.follow_ups import FollowUpState
from lobby.care.views import ClockView, ComplaintView, FollowUpView, RecordView
from lobby.command_shape import Command
from lobby.errors import LobbyError
from lobby.local_care import LocalCare
from lobby.queue.events import FeedbackGiven, InteractionRecorded
from lobby.records.tokens import Holder
from lobby.reports.forms.rendering import as_html_body

care_pages = Blueprint("care_pages", __name__, url_prefix="/care")
care_pages.register_error_handler(LobbyError, refused)

Case: TypeAlias = ComplaintView | FollowUpView

SHOWN = ("mine", "open", "closed", "all")
PAGE = 50
"""Cases on one page of the list: each takes its time to be drawn, and a branch remembers those of more than a year."""

MOST_OTHERS = 100
"""Comments that wait for nobody, on one page."""
KINDS = (*(kind.__name__ for kind in get_args(CareEvent)), InteractionRecorded.__name__, FeedbackGiven.__name__)
"""Events after which a page of the care room may look different."""


class Line(NamedTuple):
    """A line of the due list."""

    case: Case
    complaint: bool
    href: str
    clocks: tuple[ClockView, ...]


class Sampled(NamedTuple):
    """A record to look at, in words, and the lines of its service's standard."""

    record: RecordView
    heads: list[str]
    facts: list[tuple[str, str]]
    standard: tuple[str, ...]


@care_pages.get("")
def due() -> Response:
    """What has a clock, the most urgent first; or what is closed."""
    who, room = _room()
    show = request.args.get("show", "")
    if show not in SHOWN:
        show = "mine" if who.role == TELLER else "open"
    cases: list[Case] = []
    if show != "closed":
        found = room.due(everyone=show != "mine")
        cases = [*found.complaints, *found.follow_ups]
    if show in {"closed", "all"}:
        cases += [one for one in room.complaints() if one.state is State.CLOSED]
    lines = sorted((_line(case) for case in cases), key=_urgency)
    first = number_of("first", 0)
    more = first + PAGE if len(lines) > first + PAGE else 0
    return _render("care.html", who, tab="due", show=show, lines=lines[first : first + PAGE], more=more)


@care_pages.get("/complaints/<reference>")
def complaint(reference: str) -> Response:
    who, room = _room()
    found = room.complaint(reference)
    rules, said = server().desk.setup.care.complaints, _said()
    return _render(
        "care_complaint.html",
        who,
        tab="",
        case=found,
        steps=_allowed(who, found.steps, COMPLAINT_VERBS),
        categories=[(one.code, said.category(one.code)) for one in rules.categories],
        causes=[(one.code, said.cause(one.code)) for one in rules.causes],
        staff=_staff(),
        ways=said.options(WAYS),
        decisions=said.options(DECISIONS),
        matters=said.options(MATTERS),
        degrees=said.options(DEGREES),
    )


@care_pages.get("/follow-ups/<reference>")
def follow_up(reference: str) -> Response:
    who, room = _room()
    found = room.follow_up(reference)
    steps = _allowed(who, tuple(FOLLOW_UP_VERBS), FOLLOW_UP_VERBS) if found.state == FollowUpState.OPEN else []
    return _render("care_follow_up.html", who, tab="", case=found, steps=steps, staff=_staff())


@care_pages.get("/answers")
def answers() -> Response:
    """Answers that tellers found wrong or missing, and the mistakes in the files of the answers."""
    who, room = _room()
    knowledge = server().knowledge
    reports = [(one, knowledge.library.article(one.article, page_words().language)) for one in room.article_reports()]
    return _render("care_answers.html", who, tab="answers", reports=reports, mistakes=knowledge.mistakes)


@care_pages.get("/comments")
def comments() -> Response:
    """What customers wrote beside their answers: the bad ones until somebody has seen to them, then the others."""
    who, room = _room()
    found = room.comments()
    waiting, others = [one for one in found if one.waits], [one for one in found if not one.waits]
    return _render("care_comments.html", who, tab="comments", waiting=waiting, others=others[:MOST_OTHERS])


@care_pages.get("/records")
def records() -> Response:
    """This week's sample of interaction records, each beside the standard of its service."""
    who, room = _room()
    said = RecordWords(page_words(), server().desk.setup)
    sample = [Sampled(one, said.heads(one), said.facts(one), _standard(one)) for one in room.reviews()]
    return _render("care_records.html", who, tab="records", records=sample)


@care_pages.get("/analysis")
def analysis() -> Response:
    """The report of complaints."""
    who, _ = _room()
    figures = complaint_report(server().desk, request.args.get("from", ""), request.args.get("to", ""))
    body = as_html_body(figures, page_words())
    return _render("care_analysis.html", who, body=body, tab="analysis", first=figures.first, last=figures.last)


def _room() -> tuple[Holder, LocalCare]:
    """Whoever asks, and the care room as they see it."""
    who, house = holder(), server()
    return who, house.care(house.id, house.actor(who))


def _render(template: str, who: Holder, body: str = "", **page: Any) -> Response:
    page |= {
        "care": _said(),
        "asked": page_words().language if request.args.get("language") else "",
        "may": lambda permission: may(who.role, permission),
        "live": "/dashboard" if may(who.role, "see figures") else "/console",
        "kinds": KINDS,
    }
    return render(template, page, said=sentences.CARE, body=body)


def _said() -> CareWords:
    desk = server().desk
    return CareWords(page_words(), desk.setup, desk.now())


def _staff() -> list[tuple[str, str]]:
    """Whoever may own a complaint or a promise, by user name."""
    members = server().staff.members()
    return [(one.username, one.name or one.username) for one in members if may(one.role, "handle complaints")]


def _allowed(who: Holder, verbs: tuple[str, ...], commands: Mapping[str, type[Command]]) -> list[str]:
    return [verb for verb in verbs if may(who.role, permission_for(commands[verb]))]


def _line(case: Case) -> Line:
    if isinstance(case, FollowUpView):
        return Line(case, False, f"/care/follow-ups/{case.reference}", (case.clock,))
    return Line(case, True, f"/care/complaints/{case.reference}", case.clocks)


def _urgency(line: Line) -> tuple[bool, int]:
    """What still has time to lose, by the first clock that runs; then the rest, the newest first."""
    running = [clock.due for clock in line.clocks if clock.standing in {Standing.OK, Standing.SOON, Standing.OVER}]
    if running:
        return False, min(running)
    case = line.case
    return True, -(case.promised_at if isinstance(case, FollowUpView) else case.received_at)


def _standard(record: RecordView) -> tuple[str, ...]:
    standard = server().desk.setup.care.standard(record.service)
    return standard.get(page_words().language) or standard.get("en") or next(iter(standard.values()), ())
