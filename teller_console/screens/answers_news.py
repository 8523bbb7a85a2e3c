"""What changed among the answers since the teller was last at work."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static

from lobby.care.knowledge.library import Change
from teller_console.care_desk import CareDesk
from teller_console.panels import answers_lines as lines
from teller_console.screens.article import ArticleScreen
from teller_console.screens.care_screen import CareScreen


class NewsScreen(CareScreen[None]):
    """Enter opens the article."""

    def __init__(self, desk: CareDesk) -> None:
        super().__init__(desk)
        self._changes: tuple[Change, ...] = ()

    def compose(self) -> ComposeResult:
        words = self.words
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = words("What changed since your last shift")
            yield OptionList()
            yield Static(id="nothing", markup=False)
            yield Static(id="state")
            yield Static(words("Arrows and Enter: read. Esc: back."), classes="hint", markup=False)

    def on_mount(self) -> None:
        language = self.words.language
        self.ask(lambda door: door.news(language), self._show)

    def _show(self, changes: tuple[Change, ...]) -> None:
        self._changes = changes
        news = self.query_one(OptionList)
        news.clear_options()
        news.add_options([lines.change(one, self.words) for one in changes])
        self.query_one("#nothing", Static).update("" if changes else self.words("Nothing has changed."))
        if changes:
            news.highlighted = 0

    @on(OptionList.OptionSelected)
    def read(self, event: OptionList.OptionSelected) -> None:
        change = self._changes[event.option_index]
        if change.kind != "rates" and change.what != "withdrawn":
            self.app.push_screen(ArticleScreen(self.desk, change.id))
