"""An anchor is made: the trail says so first, and so the anchor goes over that too."""

from __future__ import annotations

from lobby.records.acts import Acts
from lobby.records.anchor import Anchor
from lobby.records.store import Store


def anchored(store: Store, branch: str, at: int, *, actor: str, role: str) -> Anchor:
    """The anchor of the branch as it stands; `at` in ms UTC."""
    Acts(store, branch).note("anchor-made", actor=actor, role=role, at=at)
    return Anchor.now(store, branch, at)
