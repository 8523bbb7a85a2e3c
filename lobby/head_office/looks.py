"""What the doctor knows of a chain: branches that are not heard of, or hold another version of their journal; clocks
that are wrong; parcels that were refused. He reads beside the server, and changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import inspect, select

from lobby.config import Config
from lobby.doctor.database import is_made, reading
from lobby.doctor.finding import Finding, Patient, broken, good, look, span
from lobby.head_office.office_file import Office
from lobby.head_office.office_store import TRAIL
from lobby.records import schema
from lobby.reports.chain_now import SILENT_MS

BRANCHES, CLOCKS, PARCELS = "branches", "branches' clocks", "parcels"
UNIT = "lobby-head-office"
LONG_MS = 3600 * 1000
"""A branch that was not heard of for so long has told its own people that nothing arrives."""

CLOCK_OFF_MS = 60 * 1000
DAY_MS = 86_400_000
NAMED = 5


def the_office(folder: Path, office: Office, now: int, **given: Any) -> Patient:
    """A head office for the doctor to look at, at `now` (ms UTC); `given` are further fields of `Patient`."""
    server = replace(office.server, database=office.database)
    config = Config(replace(office.setup, id=TRAIL), server=server, single_sign_on=office.single_sign_on)
    return Patient(folder, config, now, serve="lobby head-office serve", unit=UNIT, backups=f"{UNIT}-backup", **given)


def look_at_branches(patient: Patient) -> Iterator[Finding]:
    """Which were not heard of for long, or never, and which hold another version than what is here."""
    rows = _branches(patient)
    if not rows:
        yield look(BRANCHES, "No branch is expected.", "lobby head-office add-branch: docs/head-office.md")
        return
    if forked := [row.branch for row in rows if row.forked_seq]:
        yield broken(BRANCHES, f"Two versions of the journal: {_named(forked)}.", "Find out why: docs/head-office.md")
    if never := [row.branch for row in rows if not row.heard_at]:
        yield look(BRANCHES, f"Never heard of: {_named(never)}.", "Has it [head_office] and its token in branch.toml?")
    heard = [row for row in rows if row.heard_at]
    silent = [row for row in heard if patient.now - row.heard_at > LONG_MS]
    if silent:
        longest = span((patient.now - min(row.heard_at for row in silent)) / 1000)
        says = f"Not heard of for {longest} and less: {_named([row.branch for row in silent])}."
        yield look(BRANCHES, says, "lobby doctor in the branch says what its line does.")
    live = sum(patient.now - row.heard_at <= SILENT_MS for row in heard)
    if not forked and not never and not silent:
        yield good(BRANCHES, f"{live} of {len(rows)} are on the line, all were within the hour.")


def look_at_branch_clocks(patient: Patient) -> Iterator[Finding]:
    """Whose clock was off by more than a minute when it was last heard of: the times of its tickets are by that."""
    off = [row.branch for row in _branches(patient) if row.heard_at and abs(row.ahead_ms) > CLOCK_OFF_MS]
    if off:
        yield look(CLOCKS, f"Another time than here: {_named(off)}.", "Which is right? timedatectl here and there.")


def look_at_parcels(patient: Patient) -> Iterator[Finding]:
    """Whose were refused within the last day."""
    acts = schema.acts.c
    if not is_made(patient):
        return
    query = select(acts.about).where(
        acts.branch == TRAIL, acts.kind == "head-office-parcel-refused", acts.at > patient.now - DAY_MS
    )
    with reading(patient) as connection:
        counts = Counter(connection.execute(query).scalars())
    if counts:
        named = _named([branch for branch, _ in counts.most_common()])
        yield look(PARCELS, f"Refused within the last day: {named}.", "lobby head-office audit trail says why.")


def _branches(patient: Patient) -> Sequence[Any]:
    if not is_made(patient):
        return ()
    table = schema.chain_branches
    columns = (table.c.branch, table.c.heard_at, table.c.forked_seq, table.c.ahead_ms)
    with reading(patient) as connection:
        if not inspect(connection).has_table(table.name):
            return ()
        return connection.execute(select(*columns).order_by(table.c.heard_at)).all()


def _named(branches: Sequence[str]) -> str:
    more = f" and {len(branches) - NAMED} more" if len(branches) > NAMED else ""
    return ", ".join(branches[:NAMED]) + more
