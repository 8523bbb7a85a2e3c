"""A printer behind a device file such as /dev/usb/lp0, or a folder that collects jobs as files."""

from __future__ import annotations

import contextlib
import os
import select
import stat
from pathlib import Path
from typing import ClassVar

from hardware.errors import DeviceError, OutcomeUnknown
from hardware.profiles import EIGHTY_MM, Profile
from hardware.status import PrinterStatus
from hardware.stream_printer import Patience, StreamPrinter
from hardware.wire import Wire, WireBroken, seconds_left

SUFFIX = ".escpos"
OLD_ANSWERS = 32  # reads


class DescriptorWire:
    """An open device file as a wire."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        with contextlib.suppress(WireBroken):
            for _ in range(OLD_ANSWERS):  # what the device still owed to an earlier conversation
                if not self.receive(0.0):
                    break

    def send(self, data: bytes, deadline: float) -> None:
        sent = 0
        while sent < len(data):
            try:
                if not select.select([], [self._descriptor], [], seconds_left(deadline))[1]:
                    raise WireBroken("it took the bytes too slowly", sent)
                sent += os.write(self._descriptor, data[sent : sent + 4096])
            except BlockingIOError:
                continue
            except OSError as fault:
                raise WireBroken(fault.strerror or str(fault), sent) from fault

    def receive(self, deadline: float) -> bytes:
        try:
            if not select.select([self._descriptor], [], [], seconds_left(deadline))[0]:
                return b""
            data = os.read(self._descriptor, 256)
        except BlockingIOError:
            return b""
        except OSError as fault:
            raise WireBroken(fault.strerror or str(fault)) from fault
        if not data:
            raise WireBroken("the device answers nothing")
        return data

    def close(self, abandon: bool = False) -> None:
        with contextlib.suppress(OSError):
            os.close(self._descriptor)


class FilePrinter(StreamPrinter):
    """Prints to a device file, or puts each job as NNNN.escpos into a folder, where "printed" means safely on disk."""

    kind: ClassVar[str] = "file"

    def __init__(
        self,
        path: Path | str,
        profile: Profile = EIGHTY_MM,
        answers: bool = True,
        patience: Patience | None = None,
    ) -> None:
        self._path = Path(path)
        super().__init__(str(self._path), profile, answers, patience)

    def print(self, payload: bytes, deadline_s: float) -> None:
        if self._path.is_dir():
            self._keep(payload)
        else:
            super().print(payload, deadline_s)

    def status(self) -> PrinterStatus:
        if self._path.is_dir():
            if os.access(self._path, os.W_OK):
                return PrinterStatus(online=True)
            return PrinterStatus(online=False, error=f"{self._path} cannot be written", fault="silent")
        return super().status()

    def _open(self, deadline: float) -> Wire:
        try:
            mode = self._path.stat().st_mode
            if not stat.S_ISCHR(mode):
                raise DeviceError(
                    f"{self._path} is neither a printer's device file nor a folder. "
                    "Make the folder, or name the device.",
                    permanent=True,
                )
            return DescriptorWire(os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY))
        except OSError as fault:
            raise WireBroken(fault.strerror or str(fault)) from fault

    def _keep(self, payload: bytes) -> None:
        numbers = [int(path.stem) for path in self._path.glob(f"*{SUFFIX}") if path.stem.isdigit()]
        target = self._path / f"{max(numbers, default=0) + 1:04}{SUFFIX}"
        partial = target.with_suffix(".part")
        try:
            with partial.open("wb") as file:
                file.write(payload)
                file.flush()
                os.fsync(file.fileno())
        except OSError as fault:
            raise DeviceError(f"{self._path} cannot be written ({fault.strerror})", permanent=False) from fault
        try:
            partial.rename(target)
        except OSError as fault:
            raise OutcomeUnknown(f"{target} may not have been kept ({fault.strerror})") from fault
