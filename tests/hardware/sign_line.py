"""Signs on a serial line that is a pair of pseudo-terminals: they hold registers, and fail when told to.

The frames are read and answered byte by byte from the standard (MODBUS over Serial Line V1.02, 2.5.1), not by the
library that writes them.
"""

from __future__ import annotations

import os
import select
import threading
import time
import tty
from collections import defaultdict
from collections.abc import Callable

WRITE_MULTIPLE = 16
ILLEGAL_ADDRESS = 2


def crc(data: bytes) -> bytes:
    """The check of a frame, low byte first (MODBUS over Serial Line V1.02, 6.2.2)."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value.to_bytes(2, "little")


class SignsOnAPty:
    """The signs `units` on one line; `device` is what the program opens. `silent` units hear and do not answer, those
    that `refuse` answer with an exception, `noise` is sent before each answer."""

    def __init__(self, *units: int) -> None:
        self._end, self._other = os.openpty()
        tty.setraw(self._end)
        tty.setraw(self._other)
        self.device = os.ttyname(self._other)
        self.units = set(units)
        self.silent: set[int] = set()
        self.refuse: set[int] = set()
        self.noise = b""
        self.held: dict[int, dict[int, int]] = defaultdict(dict)
        self.frames: list[tuple[float, bytes]] = []
        self._stopping = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def text(self, unit: int, digits: int = 4) -> str:
        """What a sign with one character a register shows."""
        return "".join(chr(self.held[unit].get(register, 32)) for register in range(digits))

    def close(self) -> None:
        self._stopping = True
        self._thread.join()
        os.close(self._end)
        os.close(self._other)

    def _run(self) -> None:
        heard = b""
        while not self._stopping:
            if select.select([self._end], [], [], 0.02)[0]:
                heard += os.read(self._end, 256)
                heard = self._frames_in(heard)
            else:
                heard = b""  # a silence ends a frame

    def _frames_in(self, heard: bytes) -> bytes:
        while len(heard) >= 9 and len(heard) >= 9 + heard[6]:
            frame, heard = heard[: 9 + heard[6]], heard[9 + heard[6] :]
            assert frame[-2:] == crc(frame[:-2]), frame.hex()
            self._answer(frame)
        return heard

    def _answer(self, frame: bytes) -> None:
        unit, function = frame[0], frame[1]
        self.frames.append((time.monotonic(), frame))
        if unit not in self.units or unit in self.silent:
            return
        if unit in self.refuse:
            answer = bytes((unit, function | 0x80, ILLEGAL_ADDRESS))
        else:
            assert function == WRITE_MULTIPLE
            first = int.from_bytes(frame[2:4], "big")
            for place in range(frame[6] // 2):
                self.held[unit][first + place] = int.from_bytes(frame[7 + 2 * place : 9 + 2 * place], "big")
            answer = frame[:6]
        os.write(self._end, self.noise + answer + crc(answer))


def soon(holds: Callable[[], bool], within_s: float = 60.0) -> bool:
    """Whether it holds within that time."""
    ends = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > ends:
            return False
        time.sleep(0.002)
    return True
