"""A printer on a serial line. pyserial waits without end unless told otherwise, so every step here has a deadline."""

from __future__ import annotations

import contextlib
from typing import Any, Literal, get_args

from hardware.errors import DeviceError
from hardware.profiles import EIGHTY_MM, Profile
from hardware.stream_printer import StreamPrinter
from hardware.wire import Wire, WireBroken, seconds_left

Flow = Literal["none", "rts", "xonxoff"]
FLOWS: tuple[str, ...] = get_args(Flow)
BAUD = 115200  # at 19,200 a slip of 20 kB takes ten seconds
SLOWEST_BAUD = 9600
CHUNK = 512  # bytes; what may be on the way when a deadline passes


class SerialWire:
    """An open pyserial port as a wire."""

    def __init__(self, port: Any) -> None:
        self._port = port

    def send(self, data: bytes, deadline: float) -> None:
        sent = 0
        while sent < len(data):
            left = seconds_left(deadline)
            if not left:
                raise WireBroken("it took the bytes too slowly", sent)
            self._port.write_timeout = left
            chunk = data[sent : sent + CHUNK]
            try:
                self._port.write(chunk)
            except OSError as fault:  # pyserial's errors are OSErrors; part of the chunk may have gone
                raise WireBroken(f"the line failed ({fault})", sent + len(chunk)) from fault
            sent += len(chunk)

    def receive(self, deadline: float) -> bytes:
        self._port.timeout = seconds_left(deadline)
        try:
            return bytes(self._port.read(max(1, self._port.in_waiting)))
        except OSError as fault:
            raise WireBroken(f"the line failed ({fault})") from fault

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._port.close()


class SerialPrinter(StreamPrinter):
    """A printer at `device`, such as /dev/ttyUSB0; `baud` and `flow` as its own switches say."""

    def __init__(
        self, device: str, baud: int = BAUD, flow: Flow = "none", profile: Profile = EIGHTY_MM, answers: bool = True
    ) -> None:
        super().__init__(f"printer {device}", profile, answers)
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
        except (OSError, ValueError) as fault:
            raise WireBroken(str(fault)) from fault
        return SerialWire(port)
