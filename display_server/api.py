"""The HTTP API, as docs/api.md describes it. Each view parses, asks the door, returns."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from display_server.gate import attempts
from display_server.gate.access import allow, holder, own_token, server
from display_server.openapi.document import document
from display_server.openapi.schemas import PRINTED
from display_server.problems import asked_words, http_problem, problem
from kiosk.complaint_slip import complaint_slip
from kiosk.printing import paper_words
from lobby.access import STAFF
from lobby.care.views import ComplaintView
from lobby.door import Answer
from lobby.errors import BadField, BadRequest, LobbyError, NobodyWaiting, UnknownColleague
from lobby.local_door import LocalDoor
from lobby.queue import commands as c
from lobby.queue.alerts import alerts_of
from lobby.views import Briefing, TicketView, appointment_views
from lobby.words import reason

T = TypeVar("T")

KEY_LENGTH = 100
EVENTS_AT_ONCE = 5000

api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.errorhandler(LobbyError)
def _refused(error: LobbyError) -> Response:
    return problem(error)


@api.errorhandler(HTTPException)
def _http(error: HTTPException) -> Response:
    return http_problem(error)


# -- signing in


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    username: str
    password: str


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    password: str
    new_password: str


@api.post("/sessions")
def sign_in() -> Response:
    asked = _body(SignIn)
    session = attempts.sign_in(server(), asked.username, asked.password, request.remote_addr or "")
    return json_of(session, 201)


@api.delete("/sessions")
def sign_out() -> Response:
    attempts.sign_out(server(), holder(), own_token())
    return Response(status=204)


@api.post("/password")
def new_password() -> Response:
    asked, who = _body(NewPassword), holder()
    attempts.change_password(server(), who.name, asked.password, asked.new_password, own_token())
    return Response(status=204)


# -- reading


@api.get("/openapi.json")
def openapi() -> Response:
    return Response(document(), content_type="application/json")


@api.get("/branches")
def branches() -> Response:
    return json_of([door_for(server().id).branch()])


@api.get("/branches/<branch>")
def branch(branch: str) -> Response:
    return json_of(door_for(branch).branch())


@api.get("/branches/<branch>/board")
def board(branch: str) -> Response:
    return json_of(door_for(branch).board())


@api.get("/branches/<branch>/queue")
def queue(branch: str) -> Response:
    return json_of(door_for(branch).queue())


@api.get("/branches/<branch>/tickets/<ticket>")
def ticket(branch: str, ticket: str) -> Response:
    return json_of(door_for(branch).ticket(ticket))


@api.get("/branches/<branch>/setup")
def setup(branch: str) -> Response:
    desk, house = server().branch_desk(branch), server()
    return json_of(Briefing(desk.state.setup, house.public_url, desk.now(), house.config.signage.look))


@api.get("/branches/<branch>/appointments")
def known_appointments(branch: str) -> Response:
    return json_of(server().branch_desk(branch).view(appointment_views))


@api.get("/branches/<branch>/alerts")
def known_alerts(branch: str) -> Response:
    return json_of(server().branch_desk(branch).view(alerts_of))


@api.get("/branches/<branch>/events")
def events(branch: str) -> Response:
    after, limit = number_of("after", 0), min(number_of("limit", 1000), EVENTS_AT_ONCE)
    return json_of([_without_token(msgspec.to_builtins(r)) for r in door_for(branch).events(after, limit)])


# -- commands


@api.post("/branches/<branch>/tickets")
def issue(branch: str) -> Response:
    answer = carry_out(branch, c.Issue)
    assert answer.ticket is not None
    response = json_of(answer.ticket, 201)
    response.headers["Lobby-Seq"] = str(answer.seq)
    response.headers["Location"] = f"{request.path}/{answer.ticket.id}"
    return response


def ticket_verb(branch: str, ticket: str, verb: str) -> Response:
    return answer_of(carry_out(branch, c.TICKET_VERBS[verb], ticket=ticket))


def carry_out(branch: str, command: type[c.Command], **addressed: str) -> Answer:
    """Carry a command out. What ends in a slip is printed here, unless whoever asks has a printer of their own."""
    door = door_for(branch)
    fields = fields_of(**addressed)
    if command not in PRINTED:
        return submit(door, command, fields)
    wants_paper = fields.pop("print", True)
    if not isinstance(wants_paper, bool):
        raise BadField(field="print", problem="true or false is expected")
    answer = submit(door, command, fields)
    if wants_paper and not server().desk.state.rehearsal:
        if answer.complaint is not None:
            print_complaint(answer.complaint)
        elif answer.ticket is not None:
            print_ticket(answer.ticket)
    return answer


def counter_verb(branch: str, counter: int, verb: str) -> Response:
    command = c.COUNTER_VERBS[verb]
    try:
        return answer_of(submit(door_for(branch), command, fields_of(counter=counter)))
    except NobodyWaiting:
        return Response(status=204)


def branch_verb(branch: str, verb: str) -> Response:
    return answer_of(carry_out(branch, c.BRANCH_VERBS[verb]))


for _verb in c.TICKET_VERBS:
    path = f"/branches/<branch>/tickets/<ticket>/{_verb}"
    api.add_url_rule(path, _verb, ticket_verb, methods=["POST"], defaults={"verb": _verb})
for _verb in c.COUNTER_VERBS:
    path = f"/branches/<branch>/counters/<int:counter>/{_verb}"
    api.add_url_rule(path, _verb, counter_verb, methods=["POST"], defaults={"verb": _verb})
for _verb in c.BRANCH_VERBS.keys() - {"tickets"}:
    api.add_url_rule(f"/branches/<branch>/{_verb}", _verb, branch_verb, methods=["POST"], defaults={"verb": _verb})


def print_ticket(ticket: TicketView) -> None:
    """Put a ticket's slip into the spool of this server's printer."""
    house = server()
    url = house.ticket_url(ticket.token)
    branch = door_for(house.id).branch()
    house.printing.send(ticket, branch, url)


def print_complaint(complaint: ComplaintView) -> None:
    """The same for the slip of a complaint."""
    house = server()
    branch = door_for(house.id).branch()
    said = paper_words(complaint.language, branch.languages)
    slip = complaint_slip(complaint, branch, said, url=house.complaint_url(complaint.reference))
    house.printing.send_slip(complaint.reference, slip)


# -- parsing and answering


def door_for(branch: str) -> LocalDoor:
    """The branch's door for whoever asks."""
    return server().branch_desk(branch).door(server().actor(holder()))


