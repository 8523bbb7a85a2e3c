"""A code that a person makes on the page of their sessions and types at the console in place of a password: who comes
by single sign-on has none."""

from __future__ import annotations

from flask import Blueprint, Response

from display_server.gate.access import holder, server, settled
from display_server.gate.signing_in import sessions_page
from display_server.pages import refused
from display_server.trail import notes as audit
from lobby.errors import LobbyError
from lobby.records.tokens import CODE_LASTS_MS

console_codes = Blueprint("console_codes", __name__)
console_codes.register_error_handler(LobbyError, refused)


@console_codes.post("/sessions/code")
def make() -> Response:
    """Show a new code, once."""
    house, who = server(), settled(holder())
    audit.note("console-code-made", who.name)
    now = house.clock()
    until = who.expires_at or now + CODE_LASTS_MS
    return sessions_page(code=house.commits(lambda: house.tokens.console_code(who.name, who.role, now, until)))
