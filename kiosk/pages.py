"""The kiosk over HTTP: one page, and what it asks the branch for.

The page is the same for every language and never reloads. One tap is one intention: the page makes a key for it and
sends it with every try, so that a double tap, a slow line or a lost answer gives one ticket and one slip.
"""

from __future__ import annotations

import re
from typing import Protocol

import msgspec
from flask import Blueprint, Response, g, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from hardware.errors import DeviceError
from kiosk import qr
from kiosk.offer import Slip, offer, said_of, tongue
from kiosk.problems import problem, too_large
from kiosk.sentences import PAGE
from lobby import errors
from lobby.door import Door
from lobby.queue.commands import Issue
from lobby.views import BranchView, TicketView
from lobby.words import LANGUAGES, Words, best_language, words

BODY_LIMIT = 4096
"""Bytes; a tap is a few hundred."""

KEY = re.compile(r"[\x21-\x7e]{1,100}")

NO_PAPER = "none"

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


class Kiosk(Protocol):
    """What the kiosk's pages need from whoever serves them."""

    def door(self) -> Door:
        """The branch's door for the kiosk that makes this request; raises `NotSignedIn` or `NotAllowed` when the
        request is not from a kiosk."""
        ...

    def print(self, ticket: TicketView, branch: BranchView) -> None:
        """Put the slip into the spool and return, never waiting for paper. Asked again for the same ticket and copy
        (a retry after a lost answer) it changes nothing."""
        ...

    def paper(self, ticket_id: str) -> str:
        """How far the slip is: queued, sending, printed, held, unknown, or none when there is no slip."""
        ...

    def ticket_url(self, ticket: TicketView) -> str:
        """The customer's page, for the QR code; empty when phones cannot reach the branch."""
        ...


class Tap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the customer asked for."""

    service: str
    language: str = ""
    priority: str = ""
    then: tuple[str, ...] = ()


class Issued(msgspec.Struct, frozen=True):
    """The answer: the ticket without its token, the customer's page and its QR code (a data URI; both may be empty),
    the state of the paper, and what the page says about it in each language."""

    ticket: TicketView
    url: str
    qr: str
    paper: str
    said: dict[str, Slip]


def kiosk_blueprint(kiosk: Kiosk) -> Blueprint:
    """The kiosk's routes, to be registered by the app that serves it."""
    blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk", template_folder="templates", static_folder="static")

    @blueprint.get("/")
    def page() -> str:
        greetings = [(tongue(code), words(code)("One moment please")) for code in LANGUAGES]
        return render_template("kiosk/page.html", greetings=greetings)

    @blueprint.get("/offer")
    def offered() -> Response:
        return _json(offer(kiosk.door().branch()))

    @blueprint.get("/words/<language>")
    def sentences(language: str) -> Response:
        if not re.fullmatch(r"[A-Za-z]{2,3}(_[A-Za-z]{2,4})?", language):
            raise errors.UnknownLanguage(language=language)
        said = words(language)
        return _json({"language": language, "sentences": {sentence: said(sentence) for sentence in PAGE}})

    @blueprint.post("/tickets")
    def issue() -> Response:
        tap, key = _tap(), _key()
        door = kiosk.door()
        branch = door.branch()
        if tap.priority and tap.priority not in {p.code for p in branch.priorities if p.declared}:
            raise errors.UnknownPriority(priority=tap.priority)
        ticket = door.submit(Issue(tap.service, tap.language, tap.priority, None, tap.then), key=key).ticket
        assert ticket is not None
        paper = _print(kiosk, ticket, branch)
        url = kiosk.ticket_url(ticket)
        shown = msgspec.structs.replace(ticket, token="")
        return _json(Issued(shown, url, qr.data_uri(url), paper, said_of(ticket, branch)), 201)

    @blueprint.get("/tickets/<ticket>/paper")
    def paper(ticket: str) -> Response:
        kiosk.door()
        return _json({"state": kiosk.paper(ticket)})

    @blueprint.errorhandler(errors.LobbyError)
    def refused(error: errors.LobbyError) -> Response:
        return problem(error, _customers_words())

    @blueprint.errorhandler(RequestEntityTooLarge)
    def oversized(error: RequestEntityTooLarge) -> Response:
        return too_large(_customers_words())

    @blueprint.after_request
    def guard(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        return response

    return blueprint


def _print(kiosk: Kiosk, ticket: TicketView, branch: BranchView) -> str:
    """Spool the slip and say how it stands. The number is given already: a spool that refuses must not take it away."""
    try:
        kiosk.print(ticket, branch)
    except (errors.LobbyError, DeviceError):
        return NO_PAPER
    return kiosk.paper(ticket.id)


def _tap() -> Tap:
    """The request's body. Its language is the customer's from here on."""
    request.max_content_length = BODY_LIMIT
    try:
        tap = msgspec.json.decode(request.get_data(), type=Tap)
    except msgspec.ValidationError as mistake:
        what, _, where = str(mistake).partition(" - at `$.")
        raise errors.BadField(field=where.rstrip("`") or "body", problem=what) from mistake
    except (msgspec.DecodeError, UnicodeDecodeError) as mistake:
        raise errors.BadRequest(problem=str(mistake)) from mistake
    if tap.language in LANGUAGES:
        g.kiosk_language = tap.language
    return tap


def _key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        raise errors.BadRequest(problem="Idempotency-Key must have 1 to 100 printable ASCII characters")
    return key


def _customers_words() -> Words:
    asked = g.get("kiosk_language") or best_language(request.accept_languages.values(), LANGUAGES)
    return words(asked or LANGUAGES[0])


def _json(body: object, status: int = 200) -> Response:
    response = Response(msgspec.json.encode(body), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
