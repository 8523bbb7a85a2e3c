"""A web application served from within the tests, as a kiosk serves its own: connections stay open between requests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
THREADS = 8  # as many requests at a time as a browser makes of one host, and two


class WebServer:
    """`application` at `http://127.0.0.1:<port>`; port 0 is any that is free. `close` ends it with all its
    connections, as a pulled plug does."""

    def __init__(self, application: Application, port: int = 0) -> None:
        self._server = create_server(application, host="127.0.0.1", port=port, threads=THREADS)
        self.port = int(self._server.effective_port)
        self.url = f"http://127.0.0.1:{self.port}"
        self._ended = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        """Again does nothing."""
        if self._ended:
            return
        self._ended = True
        self._server.pull_trigger()
        self._thread.join()
        self._server.task_dispatcher.shutdown()
        self._server.trigger.close()  # last, when nobody is left who might pull it

    def _run(self) -> None:
        watched = self._server._map
        while not self._ended:
            wasyncore.loop(map=watched, count=1)
        for one in list(watched.values()):
            if isinstance(one, HTTPChannel):
                one.handle_close()  # whoever still answers on it is told
        wasyncore.dispatcher.close(self._server)
