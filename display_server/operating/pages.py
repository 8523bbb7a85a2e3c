"""/healthz, /readyz and /metrics: for load balancers, watchdogs and Prometheus. None of them tells a secret."""

from __future__ import annotations

import ipaddress

import msgspec
from flask import Blueprint, Response, request

from display_server.gate.access import allow, server
from display_server.gate.house import house
from display_server.operating.metrics import TYPE
from display_server.operating.seen import see
from display_server.problems import problem
from lobby.errors import LobbyError

operating = Blueprint("operating", __name__)

FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")
"""Who sends one of these speaks for somebody else, whatever its own address is."""


@operating.errorhandler(LobbyError)
def _refused(error: LobbyError) -> Response:
    return problem(error)


@operating.get("/healthz")
def healthz() -> Response:
    """The process answers: 200, always. A server that is not ready need not be started anew for it."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@operating.get("/readyz")
def readyz() -> Response:
    """200 when the server can do its work; else 503 and why."""
    reasons = server().pulse.reasons()
    answer = {"ready": not reasons, "reasons": reasons}
    return Response(msgspec.json.encode(answer), 503 if reasons else 200, content_type="application/json")


@operating.get("/metrics")
def metrics() -> Response:
    """The figures, for addresses that `[server] metrics` names and for whoever may see figures."""
    let_in()
    here = server()
    return Response(here.metrics.text(see(here, here.audience)), content_type=TYPE)


def let_in() -> None:
    """Refuse whoever neither asks from where `[server] metrics` says, nor may see figures."""
    if not _is_of_ours():
        allow("see figures")


def _is_of_ours() -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        caller = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return any(caller in ipaddress.ip_network(network) for network in house().config.server.metrics)
