from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.network_printer import NetworkPrinter
from hardware.virtual_device import VirtualPrinter
from tests.hardware.drivers import patient


@pytest.fixture
def device(tmp_path: Path) -> Iterator[VirtualPrinter]:
    """A printer that listens and fails when told to."""
    printer = VirtualPrinter(tmp_path / "paper")
    printer.start()
    yield printer
    printer.stop()


@pytest.fixture
def driver(device: VirtualPrinter) -> NetworkPrinter:
    """The driver of that printer."""
    return patient(device.port)
