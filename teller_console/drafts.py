"""What a teller has typed and the branch has not taken yet."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from lobby.care.interactions import Kind

_REFERENCE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-\S+|[CF]-[0-9A-Z]{7}")
"""Of a ticket, a complaint or a promise."""


class Draft(msgspec.Struct):
    """What is written about one customer: codes of outcome, deliveries and steps done, the note so far, what stands in
    the forms (by kind, then field), and the kinds recorded already. Plain data: a further field is kept over a crash by
    itself."""

    outcome: str = ""
    note: str = ""
    kind: Kind = Kind.PLAIN
    delivered: list[str] = []
    steps: list[str] = []
    forms: dict[str, dict[str, str]] = {}
    also: list[str] = []


class Drafts:
    """One draft a ticket, so that it waits with a parked one; and `typed`, what stands in other fields, by their place.

    A recorded draft is kept in memory alone: an undo brings the customer back, and the words with them.
    """

    def __init__(self) -> None:
        self._open: dict[str, Draft] = {}
        self._recorded: dict[str, Draft] = {}
        self.typed: dict[str, str] = {}

    def of(self, ticket: str) -> Draft:
        if ticket not in self._open:
            self._open[ticket] = self._recorded.pop(ticket, Draft())
        return self._open[ticket]

    def recorded(self, ticket: str) -> None:
        """The branch has it."""
        if ticket in self._open:
            self._recorded[ticket] = self._open.pop(ticket)

    def unfinished(self) -> dict[str, Draft]:
        """Those in which something stands, by ticket."""
        return {ticket: draft for ticket, draft in self._open.items() if draft != Draft()}

    def texts(self) -> Iterator[tuple[str, str]]:
        """What was written, each with what it belongs to, where that can be told; single signs are choices."""
        for ticket, draft in self.unfinished().items():
            for text in (draft.note, *(text for form in draft.forms.values() for text in form.values())):
                if len(text) > 1:
                    yield ticket, text
        for place, text in self.typed.items():
            if len(text) > 1:
                yield next(filter(_REFERENCE.fullmatch, place.split()), ""), text

    def take_up(self, drafts: dict[str, Draft], typed: dict[str, str]) -> None:
        """Go on with what was left."""
        self._open.update(drafts)
        self.typed.update(typed)

    def forget(self) -> None:
        for kept in (self._open, self._recorded, self.typed):
            kept.clear()
