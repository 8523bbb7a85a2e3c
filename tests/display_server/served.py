"""A server for a browser, in the test's own process. Whoever hangs up in the middle of an answer leaves no file open:
werkzeug reads what is left of the request before it closes the answer, which fails then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def served(app: WSGIApplication) -> BaseWSGIServer:
    """A server of the app on a free port, to be run by `serve_forever`."""

    def whole(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        body: Iterable[bytes] = app(environ, start_response)
        try:
            return list(body)
        finally:
            getattr(body, "close", lambda: None)()

    return make_server("127.0.0.1", 0, whole, threaded=True)
