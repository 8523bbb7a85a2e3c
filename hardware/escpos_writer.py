"""python-escpos as a writer of bytes. Importing it takes 0.25 s and configures logging; that is undone."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

WIDEST_KNOWN = "TM-T20II"  # its name for a 576-dot head; without one it complains on standard output


def new_writer() -> Any:
    """A printer of python-escpos that only collects what it is told, in `output`."""
    return _dummy()(profile=WIDEST_KNOWN)


@cache
def _dummy() -> Any:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        from escpos.printer import Dummy
    finally:
        for added in [handler for handler in root.handlers if handler not in handlers]:
            root.removeHandler(added)
        root.setLevel(level)
    return Dummy
