"""A printer that is not there: a TCP device that keeps what the paper would show as pictures, and fails when told to.

In a process that gevent has patched, or to be sure that nothing is shared, run it as a process of its own
(`virtual_printer`).
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from dataclasses import replace
from pathlib import Path

from PIL import Image

from hardware.profiles import EIGHTY_MM, Profile
from hardware.virtual_faults import FaultyPaper, LineFaults

KEEP = 200
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
        self._host = host
        self._port = port
        self._keep = keep
        self._state = threading.Condition()
        self._paper = FaultyPaper(profile, self._save, process_marks)
        self._faults = LineFaults()
        self._place: socket.socket | None = None
        self._listener: socket.socket | None = None
        self._served: socket.socket | None = None
        self._threads: list[threading.Thread] = []
        self._running = False
        self._starts = 0
        self._count = 0

    def start(self) -> int:
        """Begins to listen; the port."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._count = max((int(path.stem) for path in self.tickets()), default=0)
        self._place = _place_at(self._host, self._port)
        self._port = int(self._place.getsockname()[1])
        self._running = True
        self._listen()
        return self.port

    def stop(self) -> None:
        """Ends all connections and waits for them."""
        with self._state:
            self._running = False
            self._break_off()
            self._hear_nobody()
        while self._threads:
            self._threads.pop().join()
        if self._place is not None:
            self._place.close()
            self._place = None

    @property
    def port(self) -> int:
        """The port it listens at, also while it is switched off."""
        if not self._running:
            raise RuntimeError("the virtual printer is not started")
        return self._port

    @property
    def address(self) -> str:
        """What `open_printer` takes."""
        return f"tcp://{self._host}:{self.port}"

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
        self._fail(stall_after=after_bytes)

    def drop_after(self, count: int) -> None:
        """Resets the connection after `count` more bytes, once."""
        self._fail(drop_after=count)

    def silent(self, after_bytes: int = 0) -> None:
        """Takes and prints everything, and answers nothing after that many more bytes: a broken way back."""
        self._fail(silent_after=after_bytes)

    def slow(self, bytes_per_s: int) -> None:
        """Reads no faster than that, as an old serial box does."""
        self._fail(bytes_per_s=bytes_per_s)

    def garble(self) -> None:
        """Each answer is replaced by noise."""
        self._fail(garbling=True)

    def chatter(self) -> None:
        """Each answer comes after an automatic status (ASB) and flow control, as real printers send unasked."""
        self._fail(chatting=True)

    def hang_up(self) -> None:
        """Accepts each connection and ends it at once."""
        self._fail(hanging_up=True)
        with self._state:
            self._break_off()

    def switch_off(self) -> None:
        """Refuses connections and drops those that there are."""
        self._fail(switched_off=True)
        with self._state:
            self._break_off()
            self._hear_nobody()

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

    def cutter_error(self) -> None:
        """The cutter is jammed: nothing is printed, and the status says so."""
        with self._state:
            self._paper.jammed = True

    def cutter_error_at_the_cut(self) -> None:
        """The cutter jams when it shall cut next, below a slip that is printed."""
        with self._state:
            self._paper.jams_at_the_cut = True

    def heal(self) -> None:
        """Ends every fault, with new paper, as after switching off and on: what was not printed is lost."""
        with self._state:
            was_off = self._faults.switched_off
            self._faults = LineFaults()
            self._paper.switch_off_and_on()
            self._break_off()
        if was_off:
            self._listen()

    def _fail(self, **changes: int | bool) -> None:
        with self._state:
            self._faults = replace(self._faults, **changes)  # type: ignore[arg-type]
            self._state.notify_all()

    def _listen(self) -> None:
        self._listener = socket.create_server((self._host, self._port))
        thread = threading.Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _hear_nobody(self) -> None:
        if self._listener is not None:
            _wake(self._listener)
            self._listener.close()
            self._listener = None

    def _break_off(self) -> None:
        """Ends the connection that there is, with all that is still on its way."""
        self._starts += 1
        if self._served is not None:
            _wake(self._served)
        self._state.notify_all()

    def _accept(self, listener: socket.socket) -> None:
        """Serves one connection after the other, as printers do; the next one waits without an answer."""
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:  # it was closed
                return
            with connection, contextlib.suppress(OSError):
                self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        with self._state:
            self._served, start = connection, self._starts
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (most := self._may_read(start)) is not None:
                data = connection.recv(most)
                if not data:
                    return
                if not self._take(data, connection, start):
                    break
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        finally:
            with self._state:
                self._served = None

    def _may_read(self, start: int) -> int | None:
        """How many bytes may be read now, after waiting out a stall; None to end."""
        with self._state:
            self._state.wait_for(lambda: not self._faults.stalled or self._ends(start))
            return None if self._ends(start) else self._faults.most_bytes()

    def _ends(self, start: int) -> bool:
        return start != self._starts or self._faults.hanging_up or not self._running

    def _take(self, data: bytes, connection: socket.socket, start: int) -> bool:
        """Hands bytes to the device; whether the connection stays."""
        with self._state:
            if self._ends(start):
                return False
            faults, self._faults = self._faults, self._faults.after(len(data))
            if faults.drops_within(len(data)):
                data = data[: faults.drop_after]
            self._paper.take(data, lambda reply: self._answer(reply, connection))
            if faults.bytes_per_s is not None:
                self._state.wait_for(lambda: self._ends(start), len(data) / faults.bytes_per_s)
            return not faults.drops_within(len(data))

    def _answer(self, reply: bytes, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):  # whoever asked may be gone; the paper moves on
            connection.send(self._faults.on_the_line(reply))

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


def _place_at(host: str, port: int) -> socket.socket:
    """A socket that keeps the port, also while nobody listens there: it is our address for as long as we run."""
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # the listener shares it
    try:
        place.bind((host, port))
    except OSError:
        place.close()
        raise
    return place


def _wake(waiting: socket.socket) -> None:
    """Ends whatever waits for this socket; closing alone would not."""
    with contextlib.suppress(OSError):
        waiting.shutdown(socket.SHUT_RDWR)
