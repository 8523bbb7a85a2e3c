"""The kiosk over HTTP: one page, the same for every language, which never reloads, and what it asks the branch for."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import RequestEntityTooLarge

from kiosk.complaint_taps import add_complaints
from kiosk.offer import offer, tongue
from kiosk.place import Kiosk
from kiosk.problems import problem, too_large
from kiosk.requests import answer, customers_words
from kiosk.sentences import PAGE
from kiosk.taps import add_taps
from lobby import errors
from lobby.languages import is_language
from lobby.words import LANGUAGES, words

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def kiosk_blueprint(kiosk: Kiosk, *more: Callable[[Blueprint], None]) -> Blueprint:
    """The kiosk's routes, to be registered by the app that serves it; `more` adds others behind the same guards."""
    blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk", template_folder="templates", static_folder="static")

    @blueprint.get("/")
    def page() -> str:
        greetings = [(tongue(code), words(code)("One moment please")) for code in LANGUAGES]
        return render_template("kiosk/page.html", greetings=greetings)

    @blueprint.get("/offer")
    def offered() -> Response:
        branch, logo = kiosk.door().branch(), bool(kiosk.look().logo)
        return answer(offer(branch, kiosk.connected(), kiosk.speech(), kiosk.volume(), logo))

    @blueprint.get("/words/<language>")
    def sentences(language: str) -> Response:
        if not is_language(language):
            raise errors.UnknownLanguage(language=language)
        said = words(language)
        return answer({"language": language, "sentences": {sentence: said(sentence) for sentence in PAGE}})

    add_taps(blueprint, kiosk)
    add_complaints(blueprint, kiosk)
    for add in more:
        add(blueprint)

    @blueprint.errorhandler(errors.LobbyError)
    def refused(error: errors.LobbyError) -> Response:
        return problem(error, customers_words())

    @blueprint.errorhandler(RequestEntityTooLarge)
    def oversized(error: RequestEntityTooLarge) -> Response:
        return too_large(customers_words())

    @blueprint.after_request
    def guard(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        return response

    return blueprint
