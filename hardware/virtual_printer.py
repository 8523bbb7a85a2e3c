"""A printer that is not there: a TCP device that keeps what the paper would show as pictures, and fails when told to.

In a process that gevent has patched, or to be sure that nothing is shared, run it as a process of its own:

    python -m hardware.virtual_printer --folder DIR --port 0

prints `ready tcp://127.0.0.1:PORT` and stops on SIGTERM.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import socket
import struct
import sys
import threading
import time
from pathlib import Path

from PIL import Image

from hardware.profiles import EIGHTY_MM, PROFILES, Profile, profile_named
from hardware.virtual_paper import VirtualPaper

KEEP = 200
LOOK_S = 0.1  # how long a connection waits before it looks whether it shall end
NOISE = b"\xff\x80\x37\x00\x9c\xb1"
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with RST, as a pulled cable would look to the next packet


class VirtualPrinter:
    """A printer at a TCP port that writes each cut strip as NNNN.png into `folder`, of which the newest `keep` stay.

    `process_marks=False` makes it a model that does not know GS ( H. The faults stay until `heal()`, except a
    dropped connection, which happens once.
    """

    def __init__(
        self,
        folder: Path,
        host: str = "127.0.0.1",
        port: int = 0,
        profile: Profile = EIGHTY_MM,
        keep: int = KEEP,
        process_marks: bool = True,
    ) -> None:
        self.folder = Path(folder)
        self.profile = profile
        self._address = (host, port)
        self._keep = keep
        self._state = threading.Condition()
        self._paper = VirtualPaper(profile, self._save, process_marks)
        self._listener: socket.socket | None = None
        self._threads: list[threading.Thread] = []
        self._running = False
        self._stall_after: int | None = None
        self._drop_after: int | None = None
        self._garbling = False
        self._chatting = False
        self._count = 0

    def start(self) -> int:
        """Begins to listen; the port."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._count = max((int(path.stem) for path in self.tickets()), default=0)
        self._listener = socket.create_server(self._address)
        self._listener.settimeout(LOOK_S)
        self._running = True
        self._spawn(self._accept, self._listener)
        return self.port

    def stop(self) -> None:
        """Ends all connections and waits for them."""
        with self._state:
            self._running = False
            self._state.notify_all()
        while self._threads:
            self._threads.pop().join()
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    @property
    def port(self) -> int:
        """The port it listens at."""
        if self._listener is None:
            raise RuntimeError("the virtual printer is not started")
        return int(self._listener.getsockname()[1])

    @property
    def address(self) -> str:
        """What `open_printer` takes."""
        return f"tcp://{self._address[0]}:{self.port}"

    def tickets(self) -> list[Path]:
        """The pictures that are kept, oldest first."""
        return sorted(path for path in self.folder.glob("*.png") if path.stem.isdigit())

    def wait_for_tickets(self, count: int, timeout_s: float = 5.0) -> list[Path]:
        """Waits until `count` strips were cut since the folder was new; the pictures that are kept."""
        with self._state:
            if not self._state.wait_for(lambda: self._count >= count, timeout_s):
                raise TimeoutError(f"{self._count} of {count} tickets after {timeout_s} s")
        return self.tickets()

    def stall(self, after_bytes: int = 0) -> None:
        """Accepts connections and reads no more than that."""
        with self._state:
            self._stall_after = after_bytes

    def drop_after(self, count: int) -> None:
        """Resets the connection after `count` more bytes, once."""
        with self._state:
            self._drop_after = count

    def paper_out(self, after_rows: int = 0) -> None:
        """The roll ends after that many more dots."""
        with self._state:
            self._paper.sensors.rows_left = after_rows

    def paper_near_end(self) -> None:
        """The sensor sees the end of the roll; printing goes on."""
        with self._state:
            self._paper.sensors.paper_near_end = True

    def cover_open(self) -> None:
        """Nothing is printed; status questions are answered."""
        with self._state:
            self._paper.sensors.cover_open = True

    def garble(self) -> None:
        """Each answer is replaced by noise."""
        with self._state:
            self._garbling = True

    def chatter(self) -> None:
        """Each answer comes after an automatic status (ASB) and flow control, as real printers send unasked."""
        with self._state:
            self._chatting = True

    def heal(self) -> None:
        """Ends every fault, with new paper, as after switching off and on: what was not printed is lost."""
        with self._state:
            self._stall_after = self._drop_after = None
            self._garbling = self._chatting = False
            self._paper.switch_off_and_on()
            self._state.notify_all()

    def _spawn(self, work: object, connection: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(connection,), daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while self._running:
            with contextlib.suppress(TimeoutError):
                self._spawn(self._serve, listener.accept()[0])

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(LOOK_S)
            while (most := self._may_read()) is not None:
                try:
                    data = connection.recv(most)
                except TimeoutError:
                    continue
                if not data:
                    return
                if not self._take(data, connection):
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    return

    def _may_read(self) -> int | None:
        """How many bytes may be read now, after waiting out a stall; None to end."""
        with self._state:
            self._state.wait_for(lambda: self._stall_after != 0 or not self._running)
            if not self._running:
                return None
            limits = [limit for limit in (self._stall_after, self._drop_after) if limit]
            return min([4096, *limits])

    def _take(self, data: bytes, connection: socket.socket) -> bool:
        """Hands bytes to the device; whether the connection stays."""
        with self._state:
            if self._stall_after is not None:
                self._stall_after = max(0, self._stall_after - len(data))
            keep = True
            if self._drop_after is not None:
                self._drop_after -= len(data)
                if self._drop_after <= 0:
                    data = data[: len(data) + self._drop_after]
                    self._drop_after, keep = None, False
            self._paper.take(data, lambda reply: self._answer(reply, connection))
            return keep

    def _answer(self, reply: bytes, connection: socket.socket) -> None:
        if self._garbling:
            reply = NOISE
        elif self._chatting:
            reply = b"\x11\x14\x00\x00\x0f" + reply + b"\x13"
        with contextlib.suppress(OSError):  # whoever asked may be gone; the paper moves on
            connection.send(reply)

    def _save(self, strip: Image.Image) -> None:
        """Writes a strip so that nobody ever sees half a picture, then lets go of the oldest."""
        self._count += 1
        target = self.folder / f"{self._count:04}.png"
        partial = target.with_suffix(".part")
        strip.save(partial, format="PNG")
        partial.rename(target)
        for old in self.tickets()[: -self._keep]:
            old.unlink(missing_ok=True)
        self._state.notify_all()


def main(arguments: list[str] | None = None) -> None:
    """Runs a virtual printer until SIGTERM, or until standard input closes where it takes orders from there."""
    parser = argparse.ArgumentParser(prog="python -m hardware.virtual_printer", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where each ticket is kept as NNNN.png")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--profile", choices=sorted(PROFILES), default=EIGHTY_MM.name)
    parser.add_argument("--keep", type=int, default=KEEP, help="how many pictures stay (%(default)s)")
    parser.add_argument(
        "--orders", action="store_true", help="take faults from standard input: stall, paper_out, heal ..."
    )
    given = parser.parse_args(arguments)
    printer = VirtualPrinter(given.folder, given.host, given.port, profile_named(given.profile), given.keep)

    def end(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    printer.start()
    try:
        print(f"ready {printer.address}", flush=True)
        if given.orders:
            for line in sys.stdin:
                _obey(printer, line.split())
        else:
            while True:
                time.sleep(3600)
    finally:
        printer.stop()


def _obey(printer: VirtualPrinter, words: list[str]) -> None:
    orders = {
        order.__name__: order
        for order in (
            printer.stall,
            printer.drop_after,
            printer.paper_out,
            printer.paper_near_end,
            printer.cover_open,
            printer.garble,
            printer.chatter,
            printer.heal,
        )
    }
    try:
        orders[words[0]](*map(int, words[1:]))
        print("done", flush=True)
    except (IndexError, KeyError, TypeError, ValueError):
        print(f"no such order; known are {', '.join(orders)}", flush=True)


if __name__ == "__main__":
    main()
