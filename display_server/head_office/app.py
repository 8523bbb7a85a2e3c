"""The Flask application of one head office: blueprints, headers, limits."""

from __future__ import annotations

from flask import Flask
from werkzeug.exceptions import HTTPException

from display_server.app import Application, with_headers
from display_server.compression import compress
from display_server.head_office.arrivals import arrivals
from display_server.head_office.doors import doors
from display_server.head_office.office_server import OfficeServer
from display_server.head_office.operating import operating
from display_server.head_office.pages import chain_pages
from display_server.head_office.rendering import problem_page, refused
from display_server.head_office.sessions import guard
from display_server.operating.log_lines import mark
from kiosk.look import look_blueprint
from lobby.errors import LobbyError
from lobby.signage import Look

LARGEST_BODY = 8 * 1024 * 1024
"""Bytes of a parcel as it comes over the line."""


def create_app(house: OfficeServer) -> Flask:
    """The application over a head office that is already put together."""
    app = Application("display_server", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.extensions["head_office"] = house
    compress(app)
    app.register_blueprint(arrivals)
    app.register_blueprint(doors)
    app.register_blueprint(chain_pages)
    app.register_blueprint(operating)
    app.register_blueprint(look_blueprint(Look, house.folder))
    app.register_error_handler(LobbyError, refused)
    app.register_error_handler(HTTPException, problem_page)
    guard(app)
    app.after_request(with_headers)
    app.after_request(mark)
    return app
