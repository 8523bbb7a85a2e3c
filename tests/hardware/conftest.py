from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.network_printer import NetworkPrinter
from hardware.virtual_printer import VirtualPrinter


@pytest.fixture
def device(tmp_path: Path) -> Iterator[VirtualPrinter]:
    """A printer that listens and fails when told to."""
    printer = VirtualPrinter(tmp_path / "paper")
    printer.start()
    yield printer
    printer.stop()


@pytest.fixture
def driver(device: VirtualPrinter) -> NetworkPrinter:
    """The driver of that printer, less patient than in a branch."""
    return hurried(NetworkPrinter("127.0.0.1", device.port))


def hurried(printer: NetworkPrinter) -> NetworkPrinter:
    printer.answer_s = 0.4
    printer.knock_s = 0.4
    return printer
