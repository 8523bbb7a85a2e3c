"""What a printer is, and which one an address names."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from hardware.errors import DeviceError, OutcomeUnknown
from hardware.file_printer import FilePrinter
from hardware.network_printer import RAW_PORT, NetworkPrinter
from hardware.profiles import EIGHTY_MM, Profile
from hardware.serial_printer import BAUD, FLOWS, SLOWEST_BAUD, SerialPrinter
from hardware.status import PrinterStatus
from hardware.usb_printer import UsbPrinter

__all__ = [
    "DeviceError",
    "FilePrinter",
    "NetworkPrinter",
    "NoPrinter",
    "OutcomeUnknown",
    "Printer",
    "PrinterStatus",
    "SerialPrinter",
    "UsbPrinter",
    "open_printer",
]

ADDRESSES = "tcp://HOST:9100, serial:///dev/ttyUSB0?baud=115200, usb://04b8:0e15, file:///dev/usb/lp0, or none"
ANSWERS = {"yes": True, "no": False}


class Printer(Protocol):
    """A printer that can be trusted: `print` returns only when the slip is on paper."""

    kind: ClassVar[str]
    """How it is reached, as its address begins: tcp, serial, usb, file, or none."""

    name: str
    profile: Profile

    def print(self, payload: bytes, deadline_s: float) -> None:
        """Prints `payload` within `deadline_s` seconds, or raises.

        `OutcomeUnknown`: it may or may not be on paper. Any other `DeviceError`: certainly not, and `permanent`
        says whether trying again can help.
        """

    def interrupt(self) -> None:
        """Has the slip in hand given up soon: the program ends, and a printer that hangs must not hold it."""

    def status(self) -> PrinterStatus:
        """What the printer says of itself now. Never raises."""


class NoPrinter:
    """The printer of a branch that has none: every slip is held, so that it can be printed once there is one."""

    kind: ClassVar[str] = "none"
    name = "no printer"

    def __init__(self, profile: Profile = EIGHTY_MM) -> None:
        self.profile = profile

    def print(self, payload: bytes, deadline_s: float) -> None:
        raise DeviceError("no printer is set up", permanent=True)

    def interrupt(self) -> None:
        """There is no slip in hand."""

    def status(self) -> PrinterStatus:
        return PrinterStatus(online=False, error="no printer is set up", fault="not_set_up")


def open_printer(address: str, profile: Profile = EIGHTY_MM) -> Printer:
    """The printer that `address` names, not yet connected; a wrong address is refused with what to write."""
    if address == "none":
        return NoPrinter(profile)
    try:
        parts = urlsplit(address)
        options = dict(parse_qsl(parts.query))
        answers = ANSWERS[options.pop("answers", "yes")]
        printer = _SCHEMES[parts.scheme](parts, options, profile, answers)
    except (KeyError, ValueError) as mistake:
        raise _wrong(address) from mistake
    if options:
        raise _wrong(address, f" It has no option '{next(iter(options))}'.")
    return printer


def _wrong(address: str, detail: str = "") -> DeviceError:
    return DeviceError(f"'{address}' is not a printer's address.{detail} Write {ADDRESSES}.", permanent=True)


def _network(parts: SplitResult, _: dict[str, str], profile: Profile, answers: bool) -> Printer:
    if not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(parts.netloc)
    parts.hostname.encode("idna")  # as it is looked up: a UnicodeError is a ValueError
    return NetworkPrinter(parts.hostname, RAW_PORT if parts.port is None else parts.port, profile, answers)


def _serial(parts: SplitResult, options: dict[str, str], profile: Profile, answers: bool) -> Printer:
    baud, flow = int(options.pop("baud", BAUD)), options.pop("flow", "none")
    if parts.netloc or len(parts.path) < 2 or baud < SLOWEST_BAUD or flow not in FLOWS:
        raise ValueError(parts.path)
    return SerialPrinter(unquote(parts.path), baud, flow, profile, answers)  # type: ignore[arg-type]


def _usb(parts: SplitResult, _: dict[str, str], profile: Profile, answers: bool) -> Printer:
    vendor, colon, product = parts.netloc.partition(":")
    if not colon or len(vendor) != 4 or len(product) != 4:
        raise ValueError(parts.netloc)
    return UsbPrinter(int(vendor, 16), int(product, 16), profile, answers)


def _file(parts: SplitResult, _: dict[str, str], profile: Profile, answers: bool) -> Printer:
    if parts.netloc or not parts.path.startswith("/"):
        raise ValueError(parts.path)
    return FilePrinter(unquote(parts.path), profile, answers)


_SCHEMES: dict[str, Callable[[SplitResult, dict[str, str], Profile, bool], Printer]] = {
    "tcp": _network,
    "serial": _serial,
    "usb": _usb,
    "file": _file,
}
