"""From the tap on the kiosk to the last byte of the slip at the printer, with fifty customers waiting.

A real branch server with the example branch, its printer the virtual one behind a wire-tap that notes when the last
byte of each slip came by. One tap at a time, as customers come; the floor is the same bytes straight into the printer.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from statistics import median, quantiles

import gevent
import httpx
from gevent.event import AsyncResult

from benchmarks.figures import Figure
from hardware.virtual_printer_process import VirtualPrinterProcess

WAITING = 50
TAPS = 120
LANGUAGES = ("en", "ar", "zh", "ru")
PAUSE_S = 0.25
"""Between customers; the printer is done with one slip before the next tap."""

LOBBY = Path(sys.executable).with_name("lobby")


class WireTap:
    """Passes bytes on to a printer and notes when the last of each connection came (`perf_counter`)."""

    def __init__(self, printer: tuple[str, int]) -> None:
        self._printer = printer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.last_byte = AsyncResult()
        self._accepting = gevent.spawn(self._accept)

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            gevent.spawn(self._pass_on, connection)

    def _pass_on(self, client: socket.socket) -> None:
        printer = socket.create_connection(self._printer)
        back = gevent.spawn(self._pass_back, printer, client)
        took, last = 0, 0.0
        while data := client.recv(65536):
            took += len(data)
            last = time.perf_counter()
            printer.sendall(data)
        printer.shutdown(socket.SHUT_WR)
        back.join(5)
        printer.close()
        client.close()
        if took > 2000:  # a slip, not a question about status
            self.last_byte.set((last, took))

    @staticmethod
    def _pass_back(printer: socket.socket, client: socket.socket) -> None:
        try:
            while data := printer.recv(4096):
                client.sendall(data)
        except OSError:
            return

    def close(self) -> None:
        self._accepting.kill()
        self._listener.close()


def run() -> list[Figure]:
    """Median and 95th percentile, in milliseconds."""
    with tempfile.TemporaryDirectory(dir=".") as scratch, VirtualPrinterProcess(Path(scratch) / "paper") as printer:
        found = re.fullmatch(r"tcp://(.+):(\d+)", printer.address)
        assert found is not None
        tap = WireTap((found[1], int(found[2])))
        try:
            times, sizes = _measure(Path(scratch) / "branch", tap)
        finally:
            tap.close()
    p95 = quantiles(times, n=20)[18]
    return [
        Figure("tap to last byte at the printer, median", round(median(times), 1), "ms"),
        Figure("tap to last byte at the printer, p95", round(p95, 1), "ms", target="<= 100 ms"),
        Figure("bytes of a slip, median", round(median(sizes)), "bytes"),
    ]


def _measure(folder: Path, tap: WireTap) -> tuple[list[float], list[int]]:
    folder.mkdir()
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    example = example.replace('address = "virtual"', f'address = "tcp://127.0.0.1:{tap.port}"')
    (folder / "branch.toml").write_text(example, encoding="utf-8")
    token = subprocess.run(
        [LOBBY, "token", "create", "--data", folder, "--role", "kiosk", "--name", "kiosk"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    server = subprocess.Popen(
        [LOBBY, "serve", "--data", folder, "--port", "0"], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    try:
        assert server.stdout is not None
        url = next(line.split()[1] for line in server.stdout if line.startswith("ready"))
        with httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=10
        ) as client:
            for _ in range(WAITING):
                _post(client, "/api/v1/branches/main-street/tickets", {"service": "cash", "print": False})
            return _tap_by_tap(client, tap)
    finally:
        server.terminate()
        server.wait(10)


def _tap_by_tap(client: httpx.Client, tap: WireTap) -> tuple[list[float], list[int]]:
    times, sizes = [], []
    for number in range(TAPS):
        tap.last_byte = AsyncResult()
        began = time.perf_counter()
        _post(client, "/kiosk/tickets", {"service": "cash", "language": LANGUAGES[number % len(LANGUAGES)]})
        ended, took = tap.last_byte.get(timeout=10)
        times.append((ended - began) * 1000)
        sizes.append(took)
        gevent.sleep(PAUSE_S)
    return times, sizes


def _post(client: httpx.Client, path: str, body: dict[str, object]) -> None:
    headers = {"Idempotency-Key": secrets.token_hex(8), "Content-Type": "application/json"}
    client.post(path, content=json.dumps(body), headers=headers).raise_for_status()
