"""The line to the signs over the counters: Modbus RTU by pymodbus, function 16 (write multiple registers).

A sign that has written its registers answers (MODBUS Application Protocol V1.1b3, 6.12); without that answer nobody
knows what it shows.
"""

from __future__ import annotations

import contextlib
import logging
import termios
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from hardware.counter_sign import Line, SignAddress
from hardware.errors import DeviceError

if TYPE_CHECKING:  # loaded where a sign is written: it takes a tenth of a second
    from pymodbus.client import ModbusSerialClient

ANSWER_S = 0.3
"""How long a sign may take to answer; at 1200 baud the answer itself takes 75 ms."""

RETRIES = 1
PARITIES = {"none": "N", "even": "E", "odd": "O"}

logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL)  # it tells each attempt; we tell the outcome


class SignWire(Protocol):
    """Reaches the signs of one line. Used by one thread."""

    def write(self, sign: SignAddress, values: Sequence[int]) -> None:
        """Have the sign hold these values, and say so; `DeviceError` when it did not within a second."""

    def close(self) -> None:
        """Let go of the line; the next `write` takes it again."""


class ModbusWire:
    """A serial line of this machine."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._client: ModbusSerialClient | None = None

    def write(self, sign: SignAddress, values: Sequence[int]) -> None:
        from pymodbus.exceptions import ModbusException

        try:
            answer = self._open().write_registers(sign.register, list(values), device_id=sign.unit)
        except ModbusException as fault:
            raise DeviceError(f"unit {sign.unit} on {self._line.device} does not answer", permanent=False) from fault
        except (OSError, termios.error) as fault:
            self.close()
            raise DeviceError(f"{self._line.device} fails: {fault}", permanent=False) from fault
        if answer.isError():
            raise DeviceError(
                f"unit {sign.unit} on {self._line.device} refuses {len(values)} registers from {sign.register} on",
                permanent=True,
            )

    def close(self) -> None:
        if self._client is not None:
            with contextlib.suppress(OSError, termios.error):
                self._client.close()  # type: ignore[no-untyped-call]  # the one function there without types
            self._client = None

    def _open(self) -> ModbusSerialClient:
        from pymodbus.client import ModbusSerialClient

        if self._client is None or not self._client.connected:
            line = self._line
            self._client = ModbusSerialClient(
                line.device,
                baudrate=line.baud,
                parity=PARITIES[line.parity],
                stopbits=line.stop,
                timeout=ANSWER_S,
                retries=RETRIES,
            )
            if not self._client.connect():
                raise DeviceError(f"{line.device} cannot be opened; is another program using it?", permanent=False)
        return self._client
