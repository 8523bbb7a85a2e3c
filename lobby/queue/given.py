"""What a decision is given besides the branch: the time, who asks, and whatever is chance or was put away before."""

from __future__ import annotations

import msgspec

from lobby.queue.events import Promise
from lobby.queue.outlook import Basis

_PLACES = {"kiosk": "kiosk", "customer": "phone"}


class Actor(msgspec.Struct, frozen=True):
    """Who asks: a name (a staff user, a device) and a role."""

    name: str
    role: str

    @property
    def place(self) -> str:
        """Where whoever asks is: at a kiosk, on the phone, or else at a counter."""
        return _PLACES.get(self.role, "counter")


class Given(msgspec.Struct, frozen=True):
    """What a decision needs besides the branch. `at` in ms UTC; `token` is chance for a customer's page or a code,
    `reference` for a complaint or follow-up; under `note` and `private` personal words were put away."""

    at: int
    actor: Actor
    token: str = ""
    promise: Promise | None = None
    basis: Basis | None = None
    note: str = ""
    private: str = ""
    reference: str = ""
