"""The announcements as files: for whoever may see the branch, and only while they are being said."""

from __future__ import annotations

from flask import Blueprint, Response

from display_server.gate.access import server
from display_server.pages import refused
from lobby.errors import LobbyError, NotThere

voice_pages = Blueprint("voice", __name__)
voice_pages.register_error_handler(LobbyError, refused)


@voice_pages.get("/voice/<name>.wav")
def announcement(name: str) -> Response:
    """One announcement, by the name that its speaker was told."""
    wave = server().voices.waves.find(name)
    if wave is None:
        raise NotThere()
    return Response(wave, mimetype="audio/wav")
