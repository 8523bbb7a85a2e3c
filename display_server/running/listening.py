"""The socket that a server listens on, and who can come to it."""

from __future__ import annotations

import ipaddress
import resource
import socket

BACKLOG = 1024
UNSENT_BYTES = 16 * 1024
"""So much for a client that is slow waits in the system, which would take 4 MB: what comes late is not to look new."""

DRAIN_S = 2.0
"""How long a branch that stops waits for those whom it is answering."""

EVERYWHERE = {"0.0.0.0", "::", ""}
"""What stands for all addresses of the machine."""


def listener(host: str, port: int) -> socket.socket:
    """A listening socket whose connections have TCP_NODELAY (keep-alive requests take 44 ms otherwise) and
    TCP_NOTSENT_LOWAT; port 0 picks a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
    sock.bind((host, port))
    sock.listen(BACKLOG)
    return sock


def allow_many_connections() -> None:
    """As many open files as the system lets this process have: each WebSocket is two."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def url_from_here(sock: socket.socket, host: str, *, secure: bool) -> str:
    """The address at which a browser on this machine finds who listens on this socket, opened for `host`."""
    scheme = "https" if secure else "http"
    named = "127.0.0.1" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    return f"{scheme}://{named}:{sock.getsockname()[1]}"


def phones_reach(address: str) -> bool:
    """Whether a phone can come to a server that listens on this IP address: not where only this machine does, nor by
    the one that stands for all addresses."""
    bound = ipaddress.ip_address(address)
    return not (bound.is_loopback or bound.is_unspecified)
