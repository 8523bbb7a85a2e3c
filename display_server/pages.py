"""Pages for people: home, manager, signing in, pairing a device, the report."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from display_server import attempts, sentences
from display_server.access import (
    COOKIE,
    DEVICE_COOKIES,
    holder,
    holders,
    server,
    set_cookie,
    tokens_of,
)
from display_server.problems import HTTP_SENTENCES, http_problem
from lobby.access import KIOSK, may, permission_for
from lobby.care.codes import called
from lobby.command_shape import Command
from lobby.errors import (
    LobbyError,
    NotAllowed,
    NotSignedIn,
    NotThere,
    PasswordMustChange,
    PasswordsDiffer,
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
from lobby.records.tokens import DEVICE, PAIRING, SESSION
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
    """The page's language: asked for by `?language=`, else the best that the browser takes and the branch serves."""
    served = [code for code in server().config.setup.languages if code in LANGUAGES]
    asked = request.args.get("language", "")
    return words(asked if asked in served else best_language(request.accept_languages.values(), served))


def render(
    template: str, page: dict[str, Any], code: int = 200, said: tuple[str, ...] = (), body: str = ""
) -> Response:
    """A page in the reader's language; `page` and the sentences of its script go into its data block."""
    mine = page_words()
    setup = server().config.setup
    data = {
        "branch": setup.id,
        "names": setup.names,
        "languages": setup.languages,
        "zone": setup.zone,
        "language": mine.language,
        "sentences": {sentence: mine(sentence) for sentence in said},
        **page,
    }
    html = render_template(template, words=mine, language=mine.language, direction=mine.direction, page=data, body=body)
    return make_response(html, code)


# -- refusals


@pages.errorhandler(LobbyError)
def refused(error: LobbyError) -> BaseResponse:
    """A refusal as a page; whoever has to sign in first is sent there."""
    if isinstance(error, PasswordMustChange):
        return redirect(url_for("pages.new_password_form"))
    if isinstance(error, NotSignedIn):
        return redirect(url_for("pages.sign_in_form", next=request.path))
    if isinstance(error, NotAllowed) and not _person_here():
        return redirect(url_for("pages.sign_in_form", next=request.path))
    mine = page_words()
    page = {"title": mine("Sorry, that did not work"), "text": refusal(error, mine)}
    return render("problem.html", page, status(error))


def _person_here() -> bool:
    """Whether somebody is signed in, and not only a device paired."""
    return any(found.kind == SESSION for found in holders())


def problem_page(error: HTTPException) -> BaseResponse:
    """What Flask refuses outside the API: a problem document for programs, a page for people."""
    if request.path.startswith("/api/") or not request.accept_mimetypes.accept_html:
        return http_problem(error)
    if error.code is not None and error.code < 400:
        return error.get_response()
    mine = page_words()
    text = mine(HTTP_SENTENCES.get(error.code or 500, error.name))
    return render("problem.html", {"title": mine("Sorry, that did not work"), "text": text}, error.code or 500)


@pages.get("/problems/<name>")
def problem_kind(name: str) -> Response:
    """What the `type` of a problem document points to."""
    known = refusals()
    if name not in known:
        raise NotThere()
    text = re.sub(r"%\((\w+)\)s", r"…", page_words()(known[name].message))
    return render("problem.html", {"title": name, "text": text})


# -- signing in and out


@pages.get("/sign-in")
def sign_in_form() -> Response:
    return render("sign_in.html", {"next": _own_path(request.args.get("next", "/")), "error": ""})


@pages.post("/sign-in")
def sign_in() -> BaseResponse:
    next_page = _own_path(request.form.get("next", "/"))
    try:
        session = attempts.sign_in(
            server(), request.form.get("username", ""), request.form.get("password", ""), request.remote_addr or ""
        )
    except LobbyError as error:
        page = {"next": next_page, "error": refusal(error, page_words())}
        return render("sign_in.html", page, status(error))
    answer = redirect(url_for("pages.new_password_form") if session.must_change else next_page)
    set_cookie(answer, session.token, attempts.WORKING_DAY_MS // 1000)  # type: ignore[arg-type]  # werkzeug's response has it too
    return answer


@pages.post("/sign-out")
def sign_out() -> BaseResponse:
    token, house = request.cookies.get(COOKIE, ""), server()
    house.commits(lambda: house.tokens.revoke(token, house.clock()))
    house.forget_holders()
    answer = redirect(url_for("pages.sign_in_form"))
    answer.delete_cookie(COOKIE, path="/")
    return answer


@pages.get("/new-password")
def new_password_form() -> Response:
    return render("new_password.html", {"error": ""})


@pages.post("/new-password")
def new_password() -> BaseResponse:
    who, house, form = holder(), server(), request.form
    try:
        if form.get("new_password", "") != form.get("repeat", ""):
            raise PasswordsDiffer()
        old, new = form.get("password", ""), form.get("new_password", "")
        attempts.change_password(house, who.name, old, new, request.cookies.get(COOKIE, ""))
    except LobbyError as error:
        return render("new_password.html", {"error": refusal(error, page_words())}, status(error))
    return redirect(url_for("pages.home"))


# -- devices


@pages.get("/pair/<code>")
def pair_link(code: str) -> BaseResponse:
    """A staff member's link, opened on the device: the device gets a token of its own."""
    return _pair(code)


@pages.get("/pair")
def pair_form() -> Response:
    return render("pair.html", {"error": ""})


@pages.post("/pair")
def pair() -> BaseResponse:
    return _pair(request.form.get("code", "").strip())


def _pair(code: str) -> BaseResponse:
    house = server()
    now = house.clock()
    found = house.commits(lambda: house.tokens.use(code, PAIRING, now))
    paired = house.tokens.role(code) if found is None else ""
    if paired and any(one.role == paired for one in house.holders(tokens_of(request))):
        return redirect(_place(paired))  # the link that has paired this very device
    if found is None:
        mine = page_words()
        return render("pair.html", {"error": mine("This code is not valid any more.")}, 404)
    token = house.commits(lambda: house.tokens.create(DEVICE, found.name, found.role, now))
    answer = redirect(_place(found.role))
    set_cookie(answer, token, 400 * 24 * 3600, DEVICE_COOKIES[found.role])  # type: ignore[arg-type]  # werkzeug's response has it too
    return answer


def _place(role: str) -> str:
    """Where a paired device belongs."""
    return "/kiosk/" if role == KIOSK else url_for("screens.screen")


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


def _own_path(path: str) -> str:
    """A path on this server; anything else, such as another site's address, becomes the start page."""
    return path if re.fullmatch(r"/[A-Za-z0-9_/?=&.-]*", path) and not path.startswith("//") else "/"
