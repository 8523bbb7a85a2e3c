"""Pages on which people sign in and out, choose a password, and see where they are signed in."""

from __future__ import annotations

import re

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from display_server import attempts
from display_server.access import COOKIE, holder, keep_session, own_token, server
from display_server.care.words import CareWords
from display_server.pages import page_words, refused, render
from lobby.errors import LobbyError, PasswordsDiffer
from lobby.problems import status
from lobby.records.tokens import SESSION
from lobby.words import refusal

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
            server(), form.get("username", ""), form.get("password", ""), request.remote_addr or "", shared=shared
        )
    except LobbyError as error:
        return sign_in_page(next_page, error, shared=shared)
    answer = redirect(url_for("signing_in.new_password_form") if session.must_change else next_page)
    keep_session(answer, session.token, shared=shared)
    return answer


def sign_in_page(next_page: str, error: LobbyError | None = None, *, shared: bool = False) -> Response:
    """The form, and why the last attempt was refused."""
    said = refusal(error, page_words()) if error is not None else ""
    page = {"next": next_page, "error": said, "shared": shared}
    return render("sign_in.html", page, status(error) if error is not None else 200)


@signing_in.post("/sign-out")
def sign_out() -> BaseResponse:
    for who in server().holders([own_token()]):
        if who.kind == SESSION:
            attempts.sign_out(server(), who, own_token())
    answer = redirect(url_for("signing_in.sign_in_form"))
    answer.delete_cookie(COOKIE, path="/")
    return answer


@signing_in.get("/new-password")
def new_password_form() -> Response:
    return render("new_password.html", {"error": "", "username": holder().name})


@signing_in.post("/new-password")
def new_password() -> BaseResponse:
    who, house, form = holder(), server(), request.form
    try:
        if form.get("new_password", "") != form.get("repeat", ""):
            raise PasswordsDiffer()
        old, new = form.get("password", ""), form.get("new_password", "")
        attempts.change_password(house, who.name, old, new, own_token())
    except LobbyError as error:
        return render("new_password.html", {"error": refusal(error, page_words())}, status(error))
    return redirect(url_for("pages.home"))


@signing_in.get("/sessions")
def sessions() -> Response:
    """Where the person is signed in."""
    house, now, own = server(), server().clock(), server().tokens.id_of(own_token())
    page = {
        "user": holder().name,
        "own": own,
        "sessions": house.tokens.good(now, SESSION, holder().name),
        "said": CareWords(page_words(), house.config.setup, now),
    }
    return render("sessions.html", page)


@signing_in.post("/sessions/end")
def end_other_sessions() -> BaseResponse:
    """End all of the person's sessions but this one."""
    attempts.sign_out_everywhere(server(), holder(), holder().name, but=own_token())
    return redirect(url_for("signing_in.sessions"))


def own_path(path: str) -> str:
    """A path on this server; anything else, such as another site's address, becomes the start page."""
    return path if re.fullmatch(r"/[A-Za-z0-9_/?=&.-]*", path) and not path.startswith("//") else "/"
