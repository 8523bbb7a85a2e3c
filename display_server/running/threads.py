"""Who does what would keep a server's loop waiting: the database's commits, drawing, passwords, other machines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Work = Callable[[], Any]
Runs = Callable[[Work], Any]
"""Has the work done, and returns its result or raises its refusal."""


def plainly(work: Work) -> Any:
    """The work's result, done where it is asked for."""
    return work()


@dataclass(frozen=True)
class Threads:
    """The threads beside one branch server's loop. In tests and plain processes each simply does the work."""

    commits: Runs = plainly
    """One thread, so that what is written is written in order."""

    offload: Runs = plainly
    """What takes a while: hashing passwords, drawing, reading folders."""

    background: Runs = plainly
    """The same where nobody waits for the result."""

    posting: Runs = plainly
    """What other machines are told: each takes its time."""

    foreseeing: Runs = plainly
    """How long waits will be, reckoned beside the calls."""


HERE = Threads()
"""Everything is done where it is asked for."""
