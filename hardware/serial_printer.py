"""A printer on a serial line. pyserial waits without end unless told otherwise, so every step here has a deadline."""

from __future__ import annotations

import contextlib
import termios
import time
from typing import Any, ClassVar, Literal, get_args

from hardware.errors import DeviceError
from hardware.profiles import EIGHTY_MM, Profile
from hardware.stream_printer import Patience, StreamPrinter
from hardware.wire import Wire, WireBroken, seconds_left

Flow = Literal["none", "rts", "xonxoff"]
FLOWS: tuple[str, ...] = get_args(Flow)
BAUD = 115200  # at 19,200 a slip of 20 kB takes ten seconds
SLOWEST_BAUD = 9600
CHUNK = 512  # bytes; what may be on the way when a deadline passes
DRAIN_LOOK_S = 0.005
LINE_FAULTS = (OSError, termios.error)  # pyserial's own errors are OSErrors; a pulled adapter shows as either


class SerialWire:
    """An open pyserial port as a wire."""

    def __init__(self, port: Any) -> None:
        self._port = port

    def send(self, data: bytes, deadline: float) -> None:
        sent = 0
        try:
            while sent < len(data):
                chunk = data[sent : sent + CHUNK]
                self._port.write_timeout = self._left(deadline, sent)
                sent += len(chunk)  # part of it may go even where it fails
                self._port.write(chunk)
            while self._port.out_waiting:
                time.sleep(min(DRAIN_LOOK_S, self._left(deadline, sent)))
        except LINE_FAULTS as fault:
            raise WireBroken(f"the line failed ({fault})", sent) from fault

    def receive(self, deadline: float) -> bytes:
        try:
            self._port.timeout = seconds_left(deadline)
            return bytes(self._port.read(max(1, self._port.in_waiting)))
        except LINE_FAULTS as fault:
            raise WireBroken(f"the line failed ({fault})") from fault

    def close(self, abandon: bool = False) -> None:
        with contextlib.suppress(*LINE_FAULTS):
            self._port.reset_output_buffer()  # or the kernel waits for the line, 30 s by default
        with contextlib.suppress(*LINE_FAULTS):
            self._port.close()

    @staticmethod
    def _left(deadline: float, sent: int) -> float:
        left = seconds_left(deadline)
        if not left:
            raise WireBroken("it took the bytes too slowly", sent)
        return left


class SerialPrinter(StreamPrinter):
    """A printer at `device`, such as /dev/ttyUSB0; `baud` and `flow` as its own switches say."""

    kind: ClassVar[str] = "serial"
    hint: ClassVar[str] = "; is its speed the one that is set here?"

    def __init__(
        self,
        device: str,
        baud: int = BAUD,
        flow: Flow = "none",
        profile: Profile = EIGHTY_MM,
        answers: bool = True,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(device, profile, answers, patience)
        self._device, self._baud, self._flow = device, baud, flow

    def _open(self, deadline: float) -> Wire:
        try:
            import serial
        except ImportError as fault:
            raise DeviceError("Serial printers need the Python package pyserial.", permanent=True) from fault
        try:
            port = serial.Serial(
                self._device,
                self._baud,
                timeout=1,
                write_timeout=max(seconds_left(deadline), 0.001),
                rtscts=self._flow == "rts",
                xonxoff=self._flow == "xonxoff",
                exclusive=True,
            )
            port.reset_input_buffer()
        except (*LINE_FAULTS, ValueError) as fault:
            raise WireBroken(str(fault)) from fault
        return SerialWire(port)
