"""A lobby screen that is missing while the branch is open needs a person: as an alert, like a printer's trouble."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from lobby.queue.alerts import Alert
from lobby.queue.commands import RaiseAlert, ResolveAlert

PROBLEM = "screen_missing"

MISSING_MS = 60_000
"""A browser that starts anew, or a cable that is moved, is no alert."""


def screen_alerts(
    gone: Mapping[str, int], here: Collection[str], named: Collection[str], alerts: Iterable[Alert], now: int
) -> list[RaiseAlert | ResolveAlert]:
    """What the journal is to say at `now` (ms UTC). `gone`: screens that are missing, and since when (ms UTC); `here`:
    those that are connected; `named`: those of the branch file. After a restart of the server the alert of a named
    screen stays until it is back: what has not been seen since is not there."""
    told = {alert.device for alert in alerts if alert.problem == PROBLEM}
    late = {name for name, since in gone.items() if now - since >= MISSING_MS}
    back = {name for name in told if name in here or (name not in gone and name not in named)}
    return [
        *(RaiseAlert(name, PROBLEM) for name in sorted(late - told)),
        *(ResolveAlert(name, PROBLEM) for name in sorted(back)),
    ]