def fields_of(**addressed: str | int) -> dict[str, Any]:
    """The body's fields and those that the address carries; no body at all is an empty object."""
    raw = request.get_data(cache=False)
    if len(raw) >= (request.max_content_length or 0) > 0:  # a chunked body is cut off there without a word
        raise RequestEntityTooLarge()
    if not raw.strip():
        return dict(addressed)
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(problem=str(error)) from None
    if not isinstance(found, dict):
        raise BadRequest(problem="a JSON object is expected")
    for field in found.keys() & {*addressed, "command"}:
        raise BadField(field=field, problem="the address says this already")
    return found | addressed


def _body(shape: type[T]) -> T:
    return c.read(fields_of(), shape)


def submit(door: LocalDoor, command: type[c.Command], fields: dict[str, Any]) -> Answer:
    key = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= KEY_LENGTH:
        raise BadRequest(problem=f"the header Idempotency-Key is needed, at most {KEY_LENGTH} characters")
    for field in ("owner", "teller", "to_teller") if holder().role in STAFF else ():
        name = fields.get(field)
        if isinstance(name, str) and name and not server().knows(name):
            raise UnknownColleague(name=name)
    time = request.headers.get("Lobby-Time")
    if time is None:
        return door.submit(c.read(fields, command), key=key)
    allow("rehearse")
    if not re.fullmatch(r"-?[0-9]{1,15}", time):
        raise BadRequest(problem="the header Lobby-Time must be milliseconds since 1970, UTC")
    return door.submit(c.read(fields, command), key=key, at=int(time))


def answer_of(answer: Answer) -> Response:
    body = msgspec.to_builtins(answer)
    body["reason"] = reason(answer.why, asked_words()) if answer.why is not None else None
    return json_of(body)


def number_of(name: str, default: int) -> int:
    try:
        value = int(request.args.get(name, default))
    except ValueError:
        raise BadField(field=name, problem="a whole number is expected") from None
    if value < 0:
        raise BadField(field=name, problem="must not be negative")
    return value


def _without_token(recorded: dict[str, Any]) -> dict[str, Any]:
    """A journal entry without the key to the customer's page."""
    if "token" in recorded["event"]:
        recorded["event"]["token"] = ""
    return recorded


def json_of(body: Any, code: int = 200) -> Response:
    return Response(msgspec.json.encode(body), code, content_type="application/json")
