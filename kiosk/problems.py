"""A refusal as an HTTP problem document (RFC 9457), in the language of the person who reads it. See docs/api.md."""

from __future__ import annotations

import msgspec
from flask import Response

from lobby import errors
from lobby.words import Words, refusal

STATUS: tuple[tuple[type[errors.LobbyError], int], ...] = (
    (errors.BadRequest, 400),
    (errors.NotSignedIn, 401),
    (errors.WrongPassword, 401),
    (errors.Forbidden, 403),
    (errors.NotThere, 404),
    (errors.Conflict, 409),
    (errors.Invalid, 422),
    (errors.TooManyAttempts, 429),
    (errors.Unavailable, 503),
)
"""The status of each kind of refusal; the first that fits."""


def problem(error: errors.LobbyError, words: Words) -> Response:
    """The answer to a request that was refused. Nothing was changed."""
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 409)
    return _document(status, error.name, refusal(error, words), words, error.facts)


def too_large(words: Words) -> Response:
    """The answer to a body that is longer than anything a kiosk sends."""
    return _document(413, "RequestTooLarge", words("The request is too large."), words, {})


def _document(status: int, name: str, detail: str, words: Words, facts: dict[str, str | int]) -> Response:
    body = {"type": f"/problems/{name}", "title": name, "status": status, "detail": detail, "facts": facts}
    response = Response(msgspec.json.encode(body), status, mimetype="application/problem+json")
    response.headers["Content-Language"] = words.language
    return response
