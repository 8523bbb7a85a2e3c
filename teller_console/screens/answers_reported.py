"""For supervisors: what tellers found wrong or missing among the answers, until somebody has settled it."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList, Static

from lobby.care.commands import SettleArticleReport
from lobby.care.views import ArticleReportView
from lobby.door import Answer
from lobby.queue.commands import Command
from teller_console.care_desk import CareDesk
from teller_console.care_phrases import moment
from teller_console.layouts import everywhere
from teller_console.screens.answers_report import problem_said
from teller_console.screens.article import ArticleScreen
from teller_console.screens.ask import Ask
from teller_console.screens.care_screen import CareScreen


class ReportedScreen(CareScreen[None]):
    """Enter settles the marked report, with a note if there is something to say; L looks its article up."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(",".join(everywhere("l")), "look_up", show=False)]

    def __init__(self, desk: CareDesk) -> None:
        super().__init__(desk)
        self._reports: tuple[ArticleReportView, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self.words("What is wrong among the answers")
            yield OptionList()
            yield Static(id="nothing", markup=False)
            yield Static(id="state")
            hint = self.words("Arrows. Enter: settled. L: look the article up. Esc: back.")
            yield Static(hint, classes="hint", markup=False)

    def on_mount(self) -> None:
        self.look_again()

    def look_again(self) -> None:
        self.ask(lambda door: door.article_reports(), self._show)

    def carried_out(self, command: Command, answer: Answer) -> None:
        self.look_again()

    def _show(self, reports: tuple[ArticleReportView, ...]) -> None:
        self._reports = reports
        found = self.query_one(OptionList)
        place = found.highlighted or 0
        found.clear_options()
        found.add_options([self._line(one) for one in reports])
        self.query_one("#nothing", Static).update("" if reports else self.words("Nothing was reported."))
        if reports:
            found.highlighted = min(place, len(reports) - 1)
            found.focus()

    def _line(self, one: ArticleReportView) -> Text:
        words = self.words
        return Text.assemble(
            (f"{moment(one.at, self.desk.zone, words)}  {one.by}  ", "dim"),
            (words(problem_said(one.problem)), "bold"),
            f"  {one.article} ({one.language})" if one.article else "",
            f"\n  {one.note}" if one.note else "",
        )

    @on(OptionList.OptionSelected)
    def settle(self, event: OptionList.OptionSelected) -> None:
        reference = self._reports[event.option_index].reference

        def settled(note: str | None) -> None:
            if note is not None:
                self.desk.intend(SettleArticleReport(reference, note))

        kept = (self.desk.typed, f"settle {reference}")
        self.app.push_screen(Ask(self.words("What was done about it?"), self.words, kept=kept), settled)

    def action_look_up(self) -> None:
        place = self.query_one(OptionList).highlighted
        if place is not None and self._reports and self._reports[place].article:
            self.app.push_screen(ArticleScreen(self.desk, self._reports[place].article))
