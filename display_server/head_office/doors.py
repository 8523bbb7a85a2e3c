"""Coming in to the head office's pages, and going: by the accounts of its own database."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from display_server.gate.attempts import FREE_FOR_NAME, FREE_FROM_ADDRESS, LONGEST_NAME
from display_server.head_office.office_server import OfficeServer, office_server
from display_server.head_office.rendering import page_words, render
from display_server.head_office.sessions import COOKIE, SESSION_MS, holder, keep
from lobby.brake import FREE
from lobby.errors import LobbyError, PasswordsDiffer, WrongPassword
from lobby.problems import status
from lobby.records.staff import Member
from lobby.records.tokens import SESSION
from lobby.words import refusal

doors = Blueprint("doors", __name__)


@doors.get("/sign-in")
def sign_in_form() -> BaseResponse:
    return render("head_office_sign_in.html", {"error": ""})


@doors.post("/sign-in")
def sign_in() -> BaseResponse:
    house, username = office_server(), request.form.get("username", "")
    try:
        member = _member(house, username, request.form.get("password", ""))
    except LobbyError as error:
        return render("head_office_sign_in.html", {"error": refusal(error, page_words())}, status(error))
    now = house.clock()
    token = house.commits(lambda: house.tokens.create(SESSION, member.username, member.role, now, SESSION_MS))
    _note(house, "signed-in", member.username, member.role)
    answer = redirect(url_for("doors.new_password_form" if member.must_change else "chain_pages.chain"))
    keep(answer, token)  # type: ignore[arg-type]  # werkzeug's response has cookies too
    return answer


def _member(house: OfficeServer, username: str, password: str) -> Member:
    """Whoever this is, behind a brake on guessing as that of a branch (`display_server.gate.attempts`)."""
    tried, address, now = username[:LONGEST_NAME], request.remote_addr, house.clock()
    own, shared = (f"user {tried} from {address}", f"user {tried}"), f"from {address}"
    keys = {own[0]: FREE, own[1]: FREE_FOR_NAME, shared: FREE_FROM_ADDRESS}
    for key, free in keys.items():
        house.brake.check(key, now, free)
    for key, free in keys.items():
        house.brake.begin(key, now, free)
    try:
        member: Member = house.offload(lambda: house.staff.check(username, password))
    except WrongPassword:
        _note(house, "sign-in-failed", "", "")
        raise
    for key in own:
        house.brake.passed(key)
    house.brake.take_back(shared)
    return member


def _note(house: OfficeServer, kind: str, actor: str, role: str) -> None:
    house.commits(lambda: house.acts.note(kind, actor=actor, role=role, at=house.clock()))


@doors.post("/sign-out")
def sign_out() -> BaseResponse:
    house, token = office_server(), request.cookies.get(COOKIE, "")
    who = house.tokens.holder(token, house.clock())
    house.commits(lambda: house.tokens.revoke(token, house.clock()))
    house.forget_holders()
    if who is not None:
        _note(house, "signed-out", who.name, who.role)
    answer = redirect(url_for("doors.sign_in_form"))
    answer.delete_cookie(COOKIE, path="/")
    return answer


@doors.get("/new-password")
def new_password_form() -> BaseResponse:
    return render("new_password.html", {"error": ""})


@doors.post("/new-password")
def new_password() -> BaseResponse:
    house, who, form = office_server(), holder(), request.form
    old, new = form.get("password", ""), form.get("new_password", "")
    try:
        if new != form.get("repeat", ""):
            raise PasswordsDiffer()
        renewed = house.offload(lambda: house.staff.renewed(who.name, old, new))
    except LobbyError as error:
        return render("new_password.html", {"error": refusal(error, page_words())}, status(error))
    now, token = house.clock(), request.cookies.get(COOKIE, "")
    house.commits(lambda: house.staff.keep(who.name, renewed, now))
    house.commits(lambda: house.tokens.revoke_all(who.name, SESSION, now, but=token))
    house.forget_holders()
    _note(house, "password-changed", who.name, who.role)
    return redirect(url_for("chain_pages.chain"))
