"""A slip on its way to paper: the states it goes through, and the only ways between them.

    queued -> sending -> printed
                      -> queued    nothing was sent; it is tried again, here or on the next printer
                      -> held      a person must mend something first
                      -> unknown   something was sent and not confirmed
    queued -> held                 no printer can print
    held, unknown -> queued            only by a person (`release`)
    queued, held, unknown -> dropped   only by a person (`drop`)

A job that is being sent when its process dies becomes unknown: the paper may be out already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from hardware import document as slips
from hardware.document import Document, Number
from hardware.errors import DeviceError

State = Literal["queued", "sending", "printed", "held", "unknown", "dropped"]
STATES: tuple[State, ...] = get_args(State)

WAYS: dict[State, frozenset[State]] = {
    "queued": frozenset(("sending", "held", "dropped")),
    "sending": frozenset(("printed", "queued", "held", "unknown")),
    "held": frozenset(("queued", "dropped")),
    "unknown": frozenset(("queued", "dropped")),
    "printed": frozenset(),
    "dropped": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Job:
    """A slip in the spool. `tries` counts sendings that certainly printed nothing; times are seconds since 1970.

    `printer` is the one that it was last given to, empty before; `wanted` the only one that may print it, empty for
    whichever is on duty.
    """

    id: int
    ticket: str
    copy: int
    data: bytes
    state: State
    tries: int
    reason: str
    created_at: float
    changed_at: float
    printer: str
    wanted: str

    @property
    def document(self) -> Document:
        """The slip; raises DeviceError (permanent) where its record is damaged."""
        return slips.decode(self.data)

    @property
    def number(self) -> str:
        """The number that the customer reads on the slip; empty where it has none or its record is damaged."""
        try:
            elements = self.document.elements
        except DeviceError:
            return ""
        return next((element.text for element in elements if isinstance(element, Number)), "")
