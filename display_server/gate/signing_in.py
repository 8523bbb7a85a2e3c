"""Pages on which people sign in and out, choose a password, and see where they are signed in."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from display_server.care.words import CareWords
from display_server.gate import attempts
from display_server.gate.access import holder, keep_session, own_token
from display_server.gate.house import gate, house
from display_server.pages import page_words, refused, render
from display_server.problems import told_when
from lobby.errors import LobbyError, PasswordsDiffer
from lobby.problems import status
from lobby.queue.services import named
from lobby.records.staff import Member
from lobby.records.tokens import SESSION, Kept
from lobby.words import refusal

JUST_NOW_MS = 60_000

signing_in = Blueprint("signing_in", __name__)
signing_in.register_error_handler(LobbyError, refused)


@signing_in.get("/sign-in")
def sign_in_form() -> Response:
    return sign_in_page(own_path(request.args.get("next", "/")))


@signing_in.post("/sign-in")
def sign_in() -> BaseResponse:
    form, shared = request.form, bool(request.form.get("shared"))
    next_page = own_path(form.get("next", "/"))
    try:
        session = attempts.sign_in(
            house(), form.get("username", ""), form.get("password", ""), request.remote_addr or "", shared=shared
        )
    except LobbyError as error:
        return sign_in_page(next_page, error, shared=shared)
    answer = redirect(url_for("signing_in.new_password_form") if session.must_change else next_page)
    keep_session(answer, session.token, shared=shared)
    return answer


def sign_in_page(next_page: str, error: LobbyError | None = None, *, shared: bool = False) -> Response:
    """The form, and why the last attempt was refused."""
    mine, setup = page_words(), house().config.single_sign_on
    page: dict[str, Any] = {"next": next_page, "shared": shared, "for_whom": mine(gate().for_whom)}
    page["error"] = refusal(error, mine) if error is not None else ""
    if setup is not None:
        own = named(setup.names, mine.language, "")
        page["single_sign_on"] = mine("Sign in with %(name)s", name=own) if own else mine("Single sign-on")
        page["passwords"] = setup.passwords
    answer = render("sign_in.html", page, status(error) if error is not None else 200)
    return told_when(answer, error)


@signing_in.post("/sign-out")
def sign_out() -> BaseResponse:
    """End the session here; and at the provider, where it came from there: the next who sits down is somebody else."""
    further = ""
    for who in house().holders([own_token()]):
        if who.kind == SESSION:
            further = _further(who.name)
            attempts.sign_out(house(), who, own_token())
    answer = _signed_out(further) if further else redirect(url_for("signing_in.sign_in_form"))
    answer.delete_cookie(gate().cookie, path="/")
    return answer


def _further(username: str) -> str:
    """Where the provider of this member ends its session; empty where they have none, or it cannot be asked."""
    here, provider = house(), house().single_sign_on
    member: Member | None = here.offload(lambda: here.staff.named(username))
    if provider is None or member is None or not member.subject:
        return ""
    back = url_for("signing_in.sign_in_form", _external=True)
    with suppress(LobbyError):
        return str(gate().outside(lambda: provider.sign_out_address(back)))
    return ""


def _signed_out(further: str) -> BaseResponse:
    """A page that leads on: a form may lead to this site alone (Content-Security-Policy)."""
    return render("signed_out.html", {"next": further})


@signing_in.get("/new-password")
def new_password_form() -> Response:
    return render("new_password.html", {"error": "", "username": holder().name})


@signing_in.post("/new-password")
def new_password() -> BaseResponse:
    who, form = holder(), request.form
    try:
        if form.get("new_password", "") != form.get("repeat", ""):
            raise PasswordsDiffer()
        old, new = form.get("password", ""), form.get("new_password", "")
        attempts.change_password(house(), who.name, old, new, own_token())
    except LobbyError as error:
        answer = render("new_password.html", {"error": refusal(error, page_words())}, status(error))
        return told_when(answer, error)
    return redirect(url_for(gate().home))


@signing_in.get("/sessions")
def sessions() -> Response:
    """Where the person is signed in."""
    return sessions_page()


def sessions_page(code: str = "") -> Response:
    """The person's sessions, and a code for the console that was made just now."""
    here, who = house(), holder()
    found: list[Kept] = here.offload(lambda: here.tokens.good(here.clock(), SESSION, who.name))
    page = {"user": who.name, "own": here.tokens.id_of(own_token()), "sessions": found, "code": code}
    return render("sessions.html", page | {"console": "console_codes" in current_app.blueprints} | moments())


def moments() -> dict[str, Any]:
    """What a page needs to say when a token was made and used; and to keep the language that was asked for."""
    mine, now = page_words(), house().clock()
    said = CareWords(mine, gate().setup, now)
    return {
        "said": said,
        "ago": lambda at: said.until(at) if now - at >= JUST_NOW_MS else mine("just now"),
        "kept": f"?language={mine.language}" if request.args.get("language") else "",
    }


@signing_in.post("/sessions/end")
def end_other_sessions() -> BaseResponse:
    """End all of the person's sessions but this one."""
    attempts.sign_out_everywhere(house(), holder(), holder().name, but=own_token())
    return redirect(url_for("signing_in.sessions", language=request.args.get("language")))


def own_path(path: str) -> str:
    """A path on this server; anything else, such as another site's address, becomes the start page."""
    return path if re.fullmatch(r"/[A-Za-z0-9_/?=&.-]*", path) and not path.startswith("//") else "/"
