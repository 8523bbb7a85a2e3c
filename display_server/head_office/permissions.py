"""Who may do what at a head office: one line for every address. What has no line cannot start."""

from __future__ import annotations

from flask import Flask

from display_server.gate import guarding
from display_server.gate.guarding import Asks, Key

ROUTES: dict[str, Asks] = {
    # what pages are made of
    "static": Key.NONE,
    "chain_pages.static": Key.NONE,
    "look.bank": Key.NONE,
    "look.font": Key.NONE,
    "look.font_faces": Key.NONE,
    "look.icon": Key.NONE,
    "look.logo": Key.NONE,
    "look.our_mark": Key.NONE,
    "look.tokens": Key.NONE,
    # machines that look after the server; /metrics asks itself
    "operating.healthz": Key.NONE,
    "operating.readyz": Key.NONE,
    "operating.metrics": Key.MACHINE,
    # coming in, and going
    "signing_in.sign_in_form": Key.NONE,
    "signing_in.sign_in": Key.NONE,
    "signing_in.sign_out": Key.NONE,
    "single_sign_on.go": Key.NONE,
    "single_sign_on.back": Key.NONE,
    "signing_in.new_password_form": Key.PERSON,
    "signing_in.new_password": Key.PERSON,
    "signing_in.sessions": Key.PERSON,
    "signing_in.end_other_sessions": Key.PERSON,
    # the chain
    "chain_pages.chain": "see figures",
    "chain_pages.now": "see figures",
    "chain_pages.report": "see figures",
    "chain_pages.download": "take tables away",
    "audit_pages.trail": "read the audit trail",
    "audit_pages.export": "read the audit trail",
    "arrivals.take": "send the journal",
}
"""What each address asks for, by its endpoint."""


def guard(app: Flask) -> None:
    """Have every request asked for its key before its view runs; `NoLine` for an address that the table leaves out."""
    guarding.guard(app, ROUTES, where="display_server/head_office/permissions.py")
