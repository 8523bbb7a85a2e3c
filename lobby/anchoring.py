"""An anchor is made: the trail says so, then it is taken and kept."""

from __future__ import annotations

from pathlib import Path

from lobby.records.acts import Acts
from lobby.records.anchor import Anchor
from lobby.records.anchor_folder import keep_anchor
from lobby.records.store import Store


def anchored(folder: Path, store: Store, branch: str, at: int, *, actor: str, role: str) -> Anchor:
    """The anchor of the branch as it stands, kept in its data folder; `at` in ms UTC."""
    Acts(store, branch).note("anchor-made", actor=actor, role=role, at=at)
    made = Anchor.now(store, branch, at)
    keep_anchor(folder, made)
    return made
