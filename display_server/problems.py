"""Refusals as HTTP answers: RFC 9457 problem documents, in the reader's language, by the kind of refusal."""

from __future__ import annotations

import msgspec
from flask import Response, request
from werkzeug.exceptions import HTTPException

from lobby import errors
from lobby.errors import N_, LobbyError
from lobby.words import LANGUAGES, Words, refusal, words

PROBLEM_JSON = "application/problem+json"

STATUS: dict[type[LobbyError], int] = {
    errors.BadRequest: 400,
    errors.NotSignedIn: 401,
    errors.WrongPassword: 401,
    errors.Forbidden: 403,
    errors.NotThere: 404,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooManyAttempts: 429,
    errors.Unavailable: 503,
}
"""The status of a refusal is that of the nearest class above it."""

HTTP_SENTENCES = {
    404: N_("There is no such page."),
    405: N_("This address does not take this kind of request."),
    413: N_("The request is too large."),
    415: N_("The request must be JSON."),
}


def status(error: LobbyError) -> int:
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return 409


def asked_words() -> Words:
    """Words in the best language among those that the request accepts."""
    return words(request.accept_languages.best_match(LANGUAGES, "en"))


def problem(error: LobbyError) -> Response:
    """The problem document of a refusal."""
    code = status(error)
    answer = _document(code, error.name, refusal(error, asked_words()), error.facts)
    if code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.TooManyAttempts):
        answer.headers["Retry-After"] = str(error.facts.get("seconds", 60))
    return answer


def http_problem(error: HTTPException) -> Response:
    """The problem document of what Flask itself refuses: no such route, too large, wrong method."""
    code = error.code or 500
    name = type(error).__name__
    said = asked_words()(HTTP_SENTENCES[code]) if code in HTTP_SENTENCES else error.name
    answer = _document(code, name, said, {})
    if error.get_response().headers.get("Allow"):
        answer.headers["Allow"] = error.get_response().headers["Allow"]
    return answer


def _document(code: int, name: str, detail: str, facts: dict[str, str | int]) -> Response:
    body = {"type": f"/problems/{name}", "title": name, "status": code, "detail": detail, "facts": facts}
    return Response(msgspec.json.encode(body), code, content_type=PROBLEM_JSON)
