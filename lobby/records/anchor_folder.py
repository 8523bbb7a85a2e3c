"""The anchors that this branch made, a small file each, beside the branch file. Whoever can change the database can
most likely change these too: they find mistakes; those that were printed or sent elsewhere find people."""

from __future__ import annotations

import os
from pathlib import Path

from lobby.records.anchor import Anchor, NotAnAnchor, read_anchors
from lobby.records.not_written import named

FOLDER = "anchors"


def keep_anchor(folder: Path, anchor: Anchor) -> Path:
    """Keep it in the branch's data folder, durably and whole; `NotWritten` when that cannot be."""
    place = folder / FOLDER
    path = place / f"{str(anchor).split()[2].replace(':', '')}-{anchor.journal_seq}-{anchor.trail_seq}.txt"
    new = path.with_suffix(".new")
    with named(path):
        place.mkdir(mode=0o700, exist_ok=True)
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{anchor}\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    return path


def kept_anchors(folder: Path) -> tuple[list[Anchor], list[str]]:
    """The anchors of a data folder, and a sentence for each file that holds none that can be read."""
    found, unread = [], []
    for path in sorted((folder / FOLDER).glob("*.txt")):
        try:
            found += read_anchors(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, NotAnAnchor) as fault:
            said = fault if isinstance(fault, NotAnAnchor) else "cannot be read"
            unread.append(f"{FOLDER}/{path.name} {said}")
    return found, unread
