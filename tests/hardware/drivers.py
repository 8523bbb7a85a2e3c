"""Real drivers, less patient than in a branch."""

from __future__ import annotations

from hardware.network_printer import NetworkPrinter
from hardware.stream_printer import Patience

HURRIED = Patience(connect_s=1.0, answer_s=0.4, knock_s=0.4, late_s=0.1)
PATIENT = Patience(connect_s=5.0, answer_s=2.0, knock_s=1.0, late_s=0.1)


def hurried(port: int) -> NetworkPrinter:
    """The driver of the printer at that port, giving up on a silent one after 0.4 s."""
    return NetworkPrinter("127.0.0.1", port, patience=HURRIED)


def patient(port: int) -> NetworkPrinter:
    """The driver for a printer that answers, however busy this machine is."""
    return NetworkPrinter("127.0.0.1", port, patience=PATIENT)
