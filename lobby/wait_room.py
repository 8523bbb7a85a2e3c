"""Where waits are foreseen: beside the calls, which never wait for it.

The room follows the desk. After events, and now and then without any, it looks at the branch for a moment, simulates
somewhere else (`offload`), and gives the desk the new outlook: what newcomers are promised and who waits is shown. Who
must be told another wait than was promised is, by an event. What became of each promise corrects the next.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from lobby.desk import Desk
from lobby.errors import LobbyError
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.commands import RevisePromises
from lobby.queue.given import Actor
from lobby.queue.past import PastDay
from lobby.queue.ticket import Ticket
from lobby.reports.past import past_step
from lobby.waits.calibration import Calibration, calibrated
from lobby.waits.foresight import Foresight, foresight, still_told
from lobby.waits.scene import Scene
from lobby.waits.scene_of import scene_of
from lobby.waits.service_times import Learnt, learnt
from lobby.waits.simulation import simulate

log = logging.getLogger(__name__)

FORECASTER = Actor("forecast", "manager")
"""Who revises promises."""

PATHS = 200
DAYS = 56
"""So many days of the branch's past are learnt from."""

RELEARN_MS = 300_000
"""After so long, what today has shown of serving times is taken in."""


class WaitRoom:
    """The waits of one branch. `past` gives that many business days, the last before a date; `offload` runs the
    computing; `revises` says whether it is this process that tells customers another wait than was promised."""

    def __init__(
        self,
        desk: Desk,
        past: Callable[[str, int], Sequence[PastDay]] = lambda before, days: (),
        *,
        offload: Callable[[Callable[[], Any]], Any] = lambda work: work(),
        revises: Callable[[], bool] = lambda: True,
    ) -> None:
        self._desk = desk
        self._revises = revises
        self._past = past
        self._offload = offload
        self._days: tuple[PastDay, ...] = ()
        self._day = ""
        self._learnt: Learnt | None = None
        self._learnt_at = 0
        self._calibration = Calibration()
        self._cursor = 0

    def refresh(self) -> bool:
        """Foresee anew; whether there is anything to foresee. A rehearsal is left alone: its time stands still."""
        branch, now = self._desk.view(lambda branch, now: (branch, now))
        if not branch.day or branch.rehearsal or now >= branch.day_end:
            return False
        self._learn(branch.day, now)
        assert self._learnt is not None
        known = self._learnt
        seen = self._desk.view(lambda branch, now: (branch.copy(), now, scene_of(branch, now, known)))
        found: Foresight = self._offload(lambda: self._foresee(*seen))
        self._desk.foresee(found.outlook)
        self._revise(found)
        return True

    def _foresee(self, branch: Branch, now: int, scene: Scene) -> Foresight:
        """Run the simulation; on another thread, on a copy."""
        newcomers = [index for index, line in enumerate(scene.lines) if not line.priority]
        if self._calibration.due:
            self._calibration.fit()
        simulated = simulate(scene, paths=PATHS, seed=branch.day_start // 1000 % 2**32, newcomers=newcomers)
        return foresight(branch, now, scene, simulated, self._calibration, still_told(branch, branch.outlook))

    def _revise(self, found: Foresight) -> None:
        if not found.revisions or not self._revises():
            return
        try:
            self._desk.submit(RevisePromises(found.revisions), key=secrets.token_hex(8), actor=FORECASTER)
        except LobbyError as refusal:
            log.warning("the customers could not be told another wait: %s", refusal)

    # -- learning

    def _learn(self, day: str, now: int) -> None:
        """Take in what was resolved since; at a new day, and at the start, the days before."""
        if day != self._day:
            self._days, self._learnt = (), None  # yesterday's make room first: no heap shrinks again
            self._days, self._calibration, self._cursor = self._offload(lambda: self._take_up(day))
            self._day = day
        self._resolve()
        if self._learnt is None or now - self._learnt_at >= RELEARN_MS:
            today = self._desk.view(_so_far)
            self._learnt = self._offload(lambda: learnt([*self._days, today], self._desk.setup))
            self._learnt_at = now

    def _take_up(self, day: str) -> tuple[tuple[PastDay, ...], Calibration, int]:
        """The days before, what they teach, and where today begins in the journal; on another thread."""
        days = tuple(self._past(day, DAYS))
        taught = calibrated(step for one in days for step in one.steps)
        return days, taught, self._desk.journal.before(self._desk.state.day_start)

    def _resolve(self) -> None:
        """Hold each promise against what became of it, once that is known (`PastStep.resolved_at`)."""
        while fresh := self._desk.events(self._cursor):
            self._cursor = fresh[-1].seq
            for recorded in fresh:
                if isinstance(recorded.event, e.TicketCalled | e.TicketCancelled | e.TicketHeld):
                    ticket = self._desk.state.tickets.get(recorded.event.ticket)
                    if ticket is not None:
                        self._judge(ticket, recorded)

    def _judge(self, ticket: Ticket, recorded: e.Recorded) -> None:
        first = past_step(self._day, ticket, 0, ticket.steps[0])
        left = e.TicketCancelled if first.held_at is None else e.TicketHeld
        called = first.called_at is not None and first.held_at is None
        resolved_now = isinstance(recorded.event, e.TicketCalled if called else left)
        if ticket.basis is not None and resolved_now and first.resolved_at == recorded.at:
            waited_s = max(0, recorded.at - ticket.since) / 1000
            self._calibration.learn(ticket.basis, first.service, waited_s, not called)


def _so_far(branch: Branch, now: int) -> PastDay:
    """Today as far as it goes."""
    steps = tuple(
        past_step(branch.day, ticket, index, step)
        for ticket in branch.tickets.values()
        for index, step in enumerate(ticket.steps)
    )
    return PastDay(branch.day, branch.day_start, branch.day_end, now, branch.day_closed, steps)
