"""What became of an act. What is asked of the server stands in the audit trail before it is carried out, as asked; then
a second line of the same kind says what became of it, and of which line it speaks. Whoever reads the trail is told both
as one entry. A line that speaks of no asking says what was done or looked at; so do those of older trails, unless a
second line says that it was refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import msgspec

from lobby.errors import LobbyError
from lobby.records.acts import Act, Acts, Wanted

ASKED, DONE, REFUSED, FAULT = "asked", "done", "refused", "fault"
"""What stands under `outcome`; after `REFUSED` the name of the refusal. `FAULT`: ours, and nobody knows whether it was
done."""

Outcome = Literal["", "done", "refused", "unknown"]


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
        note(kind, about, outcome=refused(refusal.name), line=str(line))
        raise
    note(kind, about, outcome=DONE, line=str(line))


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
