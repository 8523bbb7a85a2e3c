"""Everything that metrics tell of this moment, gathered once: the branch on the loop, files and databases beside it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, select

from display_server.live.presence import Device
from hardware.errors import DeviceError
from lobby.desk import Desk
from lobby.outbound.cursors import Cursor, Cursors
from lobby.records import schema
from lobby.records.store import Store
from lobby.reports.live import LiveFigures, live_figures

if TYPE_CHECKING:  # the server holds the gatherer
    from display_server.branch_server import BranchServer


class Audience(msgspec.Struct, frozen=True):
    """Who listens by Socket.IO, by namespace, and the devices of the branch as the server meets them."""

    listeners: dict[str, int] = {}
    devices: tuple[Device, ...] = ()


class Seen(msgspec.Struct, frozen=True):
    """The branch and its machine at `at` (ms UTC). `events` since the start, by kind; `acts` when (ms UTC) those of
    `KEEPING` last happened; `slips` by state; `paper_m` is
    metres left by printer, where somebody counts; bytes as the system says, 0 for a database on another machine."""

    at: int
    seq: int
    ready: bool
    unwritten_s: float
    figures: LiveFigures
    events: dict[str, int]
    acts: dict[str, int]
    listeners: dict[str, int]
    devices: tuple[Device, ...]
    slips: dict[str, int]
    paper_m: dict[str, float]
    webhooks: tuple[tuple[str, Cursor], ...]
    disk_free: int
    database_bytes: int


class _Outside(msgspec.Struct, frozen=True):
    acts: dict[str, int]
    slips: dict[str, int]
    paper_m: dict[str, float]
    webhooks: tuple[tuple[str, Cursor], ...]
    disk_free: int
    database_bytes: int


class EventTally:
    """How many events of each kind there were since the start."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._cursor = desk.seq
        self.counts: Counter[str] = Counter()

    def take_up(self) -> None:
        """Count what is new. Asked now and then, it finds all of it in memory."""
        while fresh := self._desk.events(self._cursor):
            self.counts.update(type(recorded.event).__name__ for recorded in fresh)
            self._cursor = fresh[-1].seq


KEEPING = ("backup-made", "backup-drilled", "anchor-made")
"""Acts that are to happen again and again, or the branch's past is not safe."""

ACTS_AGAIN_MS = 5 * 60 * 1000


class LastActs:
    """When the past was last seen to (ms UTC), by kind of act. The trail is long, and is not read each time."""

    def __init__(self, store: Store, branch: str) -> None:
        self._store = store
        self._branch = branch
        self._known: dict[str, int] = {}
        self._again_at = 0

    def known(self, now: int) -> dict[str, int]:
        """What was known at most `ACTS_AGAIN_MS` ago."""
        if now >= self._again_at:
            table = schema.acts.c
            query = select(table.kind, func.max(table.at)).where(table.branch == self._branch, table.kind.in_(KEEPING))
            with self._store.read() as connection:
                self._known = {kind: at for kind, at in connection.execute(query.group_by(table.kind))}
            self._again_at = now + ACTS_AGAIN_MS
        return self._known


def see(house: BranchServer, audience: Callable[[], Audience]) -> Seen:
    """Look at everything now."""
    outside: _Outside = house.offload(lambda: _outside(house))
    house.tally.take_up()
    now, present = house.desk.now(), audience()
    return Seen(
        at=now,
        seq=house.desk.seq,
        ready=not house.pulse.reasons(),
        unwritten_s=house.pulse.unwritten_s,
        figures=live_figures(house.desk.state, now),
        events=dict(house.tally.counts),
        acts=outside.acts,
        listeners=present.listeners,
        devices=present.devices,
        slips=outside.slips,
        paper_m=outside.paper_m,
        webhooks=outside.webhooks,
        disk_free=outside.disk_free,
        database_bytes=outside.database_bytes,
    )


def _outside(house: BranchServer) -> _Outside:
    cursors = Cursors(house.store, house.id)
    found = ((webhook.name, cursors.get(webhook.name)) for webhook in house.config.webhooks)
    slips, paper_m = _slips(house)
    return _Outside(
        house.last_acts.known(house.clock()),
        slips,
        paper_m,
        tuple((name, cursor) for name, cursor in found if cursor is not None),
        shutil.disk_usage(house.folder).free,
        sum(path.stat().st_size for path in house.folder.glob("lobby.db*")) if not house.config.database else 0,
    )


def _slips(house: BranchServer) -> tuple[dict[str, int], dict[str, float]]:
    """What waits or is held, and the paper; nothing where the spool cannot be read, for which there is an alert."""
    try:
        room = house.printing.room.view()
    except DeviceError:
        return {}, {}
    stopped = Counter(job.state for job in room.stopped)
    slips = {"queued": room.waiting, "held": stopped["held"], "unknown": stopped["unknown"]}
    return slips, {one.name: one.metres_left for one in room.printers if one.metres_left is not None}
