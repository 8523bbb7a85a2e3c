"""The HTTP API of complaints, follow-ups, answers and one's own day, as docs/api.md describes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import Blueprint, Response, request

from display_server.api import answer_of, carry_out, door_for, fields_of, json_of, number_of, submit
from display_server.gate.access import holder, server
from display_server.problems import problem
from display_server.running.pieces import in_pieces
from lobby.care import commands as c
from lobby.command_shape import LATEST
from lobby.errors import BadField, LobbyError, NotThere
from lobby.local_care import LocalCare
from lobby.outbound.rows import COLUMNS, as_csv, rows
from lobby.queue.commands import VISIT_VERBS
from lobby.queue.services import Day, Setup, business_day, day_of
from lobby.reports.asked import Asked

LONGEST_QUERY = 200

care_api = Blueprint("care_api", __name__, url_prefix="/api/v1/branches/<branch>")


@care_api.errorhandler(LobbyError)
def _refused(error: LobbyError) -> Response:
    return problem(error)


def _care(branch: str) -> LocalCare:
    return server().care(branch, server().actor(holder()))


def _asked(name: str) -> str:
    value = request.args.get(name, "")
    if len(value) > LONGEST_QUERY:
        raise BadField(field=name, problem=f"at most {LONGEST_QUERY} characters")
    return value


def _language(branch: str) -> str:
    asked = _asked("language")
    offered = server().branch_desk(branch).setup.languages
    return asked if asked in offered else offered[0]


# -- complaints and follow-ups


@care_api.get("/care")
def care(branch: str) -> Response:
    return json_of(_care(branch).care())


@care_api.get("/complaints")
def complaints(branch: str) -> Response:
    return json_of(_care(branch).complaints())


@care_api.get("/complaints/<complaint>")
def complaint(branch: str, complaint: str) -> Response:
    return json_of(_care(branch).complaint(complaint))


@care_api.get("/follow-ups/<follow_up>")
def follow_up(branch: str, follow_up: str) -> Response:
    return json_of(_care(branch).follow_up(follow_up))


@care_api.get("/due")
def due(branch: str) -> Response:
    return json_of(_care(branch).due(everyone=_asked("everyone") in {"1", "true"}))


def complaint_verb(branch: str, complaint: str, verb: str) -> Response:
    command = c.COMPLAINT_VERBS[verb]
    return answer_of(submit(door_for(branch), command, fields_of(complaint=complaint)))


def follow_up_verb(branch: str, follow_up: str, verb: str) -> Response:
    command = c.FOLLOW_UP_VERBS[verb]
    return answer_of(submit(door_for(branch), command, fields_of(follow_up=follow_up)))


for _verb in c.COMPLAINT_VERBS:
    care_api.add_url_rule(
        f"/complaints/<complaint>/{_verb}",
        f"complaint-{_verb}",
        complaint_verb,
        methods=["POST"],
        defaults={"verb": _verb},
    )
for _verb in c.FOLLOW_UP_VERBS:
    care_api.add_url_rule(
        f"/follow-ups/<follow_up>/{_verb}",
        f"follow-up-{_verb}",
        follow_up_verb,
        methods=["POST"],
        defaults={"verb": _verb},
    )


def visit_verb(branch: str, ticket: str, verb: str) -> Response:
    return answer_of(carry_out(branch, VISIT_VERBS[verb], ticket=ticket))


for _verb in VISIT_VERBS:
    care_api.add_url_rule(
        f"/tickets/<ticket>/{_verb}", f"visit-{_verb}", visit_verb, methods=["POST"], defaults={"verb": _verb}
    )


# -- one's own work, and the look at it


@care_api.get("/my-day")
def my_day(branch: str) -> Response:
    return json_of(_care(branch).my_day())


@care_api.get("/reviews")
def reviews(branch: str) -> Response:
    return json_of(_care(branch).reviews())


@care_api.get("/article-reports")
def article_reports(branch: str) -> Response:
    return json_of(_care(branch).article_reports())


@care_api.get("/comments")
def comments(branch: str) -> Response:
    return json_of(_care(branch).comments())


# -- answers


@care_api.get("/knowledge/search")
def search(branch: str) -> Response:
    return json_of(_care(branch).search(_asked("q"), _language(branch), _asked("service")))


@care_api.get("/knowledge/opening")
def opening(branch: str) -> Response:
    return json_of(_care(branch).opening(_asked("service"), _language(branch)))


@care_api.get("/knowledge/articles/<article>")
def article(branch: str, article: str) -> Response:
    return json_of(_care(branch).article(article, _language(branch)))


@care_api.get("/knowledge/news")
def news(branch: str) -> Response:
    return json_of(_care(branch).news(_language(branch), min(number_of("since", 0), LATEST)))


@care_api.get("/knowledge/phrases")
def phrases(branch: str) -> Response:
    return json_of(_care(branch).phrases(_language(branch)))


# -- tables for other programs


@care_api.get("/exports/<what>.csv")
def export(branch: str, what: str) -> Response:
    """What was recorded from one day to another, both included; without anybody's words."""
    desk = server().branch_desk(branch)
    if what not in COLUMNS:
        raise NotThere()
    first = _day(desk.setup, "from", desk.state.day or business_day(desk.setup, desk.now()).date)
    last = _day(desk.setup, "to", first.date)
    try:
        Asked("range", date.fromisoformat(first.date), date.fromisoformat(last.date))
    except ValueError as error:
        raise BadField(field="from", problem=str(error)) from None

    def lines() -> Iterator[str]:
        recorded = desk.journal.stream(desk.journal.before(first.start))
        yield from as_csv(rows(what, recorded, desk.setup, first.start, last.end))

    answer = Response(in_pieces(lines(), server().offload), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{what}-{first.date}-{last.date}.csv"'
    return answer


def _day(setup: Setup, name: str, default: str) -> Day:
    asked = _asked(name) or default
    try:
        return day_of(setup, asked)
    except ValueError:
        raise BadField(field=name, problem="a date such as 2026-11-22") from None
