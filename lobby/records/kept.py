"""Whose records a backup keeps: those of one branch, or of a head office together with the journals of its branches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from lobby.records.store import Store


class Kept(Protocol):
    """`noun` is what sentences call it, `file` its settings, and `database` stands in the table `table` of that file. A
    backup is named by a `name`: of a branch its id."""

    noun: str
    file: str
    table: str

    def own(self, name: str) -> str:
        """Under which id its own audit trail is."""
        ...

    def rows(self, name: str) -> str:
        """The id whose rows are copied; empty for all that are there."""
        ...

    def chains(self, store: Store, name: str) -> Sequence[str]:
        """The ids of all journals and trails in a store, its own first."""
        ...

    def replaced(self, live: Store, since: int) -> Collection[str]:
        """The ids whose journal has given way to another version after `since` (ms UTC), by a person's word."""
        ...

    def prepare(self, target: Store, folder: Path) -> None:
        """Make an empty database ready for the rows of what lies in `folder`."""
        ...


class OneBranch:
    """A branch: one journal and one trail, under its id."""

    noun = "branch"
    file = "branch.toml"
    table = "server"

    def own(self, name: str) -> str:
        return name

    def rows(self, name: str) -> str:
        return name

    def chains(self, store: Store, name: str) -> Sequence[str]:
        return [name]

    def replaced(self, live: Store, since: int) -> Collection[str]:
        return ()

    def prepare(self, target: Store, folder: Path) -> None:
        pass


A_BRANCH = OneBranch()
