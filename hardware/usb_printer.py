"""A printer on USB, spoken to directly (USB Printing Device Class 1.1: one bulk endpoint out, most often one in)."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any, ClassVar

from hardware.errors import DeviceError
from hardware.profiles import EIGHTY_MM, Profile
from hardware.stream_printer import Patience, StreamPrinter
from hardware.wire import Wire, WireBroken, seconds_left

PRINTER_CLASS = 7
VENDOR_CLASS = 255  # many ESC/POS models say only that
BULK = 2
TOWARDS_HOST = 0x80
CHUNK = 4096  # bytes
OLD_ANSWER_S = 0.005
OLD_ANSWERS = 32
Find = Callable[[int, int], Any]


def find_device(vendor: int, product: int) -> Any:
    """The first USB device with these ids, by pyusb; None where there is none."""
    try:
        import usb.core
    except ImportError as fault:
        raise DeviceError("USB printers need the Python package pyusb.", permanent=True) from fault
    try:
        return usb.core.find(idVendor=vendor, idProduct=product)
    except ValueError as fault:  # pyusb: no backend
        raise DeviceError("USB printers need the Debian package libusb-1.0-0.", permanent=True) from fault


class UsbWire:
    """The printer interface of a USB device, claimed until closed."""

    def __init__(self, device: Any) -> None:
        self._device = device
        self._interface, self._out, self._in = _endpoints(device)
        with contextlib.suppress(NotImplementedError, OSError):
            if device.is_kernel_driver_active(self._interface):
                device.detach_kernel_driver(self._interface)
        self._throw_away_old_answers()

    def send(self, data: bytes, deadline: float) -> None:
        sent = 0
        while sent < len(data):
            left = seconds_left(deadline)
            if not left:
                raise WireBroken("it took the bytes too slowly", sent)
            chunk = data[sent : sent + CHUNK]
            try:
                sent += int(self._device.write(self._out, chunk, max(1, round(left * 1000))))
            except OSError as fault:  # usb.core.USBError is an OSError; part of the chunk may have gone
                raise WireBroken(f"USB failed ({fault})", sent + len(chunk)) from fault

    def receive(self, deadline: float) -> bytes:
        if self._in is None:
            time.sleep(seconds_left(deadline))
            return b""
        try:
            return bytes(self._device.read(self._in, 64, max(1, round(seconds_left(deadline) * 1000))))
        except OSError as fault:
            if _is_timeout(fault):
                return b""
            raise WireBroken(f"USB failed ({fault})") from fault

    def close(self, abandon: bool = False) -> None:
        import usb.util

        with contextlib.suppress(OSError, AttributeError):
            usb.util.dispose_resources(self._device)

    def _throw_away_old_answers(self) -> None:
        """What the device still owed to an earlier conversation: it keeps answers until someone reads them."""
        for _ in range(OLD_ANSWERS):
            if self._in is None or not self.receive(time.monotonic() + OLD_ANSWER_S):
                return


class UsbPrinter(StreamPrinter):
    """A printer with these USB ids (hexadecimal in `lsusb`); `find` is how the device is looked up."""

    kind: ClassVar[str] = "usb"

    def __init__(
        self,
        vendor: int,
        product: int,
        profile: Profile = EIGHTY_MM,
        answers: bool = True,
        patience: Patience | None = None,
        find: Find = find_device,
    ) -> None:
        super().__init__(f"usb {vendor:04x}:{product:04x}", profile, answers, patience)
        self._ids = (vendor, product)
        self._find = find

    def _open(self, deadline: float) -> Wire:
        try:
            device = self._find(*self._ids)
            if device is None:
                raise WireBroken("no such device is plugged in and switched on")
            return UsbWire(device)
        except OSError as fault:
            raise WireBroken(f"USB refused ({fault}); may this user open the device?") from fault


def _is_timeout(fault: OSError) -> bool:
    """Whether nothing came in time; each of pyusb's backends says it in its own way."""
    return isinstance(fault, TimeoutError) or "timeout" in type(fault).__name__.lower() or "timed out" in str(fault)


def _endpoints(device: Any) -> tuple[int, int, int | None]:
    """Interface number, bulk endpoint out, bulk endpoint in or None."""
    for interface in device.get_active_configuration():
        if interface.bInterfaceClass not in (PRINTER_CLASS, VENDOR_CLASS):
            continue
        bulk = [end.bEndpointAddress for end in interface if end.bmAttributes & 3 == BULK]
        outward = [address for address in bulk if not address & TOWARDS_HOST]
        inward = [address for address in bulk if address & TOWARDS_HOST]
        if outward:
            return int(interface.bInterfaceNumber), int(outward[0]), int(inward[0]) if inward else None
    raise WireBroken("the device has no printer interface")
