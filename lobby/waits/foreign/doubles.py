"""Rows of a log that say what another one said already, and services that cannot both have been."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Table

from lobby.waits.foreign.visit import Visit


class Doubles:
    """Remembers what was read. Rows are known by their id, or as a whole in a log without `ids`."""

    def __init__(self, ids: bool) -> None:
        self._ids = ids
        self._rows: set[object] = set()
        self._services: set[tuple[object, ...]] = set()

    def row(self, id: str, row: Table[str, str | None]) -> bool:
        """Whether this row was read before."""
        key: object = id if self._ids else tuple(str(cell) for cell in row.values())
        known = key in self._rows
        self._rows.add(key)
        return known

    def visit(self, visit: Visit) -> bool:
        """Whether this agent gave this very service, of more than no time, to one who came at this very time before."""
        if not visit.agent or visit.started is None or visit.ended == visit.started:
            return False
        key = (visit.agent, visit.service, visit.priority, visit.arrived, visit.called, visit.started, visit.ended)
        known = key in self._services
        self._services.add(key)
        return known


def overlapping_services(visits: Iterable[Visit]) -> int:
    """How many services began before another of the same agent had ended."""
    by_agent: dict[str, list[tuple[int, int]]] = {}
    for visit in visits:
        if visit.agent and visit.started is not None:
            by_agent.setdefault(visit.agent, []).append((visit.started, visit.ended))
    count = 0
    for services in by_agent.values():
        latest = 0
        for started, ended in sorted(services):
            count += started < latest
            latest = max(latest, ended)
    return count
