"""The virtual printer in a process of its own, started and stopped from here."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from hardware.errors import DeviceError
from hardware.profiles import EIGHTY_MM, Profile

START_S = 60.0
ANSWER_S = 20.0
STOP_S = 5.0
ROOT = Path(__file__).parent.parent


class VirtualPrinterProcess:
    """Starts `python -m hardware.virtual_printer` and ends it by its own process id.

    It also ends when this process dies. `old_model` makes it one that does not know GS ( H.
    """

    def __init__(
        self, folder: Path, port: int = 0, profile: Profile = EIGHTY_MM, keep: int = 200, old_model: bool = False
    ) -> None:
        self.folder = Path(folder)
        self.address = ""
        self._arguments = ["--folder", str(folder), "--port", str(port), "--profile", profile.name, "--keep", str(keep)]
        if old_model:
            self._arguments.append("--old-model")
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""

    def start(self) -> str:
        """Starts it; the address for `open_printer`, once it accepts connections."""
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hardware.virtual_printer", "--orders", *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        word, _, address = self._line(START_S).partition(" ")
        if word != "ready":
            self.stop()
            raise DeviceError("The virtual printer did not start; see its message above.", permanent=True)
        self.address = address
        return address

    def tell(self, order: str) -> None:
        """Gives it a fault, such as "paper_out" or "drop_after 1000", or "heal"; returns when it is in effect."""
        process = self._running()
        assert process.stdin is not None
        process.stdin.write(order.encode() + b"\n")
        process.stdin.flush()
        answer = self._line(ANSWER_S)
        if answer != "done":
            raise DeviceError(f"The virtual printer refused '{order}': {answer or 'no answer'}", permanent=True)

    def tickets(self) -> list[Path]:
        """The pictures that are kept, oldest first."""
        return sorted(path for path in self.folder.glob("*.png") if path.stem.isdigit())

    def stop(self) -> None:
        """Ends it and waits; again does nothing."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def __enter__(self) -> VirtualPrinterProcess:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise DeviceError("The virtual printer is not running.", permanent=True)
        return self._process

    def _line(self, timeout_s: float) -> str:
        """The next line it writes; empty when it ends or the time is over."""
        process = self._running()
        assert process.stdout is not None
        source = process.stdout.fileno()
        deadline = time.monotonic() + timeout_s
        while b"\n" not in self._rest:
            if not select.select([source], [], [], max(0.0, deadline - time.monotonic()))[0]:
                return ""
            data = os.read(source, 4096)
            if not data:
                return ""
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode()
