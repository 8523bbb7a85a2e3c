"""Every request is asked for its key before its view runs, in one place. Which key an address asks for is a line of its
server's table; what has no line cannot start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from flask import Flask, g, request

from display_server.gate.access import (
    SAFE,
    allow,
    bearer,
    holders,
    in_use,
    only_from_here,
    only_from_ours,
    settled,
    signed_in,
    tokens_of,
)
from display_server.gate.house import gate, house


class Key(Enum):
    """What opens an address where no permission is asked."""

    NONE = "open to everybody"
    TICKET = "whoever has the ticket's own token"
    REFERENCE = "whoever has the complaint's reference"
    PERSON = "a signed-in person, for themselves"
    ANYONE = "whoever is signed in or paired"
    MACHINE = "the addresses in `[server] metrics`, and whoever may see figures"


Asks = str | Key
"""A permission of `lobby.access`, or another key."""

OWN = (Key.TICKET, Key.REFERENCE)
"""Keys that customers have on paper."""

READINESS = {"operating.healthz", "operating.readyz"}
"""What a load balancer asks, behind whose address everybody may stand: 429 there would take the server away."""


class NoLine(Exception):
    """An address or a message has no line in the table of permissions."""


def files(routes: Mapping[str, Asks]) -> frozenset[str]:
    """What pages are made of: cheap, the same for everybody, and asked for a dozen at a time."""
    return frozenset(endpoint for endpoint in routes if endpoint.startswith("look.") or endpoint.endswith("static"))


def _nobody(_asks: Asks | None) -> str:
    return ""


def guard(
    app: Flask,
    routes: Mapping[str, Asks],
    *,
    where: str,
    opened: Callable[[Asks | None], str] = _nobody,
    speaks_for: Mapping[str, str] | None = None,
) -> None:
    """Have every request asked for its key; `NoLine` for an address that the table `routes`, which stands in the file
    `where`, leaves out. `opened` gives the token or reference by which a customer's page is asked for; `speaks_for` in
    whose role a browser that is several things speaks, by blueprint."""
    missing = sorted({rule.endpoint for rule in app.url_map.iter_rules()} - routes.keys())
    if missing:
        raise NoLine(f"no line in {where} for: {', '.join(missing)}")
    uncounted, roles = files(routes) | READINESS, speaks_for or {}

    def ask() -> None:
        asks = routes[request.endpoint] if request.endpoint else None  # none: said so later
        if (request.endpoint or "") not in uncounted and gate().is_counting():
            _count(opened(asks))
        if request.method not in SAFE and not bearer(request):
            only_from_ours() if asks in OWN else only_from_here()
        if asks is Key.PERSON:
            g.holder = signed_in()
        elif asks is Key.ANYONE:
            g.holder = settled(holders()[0])
        elif isinstance(asks, str):
            g.holder = allow(asks, roles.get(request.blueprint or "", ""))
        if "holder" in g:
            in_use()

    app.before_request(ask)


def _count(customer: str) -> None:
    """Take the request from the allowance of whoever asks: see `display_server.gate.limits`."""
    here = house()
    if customer:
        here.limits.customer(customer)
        return
    known = next((token for token in tokens_of(request) if here.holders([token])), "")
    if known:
        here.limits.token(known)
    else:
        here.limits.stranger(request.remote_addr or "")
