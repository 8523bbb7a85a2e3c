"""A refusal as an HTTP answer, in the language of the person who reads it. The document itself is `lobby.problems`."""

from __future__ import annotations

from flask import Response

from lobby import problems
from lobby.errors import LobbyError
from lobby.words import Words


def problem(error: LobbyError, words: Words) -> Response:
    """The answer to a request that was refused. Nothing was changed."""
    return _answer(problems.document(error, words), problems.status(error), words)


def too_large(words: Words) -> Response:
    """The answer to a body that is longer than anything a kiosk sends."""
    said = words("The request is too large.")
    return _answer(problems.named("RequestEntityTooLarge", 413, said), 413, words)


def _answer(document: bytes, status: int, words: Words) -> Response:
    response = Response(document, status, content_type=problems.CONTENT_TYPE)
    response.headers["Content-Language"] = words.language
    return response
