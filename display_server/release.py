"""Which release of its pages this server gives out, so that a screen that runs for months notices an upgrade."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

ROOM = Path(__file__).parent
PARTS = ("static", "templates")


@cache
def release() -> str:
    """A short digest of the scripts, styles and templates; read once, at the first snapshot."""
    digest = sha256()
    for part in PARTS:
        for path in sorted((ROOM / part).rglob("*")):
            if path.is_file():
                digest.update(f"{path.relative_to(ROOM)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
