"""What the chains of several branches prove, as one verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from lobby.records.anchor import Anchor
from lobby.records.store import Store
from lobby.records.verdict import Verdict, verdict


class Verdicts(msgspec.Struct, frozen=True):
    """Of a head office: first its own trail, then the journal of each branch."""

    each: tuple[Verdict, ...]

    @property
    def whole(self) -> bool:
        return all(one.whole for one in self.each)

    @property
    def rows(self) -> tuple[int, int]:
        """Of the journals together, and of the trail."""
        return sum(one.journal.rows for one in self.each), self.each[0].trail.rows

    @property
    def agrees(self) -> bool:
        """Whether every anchor agrees."""
        return all(one.agrees for one in self.each)

    def sentences(self) -> Iterator[str]:
        """What a person should know: all that are whole in two lines, each of the others by itself."""
        own, *branches = self.each
        whole = [one for one in branches if one.whole]
        yield f"{own.trail.rows} rows of the audit trail{', unbroken' if not own.trail.wrong else ''}"
        yield f"{sum(one.journal.rows for one in whole)} rows of {len(whole)} journals, unbroken"
        for one in self.each:
            if not one.whole:
                yield from (f"{one.branch}: {said}" for said in one.sentences())

    def plain(self) -> dict[str, Any]:
        """The same for a program."""
        return {"whole": self.whole, "each": [one.plain() for one in self.each]}


def examined(store: Store, chains: Sequence[str], anchors: Collection[Anchor] = ()) -> Verdict | Verdicts:
    """Examine the chains of these ids, and hold each against the anchors that are its own."""
    found = tuple(verdict(store, id, anchors) for id in chains)
    return found[0] if len(found) == 1 else Verdicts(found)


def anchors_now(store: Store, chains: Iterable[str], at: int) -> list[Anchor]:
    """The anchor of each of these ids as the records stand; `at` in ms UTC."""
    return [Anchor.now(store, id, at) for id in chains]
