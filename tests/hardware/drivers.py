"""Real drivers, more or less patient than in a branch."""

from __future__ import annotations

from hardware.network_printer import NetworkPrinter
from hardware.profiles import EIGHTY_MM, Profile
from hardware.stream_printer import Patience

HURRIED = Patience(connect_s=20.0, answer_s=0.4, knock_s=0.4, late_s=0.1)
FAIR = Patience(connect_s=20.0, answer_s=2.0, knock_s=2.0, late_s=0.1)
PATIENT = Patience(connect_s=20.0, answer_s=20.0, knock_s=20.0, late_s=0.1)
DEADLINE_S = 60.0
"""For a slip that comes out, or fails at once, and for all else that only a fault makes so late."""
WITHIN_A_SLIP_S = 3.0
"""For a slip that begins, however busy this machine is, and whose end never comes."""


def hurried(port: int) -> NetworkPrinter:
    """The driver of a printer that keeps silent: it is given up after 0.4 s."""
    return NetworkPrinter("127.0.0.1", port, patience=HURRIED)


def fair(port: int) -> NetworkPrinter:
    """The driver of a printer that answers some questions and others never: those it waits for 2 s."""
    return NetworkPrinter("127.0.0.1", port, patience=FAIR)


def patient(port: int, profile: Profile = EIGHTY_MM) -> NetworkPrinter:
    """The driver of a printer that answers, however busy this machine is."""
    return NetworkPrinter("127.0.0.1", port, profile, patience=PATIENT)
