"""Who makes a request of the head office: a branch with its token, or a person who has signed in.

One table says what each address asks for, and one place asks it before the view runs; what has no line cannot start.
"""

from __future__ import annotations

from typing import cast

from flask import Flask, Response, g, request

from display_server.gate.access import SAFE, bearer, same_origin
from display_server.head_office.office_server import office_server
from lobby.access import require
from lobby.errors import Forbidden, NotSignedIn, PasswordMustChange
from lobby.records.tokens import SESSION, Holder

COOKIE = "lobby-head-office"
SESSION_MS = 12 * 3600 * 1000

OPEN, PERSON = "", "(a signed-in person)"
ROUTES = {
    "chain_pages.static": OPEN,
    "look.bank": OPEN,
    "look.font": OPEN,
    "look.font_faces": OPEN,
    "look.icon": OPEN,
    "look.logo": OPEN,
    "look.our_mark": OPEN,
    "look.tokens": OPEN,
    "operating.healthz": OPEN,
    "operating.readyz": OPEN,
    "operating.metrics": "see figures",
    "doors.sign_in_form": OPEN,
    "doors.sign_in": OPEN,
    "doors.sign_out": OPEN,
    "doors.new_password_form": PERSON,
    "doors.new_password": PERSON,
    "chain_pages.chain": "see figures",
    "chain_pages.now": "see figures",
    "chain_pages.report": "see figures",
    "chain_pages.download": "see figures",
    "arrivals.take": "send the journal",
}
"""What each address asks for, by its endpoint."""


def guard(app: Flask) -> None:
    """Have every request asked before its view runs."""
    missing = {rule.endpoint for rule in app.url_map.iter_rules()} - ROUTES.keys() - {"static"}
    if missing:
        raise LookupError(f"no line in the table of permissions for: {', '.join(sorted(missing))}")
    app.before_request(_ask)


def _ask() -> None:
    asks = ROUTES.get(request.endpoint or "", OPEN)
    if request.method not in SAFE and not bearer(request) and not same_origin(request):
        raise Forbidden()
    house, token = office_server(), bearer(request) or request.cookies.get(COOKIE, "")
    if asks == OPEN:
        if request.method not in SAFE:
            house.limits.stranger(request.remote_addr or "")
        return
    try:
        found = house.holder(token)
    except NotSignedIn:
        house.limits.stranger(request.remote_addr or "")
        raise
    house.limits.token(token)
    if asks == PERSON:
        if found.kind != SESSION:
            raise NotSignedIn()
    else:
        if found.must_change:
            raise PasswordMustChange()
        require(found.role, asks)
    g.holder = found


def holder() -> Holder:
    """Whoever was let in to this request."""
    return cast(Holder, g.holder)


def keep(response: Response, token: str) -> None:
    """Have the browser keep a session."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_MS // 1000,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
        path="/",
    )
