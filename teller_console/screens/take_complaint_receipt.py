"""A complaint was taken: its reference, large, and until when the bank answers, in the customer's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from lobby.care.commands import AcknowledgeComplaint
from lobby.care.views import ComplaintView
from lobby.errors import N_
from lobby.words import words as words_of
from teller_console.care_desk import CareDesk
from teller_console.care_phrases import moment
from teller_console.layouts import everywhere
from teller_console.panels.large_number import ROWS, large
from teller_console.screens.care_screen import CareScreen

UNTIL = {
    "promise": N_("You have our first answer by %(moment)s."),
    "law": N_("You have our final answer by %(moment)s at the latest."),
}


class ReceiptScreen(CareScreen[None]):
    """A acknowledges in person: the customer has been told all that stands here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(everywhere("a")), "acknowledge", show=False),
        Binding("enter", "dismiss(None)", show=False),
    ]

    def __init__(self, desk: CareDesk, complaint: ComplaintView) -> None:
        super().__init__(desk)
        self._complaint = complaint

    def compose(self) -> ComposeResult:
        words, complaint = self.words, self._complaint
        with Vertical(classes="dialog short") as dialog:
            dialog.border_title = words("Complaint %(complaint)s is taken", complaint=complaint.reference)
            yield Static(Text("\n".join(_large(complaint.reference))), id="reference")
            yield Static(Text("\n".join(self._to_the_customer()), "bold"))
            yield Static(Text("\n".join(["", *self._to_the_teller()]), "#a9b7c6"))
            yield Static(id="state")
            yield Static(
                words("A: told in person, acknowledge now. Enter: back to the counter."), classes="hint", markup=False
            )

    def _to_the_customer(self) -> Iterable[str]:
        say = words_of(self._complaint.language)
        yield say("Your complaint is with us. Your reference is %(reference)s.", reference=self._complaint.reference)
        for clock in self._complaint.clocks:
            if clock.kind in UNTIL:
                yield say(UNTIL[clock.kind], moment=moment(clock.due, self.desk.zone, say))

    def _to_the_teller(self) -> Iterable[str]:
        words = self.words
        yield words("A slip with the reference comes out where the branch prints; else write it down for the customer.")
        if not self._complaint.contact:
            yield words("No contact was given: the customer asks with the reference, here, by phone or online.")

    def action_acknowledge(self) -> None:
        self.desk.intend(AcknowledgeComplaint(self._complaint.reference, "in_person"))
        self.dismiss(None)


def _large(reference: str) -> list[str]:
    """`C-7K3M9QA`, with a dash between its parts."""
    first, _, rest = reference.partition("-")
    dash = [" ██ " if row == ROWS // 2 else "    " for row in range(ROWS)]
    return ["".join(rows) for rows in zip(large(first), dash, large(rest), strict=True)]
