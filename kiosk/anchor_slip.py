"""An anchor on paper: what proves the branch's records, where nobody can change it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from hardware.document import Document, Element, Qr, Space, Text
from kiosk.slip import BRANCH, LINE, SERVICE, SMALL, issued
from lobby.records.anchor import Anchor
from lobby.words import Words

IN_A_LINE = 3
"""So many groups of a hash stand in a line, also on narrow paper: a group that is broken is hard to type."""


def anchor_slip(anchor: Anchor, name: str, zone: str, words: Words) -> Document:
    """The slip in the language of `words`, of the branch that has this name and zone there. The QR code is the anchor's
    line; its groups are for typing. Letters and digits run from left to right in every language."""
    language = words.language

    def line(text: str, size: int = LINE, bold: bool = False) -> Text:
        return Text(text, size=size, bold=bold, align="center", language=language)

    def code(text: str) -> Text:
        return Text(text, size=LINE, bold=False, align="center", language="en")

    elements: list[Element] = [
        Space(8),
        line(name, BRANCH),
        Space(10),
        line(words("Anchor of the records"), SERVICE, bold=True),
        line(issued(anchor.at, zone, words)),
        Space(16),
        Qr(str(anchor)),
        Space(16),
        line(words("Journal, row %(row)s", row=anchor.journal_seq)),
        *map(code, _lines(anchor.journal_hash)),
        Space(10),
        line(words("Audit trail, row %(row)s", row=anchor.trail_seq)),
        *map(code, _lines(anchor.trail_hash)),
        Space(10),
        *map(code, str(anchor).split()[1:3]),
        code(str(anchor).split()[-1]),
        Space(16),
        line(
            words("Keep this slip away from whoever looks after the database. It proves what was recorded until now."),
            SMALL,
        ),
        Space(8),
    ]
    return Document(tuple(elements), language)


def _lines(hashed: str) -> Iterator[str]:
    groups = hashed.split("-")
    for begin in range(0, len(groups), IN_A_LINE):
        yield "-".join(groups[begin : begin + IN_A_LINE])
