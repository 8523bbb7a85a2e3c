"""The console in a browser, for machines on which no terminal is installed.

Each tab is a console process of its own on this machine, with its own signing in; a tab that is closed or loaded anew
ends its process, and what was typed is found again after signing in. The page loads nothing from elsewhere. Passwords
and customers' words pass between browser and this process, so it listens on this machine alone unless told otherwise,
and then belongs behind a proxy that speaks HTTPS. Only its own page may open a console.
"""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web
from textual_serve.server import Server

PAGE = Path(__file__).parent / "web_page"
CONSOLES = 40
"""So many tabs at a time: a console is a process of about 60 MB."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self' {sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class WebConsole(Server):
    """Serves `lobby console` with these arguments at `host:port`; `public_url` is what browsers call it, where a proxy
    stands before it."""

    def __init__(self, arguments: Sequence[str], host: str, port: int, public_url: str = "") -> None:
        command = [sys.executable, "-c", "from lobby.cli import main; main()", "console", *arguments]
        super().__init__(
            shlex.join(command), host, port, "lobby console", public_url.rstrip("/") or None, templates_path=PAGE
        )
        self._running = 0

    def initialize_logging(self) -> None:
        """Errors in one line: what was typed stands in no log."""
        logging.basicConfig(level="ERROR", format="%(message)s")

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.router.add_get("/page.js", self._script)
        return app

    async def _script(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "page.js")

    async def on_startup(self, app: web.Application) -> None:
        app.on_response_prepare.append(self._secure)
        print(f"ready {self.public_url}", flush=True)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A console for a tab of our own page."""
        if request.headers.get("Origin") != self._origin:
            raise web.HTTPForbidden(text="A console is opened by its own page only.")
        if self._running >= CONSOLES:
            raise web.HTTPServiceUnavailable(text="Too many consoles are open.")
        self._running += 1
        try:
            return await super().handle_websocket(request)
        finally:
            self._running -= 1

    @property
    def _origin(self) -> str:
        return "/".join(self.public_url.split("/")[:3])

    async def _secure(self, request: web.Request, response: web.StreamResponse) -> None:
        sockets = "ws" + self._origin.removeprefix("http")
        response.headers["Content-Security-Policy"] = POLICY.format(sockets=sockets)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens at `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def serve(arguments: Sequence[str], host: str, port: int, public_url: str = "") -> None:
    """Serve until the process is told to end (SIGINT, SIGTERM)."""
    WebConsole(arguments, host, port, public_url).serve()
