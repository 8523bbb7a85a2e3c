"""For supervisors: this week's small sample of records, drawn by chance, to be looked at against the standard."""

from __future__ import annotations

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static

from lobby.care.templates import template_of
from lobby.care.views import RecordView
from lobby.door import Answer
from lobby.queue.commands import Command
from teller_console import phrases
from teller_console.care_desk import CareDesk
from teller_console.care_phrases import moment
from teller_console.screens.care_screen import CareScreen
from teller_console.screens.reviews_record import RecordReviewScreen, named_in


class ReviewsScreen(CareScreen[None]):
    """Enter opens a record."""

    def __init__(self, desk: CareDesk) -> None:
        super().__init__(desk)
        self._sample: tuple[RecordView, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self.words("Records of this week, a sample")
            yield OptionList()
            yield Static(id="nothing", markup=False)
            yield Static(id="state")
            yield Static(self.words("Arrows and Enter: open. Esc: back."), classes="hint", markup=False)

    def on_mount(self) -> None:
        self.look_again()

    def look_again(self) -> None:
        self.ask(lambda door: door.reviews(), self._show)

    def carried_out(self, command: Command, answer: Answer) -> None:
        self.look_again()

    def _show(self, sample: tuple[RecordView, ...]) -> None:
        self._sample = sample
        found = self.query_one(OptionList)
        place = found.highlighted or 0
        found.clear_options()
        found.add_options([self._line(one) for one in sample])
        said = "" if sample else self.words("No records of colleagues this week yet.")
        self.query_one("#nothing", Static).update(said)
        if sample:
            found.highlighted = min(place, len(sample) - 1)
            found.focus()

    def _line(self, one: RecordView) -> Text:
        words, branch = self.words, self.desk.seen.branch
        outcome = named_in(template_of(self.desk.offered.templates, one.service).outcomes, one.outcome, words)
        met = words("%(met)s of %(lines)s seen", met=len(one.met), lines=one.lines)
        return Text.assemble(
            (f"{'✓' if one.reviewed else '·'} {moment(one.at, self.desk.zone, words)}  ", "dim"),
            (one.teller, "bold"),
            f"  {phrases.service(branch, one.service, words)}  {outcome}  ",
            (met if one.reviewed else words("to see"), "dim"),
        )

    @on(OptionList.OptionSelected)
    def open(self, event: OptionList.OptionSelected) -> None:
        self.app.push_screen(RecordReviewScreen(self.desk, self._sample[event.option_index]))
