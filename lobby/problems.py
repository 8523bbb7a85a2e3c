"""Refusals on the wire: RFC 9457 problem documents, written by every front that speaks HTTP, read by the remote desk.

`type` ends in the refusal's name, `title` is the name, `detail` the sentence in the reader's language, `facts` what
fills it; so whoever reads the document has the very refusal back.
"""

from __future__ import annotations

import msgspec

from lobby import errors, shapes
from lobby.errors import LobbyError
from lobby.words import Words, refusal

CONTENT_TYPE = "application/problem+json"

STATUS: dict[type[LobbyError], int] = {
    errors.BadRequest: 400,
    errors.NotSignedIn: 401,
    errors.WrongPassword: 401,
    errors.WrongPin: 401,
    errors.Forbidden: 403,
    errors.NotThere: 404,
    errors.Conflict: 409,
    errors.TooLong: 413,
    errors.Invalid: 422,
    errors.TooManyAttempts: 429,
    errors.Unavailable: 503,
}
"""The HTTP status of a refusal is that of the nearest class above it."""


class Problem(msgspec.Struct, frozen=True):
    """A problem document."""

    type: str
    title: str
    status: int
    detail: str
    facts: dict[str, str | int] = {}


def status(error: LobbyError) -> int:
    """The HTTP status of a refusal."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 409)


def document(error: LobbyError, words: Words) -> bytes:
    """The problem document of a refusal, JSON."""
    return named(error.name, status(error), refusal(error, words), error.facts)


def named(name: str, code: int, detail: str, facts: dict[str, str | int] | None = None) -> bytes:
    """A problem document, JSON, for what a front itself refuses."""
    return msgspec.json.encode(Problem(f"/problems/{name}", name, code, detail, facts or {}))


def _all(root: type[LobbyError]) -> dict[str, type[LobbyError]]:
    found = {root.__name__: root}
    for kind in root.__subclasses__():
        found |= _all(kind)
    return found


def refusals() -> dict[str, type[LobbyError]]:
    """Every refusal by its name; those that the fronts themselves define are there once they are loaded."""
    return _all(LobbyError)


def read(body: bytes, code: int) -> LobbyError:
    """The refusal that a document stands for. One that stands for none comes from something else in the server's place:
    `ServerUnreachable` where that says that it cannot, else `BadRequest` with the HTTP status."""
    try:
        problem = shapes.decode(body, Problem)
        refusal = refusals()[problem.type.rsplit("/", 1)[-1]](**problem.facts)
        str(refusal)  # the facts that its sentence needs are all there
    except (msgspec.DecodeError, KeyError, TypeError, ValueError):
        return errors.ServerUnreachable() if code >= 500 else errors.BadRequest(problem=f"HTTP {code}")
    return refusal
