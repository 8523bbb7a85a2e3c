"""What a backup of a head office keeps: its own audit trail, and the journal of every branch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from lobby.head_office.office_file import FILE, load
from lobby.head_office.office_store import TRAIL
from lobby.records.partitions import partition
from lobby.records.received import Received
from lobby.records.set_aside import set_aside
from lobby.records.store import Store

NAME = "head-office"
"""Its backups begin so."""


class WholeOffice:
    """A head office with all its branches; see `lobby.records.kept.Kept`."""

    noun = "head office"
    file = FILE
    table = "head_office"

    def own(self, name: str) -> str:
        return TRAIL

    def rows(self, name: str) -> str:
        return ""

    def chains(self, store: Store, name: str) -> Sequence[str]:
        return [TRAIL, *(one.branch for one in Received(store).branches())]

    def replaced(self, live: Store, since: int) -> Collection[str]:
        return {one.branch for one in set_aside(live) if one.at > since}

    def prepare(self, target: Store, folder: Path) -> None:
        """On PostgreSQL the large tables are cut while they are empty: later they would be copied once more."""
        partitions = load(folder).partitions
        if target.is_postgresql and partitions:
            partition(target, partitions)


THE_OFFICE = WholeOffice()
