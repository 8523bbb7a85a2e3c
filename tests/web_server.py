"""A web application served from within the tests, as a kiosk serves its own: connections stay open between requests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

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
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()

    def close(self) -> None:
        """Again does nothing."""
        if not self._thread.is_alive():
            return
        self._server.trigger.pull_trigger(self._end)
        self._thread.join()
        self._server.task_dispatcher.shutdown()

    def _end(self) -> None:
        """On the server's own thread, which goes on until nothing is left to be watched."""
        for watched in list(self._server._map.values()):
            if isinstance(watched, HTTPChannel):
                watched.handle_close()  # whoever still answers on it is told
        self._server.close()
