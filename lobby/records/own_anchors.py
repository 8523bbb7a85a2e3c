"""Whether a branch's journal still holds what its own kept anchors saw: one look-up, at each start of the server.

It finds a database that was lost and begun anew, or put back from an older copy by hand. The whole chain, and anchors
kept elsewhere, are for `lobby audit verify`.
"""

from __future__ import annotations

from pathlib import Path

from lobby.records.anchor import HASH_BITS, Anchor
from lobby.records.anchor_folder import kept_anchors
from lobby.records.groups import grouped
from lobby.records.store import Store
from lobby.records.verify import JOURNAL, hash_at


def contradicted(store: Store, folder: Path, branch: str) -> Anchor | None:
    """The anchor kept in the data folder that goes furthest, where the journal does not hold the row that it saw."""
    own = [anchor for anchor in kept_anchors(folder)[0] if anchor.branch == branch and anchor.journal_seq]
    furthest = max(own, key=lambda anchor: (anchor.journal_seq, anchor.at), default=None)
    if furthest is None:
        return None
    found = hash_at(store, JOURNAL, branch, furthest.journal_seq)
    return None if found and grouped(found, HASH_BITS) == furthest.journal_hash else furthest
