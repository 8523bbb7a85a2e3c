"""What keeps the branch's past: backups that are made and tried, and anchors."""

from __future__ import annotations

from collections.abc import Iterator

from lobby.doctor.database import is_made, last_act_at
from lobby.doctor.finding import Finding, Patient, good, look, span

BACKUP, ANCHOR = "backup", "anchor"
DAY_MS = 86_400_000
BACKUP_OLD_MS = 2 * DAY_MS
DRILL_OLD_MS = 100 * DAY_MS
ANCHOR_OLD_MS = 4 * DAY_MS
"""A long weekend goes by without a day that is closed."""


def look_at_backups(patient: Patient) -> Iterator[Finding]:
    """When the last was made, and tried out, going by the audit trail."""
    if not is_made(patient):
        return
    made, drilled = last_act_at(patient, "backup-made"), last_act_at(patient, "backup-drilled")
    if made is None:
        yield look(
            BACKUP, "There was never a backup.", f"systemctl enable --now {patient.backups}.timer: docs/backup.md"
        )
        return
    age = patient.now - made
    says = f"The last backup was made {span(age / 1000)} ago."
    if age > BACKUP_OLD_MS:
        yield look(BACKUP, says, f"systemctl status {patient.backups}.timer {patient.backups}.service")
    else:
        yield good(BACKUP, says)
    if drilled is None or patient.now - drilled > DRILL_OLD_MS:
        since = "never" if drilled is None else f"{span((patient.now - drilled) / 1000)} ago"
        drill = f"{patient.serve.removesuffix('serve')}backup drill"  # a head office has its own
        yield look(BACKUP, f"Whether one can be restored was last tried: {since}.", f"{drill}: docs/backup.md")


def look_at_anchors(patient: Patient) -> Iterator[Finding]:
    """When the last was made, going by the audit trail."""
    if not is_made(patient):
        return
    made = last_act_at(patient, "anchor-made")
    if made is None:
        yield look(ANCHOR, "There was never an anchor.", "One is made when a day is closed; or: lobby audit anchor")
    elif patient.now - made > ANCHOR_OLD_MS:
        yield look(ANCHOR, f"The last anchor is {span((patient.now - made) / 1000)} old.", "lobby audit anchor")
    else:
        yield good(ANCHOR, f"The last anchor is {span((patient.now - made) / 1000)} old.")
