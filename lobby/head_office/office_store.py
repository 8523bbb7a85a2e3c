"""The database of a head office: the tables of a branch, for all branches together; on PostgreSQL cut by branch."""

from __future__ import annotations

from pathlib import Path

from lobby.head_office.office_file import Office
from lobby.records.partitions import partition
from lobby.records.store import Store

TRAIL = "(head office)"
"""Under which the audit trail of the head office itself is kept: no branch can have this id."""


def office_store(folder: Path, office: Office, *, beside: bool = False) -> Store:
    """The database that the office's file names, or the one in its folder; made where it is new, and brought to this
    version. For a command `beside` the server, one of an earlier version stays as it is, and is refused."""
    store = (Store.beside if beside else Store.in_folder)(folder, office.database)
    if store.is_postgresql and office.partitions:
        partition(store, office.partitions)
    return store
