"""What an event of the journal is."""

from __future__ import annotations

import msgspec


class Happened(msgspec.Struct, frozen=True, tag=True, tag_field="kind"):
    """The root of every event; `kind` in JSON is the class name."""
