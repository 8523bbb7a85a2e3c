"""Pages of the head office: their language, their data block, and refusals as pages."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from display_server.head_office.office_server import office_server
from display_server.problems import HTTP_SENTENCES, http_problem, problem
from lobby.errors import LobbyError, NotSignedIn, PasswordMustChange
from lobby.problems import status
from lobby.words import LANGUAGES, Words, best_language, refusal, words


def page_words() -> Words:
    """The page's language: asked for by `?language=`, else the best that the browser takes and the office has."""
    served = [code for code in office_server().office.languages if code in LANGUAGES]
    asked = request.args.get("language", "")
    return words(asked if asked in served else best_language(request.accept_languages.values(), served))


def render(
    template: str, page: dict[str, Any], code: int = 200, said: tuple[str, ...] = (), body: str = ""
) -> Response:
    """A page in the reader's language; `page` and the sentences of its script go into its data block."""
    mine, office = page_words(), office_server().office
    data = {
        "names": office.names,
        "languages": office.languages,
        "zone": office.zone,
        "language": mine.language,
        "sentences": {sentence: mine(sentence) for sentence in said},
        **page,
    }
    html = render_template(template, words=mine, language=mine.language, direction=mine.direction, page=data, body=body)
    return make_response(html, code)


def refused(error: LobbyError) -> BaseResponse:
    """A refusal: a problem document for programs, for people a page; whoever has to sign in first is sent there."""
    if request.path.startswith("/api/") or not request.accept_mimetypes.accept_html:
        return problem(error)
    if isinstance(error, PasswordMustChange):
        return redirect(url_for("doors.new_password_form"))
    if isinstance(error, NotSignedIn):
        return redirect(url_for("doors.sign_in_form"))
    mine = page_words()
    page = {"title": mine("Sorry, that did not work"), "text": refusal(error, mine)}
    return render("problem.html", page, status(error))


def problem_page(error: HTTPException) -> BaseResponse:
    """What Flask itself refuses, the same way."""
    if request.path.startswith("/api/") or not request.accept_mimetypes.accept_html:
        return http_problem(error)
    if error.code is not None and error.code < 400:
        return error.get_response()
    mine = page_words()
    text = mine(HTTP_SENTENCES.get(error.code or 500, error.name))
    return render("problem.html", {"title": mine("Sorry, that did not work"), "text": text}, error.code or 500)
