"""The look that all our screens share: the stylesheet of design tokens, the fonts, the icons. Served at `/look`.

`tokens.css` is the contract: pages take colours, sizes and spaces from its custom properties and set none of their
own. A bank sets its colour by a stylesheet of its own after it: `:root { --brand: #123456; --on-brand: #fff }`.
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from hardware import fonts
from kiosk.look import faces
from lobby.words import LANGUAGES

FOLDER = Path(__file__).parent
FONT_KEPT_S = 30 * 24 * 3600
ICON_KEPT_S = 24 * 3600
"""How long a browser may use a font and an icon without asking again: a page that lost its server still has them."""


def look_blueprint() -> Blueprint:
    """Routes: `/look/tokens.css`, `/look/faces.css`, `/look/icons/<name>.svg`, `/look/fonts/<file>.woff2`."""
    blueprint = Blueprint("look", __name__, url_prefix="/look")

    @blueprint.get("/tokens.css")
    def tokens() -> Response:
        return send_from_directory(FOLDER, "tokens.css", mimetype="text/css")

    @blueprint.get("/faces.css")
    def font_faces() -> Response:
        return Response(faces.stylesheet(LANGUAGES), mimetype="text/css")

    @blueprint.get("/icons/<name>.svg")
    def icon(name: str) -> Response:
        return send_from_directory(FOLDER / "icons", f"{name}.svg", mimetype="image/svg+xml", max_age=ICON_KEPT_S)

    @blueprint.get("/fonts/<name>.woff2")
    def font(name: str) -> Response:
        return send_from_directory(fonts.FOLDER, f"{name}.woff2", mimetype="font/woff2", max_age=FONT_KEPT_S)

    return blueprint
