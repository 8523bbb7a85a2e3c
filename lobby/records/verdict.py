"""What journal and audit trail of a branch prove today, held against the anchors that are at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from lobby.records.anchor import Anchor, State, holds
from lobby.records.store import Store
from lobby.records.verify import JOURNAL, TRAIL, Chain, Examined, examine


class Held(msgspec.Struct, frozen=True):
    """How the two chains stand to one anchor."""

    anchor: Anchor
    journal: State
    trail: State

    @property
    def agrees(self) -> bool:
        return self.journal == self.trail == "agrees"


class Verdict(msgspec.Struct, frozen=True):
    """Both chains, and each anchor from the oldest to the youngest."""

    branch: str
    journal: Examined
    trail: Examined
    anchors: tuple[Held, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.journal.wrong and not self.trail.wrong and self.agrees

    @property
    def rows(self) -> tuple[int, int]:
        """Of the journal, and of the trail."""
        return self.journal.rows, self.trail.rows

    @property
    def agrees(self) -> bool:
        """Whether every anchor agrees, as far as there are any."""
        return all(held.agrees for held in self.anchors)

    def sentences(self) -> Iterator[str]:
        """What a person should know, a line each."""
        for chain, found in ((JOURNAL, self.journal), (TRAIL, self.trail)):
            if not found.wrong:
                yield f"{found.rows} rows of the {chain.name}, unbroken"
            for wrong in found.wrong:
                yield f"the {chain.name} is broken: {wrong}"
            if found.more:
                yield f"the {chain.name} was not looked at beyond row {found.rows}: too much of it is broken"
            yield from self._anchored(chain, found)
        if agreeing := sum(held.agrees for held in self.anchors):
            yield f"{agreeing} of {len(self.anchors)} anchors agree"

    def _anchored(self, chain: Chain, found: Examined) -> Iterator[str]:
        """What anchors say against this chain. Whatever was rewritten lies behind the last row that an anchor vouches
        for."""
        sure = 0
        for held in self.anchors:
            seq, state = (
                (held.anchor.journal_seq, held.journal) if chain is JOURNAL else (held.anchor.trail_seq, held.trail)
            )
            when = f"{datetime.fromtimestamp(held.anchor.at / 1000, UTC):%Y-%m-%d %H:%M} UTC"
            if state == "agrees":
                sure = max(sure, seq)
            elif state == "cut off":
                yield (
                    f"the {chain.name} was cut off: it ends at row {found.rows}, and had {seq} rows "
                    f"when the anchor of {when} was made"
                )
            else:
                yield (
                    f"the {chain.name} was rewritten between row {sure + 1} and row {seq}: "
                    f"the anchor of {when} saw another row {seq}"
                )

    def plain(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "branch": self.branch,
            "whole": self.whole,
            "journal": _plain(self.journal),
            "audit_trail": _plain(self.trail),
            "anchors": [
                {"anchor": str(held.anchor), "journal": held.journal, "audit_trail": held.trail}
                for held in self.anchors
            ],
        }


def verdict(store: Store, branch: str, anchors: Iterable[Anchor] = ()) -> Verdict:
    """Examine both chains of a branch, and hold them against the anchors that are its own."""
    journal, trail = examine(store, JOURNAL, branch), examine(store, TRAIL, branch)
    own = sorted({one for one in anchors if one.branch == branch}, key=lambda one: (one.journal_seq, one.at))
    held = tuple(Held(one, holds(store, JOURNAL, journal, one), holds(store, TRAIL, trail, one)) for one in own)
    return Verdict(branch, journal, trail, held)


def _plain(found: Examined) -> dict[str, Any]:
    wrong = [msgspec.structs.asdict(one) | {"says": str(one)} for one in found.wrong]
    return {"rows": found.rows, "hash": found.hash.hex(), "wrong": wrong, "more": found.more}
