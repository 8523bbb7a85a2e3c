"""A printer's alerts as the branch's: each raised and resolved once in the journal, wherever the printer is."""

from __future__ import annotations

from collections.abc import Iterable

from hardware.alerts import Alert
from lobby.queue import alerts as branch
from lobby.queue import commands as c

LONGEST = 200


def command(alert: Alert, raised: bool) -> c.RaiseAlert | c.ResolveAlert:
    """What the branch is told."""
    if raised:
        return c.RaiseAlert(alert.device, alert.kind, alert.subject, alert.detail[:LONGEST])
    return c.ResolveAlert(alert.device, alert.kind, alert.subject)


def key(alert: Alert, raised: bool) -> str:
    """The idempotency key of telling it: the same alert, told twice, is told once."""
    return f"{'raise' if raised else 'resolve'}-{int(alert.since * 1000)}-{alert.kind}-{alert.subject}"[:100]


def still_open(known: Iterable[branch.Alert], devices: Iterable[str]) -> list[Alert]:
    """The alerts of these devices that the branch holds open, as printers know them."""
    ours = {*devices, "spool"}
    return [
        Alert(one.device, one.problem, one.subject, one.since / 1000, one.detail)  # type: ignore[arg-type]  # its own word
        for one in known
        if one.device in ours
    ]
