"""A line to a head office that does what lines do, as told: cuts before or after, doubles, delays, changes bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from lobby.errors import LobbyError
from lobby.outbound.sending import Outcome
from lobby.records.parcels import answer, unpacked
from lobby.records.received import Received

Fault: TypeAlias = Literal["well", "cut before", "cut after", "twice", "late", "garbled", "restart"]
FAULTS: tuple[Fault, ...] = ("well", "cut before", "cut after", "twice", "late", "garbled", "restart")
CUT = Outcome(False, "the connection broke")


class FaultyLine:
    """`faults` is what happens to one parcel after the other; then all goes well."""

    def __init__(self, received: Received, branch: str, faults: Iterable[Fault] = ()) -> None:
        self._received = received
        self._branch = branch
        self._faults = iter(faults)
        self._late: list[bytes] = []
        self.sent: list[bytes] = []
        self.now = 1_000

    def __call__(self, parcel: bytes) -> tuple[Outcome, bytes]:
        self.sent.append(parcel)
        fault = next(self._faults, "well")
        match fault:
            case "cut before":
                return CUT, b""
            case "late":
                self._late.append(parcel)
                return CUT, b""
            case "garbled":
                middle = len(parcel) // 2
                parcel = parcel[:middle] + bytes([parcel[middle] ^ 255]) + parcel[middle + 1 :]
            case "twice":
                self._arrive(parcel)
        outcome = self._arrive(parcel)
        for old in self._late:
            self._arrive(old)
        self._late = []
        return (CUT, b"") if fault in {"cut after", "restart"} else outcome

    def _arrive(self, parcel: bytes) -> tuple[Outcome, bytes]:
        self.now += 1
        try:
            return Outcome(True), answer(self._received.take(self._branch, unpacked(parcel), self.now))
        except LobbyError as refusal:
            return Outcome(False, str(refusal)), b""
