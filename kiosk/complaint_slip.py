"""What a customer takes away from a complaint: its reference, what happens until when, and how to ask about it. Pure.

The customer's words and name are never on it: paper is left lying about.
"""

from __future__ import annotations

import msgspec

from hardware.document import Document, Element, Number, Qr, Space, Text
from kiosk import phrases
from kiosk.slip import BRANCH, LINE, SERVICE, SMALL, issued
from lobby.care.clocks import ClockKind
from lobby.care.views import ComplaintView
from lobby.views import BranchView
from lobby.words import Words

REFERENCE_MM = 8


class Promised(msgspec.Struct, frozen=True):
    """When it was received and what is promised, in one language; `law` is empty where no law sets a time."""

    received: str
    promise: str
    law: str


def promised(complaint: ComplaintView, branch: BranchView, words: Words) -> Promised:
    """The complaint's dates as the customer reads them, on the branch's own clock."""
    due = {clock.kind: clock.due for clock in complaint.clocks}
    promise, law = due[ClockKind.PROMISE], due.get(ClockKind.LAW)
    return Promised(
        received=words("Received %(moment)s", moment=issued(complaint.received_at, branch.zone, words)),
        promise=words("You hear from us by %(moment)s", moment=issued(promise, branch.zone, words)),
        law=""
        if law is None
        else words("By law you get our final answer by %(day)s", day=phrases.day(law, branch.zone, words)),
    )


def complaint_slip(complaint: ComplaintView, branch: BranchView, words: Words, *, url: str) -> Document:
    """The slip in the language of `words`. `url` is the complaint's page; without it there is no QR code."""
    language, said = words.language, promised(complaint, branch, words)

    def line(text: str, size: int = LINE, bold: bool = False) -> Text:
        return Text(text, size=size, bold=bold, align="center", language=language)

    elements: list[Element] = [
        Space(8),
        line(phrases.in_language(branch.names, language, branch.name), BRANCH),
        Space(10),
        line(words("We have your complaint"), SERVICE, bold=True),
        Space(10),
        Number(complaint.reference, height_mm=REFERENCE_MM),
        Space(10),
        line(said.promise, bold=True),
        *([line(said.law)] if said.law else []),
        Space(16),
        line(words("To ask about it, say this reference at any counter.")),
        Space(16),
    ]
    if url:
        elements += [Qr(url), line(words("See on your phone how it stands"), BRANCH), Space(12)]
    elements += [line(said.received, SMALL), Space(8)]
    return Document(tuple(elements), language)
