"""Who makes this request: a bearer token, or the same token in the cookie of a browser that signed in or was paired.

The cookie is HttpOnly and SameSite=Strict; a request that changes something and comes with it must also come from this
very site (`Origin`), so that no other page can speak for the signed-in person.
"""

from __future__ import annotations

from typing import cast

from flask import Response, current_app, g, request
from werkzeug.wrappers import Request

from display_server.branch_server import BranchServer
from lobby.access import require
from lobby.errors import Forbidden, NotAllowed, NotSignedIn, PasswordMustChange
from lobby.records.tokens import Holder

COOKIE = "lobby"
SAFE = {"GET", "HEAD", "OPTIONS"}


def server() -> BranchServer:
    """The branch server behind the running app."""
    return cast(BranchServer, current_app.extensions["lobby"])


def bearer(asked: Request) -> str:
    """The token in the Authorization header; empty without one."""
    scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def same_origin(asked: Request) -> bool:
    """Whether the browser says that the request comes from a page of this server."""
    origin = asked.headers.get("Origin")
    return origin is None or origin.split("://", 1)[-1] == asked.host


def token_of(asked: Request) -> str:
    """The request's token, from the header or from the cookie of a page of ours."""
    token = bearer(asked)
    if token:
        return token
    if asked.method not in SAFE and not same_origin(asked):
        raise Forbidden()
    return asked.cookies.get(COOKIE, "")


def holder() -> Holder:
    """Whoever makes this request, or `NotSignedIn`."""
    if "holder" not in g:
        g.holder = server().holder(token_of(request))
    return cast(Holder, g.holder)


def allow(permission: str) -> Holder:
    """Whoever makes this request, if the permission is theirs; otherwise the refusal."""
    found = holder()
    require(found.role, permission)
    if found.must_change:
        raise PasswordMustChange()
    return found


def may_see(permission: str) -> bool:
    """Whether whoever makes this request has the permission; nobody has none."""
    try:
        require(holder().role, permission)
    except (NotSignedIn, NotAllowed):
        return False
    return True


def set_cookie(response: Response, token: str, lasts_s: int | None) -> None:
    response.set_cookie(
        COOKIE, token, max_age=lasts_s, httponly=True, samesite="Strict", secure=request.is_secure, path="/"
    )
