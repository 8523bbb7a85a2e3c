"""The look that all our screens share: the stylesheet of design tokens, the bank's own colour and logo, the fonts, the
icons. Served at `/look`.

`tokens.css` is the contract: pages take colours, sizes and spaces from its custom properties and set none of their
own. It brings `brand.css` along, which is made from the branch file's `[look]`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from hardware import fonts
from kiosk.look import brand, faces
from lobby.signage import Look
from lobby.words import LANGUAGES

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
FONT_KEPT_S = 30 * 24 * 3600
ICON_KEPT_S = 24 * 3600
"""How long a browser may use a font and an icon without asking again: a page that lost its server still has them."""

PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""The policy of a logo: somebody else's drawing, opened by itself, runs nothing and fetches nothing."""

OUR_COLOUR = "#0b4a45"


def look_blueprint(look: Callable[[], Look] = Look, folder: Path = FOLDER) -> Blueprint:
    """Routes: `/look/tokens.css`, `/look/brand.css`, `/look/faces.css`, `/look/logo` (the bank's, or our mark),
    `/look/mark.svg`, `/look/icons/<name>.svg`, `/look/fonts/<file>.woff2`. `look` says how the bank wants it now,
    `folder` is where its logo lies."""
    blueprint = Blueprint("look", __name__, url_prefix="/look")
    _warn(look().brand)
    mark = (FOLDER / "mark.svg").read_text("utf-8")

    @blueprint.get("/tokens.css")
    def tokens() -> Response:
        return send_from_directory(FOLDER, "tokens.css", mimetype="text/css")

    @blueprint.get("/brand.css")
    def bank() -> Response:
        return Response(brand.stylesheet(look().brand, look().radius_px), mimetype="text/css")

    @blueprint.get("/mark.svg")
    def our_mark() -> Response:
        colour = brand.readable(look().brand or OUR_COLOUR)
        return Response(mark.replace(OUR_COLOUR, colour), mimetype="image/svg+xml")

    @blueprint.get("/logo")
    def logo() -> Response:
        if not look().logo:
            return our_mark()
        answer = send_from_directory(folder.resolve(), look().logo)
        answer.headers["Content-Security-Policy"] = PICTURE
        return answer

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


def _warn(colour: str) -> None:
    """Say so where the bank's colour cannot be shown as it is."""
    if colour and (shown := brand.readable(colour)) != colour:
        log.warning("look.brand: text in %s could not be read; light pages show the darker %s (7:1)", colour, shown)
