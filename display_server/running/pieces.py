"""A long text that is made elsewhere, a piece at a time: whoever waits for the server does not wait for all of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from display_server.running.threads import Runs

LINES = 500
"""So many lines are made at a time."""


def in_pieces(lines: Iterator[str], offload: Runs) -> Iterator[str]:
    """The text, made by `offload`. What hinders its beginning is raised at once, when an answer can still refuse."""

    def made() -> str:
        return "".join(islice(lines, LINES))

    first = offload(made)
    return chain([first], iter(lambda: offload(made), ""))
