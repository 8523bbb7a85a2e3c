"""Pictures and videos for the lobby's screens: what is shown now, and the files; for whoever may see the branch.

A drawing may hold anything that SVG knows, so it comes with a policy of its own, under which nothing in it runs and
nothing is fetched. Nothing here comes from another host.
"""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response as BaseResponse
from werkzeug.wsgi import wrap_file

from display_server.api import json_of
from display_server.gate.access import server
from display_server.problems import problem
from lobby.errors import LobbyError, NotThere

media = Blueprint("media", __name__)
media.register_error_handler(LobbyError, problem)

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
KEPT_S = 30 * 24 * 3600
"""A file by its version never changes: a browser keeps it, and a video is not fetched anew each time."""


@media.get("/media")
def programme() -> Response:
    """What is shown now: `{items: [{file, url, kind, seconds, sound}], faults: [file]}`."""
    house = server()
    return json_of(house.media.programme(house.config.setup.local(house.desk.now())))


@media.get("/media/<name>")
def media_file(name: str) -> BaseResponse:
    """One file; a part of it where a part is asked for."""
    found = server().media.files.get(name)
    if found is None:
        raise NotThere()
    try:
        file = found.open()
    except OSError:
        raise NotThere() from None  # not the one any more that was looked into
    answer = Response(wrap_file(request.environ, file), content_type=found.type, direct_passthrough=True)
    answer.content_length = found.size
    answer.set_etag(found.version)
    is_current = request.args.get("v") == found.version
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_S}, immutable" if is_current else "private, no-cache"
    answer.headers["Content-Security-Policy"] = POLICY
    try:
        return answer.make_conditional(request.environ, accept_ranges=True, complete_length=found.size)
    except RequestedRangeNotSatisfiable:
        file.close()
        raise
