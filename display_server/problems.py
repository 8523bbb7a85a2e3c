"""Refusals as HTTP answers: RFC 9457 problem documents, in the reader's language, by the kind of refusal."""

from __future__ import annotations

from flask import Response, request
from werkzeug.exceptions import HTTPException

from lobby import problems
from lobby.errors import N_, LobbyError, NotThere, TooLong, TooManyAttempts
from lobby.words import LANGUAGES, Words, best_language, words

HTTP_SENTENCES = {
    404: N_("There is no such page."),
    405: N_("This address does not take this kind of request."),
    415: N_("The request must be JSON."),
}


_OURS: dict[int | None, type[LobbyError]] = {404: NotThere, 413: TooLong}


def asked_words() -> Words:
    """Words in the best language among those that the request accepts."""
    return words(best_language(request.accept_languages.values(), LANGUAGES))


def problem(error: LobbyError) -> Response:
    """The problem document of a refusal."""
    words = asked_words()
    answer = _answer(problems.document(error, words), problems.status(error), words)
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return told_when(answer, error)


def told_when(answer: Response, error: LobbyError | None) -> Response:
    """The answer, which says after how many seconds (RFC 9110, 10.2.3) somebody who was too quick may come again."""
    if isinstance(error, TooManyAttempts):
        answer.headers["Retry-After"] = str(error.facts.get("seconds", 60))
    return answer


def http_problem(error: HTTPException) -> Response:
    """The problem document of what Flask itself refuses: no such route, too large, wrong method."""
    if error.code in _OURS:
        return problem(_OURS[error.code]())
    code, words = error.code or 500, asked_words()
    said = words(HTTP_SENTENCES[code]) if code in HTTP_SENTENCES else error.name
    answer = _answer(problems.named(type(error).__name__, code, said), code, words)
    allowed = error.get_response().headers.get("Allow")
    if allowed:
        answer.headers["Allow"] = allowed
    return answer


def _answer(body: bytes, code: int, words: Words) -> Response:
    return Response(
        body,
        code,
        content_type=problems.CONTENT_TYPE,
        headers={"Content-Language": words.language, "Vary": "Accept-Language"},
    )
