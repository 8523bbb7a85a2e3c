"""A file that could not be written, and why: as whoever gave the command reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotWritten(Exception):
    """The disk is full, the place is not there, or not for us to write to."""


@contextmanager
def named(place: Path) -> Iterator[None]:
    """What goes wrong while something is written at `place` is `NotWritten`, with the system's own words."""
    try:
        yield
    except OSError as fault:
        raise NotWritten(f"{place} cannot be written: {fault.strerror or fault}") from fault
