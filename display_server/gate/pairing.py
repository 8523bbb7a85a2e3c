"""A browser becomes a kiosk or a lobby screen by a code that an administrator makes and somebody types on it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from display_server.gate.access import DEVICE_COOKIES, holder, server, set_cookie, tokens_of
from display_server.gate.signing_in import moments
from display_server.pages import page_words, refused, render
from display_server.trail import notes as audit
from lobby.access import DISPLAY, KIOSK, ROLE_NAMES
from lobby.errors import N_, BadField, LobbyError, NotThere
from lobby.problems import status
from lobby.records.tokens import CODE_LETTERS, CONSOLE, DEVICE, PAIRING, SESSION, typed
from lobby.words import refusal

pairing = Blueprint("pairing", __name__)
pairing.register_error_handler(LobbyError, refused)

FREE = 20
"""Codes that may be typed wrong from one address before there is a wait."""

COOKIE_LASTS_S = 400 * 24 * 3600
"""Longer no browser keeps one."""

LONGEST_NAME = 60


class NoSuchCode(NotThere):
    message = N_("This code is not valid any more.")


# -- on the device


@pairing.get("/pair")
def pair_form() -> Response:
    return _form()


@pairing.post("/pair")
def pair() -> BaseResponse:
    house, code = server(), typed(request.form.get("code", ""))
    now, key = house.clock(), f"pairing from {request.remote_addr}"
    there = house.tokens.role(code)
    if any(one.role == there and one.kind == DEVICE for one in house.holders(tokens_of(request))):
        return redirect(_place(there))  # the code that has paired this very device, sent again
    try:
        house.brake.check(key, now, FREE)
        house.brake.begin(key, now, FREE)
        found = house.commits(lambda: house.tokens.use(code, PAIRING, now))
        if found is None:
            raise NoSuchCode()
    except LobbyError as error:
        return _form(error)
    house.brake.passed(key)
    house.commits(lambda: house.acts.note("device-paired", actor=found.name, role=found.role, at=now, about=found.name))
    token = house.commits(lambda: house.tokens.create(DEVICE, found.name, found.role, now))
    answer = redirect(_place(found.role))
    set_cookie(answer, token, COOKIE_LASTS_S, DEVICE_COOKIES[found.role])
    return answer


def _form(error: LobbyError | None = None) -> Response:
    page = {"error": refusal(error, page_words()) if error is not None else "", "letters": CODE_LETTERS}
    return render("pair.html", page, status(error) if error is not None else 200)


def _place(role: str) -> str:
    """Where a paired device belongs."""
    return "/kiosk/" if role == KIOSK else url_for("screens.screen")


# -- for administrators


@pairing.get("/devices")
def devices() -> Response:
    """What is paired, who is signed in, and a form that makes a code."""
    return _devices()


@pairing.post("/devices/codes")
def make_code() -> Response:
    """Show a new code, once."""
    name, role = request.form.get("name", "").strip(), request.form.get("role", "")
    if role not in DEVICE_COOKIES:
        raise BadField(field="role", problem=f"{KIOSK} or {DISPLAY} is expected")
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadField(field="name", problem=f"1 to {LONGEST_NAME} characters are expected")
    house = server()
    audit.note("pairing-code-made", name, as_role=role)
    code = house.commits(lambda: house.tokens.pairing_code(name, role, house.clock()))
    return _devices(code=code, name=name)


@pairing.post("/devices/end")
def end() -> BaseResponse:
    """End a device's token, or somebody's session."""
    house, id = server(), request.form.get("id", "")
    found = next((one for one in house.tokens.good(house.clock()) if one.id == id), None)
    if found is None:
        raise NotThere()
    audit.note("sessions-ended" if found.kind == SESSION else "token-revoked", found.name, token=id)
    house.commits(lambda: house.tokens.revoke_named(id, house.clock()))
    if found.kind == SESSION:
        house.commits(lambda: house.tokens.revoke_all(found.name, CONSOLE, house.clock()))
    house.forget_holders()
    return redirect(url_for("pairing.devices", language=request.args.get("language")))


def _devices(code: str = "", name: str = "") -> Response:
    house, mine = server(), page_words()
    good = house.tokens.good(house.clock())
    page = moments() | {
        "user": holder().name,
        "code": code,
        "name": name,
        "devices": [one for one in good if one.kind == DEVICE],
        "sessions": [one for one in good if one.kind == SESSION],
        "roles": {role: mine(said) for role, said in ROLE_NAMES.items()},
        "pairs": [(role, mine(ROLE_NAMES[role])) for role in DEVICE_COOKIES],
    }
    return render("devices.html", page)
