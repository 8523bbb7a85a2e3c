"""What became of an act. What is asked of the server stands in the audit trail before it is carried out, as asked; then
a second line of the same kind says what became of it, and of which line it speaks. Whoever reads the trail is told both
as one entry. A line that speaks of no asking says what was done or looked at; so do those of older trails, unless a
second line says that it was refused.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import msgspec

from lobby.errors import LobbyError, Unavailable
from lobby.records.acts import Act, Acts, Wanted

ASKED, DONE, REFUSED, FAULT = "asked", "done", "refused", "fault"
"""What stands under `outcome`; after `REFUSED` the name of the refusal. `FAULT`: ours (a database that is full,
busy or away too), and nobody knows whether it was done, or half of it."""

Outcome = Literal["", "done", "refused", "unknown"]

log = logging.getLogger(__name__)


class Entry(Act, frozen=True):
    """An act and what became of it: done, refused and `why` (the refusal's name), or `unknown`, where the server has
    not lived to say it; empty where nothing was asked. `outcome_seq` is the line that says so."""

    outcome: Outcome = ""
    why: str = ""
    outcome_seq: int = 0


@contextmanager
def asked(note: Callable[..., int], kind: str, about: str = "", /, **detail: str) -> Iterator[int]:
    """Write down with `note` that it is asked for, in the line whose number this gives; then, what became of what is
    done meanwhile."""
    line = note(kind, about, outcome=ASKED, **detail)
    try:
        yield line
    except LobbyError as refusal:
        failed = isinstance(refusal, Unavailable)  # half of it may be done
        say(note, kind, about, FAULT if failed else refused(refusal.name), line)
        raise
    say(note, kind, about, DONE, line)


def say(note: Callable[..., int], kind: str, about: str, outcome: str, line: int) -> None:
    """Write down what became of what is asked for in this line. It is done, or refused, all the same where that cannot
    be: then the trail does not know it, and the log does."""
    try:
        note(kind, about, outcome=outcome, line=str(line))
    except LobbyError as fault:
        log.error("the trail does not say what became of line %d, %s: %s", line, outcome, fault)


def refused(name: str) -> str:
    """That it was refused, as it is written."""
    return f"{REFUSED} {name}"


def entries(acts: Acts, wanted: Wanted, limit: int, before: int = 0) -> list[Entry]:
    """At most `limit` of the entries that are wanted, the newest first; with `before`, only those with a lower
    number."""
    found = acts.newest(wanted, limit, before, outcomes=False)
    became = acts.outcomes_of(found)
    return [_entry(act, became.get(act.seq)) for act in found]


def _entry(act: Act, became: Act | None) -> Entry:
    outcome, _, why = (became.detail.get("outcome", "") if became is not None else "").partition(" ")
    said: Outcome = "done" if outcome == DONE else "refused" if outcome == REFUSED else "unknown"
    if became is None and act.detail.get("outcome") != ASKED:
        said = ""
    detail = {name: value for name, value in act.detail.items() if name != "outcome"}
    fields = msgspec.structs.asdict(act) | {"detail": detail}
    return Entry(**fields, outcome=said, why=why, outcome_seq=became.seq if became is not None else 0)
