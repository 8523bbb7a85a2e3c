"""The database, looked at beside the server and read only: is it there, whole, of this version, and does it keep what
it is given."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, func, inspect, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from lobby.doctor.finding import Finding, Patient, broken, good, look, size
from lobby.records import schema
from lobby.records.store import HEAD

DATABASE = "database"
PATIENCE_S = 10
YEAR_MS = 365 * 86_400_000
A_WEEK_MS = 7 * 86_400_000
OLDEST_POSTGRESQL = 140000


@contextmanager
def reading(patient: Patient) -> Iterator[Connection]:
    """A connection that cannot write and makes nothing."""
    named = patient.config.database
    if named:
        options = f"-c default_transaction_read_only=on -c statement_timeout={PATIENCE_S}s"
        engine = create_engine(
            make_url(named), poolclass=NullPool, connect_args={"connect_timeout": PATIENCE_S, "options": options}
        )
    else:
        # What nobody has open is read as it lies: to open it would make files beside it.
        as_it_lies = "" if Path(f"{file_of(patient)}-wal").exists() else "&immutable=1"
        address = f"file:{file_of(patient)}?mode=ro{as_it_lies}"
        engine = create_engine(URL.create("sqlite", database=address, query={"uri": "true"}), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def file_of(patient: Patient) -> Path:
    """The embedded database."""
    return patient.folder / "lobby.db"


def is_made(patient: Patient) -> bool:
    """Whether there is a database that can be opened and holds a branch's tables."""
    if not patient.config.database and not file_of(patient).exists():
        return False
    try:
        with reading(patient) as connection:
            return inspect(connection).has_table("alembic_version")
    except SQLAlchemyError:
        return False


def look_at_database(patient: Patient) -> Iterator[Finding]:
    """There, whole, of this version, and keeping."""
    if not patient.config.database and not file_of(patient).exists():
        yield look(DATABASE, "There is none yet.", f"It is made at the first start: {patient.serve}")
        return
    try:
        with reading(patient) as connection:
            yield from _revision(connection, patient.serve)
            if patient.config.database:
                yield from _postgresql(connection)
            else:
                yield from _embedded(connection, file_of(patient))
    except SQLAlchemyError as fault:
        said = str(getattr(fault, "orig", None) or fault).strip().splitlines()[0]
        yield broken(DATABASE, f"It cannot be opened: {said}", _what_helps(patient))


def _what_helps(patient: Patient) -> str:
    """A backup is brought back over a file that is damaged, and not over one that is whole and may not be read."""
    if patient.config.database:
        return "Does it run, and does database in the file name it? docs/postgresql.md"
    if not os.access(file_of(patient), os.R_OK | os.W_OK):
        return f"Give it back to this account: ls -l {file_of(patient)}"
    return "Keep it as it is, and restore a backup: docs/backup.md"


def _revision(connection: Connection, serve: str) -> Iterator[Finding]:
    if not inspect(connection).has_table("alembic_version"):
        yield look(DATABASE, "It is empty.", f"Its tables are made at the first start: {serve}")
        return
    found = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
    if found > HEAD:
        yield broken(
            DATABASE,
            f"It was written by a newer version (schema {found}, this one knows {HEAD}).",
            "Install that version again, or restore the backup from before: docs/upgrading.md",
        )
    elif found < HEAD:
        yield look(
            DATABASE,
            f"It will be brought from schema {found} to {HEAD}.",
            "Make a backup before the next start or command: docs/upgrading.md",
        )


def _embedded(connection: Connection, file: Path) -> Iterator[Finding]:
    """SQLite's own look at its pages: https://sqlite.org/pragma.html#pragma_quick_check"""
    said = [str(row[0]) for row in connection.execute(text("PRAGMA quick_check(3)"))]
    if said != ["ok"]:
        do = "Stop the server, keep the file as it is, and restore a backup: docs/backup.md"
        yield broken(DATABASE, f"It is damaged: {said[0].splitlines()[-1]}", do)
        return
    wal = Path(f"{file}-wal")
    if wal.exists() and wal.stat().st_size > 200e6:
        yield look(DATABASE, f"Its log has grown to {size(wal.stat().st_size)}.", "Restart the server in a quiet hour.")
    yield good(DATABASE, f"It is whole: {size(file.stat().st_size)}.")


def _postgresql(connection: Connection) -> Iterator[Finding]:
    """What of its settings the branch's promises rest on."""
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    named = connection.execute(text("SHOW server_version")).scalar_one()
    if version < OLDEST_POSTGRESQL:
        yield broken(DATABASE, f"PostgreSQL {named} is too old.", "Use 14 or later.")
    if connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one():
        yield broken(DATABASE, "It is a standby that takes no writes.", "Name the primary as database in the file.")
    for setting in ("synchronous_commit", "fsync", "full_page_writes"):
        value = connection.execute(text(f"SHOW {setting}")).scalar_one()
        if value == "off":
            yield broken(
                DATABASE,
                f"{setting} is off: a ticket that was given could be lost with the power.",
                f"ALTER SYSTEM SET {setting} = on; SELECT pg_reload_conf();",
            )
    used = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    yield good(DATABASE, f"PostgreSQL {named} answers; the database has {size(used)}.")


def last_event_at(patient: Patient) -> int | None:
    """When the journal's last event was (ms UTC); None without any."""
    table = schema.events.c
    if not is_made(patient):
        return None
    query = select(table.at).where(table.branch == patient.config.setup.id).order_by(table.seq.desc()).limit(1)
    with reading(patient) as connection:
        return connection.execute(query).scalar()


def last_act_at(patient: Patient, kind: str) -> int | None:
    """When the audit trail last speaks of an act of this kind (ms UTC); None when it never does."""
    table = schema.acts.c
    if not is_made(patient):
        return None
    query = select(func.max(table.at)).where(table.branch == patient.config.setup.id, table.kind == kind)
    with reading(patient) as connection:
        return connection.execute(query).scalar() if inspect(connection).has_table("acts") else None


def grows_bytes_a_year(patient: Patient) -> float:
    """What the embedded database grows by, going by its whole life; 0 where that is shorter than a week, or it lies on
    another machine."""
    file, table = file_of(patient), schema.events.c
    if patient.config.database or not is_made(patient):
        return 0.0
    query = select(func.max(table.at) - func.min(table.at)).where(table.branch == patient.config.setup.id)
    with reading(patient) as connection:
        lived = connection.execute(query).scalar() or 0
    return file.stat().st_size / lived * YEAR_MS if lived >= A_WEEK_MS else 0.0
