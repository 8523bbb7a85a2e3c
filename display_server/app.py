"""The Flask application of one branch server: blueprints, headers, limits. One factory; tests call it too."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from display_server.api import api
from display_server.branch_server import BranchServer
from display_server.care.api import care_api
from display_server.care.pages import care_pages
from display_server.compression import compress
from display_server.gate.access import COOKIE, DEVICE_COOKIES
from display_server.gate.console_codes import console_codes
from display_server.gate.house import EXTENSION, Gate
from display_server.gate.pairing import pairing
from display_server.gate.permissions import guard
from display_server.gate.signing_in import signing_in
from display_server.information import information
from display_server.kiosk_inside import KioskInside
from display_server.manager.briefs import briefs
from display_server.manager.dashboard import dashboard
from display_server.manager.report_pages import report_pages
from display_server.manager.reports import reports
from display_server.manager.why_api import why_api
from display_server.media.pages import media
from display_server.operating.log_lines import mark
from display_server.operating.pages import operating
from display_server.pages import pages, problem_page, refused_outside
from display_server.phone.complaints import complaint_pages
from display_server.phone.opinions import opinion_pages
from display_server.phone.pages import phone_pages
from display_server.screens import screens
from display_server.single_sign_on.pages import single_sign_on
from display_server.trail.notes import audited
from display_server.trail.pages import audit_pages
from display_server.trail.people_api import people_api
from display_server.trail.people_pages import people_pages
from display_server.voice.pages import voice_pages
from kiosk.look import look_blueprint
from kiosk.pages import kiosk_blueprint
from kiosk.speech import add_speech
from kiosk.staff import add_staff
from lobby.errors import N_, LobbyError

LARGEST_BODY = 64 * 1024

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'{sockets}; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HOST = re.compile(r"[A-Za-z0-9._-]+(:[0-9]+)?")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


ONLY_BY_TLS = f"max-age={365 * 24 * 3600}"
"""Whoever came by TLS once comes by nothing else for a year (RFC 6797). Other machines of the domain are left out."""


def with_headers(response: Response) -> Response:
    """The answer with what a browser must know of every answer, unless the view has said otherwise."""
    response.headers.setdefault("Content-Security-Policy", POLICY.format(sockets=_sockets(request.host)))
    said = {name.lower() for name, _ in response.headers}  # looked through once: each look by name takes all of them
    response.headers.extend([(name, value) for name, value in HEADERS.items() if name.lower() not in said])
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = ONLY_BY_TLS
    if "cache-control" not in said:
        response.headers["Cache-Control"] = "no-store"
    return response


def _sockets(host: str) -> str:
    """WebSockets of this very server, for browsers that do not count them among what is its own."""
    return f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""


class Application(Flask):
    """Its log names routes and no addresses: that of a customer's page is its secret."""

    def log_exception(self, exc_info: Any) -> None:
        self.logger.error("%s %s failed", request.method, request.url_rule or "?", exc_info=exc_info)


def create_app(house: BranchServer) -> Flask:
    """The application over a branch server that is already put together."""
    app = Application("display_server")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.extensions["lobby"] = house
    app.extensions[EXTENSION] = Gate(
        house,
        house.config.setup,
        called=N_("Branch lobby"),
        home="pages.home",
        for_whom=N_("For the staff of this branch."),
        masthead="masthead.html",
        cookie=COOKIE,
        device_cookies=DEVICE_COOKIES,
        is_counting=lambda: not house.desk.state.rehearsal,  # it has nobody else to serve, and goes as fast as it can
    )
    compress(app)
    app.register_blueprint(api)
    app.register_blueprint(care_api)
    app.register_blueprint(people_api)
    app.register_blueprint(people_pages)
    app.register_blueprint(audit_pages)
    app.register_blueprint(reports)
    app.register_blueprint(briefs(house))
    app.register_blueprint(report_pages)
    app.register_blueprint(why_api)
    app.register_blueprint(dashboard)
    app.register_blueprint(pages)
    app.register_blueprint(signing_in)
    app.register_blueprint(console_codes)
    app.register_blueprint(single_sign_on)
    app.register_blueprint(pairing)
    app.register_blueprint(screens)
    app.register_blueprint(media)
    app.register_blueprint(information)
    app.register_blueprint(voice_pages)
    app.register_blueprint(care_pages)
    app.register_blueprint(phone_pages)
    app.register_blueprint(opinion_pages)
    app.register_blueprint(complaint_pages)
    app.register_blueprint(operating)
    app.register_blueprint(look_blueprint(lambda: house.config.signage.look, house.folder))
    inside = KioskInside(house)
    app.register_blueprint(
        kiosk_blueprint(
            inside,
            lambda routes: add_speech(routes, inside.door),
            lambda routes: add_staff(routes, inside.staff_room()),
        )
    )
    app.register_error_handler(HTTPException, problem_page)
    app.register_error_handler(LobbyError, refused_outside)
    guard(app)
    audited(app)

    app.after_request(mark)

    app.after_request(with_headers)
    return app
