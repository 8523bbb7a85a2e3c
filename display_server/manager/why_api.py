"""Why a ticket was called when it was, and the fairness ledger, over HTTP. The work is done off the server's loop."""

from __future__ import annotations

from flask import Blueprint, Response, request

from display_server.api import json_of
from display_server.gate.access import holder, server
from display_server.problems import asked_words, problem
from lobby.access import may
from lobby.errors import LobbyError
from lobby.past_calls import ledger, why_ticket, with_reasons
from lobby.records.people import Look
from lobby.reports.why import WhyTicket
from lobby.words.why_lines import in_words

why_api = Blueprint("why_api", __name__, url_prefix="/api/v1/branches/<branch>")


@why_api.errorhandler(LobbyError)
def _refused(error: LobbyError) -> Response:
    return problem(error)


@why_api.get("/tickets/<ticket>/why")
def why(branch: str, ticket: str) -> Response:
    desk, day = server().branch_desk(branch), request.args.get("day", "")
    state = desk.view(lambda now, _: now.copy())
    found: WhyTicket = server().offload(lambda: why_ticket(desk.journal, state, ticket, day))
    who = holder()
    if may(who.role, "serve"):
        look = Look("reasons-read", who.name, who.role, server().clock(), found.ticket)
        found = with_reasons(found, server().people, look)
    return json_of(in_words(found, asked_words()))


@why_api.get("/fairness")
def fairness(branch: str) -> Response:
    desk, first, last = server().branch_desk(branch), request.args.get("from", ""), request.args.get("to", "")
    state = desk.view(lambda now, _: now.copy())
    return json_of(server().offload(lambda: ledger(desk.journal, state, first, last)))
