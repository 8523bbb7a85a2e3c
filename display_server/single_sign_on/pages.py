"""The two addresses of single sign-on: to the provider, and back."""

from __future__ import annotations

import re
from functools import partial

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from display_server.gate import attempts
from display_server.gate.access import keep_session
from display_server.gate.house import gate, house
from display_server.gate.signing_in import own_path, sign_in_page
from display_server.pages import render
from display_server.single_sign_on.accounts import account
from display_server.single_sign_on.journey import LASTS_S, PATH, Journey, begun, opened, sealed
from display_server.single_sign_on.provider import Person, Provider
from display_server.single_sign_on.refusals import JourneyOver, NoSingleSignOn, ProviderAway, ProviderRefused
from lobby.errors import LobbyError
from lobby.outbound.mail_values import BadPassword
from lobby.records.acts import UNKNOWN

single_sign_on = Blueprint("single_sign_on", __name__, url_prefix=f"{PATH}/single-sign-on")


@single_sign_on.errorhandler(LobbyError)
def not_let_in(error: LobbyError) -> Response:
    """The page for signing in, with the reason."""
    answer = sign_in_page("/", error)
    answer.delete_cookie(_cookie(), path=PATH)
    return answer


@single_sign_on.get("")
def go() -> BaseResponse:
    """To the provider."""
    provider, now = _provider(), house().clock()
    journey = begun(own_path(request.args.get("next", "/")), now, shared=bool(request.args.get("shared")))
    back = _back()
    answer = redirect(gate().outside(lambda: provider.sign_in_address(journey, back)))
    kept = sealed(journey, _secret(provider))
    secure = request.is_secure
    answer.set_cookie(_cookie(), kept, max_age=LASTS_S, httponly=True, samesite="Lax", secure=secure, path=PATH)
    return answer


@single_sign_on.get("/back")
def back() -> Response:
    """From the provider, with a code. The answer is a page and no redirection: the session's cookie is for requests
    that begin on this site, and a redirection would still be the provider's."""
    provider, here = _provider(), house()
    brake, key, now = here.brake, f"single sign-on from {request.remote_addr}", here.clock()
    brake.check(key, now, attempts.FREE_FROM_ADDRESS)  # each refusal is a line in the trail, which is for ever
    brake.begin(key, now, attempts.FREE_FROM_ADDRESS)
    journey = opened(request.cookies.get(_cookie(), ""), request.args.get("state", ""), now, _secret(provider))
    try:
        if journey is None:
            raise JourneyOver()
        if "code" not in request.args:
            raise ProviderRefused()
        member = account(here, provider.setup, _person(provider, request.args["code"], journey))
    except LobbyError as refused:
        _note_refusal(refused)
        raise
    brake.take_back(key)
    session = attempts.begin(here, member, "single sign-on", shared=journey.shared)
    answer = render("signed_in.html", {"next": journey.next})
    keep_session(answer, session.token, shared=journey.shared)
    answer.delete_cookie(_cookie(), path=PATH)
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address has the code in it
    return answer


def _person(provider: Provider, code: str, journey: Journey) -> Person:
    back = _back()
    found: Person = gate().outside(lambda: provider.person(code, journey, back))
    return found


def _provider() -> Provider:
    found = house().single_sign_on
    if found is None:
        raise NoSingleSignOn()
    return found


def _secret(provider: Provider) -> str:
    try:
        return provider.setup.secret
    except BadPassword:
        raise ProviderAway() from None


def _cookie() -> str:
    """A server's own: a browser sends cookies to every port of a host."""
    return f"{gate().cookie}-sign-in"


def _back() -> str:
    return url_for("single_sign_on.back", _external=True)


def _note_refusal(refused: LobbyError) -> None:
    """What was refused, and the name of the provider's error where it gave one; nothing that anybody typed."""
    here = house()
    given = request.args.get("error", "")
    why = refused.name if not re.fullmatch(r"[a-z_]{1,40}", given) else f"{refused.name}: {given}"
    line = partial(here.acts.note, "single-sign-on-refused", actor=UNKNOWN, role="", at=here.clock(), why=why)
    here.commits(line)
