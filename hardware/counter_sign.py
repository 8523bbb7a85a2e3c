"""A sign with figures over a counter, by Modbus RTU: what its address says, and what goes into its registers.

    modbus:///dev/ttyUSB0?baud=9600&unit=5

Makers agree on the wire (MODBUS over Serial Line V1.02) and not on the registers, so the address says these too:
`format=characters` (one ASCII character a register), `pairs` (two, the first in the high byte) or `number` (one
register with the figures as a number), from `register` on. All are holding registers, counted from 0 as on the wire.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args
from urllib.parse import parse_qsl, unquote, urlsplit

from hardware.errors import DeviceError

Format = Literal["characters", "pairs", "number"]
Parity = Literal["none", "even", "odd"]

EXAMPLE = "modbus:///dev/ttyUSB0?baud=9600&unit=5"
CLOSED = "--"
"""What a sign shows over a counter where nobody is called."""


@dataclass(frozen=True, slots=True)
class Line:
    """A serial line, on which many signs may hang; all of them with the same speed and parity."""

    device: str
    baud: int
    parity: Parity
    stop: int


@dataclass(frozen=True, slots=True)
class SignAddress:
    """A sign: its line, its unit there (1 to 247), and its registers. `digits` is how many characters it has, `blank`
    the number that a sign of the format `number` shows as nothing."""

    line: Line
    unit: int
    register: int = 0
    digits: int = 4
    format: Format = "characters"
    blank: int = 0


def read_address(address: str) -> SignAddress:
    """The sign that `address` names.

    Raises:
        DeviceError: it names none; permanent, and its message says what to write.
    """
    try:
        parts = urlsplit(address)
        options = dict(parse_qsl(parts.query, strict_parsing=True))
    except ValueError as mistake:
        raise _wrong(address, "") from mistake
    if parts.scheme != "modbus" or parts.netloc or len(parts.path) < 2 or "unit" not in options:
        raise _wrong(address, "")
    format: Format = _one_of(address, options, "format", get_args(Format), "characters")
    line = Line(
        unquote(parts.path),
        _whole(address, options, "baud", 9600, 1200, 115_200),
        _one_of(address, options, "parity", get_args(Parity), "none"),
        _whole(address, options, "stop", 1, 1, 2),
    )
    sign = SignAddress(
        line,
        _whole(address, options, "unit", 1, 1, 247),
        _whole(address, options, "register", 0, 0, 65_500),
        _whole(address, options, "digits", 4, 1, 4 if format == "number" else 16),
        format,
        _whole(address, options, "blank", 0, 0, 65_535),
    )
    if options:
        raise _wrong(address, f" It has no option '{next(iter(options))}'.")
    return sign


def mistakes(address: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the address of a sign in the branch file, by key."""
    try:
        read_address(address)
    except DeviceError as fault:
        yield "address", fault.message


def registers(sign: SignAddress, text: str) -> list[int]:
    """What to write into the sign's registers so that it shows `text`, or nothing where that is empty.

    It stands at the right; of a text that is too long the end is shown, which tells tickets apart.
    """
    if sign.format == "number":
        figures = "".join(character for character in text if character in "0123456789")[-sign.digits :]
        return [int(figures) if figures else sign.blank]
    shown = "".join(character for character in text if character.isascii() and character.isprintable())
    codes = shown[-sign.digits :].rjust(sign.digits).encode("ascii")
    if sign.format == "characters":
        return list(codes)
    codes += b" " * (len(codes) % 2)
    return [high << 8 | low for high, low in zip(codes[::2], codes[1::2], strict=True)]


def _wrong(address: str, detail: str) -> DeviceError:
    return DeviceError(f"'{address}' is not a sign's address.{detail} Write one such as {EXAMPLE}.", permanent=True)


def _whole(address: str, options: dict[str, str], key: str, default: int, low: int, high: int) -> int:
    value = options.pop(key, str(default))
    if not (value.isascii() and value.isdecimal() and low <= int(value) <= high):
        raise _wrong(address, f" '{key}' must be a whole number from {low} to {high}.")
    return int(value)


def _one_of(address: str, options: dict[str, str], key: str, known: tuple[str, ...], default: str) -> Any:
    value = options.pop(key, default)
    if value not in known:
        raise _wrong(address, f" '{key}' must be one of {', '.join(known)}.")
    return value
