"""The server behind a proxy: from those named in `[server] behind_proxy`, and from nobody else, it takes the word on
who asks (`X-Forwarded-For`) and whether by TLS (`X-Forwarded-Proto`). The proxy hands `Host` on as it came.

Each proxy adds the address that it was asked from at the end; so the right one is the last that is no proxy of ours.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

Environ: TypeAlias = dict[str, Any]
Application: TypeAlias = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

SCHEMES = {"http", "https"}


def behind_proxy(app: Application, networks: Sequence[str]) -> Application:
    """The application, told who really asks; as it is where no network is trusted."""
    trusted = [ipaddress.ip_network(network) for network in networks]
    if not trusted:
        return app

    def is_ours(address: str) -> bool:
        try:
            asked = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(asked, ipaddress.IPv6Address) and asked.ipv4_mapped is not None:
            asked = asked.ipv4_mapped
        return any(asked in network for network in trusted)

    def proxied(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        if is_ours(environ.get("REMOTE_ADDR", "")):
            hops = [hop.strip() for hop in environ.pop("HTTP_X_FORWARDED_FOR", "").split(",")]
            while hops and is_ours(environ["REMOTE_ADDR"]) and is_address(hops[-1]):
                environ["REMOTE_ADDR"] = hops.pop()
            scheme = environ.pop("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
            if scheme in SCHEMES:
                environ["wsgi.url_scheme"] = scheme
        return app(environ, start)

    return proxied


def is_address(text: str) -> bool:
    """Whether it is an IP address, without a port."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
