"""Pages for people: home, manager; refusals as pages."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from display_server import sentences
from display_server.gate.access import holder, holders, server
from display_server.gate.house import gate
from display_server.problems import HTTP_SENTENCES, http_problem, problem
from lobby.access import may, permission_for
from lobby.care.codes import called
from lobby.command_shape import Command
from lobby.errors import (
    LobbyError,
    NotAllowed,
    NotSignedIn,
    NotThere,
    PasswordMustChange,
    TooManyAttempts,
)
from lobby.problems import refusals, status
from lobby.queue.alerts import PROBLEMS
from lobby.queue.services_open import CLOSED_BECAUSE
from lobby.queue.supervision import (
    AcknowledgeAlert,
    CloseService,
    PostNotice,
    QuietVoice,
    Reassign,
    SetCounterSkills,
    TakeAlert,
)
from lobby.records.tokens import SESSION
from lobby.reports.live_definitions import LIVE
from lobby.words import LANGUAGES, Words, best_language, refusal, words

pages = Blueprint("pages", __name__, static_folder="static")

ACTS: dict[str, type[Command]] = {
    "close_service": CloseService,
    "set_skills": SetCounterSkills,
    "reassign": Reassign,
    "post_notice": PostNotice,
    "quiet_voice": QuietVoice,
    "take_alert": TakeAlert,
    "acknowledge_alert": AcknowledgeAlert,
}
"""What a manager can do from the page, each by its command."""


def page_words() -> Words:
    """The page's language: asked for by `?language=`, else the best that the browser takes and the server has."""
    served = [code for code in gate().setup.languages if code in LANGUAGES]
    asked = request.args.get("language", "")
    return words(asked if asked in served else best_language(request.accept_languages.values(), served))


def render(
    template: str, page: dict[str, Any], code: int = 200, said: tuple[str, ...] = (), body: str = ""
) -> Response:
    """A page in the reader's language; `page` and the sentences of its script go into its data block."""
    mine = page_words()
    setup = gate().setup
    data = {
        "branch": setup.id,
        "names": setup.names,
        "languages": setup.languages,
        "zone": setup.zone,
        "language": mine.language,
        "sentences": {sentence: mine(sentence) for sentence in said},
        **page,
    }
    html = render_template(
        template,
        words=mine,
        language=mine.language,
        direction=mine.direction,
        masthead=gate().masthead,
        called=mine(gate().called),
        user=_user(),
        may=_may,
        page=data,
        body=body,
    )
    return make_response(html, code)


def _user() -> str:
    """The user name of whoever is signed in; empty where nobody is, or a device or program asks."""
    return holder().name if "holder" in g and holder().kind == SESSION else ""


def _may(permission: str) -> bool:
    """Whether whoever looks at this page may do that."""
    return "holder" in g and may(holder().role, permission)


# -- refusals


@pages.errorhandler(LobbyError)
def refused(error: LobbyError) -> BaseResponse:
    """A refusal as a page; whoever has to sign in first is sent there."""
    if isinstance(error, PasswordMustChange):
        return redirect(url_for("signing_in.new_password_form"))
    if isinstance(error, NotSignedIn):
        return redirect(url_for("signing_in.sign_in_form", next=request.path))
    if isinstance(error, NotAllowed) and not _person_here():
        return redirect(url_for("signing_in.sign_in_form", next=request.path))
    mine = page_words()
    page = {"title": mine("Sorry, that did not work"), "text": refusal(error, mine)}
    answer = render("problem.html", page, status(error))
    if isinstance(error, TooManyAttempts):
        answer.headers["Retry-After"] = str(error.facts["seconds"])
    return answer


def _person_here() -> bool:
    """Whether somebody is signed in, and not only a device paired."""
    return any(found.kind == SESSION for found in holders())


def refused_outside(error: LobbyError) -> BaseResponse:
    """A refusal at an address that is nobody's: a problem document for programs, a page for people."""
    return problem(error) if _is_program() else refused(error)


def problem_page(error: HTTPException) -> BaseResponse:
    """What Flask refuses outside the API: the same."""
    if _is_program():
        return http_problem(error)
    if error.code is not None and error.code < 400:
        return error.get_response()
    mine = page_words()
    text = mine(HTTP_SENTENCES.get(error.code or 500, error.name))
    return render("problem.html", {"title": mine("Sorry, that did not work"), "text": text}, error.code or 500)


def _is_program() -> bool:
    return request.path.startswith("/api/") or not request.accept_mimetypes.accept_html


@pages.get("/problems/<name>")
def problem_kind(name: str) -> Response:
    """What the `type` of a problem document points to."""
    known = refusals()
    if name not in known:
        raise NotThere()
    text = re.sub(r"%\((\w+)\)s", r"…", page_words()(known[name].message))
    return render("problem.html", {"title": name, "text": text})


# -- what people look at


@pages.get("/")
def home() -> Response:
    who = holder()
    mine = page_words()
    places = (
        ("/kiosk/", mine("Kiosk"), mine("Customers take a number here."), "take a ticket"),
        ("/screen", mine("Lobby screen"), mine("Shows whose turn it is."), "see the branch"),
        ("/manager", mine("Manager"), mine("Waits and counters as they are now."), "see figures"),
        ("/report", mine("Report"), mine("The figures of a day, a week, a month."), "see figures"),
        ("/brief", mine("Brief"), mine("What is to be expected, and what could have been better."), "see figures"),
        ("/care", mine("Complaints and promises"), mine("What customers wait for, and until when."), "see complaints"),
        ("/devices", mine("Devices and sessions"), mine("What is paired, and who is signed in."), "administer"),
        ("/people", mine("A customer's data"), mine("To give out, or to erase."), "answer for personal data"),
        ("/audit", mine("Audit trail"), mine("Who did what, and who looked at whose data."), "read the audit trail"),
    )
    links = [
        {"href": href, "title": title, "text": text}
        for href, title, text, ask in places
        if any(may(one.role, ask) for one in holders())
    ]
    if who.kind != SESSION:
        links.append({"href": "/sign-in", "title": mine("Sign in"), "text": mine("For the staff of this branch.")})
    return render("home.html", {"links": links, "user": who.name if who.kind == SESSION else ""})


@pages.get("/manager")
def manager() -> Response:
    who = holder()
    mine, setup = page_words(), server().desk.state.setup
    page = {
        "user": who.name,
        "may": {act: may(who.role, permission_for(command)) for act, command in ACTS.items()},
        "definitions": {key: mine(sentence) for key, sentence in LIVE.items()},
        "problems": {code: mine(sentence) for code, sentence in PROBLEMS.items()},
        "closed_because": {code: mine(sentence) for code, sentence in CLOSED_BECAUSE.items()},
        "speaks": bool(server().voices.rooms),
        "services": {code: service.names for code, service in setup.services.items()},
        "counters": {number: place.services for number, place in setup.counters.items()},
        "priorities": {code: one.names for code, one in setup.priorities.items()},
        "bad": {code: called("bad", code, names, mine) for code, names in setup.feedback.names(good=False).items()},
    }
    return render("manager.html", page, said=sentences.MANAGER)
