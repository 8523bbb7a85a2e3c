"""The HTTP API, as docs/api.md describes it. Each view parses, asks the door, returns."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from display_server import attempts
from display_server.access import allow, holder, server, token_of
from display_server.openapi import document
from display_server.problems import asked_words, http_problem, problem
from lobby.access import permission_for
from lobby.desk import LocalDoor
from lobby.door import Answer
from lobby.errors import BadField, BadRequest, LobbyError, NobodyWaiting, NotThere
from lobby.queue import commands as c
from lobby.views import TicketView
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
    return _json(session, 201)


@api.delete("/sessions")
def sign_out() -> Response:
    holder()
    token = token_of(request)
    server().commits(lambda: server().tokens.revoke(token, server().clock()))
    server().forget_holders()
    return Response(status=204)


@api.post("/password")
def new_password() -> Response:
    asked, who, house = _body(NewPassword), holder(), server()
    house.commits(lambda: house.staff.change_password(who.name, asked.password, asked.new_password, house.clock()))
    house.forget_holders()
    return Response(status=204)


# -- reading


@api.get("/openapi.json")
def openapi() -> Response:
    return Response(document(), content_type="application/json")


@api.get("/branches")
def branches() -> Response:
    allow("see the branch")
    return _json([_door(server().id).branch()])


@api.get("/branches/<branch>")
def branch(branch: str) -> Response:
    allow("see the branch")
    return _json(_door(branch).branch())


@api.get("/branches/<branch>/board")
def board(branch: str) -> Response:
    allow("see the branch")
    return _json(_door(branch).board())


@api.get("/branches/<branch>/queue")
def queue(branch: str) -> Response:
    allow("see the queue")
    return _json(_door(branch).queue())


@api.get("/branches/<branch>/tickets/<ticket>")
def ticket(branch: str, ticket: str) -> Response:
    allow("see a ticket")
    return _json(_door(branch).ticket(ticket))


@api.get("/branches/<branch>/events")
def events(branch: str) -> Response:
    allow("read the journal")
    after, limit = _number("after", 0), min(_number("limit", 1000), EVENTS_AT_ONCE)
    return _json([_without_token(msgspec.to_builtins(r)) for r in _door(branch).events(after, limit)])


# -- commands


@api.post("/branches/<branch>/tickets")
def issue(branch: str) -> Response:
    door = _door(branch, c.Issue)
    fields = _fields()
    wants_paper = fields.pop("print", True)
    answer = _submit(door, c.Issue, fields)
    assert answer.ticket is not None
    if wants_paper is not False and not server().desk.state.rehearsal:
        print_ticket(answer.ticket)
    response = _json(answer.ticket, 201)
    response.headers["Lobby-Seq"] = str(answer.seq)
    response.headers["Location"] = f"{request.path}/{answer.ticket.id}"
    return response


@api.post("/branches/<branch>/tickets/<ticket>/<verb>")
def ticket_verb(branch: str, ticket: str, verb: str) -> Response:
    command = _verb(c.TICKET_VERBS, verb)
    answer = _submit(_door(branch, command), command, {**_fields(), "ticket": ticket})
    if command is c.Reprint and answer.ticket is not None:
        print_ticket(answer.ticket, copy=answer.ticket.copies)
    return _answer(answer)


@api.post("/branches/<branch>/counters/<int:counter>/<verb>")
def counter_verb(branch: str, counter: int, verb: str) -> Response:
    command = _verb(c.COUNTER_VERBS, verb)
    try:
        return _answer(_submit(_door(branch, command), command, {**_fields(), "counter": counter}))
    except NobodyWaiting:
        return Response(status=204)


@api.post("/branches/<branch>/<verb>")
def branch_verb(branch: str, verb: str) -> Response:
    command = _verb(c.BRANCH_VERBS, verb)
    return _answer(_submit(_door(branch, command), command, _fields()))


def print_ticket(ticket: TicketView, copy: int = 0) -> None:
    """Put a ticket's slip into the spool of this server's printer."""
    house = server()
    url = house.ticket_url(ticket.token)
    branch = _door(house.id).branch()
    house.offload(lambda: house.printing.put(ticket, branch, url, copy=copy))


# -- parsing and answering


def _verb(verbs: dict[str, type[T]], verb: str) -> type[T]:
    try:
        return verbs[verb]
    except KeyError:
        raise NotThere() from None


def _door(branch: str, command: type[c.Command] | None = None) -> LocalDoor:
    """The branch's door for whoever asks; refused before anything is parsed when the role may not."""
    who = holder() if command is None else allow(permission_for(command))
    desk = server().branch_desk(branch)
    return desk.door(server().actor(who))


def _fields() -> dict[str, Any]:
    """The body's fields; no body at all is an empty object."""
    raw = request.get_data(cache=False)
    if not raw.strip():
        return {}
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRequest(problem=str(error)) from None
    if not isinstance(found, dict):
        raise BadRequest(problem="a JSON object is expected")
    return found


def _body(shape: type[T]) -> T:
    return c.read(_fields(), shape)


def _submit(door: LocalDoor, command: type[c.Command], fields: dict[str, Any]) -> Answer:
    key = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= KEY_LENGTH:
        raise BadRequest(problem=f"the header Idempotency-Key is needed, at most {KEY_LENGTH} characters")
    fields.pop("command", None)
    time = request.headers.get("Lobby-Time")
    if time is None:
        return door.submit(c.read(fields, command), key=key)
    allow("rehearse")
    if not time.lstrip("-").isdigit() or len(time) > 15:
        raise BadRequest(problem="the header Lobby-Time must be milliseconds since 1970, UTC")
    return door.submit(c.read(fields, command), key=key, at=int(time))


def _answer(answer: Answer) -> Response:
    body = msgspec.to_builtins(answer)
    body["reason"] = reason(answer.why, asked_words()) if answer.why is not None else None
    return _json(body)


def _number(name: str, default: int) -> int:
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


def _json(body: Any, code: int = 200) -> Response:
    return Response(msgspec.json.encode(body), code, content_type="application/json")
