"""A printer's alerts as the branch's: each raised and resolved once in the journal, wherever the printer is."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from hardware import alerts as printers
from hardware.alerts import Alert
from lobby.queue import alerts as branch
from lobby.queue import commands as c

LONGEST = 200


def command(alert: Alert, raised: bool, spool: str = printers.SPOOL) -> c.RaiseAlert | c.ResolveAlert:
    """What the branch is told. `spool` is what the branch calls this machine's spool: each machine has its own."""
    device = spool if alert.device == printers.SPOOL else alert.device
    if raised:
        return c.RaiseAlert(device, alert.kind, alert.subject, alert.detail[:LONGEST])
    return c.ResolveAlert(device, alert.kind, alert.subject)


def key(alert: Alert, raised: bool) -> str:
    """The idempotency key of telling it: the same alert, told twice, is told once."""
    what = sha256("\n".join(alert.key).encode()).hexdigest()[:32]
    return f"{'raise' if raised else 'resolve'}-{int(alert.since * 1000)}-{what}"


def still_open(known: Iterable[branch.Alert], devices: Iterable[str], spool: str = printers.SPOOL) -> list[Alert]:
    """The alerts of these devices and of the spool that the branch holds open, as printers know them."""
    ours = {name: name for name in devices} | {spool: printers.SPOOL}
    return [
        Alert(ours[one.device], one.problem, one.subject, one.since / 1000, one.detail)  # type: ignore[arg-type]  # its own word
        for one in known
        if one.device in ours
    ]
