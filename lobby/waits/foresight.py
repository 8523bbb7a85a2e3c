"""From simulated waits to what may be told: newcomers and who waits, calibrated, only ever tighter, honest when broken.

A promise is broken when, with a chance of `SURE` or more, the call will come after its end or before its start, and the
difference is one that a customer would mind (`DEAD_BAND_S`). Then, and only then, another wait is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from lobby.queue.branch import Branch
from lobby.queue.commands import Revision
from lobby.queue.events import Promise
from lobby.queue.outlook import Basis, Foreseen, Joining, Outlook
from lobby.queue.ticket import Ticket
from lobby.waits.calibration import Calibration
from lobby.waits.known import Known
from lobby.waits.scene import Scene
from lobby.waits.simulation import Simulated
from lobby.waits.telling import in_minutes

SURE = 0.8
"""With this chance of missing it, a promise is not kept up any more."""

DEAD_BAND_S = 120.0
"""Nobody is told another wait for a smaller difference than this, or than a fifth of the promise."""

AGAIN_MS = 120_000
"""Nobody is told another wait twice within this time."""


class Foresight(NamedTuple):
    """An outlook, and the customers who have to be told another wait than they were."""

    outlook: Outlook
    revisions: tuple[Revision, ...]


def foresight(
    branch: Branch,
    now: int,
    scene: Scene,
    simulated: Simulated,
    calibration: Calibration,
    before: Mapping[str, Promise] = {},
) -> Foresight:
    """What is foreseen at `now` (ms UTC). `before` is how far each waiting ticket's promise was tightened already:
    whole waits in seconds, by ticket."""
    known = Known(branch, now)
    newcomers: dict[str, Basis] = {}
    for index, line in enumerate(scene.lines):
        waits = simulated.joining.get(index)
        if waits is not None and not line.priority and line.service not in newcomers:
            basis = _basis(known.basis(line.service), waits)
            if basis is not None:
                newcomers[line.service] = basis
    there: list[tuple[Ticket, NDArray[np.float64], Basis]] = []
    for column, one in enumerate(scene.waiting):
        ticket, waits = branch.tickets.get(one.id), simulated.waits[:, column]
        basis = _basis(known.basis(ticket.service, ticket), waits) if ticket is not None else None
        if ticket is not None and basis is not None:
            there.append((ticket, waits, basis))
    ranges = calibration.foresee_all(
        [*((basis, service) for service, basis in newcomers.items()), *((basis, t.service) for t, _, basis in there)]
    )
    joining = {
        service: Joining(found.low_s, found.high_s, found.median_s, found.about, basis)
        for (service, basis), found in zip(newcomers.items(), ranges, strict=False)
    }
    waiting, revisions = {}, []
    for (ticket, waits, _), found in zip(there, ranges[len(newcomers) :], strict=True):
        elapsed_s = (now - ticket.since) / 1000
        told = before.get(ticket.id) or ticket.told or ticket.promise
        late = float(np.mean(waits + elapsed_s > told.high_s)) if told is not None else 0.0
        early = float(np.mean(waits + elapsed_s < told.low_s)) if told is not None else 0.0
        revision = _revision(ticket, now, told, Foreseen(found.low_s, found.high_s, found.median_s, late), early)
        if revision is not None:
            revisions.append(revision)
            told = Promise(revision.low_s, revision.high_s)
        start, end = tightened(told, found.low_s + elapsed_s, found.high_s + elapsed_s)
        left_s = max(0.0, start - elapsed_s), max(0.0, end - elapsed_s)
        waiting[ticket.id] = Foreseen(*left_s, found.median_s, late)
    return Foresight(Outlook(branch.seq, now, joining, waiting), tuple(revisions))


def tightened(told: Promise | None, low_s: float, high_s: float) -> tuple[float, float]:
    """The whole wait as it may be told, in seconds: of what was `told` the part that is still foreseen. Where nothing
    is left of it, what was told: to say another thing is a revision, not a tightening."""
    if told is None:
        return low_s, high_s
    both = max(low_s, told.low_s), min(high_s, told.high_s)
    return both if both[0] <= both[1] else (float(told.low_s), float(told.high_s))


def _basis(known: Basis, waits: NDArray[np.float64]) -> Basis | None:
    """What is known, with the simulation's quantiles; None where most are never called."""
    if np.isfinite(waits).mean() < SURE:
        return None
    finite = np.where(np.isfinite(waits), waits, np.nanmax(waits[np.isfinite(waits)]))
    q10, median, q80, q90 = (round(float(value), 1) for value in np.quantile(finite, (0.1, 0.5, 0.8, 0.9)))
    return msgspec.structs.replace(known, median_s=median, q10_s=q10, q80_s=q80, q90_s=q90)


def _revision(ticket: Ticket, now: int, told: Promise | None, foreseen: Foreseen, early: float) -> Revision | None:
    """Another wait for who was told one that will not hold."""
    if told is None or (ticket.told_at is not None and now - ticket.told_at < AGAIN_MS):
        return None
    elapsed_s = (now - ticket.since) / 1000
    whole_s = foreseen.median_s + elapsed_s
    mind_s = max(DEAD_BAND_S, 0.2 * told.high_s)
    late = foreseen.late >= SURE and whole_s - told.high_s >= mind_s
    soon = early >= SURE and told.low_s - whole_s >= mind_s
    if not (late or soon):
        return None
    promise = in_minutes(foreseen.low_s + elapsed_s, foreseen.high_s + elapsed_s)
    return Revision(ticket.id, promise.low_s, promise.high_s)


def still_told(branch: Branch, outlook: Outlook) -> dict[str, Promise]:
    """How far the promise of each who waits was tightened: the `before` of the next `foresight`."""
    told = {}
    for id, foreseen in outlook.waiting.items():
        ticket = branch.tickets.get(id)
        if ticket is not None:
            elapsed_s = (outlook.at - ticket.since) / 1000
            told[id] = Promise(int(foreseen.low_s + elapsed_s), -int(-(foreseen.high_s + elapsed_s)))
    return told
