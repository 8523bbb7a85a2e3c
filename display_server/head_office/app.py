"""The Flask application of one head office: blueprints, headers, limits. People come in by the branch server's gate."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import HTTPException

from display_server.app import LARGEST_BODY, Application, with_headers
from display_server.compression import compress
from display_server.gate.house import EXTENSION, Gate
from display_server.gate.signing_in import signing_in
from display_server.head_office.arrivals import arrivals
from display_server.head_office.office_server import OfficeServer
from display_server.head_office.operating import operating
from display_server.head_office.pages import chain_pages
from display_server.head_office.permissions import guard
from display_server.operating.log_lines import mark
from display_server.pages import problem_page, refused_outside
from display_server.single_sign_on.pages import single_sign_on
from display_server.trail.notes import audited
from display_server.trail.pages import audit_pages
from kiosk.look import look_blueprint
from lobby.errors import N_, LobbyError
from lobby.signage import Look

LARGEST_PARCEL = 8 * 1024 * 1024
"""Bytes as it comes over the line; of anything else so many as at a branch."""

COOKIE = "lobby-head-office"


def create_app(house: OfficeServer) -> Flask:
    """The application over a head office that is already put together."""
    app = Application("display_server", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.before_request(_take_parcels)
    app.extensions["head_office"] = house
    app.extensions[EXTENSION] = Gate(
        house,
        house.config.setup,
        called=N_("Head office"),
        home="chain_pages.chain",
        for_whom=N_("For the staff of the head office."),
        masthead="head_office_masthead.html",
        cookie=COOKIE,
        outside=house.outside,
    )
    compress(app)
    app.register_blueprint(arrivals)
    app.register_blueprint(signing_in)
    app.register_blueprint(single_sign_on)
    app.register_blueprint(chain_pages)
    app.register_blueprint(audit_pages)
    app.register_blueprint(operating)
    app.register_blueprint(look_blueprint(Look, house.folder))
    app.register_error_handler(LobbyError, refused_outside)
    app.register_error_handler(HTTPException, problem_page)
    guard(app)
    audited(app)
    app.after_request(mark)
    app.after_request(with_headers)
    return app


def _take_parcels() -> None:
    if request.blueprint == arrivals.name:
        request.max_content_length = LARGEST_PARCEL
