"""Who makes this request: a bearer token, or the same token in a cookie of a browser that signed in or was paired.

Cookies are HttpOnly and SameSite=Strict; a request that changes something and comes with one must also come from this
very site (`Origin`), so that no other page can speak for the signed-in person. A browser may be several things at
once, as in a demonstration: a kiosk, a lobby screen and a manager's; each has a cookie of its own.
"""

from __future__ import annotations

from typing import cast

from flask import current_app, g, request
from werkzeug.wrappers import Request
from werkzeug.wrappers import Response as BaseResponse

from display_server.branch_server import BranchServer
from display_server.gate.house import gate, house
from lobby.access import DISPLAY, KIOSK, may, require
from lobby.errors import Forbidden, NotSignedIn, PasswordMustChange
from lobby.records.tokens import SESSION, Holder

COOKIE = "lobby"
DEVICE_COOKIES = {KIOSK: "lobby-kiosk", DISPLAY: "lobby-display"}
COOKIES = (COOKIE, *DEVICE_COOKIES.values())
"""Of a branch's server."""

SAFE = {"GET", "HEAD", "OPTIONS"}
UNATTENDED = "Lobby-Unattended"
"""The header of what a page asks for by itself, without anybody there."""

BY_THEMSELVES = {"kiosk", "media", "information", "voice"}
"""The blueprints that the pages of devices ask, day and night."""


def server() -> BranchServer:
    """The branch server behind the running app."""
    return cast(BranchServer, current_app.extensions["lobby"])


def bearer(asked: Request) -> str:
    """The token in the Authorization header; empty without one."""
    scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def same_origin(asked: Request) -> bool:
    """Whether the browser says that the request comes from a page of this server; to one that is asked by TLS, from a
    page that came by TLS."""
    origin = asked.headers.get("Origin")
    if origin is None:
        return True
    scheme, _, host = origin.partition("://")
    return host == asked.host and (scheme == "https" or not asked.is_secure)


def only_from_here() -> None:
    """Refuse what another site's page sends: a browser names its origin, or says beside it whether it was this one."""
    if not same_origin(request) or request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        raise Forbidden()


def only_from_ours() -> None:
    """The same for pages that tell nobody their address: a browser hides their origin too ("null")."""
    if request.headers.get("Origin") != "null":
        only_from_here()
    elif request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Forbidden()


def tokens_of(asked: Request) -> list[str]:
    """The request's tokens, from the header or else from the cookies of a page of ours; staff first."""
    token = bearer(asked)
    if token:
        return [token]
    names = (gate().cookie, *gate().device_cookies.values())
    return [asked.cookies[name] for name in names if asked.cookies.get(name)]


def holders() -> list[Holder]:
    """Whomever this request stands for; `NotSignedIn` when that is nobody."""
    if "holders" not in g:
        g.holders = house().holders(tokens_of(request))
    found = cast(list[Holder], g.holders)
    if not found:
        raise NotSignedIn()
    return found


def holder() -> Holder:
    """Whoever was let in to this request: see `display_server.gate.permissions`."""
    return cast(Holder, g.holder)


def signed_in() -> Holder:
    """The signed-in person, perhaps still with a one-time password."""
    person = next((found for found in holders() if found.kind == SESSION), None)
    if person is None:
        raise NotSignedIn()
    return person


def own_token() -> str:
    """The token of the session that this request may come with."""
    return bearer(request) or request.cookies.get(gate().cookie, "")


def in_use() -> None:
    """Note that whoever was let in is behind this request. What a page asks for by itself keeps nobody signed in; nor
    does a kiosk or a screen keep the other who is signed in at the same browser."""
    who = holder()
    if UNATTENDED in request.headers or (who.kind == SESSION and request.blueprint in BY_THEMSELVES):
        return
    house().used([token for token in tokens_of(request) if who in house().holders([token])])


def allow(permission: str, prefer: str = "") -> Holder:
    """Whoever makes this request and has the permission, in the role `prefer` where there is a choice."""
    return chosen(holders(), permission, prefer)


def chosen(found: list[Holder], permission: str, prefer: str = "") -> Holder:
    """The one of these holders who has the permission; otherwise the refusal."""
    able = [one for one in found if may(one.role, permission)]
    if not able:
        require(settled(found[0]).role, permission)
    return settled(next((one for one in able if one.role == prefer), able[0]))


def settled(found: Holder) -> Holder:
    """The holder, or `PasswordMustChange` where the password is still a one-time one."""
    if found.must_change:
        raise PasswordMustChange()
    return found


def set_cookie(response: BaseResponse, token: str, lasts_s: int | None, name: str) -> None:
    """Have the browser keep a token."""
    response.set_cookie(
        name, token, max_age=lasts_s, httponly=True, samesite="Strict", secure=request.is_secure, path="/"
    )


def keep_session(response: BaseResponse, token: str, *, shared: bool) -> None:
    """Have the browser keep a session until it ends; on a `shared` machine no longer than the browser is open."""
    lasts_s = int(house().config.server.session_hours * 3600)
    set_cookie(response, token, None if shared else lasts_s, gate().cookie)
