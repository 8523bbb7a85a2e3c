"""The kiosk machine's own web server: pages for the browser on the same machine and for nobody else."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request
from waitress import create_server
from werkzeug.wrappers import Response as BaseResponse

from kiosk.look import look_blueprint
from kiosk.machine import KioskMachine
from kiosk.pages import kiosk_blueprint

HERE = "127.0.0.1"
OWN_NAMES = {HERE, "localhost"}
LARGEST_BODY = 64 * 1024
THREADS = 8


def create_app(machine: KioskMachine, *more: Callable[..., None]) -> Flask:
    """The pages over a machine; `more` as in `kiosk_blueprint`."""
    app = Flask("kiosk")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.register_blueprint(kiosk_blueprint(machine, *more))
    app.register_blueprint(look_blueprint(machine.look))

    @app.before_request
    def from_here_only() -> Response | None:
        """Other sites' pages, and names that were made to point here, get nothing."""
        origin = request.headers.get("Origin")
        if urlsplit(f"//{request.host}").hostname not in OWN_NAMES:
            return Response(status=421)
        if origin not in (None, f"http://{request.host}"):
            return Response(status=403)
        return None

    @app.get("/healthz")
    def healthz() -> Response:
        """The process answers: 200, always; whether the branch server does, the pages say."""
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    @app.get("/")
    def home() -> BaseResponse:
        return redirect("/kiosk/")

    return app


def serve(app: Flask, port: int, ready: Callable[[str], None]) -> None:
    """Serve on this machine's loopback address until SIGTERM or SIGINT; port 0 takes a free one."""
    server = create_server(app, host=HERE, port=port, threads=THREADS, ident=None, clear_untrusted_proxy_headers=True)

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)  # waitress finishes what it is doing and returns

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    ready(f"http://{HERE}:{server.effective_port}")
    server.run()
    server.close()
