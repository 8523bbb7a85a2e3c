"""A secret in a file of its own, which nobody but this user may read."""

from __future__ import annotations

import os
from pathlib import Path


def keep_secret(path: Path, secret: str) -> None:
    """Write the file, durably, or leave it as it was; raises OSError."""
    partial = path.with_name(path.name + ".part")
    partial.unlink(missing_ok=True)  # whoever made it may have made it for all to read
    descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
