"""What every route of the kiosk does with a request and an answer: body, key, language, JSON."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec
from flask import Response, g, request

from lobby import errors, shapes
from lobby.words import LANGUAGES, Words, best_language, words

T = TypeVar("T")

BODY_LIMIT = 4096
"""Bytes; a tap is a few hundred."""

KEY = re.compile(r"[\x21-\x7e]{1,100}")


def body(shape: type[T]) -> T:
    """The request's body. Its `language`, where it has one, is the customer's from here on."""
    request.max_content_length = BODY_LIMIT
    try:
        found = shapes.decode(request.get_data(), shape)
    except msgspec.ValidationError as mistake:
        what, _, where = str(mistake).partition(" - at `$.")
        raise errors.BadField(field=where.rstrip("`") or "body", problem=what) from mistake
    except (msgspec.DecodeError, UnicodeDecodeError) as mistake:
        raise errors.BadRequest(problem=str(mistake)) from mistake
    language = getattr(found, "language", "")
    if language in LANGUAGES:
        g.kiosk_language = language
    return found


def key() -> str:
    """The idempotency key of a request that changes something."""
    found = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(found):
        raise errors.BadRequest(problem="Idempotency-Key must have 1 to 100 printable ASCII characters")
    return found


def customers_words() -> Words:
    """The words of whoever stands at the kiosk."""
    asked = g.get("kiosk_language") or best_language(request.accept_languages.values(), LANGUAGES)
    return words(asked or LANGUAGES[0])


def answer(content: object, status: int = 200) -> Response:
    """JSON that nobody keeps."""
    response = Response(msgspec.json.encode(content), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
