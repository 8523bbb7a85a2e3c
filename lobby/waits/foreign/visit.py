"""A visit, as a foreign log tells of it."""

from __future__ import annotations

import msgspec


class Visit(msgspec.Struct, frozen=True):
    """A usable row, times in ms UTC. Served: called, started, ended. Left while waiting: `ended` alone. `queued`: it
    could not be served at once, as the log says or, where it does not, because it was not called when it arrived."""

    id: str
    service: str
    priority: str
    agent: str
    arrived: int
    ended: int
    called: int | None = None
    started: int | None = None
    queued: bool = True
