"""Pictures and videos for the lobby's screens: what is shown now, and the files; for whoever may see the branch.

A drawing may hold anything that SVG knows, so it comes with a policy of its own, under which nothing in it runs and
nothing is fetched. Nothing here comes from another host.
"""

from __future__ import annotations

from flask import Blueprint, Response, request, send_file

from display_server.access import allow, server
from display_server.api import json_of
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
    allow("see the branch")
    house = server()
    return json_of(house.media.programme(house.config.setup.local(house.desk.now())))


@media.get("/media/<name>")
def media_file(name: str) -> Response:
    """One file; a part of it where a part is asked for."""
    allow("see the branch")
    found = server().media.files.get(name)
    if found is None:
        raise NotThere()
    try:
        answer = send_file(found.path, found.type, conditional=True, etag=found.version)
    except OSError:
        raise NotThere() from None  # taken away since it was looked into
    is_current = request.args.get("v") == found.version
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_S}, immutable" if is_current else "private, no-cache"
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
