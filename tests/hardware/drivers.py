"""Real drivers, less patient than in a branch."""

from __future__ import annotations

from hardware.network_printer import NetworkPrinter


def hurried(printer: NetworkPrinter) -> NetworkPrinter:
    """The driver, giving up on a silent printer after 0.4 s."""
    printer.answer_s = printer.knock_s = 0.4
    return printer
