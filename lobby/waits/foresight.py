"""From simulated waits to what may be told: newcomers and who waits, calibrated, tighter only when sure, honest when
broken.

The *word* is what a customer was last told for good: the promise at issue, or the revision that took its place. What is
shown of it is the part that is nearly sure to hold yet (`Window`), and tightens from look to look. The word is broken
when the call will come after its end or before its start with a chance of `SURE` or more and by more than a customer
would mind, or when its end has come. Then, and only then, another wait is told. After the first call of a visit there
is no word any more: who waits again, after a transfer or for the next service, is shown what is foreseen. So is who
asked for a few minutes, while they last; afterwards the word stands again, or is broken openly.
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
from lobby.waits.telling import in_minutes, word_of

SURE = 0.8
"""With this chance of missing it, a promise is not kept up any more."""

NEARLY_SURE = 0.99
"""What is shown of a promise is tightened only by what holds with this chance at either end."""

DEAD_BAND_S = 120.0
"""Nobody is told another wait for a smaller difference than this, or than a fifth of the promise."""

AGAIN_MS = 120_000
"""Nobody is told another wait twice within this time."""


class Window(NamedTuple):
    """A wait between `low_s` and `high_s` seconds; either may be past already."""

    low_s: float
    high_s: float

    def after(self, elapsed_s: float) -> Window:
        """The same as a whole wait, of one who has waited so long."""
        return Window(self.low_s + elapsed_s, self.high_s + elapsed_s)

    def within(self, other: Window) -> Window:
        return Window(max(self.low_s, other.low_s), min(self.high_s, other.high_s))


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
    before: Mapping[str, Window] = {},
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
        foreseen = Window(found.low_s, found.high_s).after(elapsed_s)
        word = word_of(ticket)
        if word is None or ticket.is_held(now):
            waiting[ticket.id] = Foreseen(found.low_s, found.high_s, found.median_s)
            continue
        late = float(np.mean(waits + elapsed_s > word.high_s))
        early = float(np.mean(waits + elapsed_s < word.low_s))
        if _breaks(ticket, now, word, late, early, found.median_s):
            told = in_minutes(foreseen.low_s, foreseen.high_s, about=word.about)
            revisions.append(Revision(ticket.id, told.low_s, told.high_s))
            word = told
        shown = tightened(word, before.get(ticket.id), _nearly_sure(waits, elapsed_s, foreseen), elapsed_s)
        waiting[ticket.id] = Foreseen(shown.low_s - elapsed_s, shown.high_s - elapsed_s, found.median_s, late)
    return Foresight(Outlook(branch.seq, now, joining, waiting), tuple(revisions))


def tightened(word: Promise, before: Window | None, sure: Window, elapsed_s: float) -> Window:
    """What may be shown of the `word`: the part that is nearly sure to hold, within what was shown `before`. Where that
    turns out to have been too tight, the part of the word itself that may still hold; without any, the word."""
    whole = Window(word.low_s, word.high_s)
    if before is not None and whole.low_s <= before.low_s and before.high_s <= whole.high_s:
        both = before.within(sure)
        if both.low_s <= both.high_s and both.high_s >= elapsed_s:
            return both
    both = whole.within(sure)
    return both if both.low_s <= both.high_s else whole


def still_told(branch: Branch, outlook: Outlook) -> dict[str, Window]:
    """How far the word of each who waits was tightened: the `before` of the next `foresight`."""
    return {
        id: Window(foreseen.low_s, foreseen.high_s).after((outlook.at - branch.tickets[id].since) / 1000)
        for id, foreseen in outlook.waiting.items()
        if id in branch.tickets
    }


def _nearly_sure(waits: NDArray[np.float64], elapsed_s: float, foreseen: Window) -> Window:
    """The whole wait, but for one chance in a hundred at either end; never narrower than what is foreseen."""
    low, high = (float(value) for value in np.quantile(_called(waits), (1 - NEARLY_SURE, NEARLY_SURE)))
    return Window(min(low + elapsed_s, foreseen.low_s), max(high + elapsed_s, foreseen.high_s))


def _called(waits: NDArray[np.float64]) -> NDArray[np.float64]:
    """The waits, with the longest that ends in place of those that end on no course."""
    finite = np.isfinite(waits)
    return np.where(finite, waits, waits[finite].max())


def _breaks(ticket: Ticket, now: int, word: Promise, late: float, early: float, median_s: float) -> bool:
    """Whether another wait has to be told."""
    if ticket.told_at is not None and now - ticket.told_at < AGAIN_MS:
        return False
    elapsed_s = (now - ticket.since) / 1000
    mind_s = max(DEAD_BAND_S, 0.2 * word.high_s)
    over = elapsed_s >= word.high_s
    too_late = late >= SURE and elapsed_s + median_s - word.high_s >= mind_s
    too_soon = early >= SURE and word.low_s - elapsed_s - median_s >= mind_s
    return over or too_late or too_soon


def _basis(known: Basis, waits: NDArray[np.float64]) -> Basis | None:
    """What is known, with the simulation's quantiles; None where most are never called."""
    if np.isfinite(waits).mean() < SURE:
        return None
    quantiles = np.quantile(_called(waits), (0.1, 0.5, 0.8, 0.9))
    q10, median, q80, q90 = (round(float(value), 1) for value in quantiles)
    return msgspec.structs.replace(known, median_s=median, q10_s=q10, q80_s=q80, q90_s=q90)
