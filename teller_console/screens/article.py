"""An article to read, with what to beware of above it, in the teller's language or the customer's."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from lobby.care_door import ArticleView
from teller_console import phrases
from teller_console.care_desk import CareDesk
from teller_console.layouts import everywhere
from teller_console.panels import answers_lines as lines
from teller_console.panels.answers_page import Page
from teller_console.screens.answers_report import report_article
from teller_console.screens.care_screen import CareScreen


class ArticleScreen(CareScreen[None]):
    """The arrows and Space turn the page. L changes to the customer's language and back, W says what is wrong."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(everywhere("l")), "customers_language", show=False),
        Binding(",".join(everywhere("w")), "wrong", show=False),
    ]

    def __init__(self, desk: CareDesk, article: str) -> None:
        super().__init__(desk)
        self._article = article
        self._language = desk.words.language
        self._shown: ArticleView | None = None

    def compose(self) -> ComposeResult:
        words = self.words
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = words("Answer")
            with VerticalScroll(classes="page"):
                yield Static(id="warning")
                yield Static(id="body")
                yield Static(id="facts")
            yield Static(id="state")
            yield Static(
                words("Arrows, Space: on. L: the customer's language. W: wrong or missing. Esc: back."),
                classes="hint",
                markup=False,
            )

    def on_mount(self) -> None:
        self._read()

    def _read(self) -> None:
        article, language = self._article, self._language
        self.ask(lambda door: door.article(article, language), self._show)

    def _show(self, article: ArticleView) -> None:
        words, self._shown = self.words, article
        self.query_one(".dialog").border_title = article.title
        beware = [lines.warning(article, words)]
        if article.language != self._language:
            beware.append(
                words(
                    "There is no text in this language; this one is in %(language)s.",
                    language=phrases.language(article.language, words),
                )
            )
        said = "\n".join(filter(None, beware))
        warning = self.query_one("#warning", Static)
        warning.display = bool(said)
        warning.update(Text(f"! {said}" if said else "", "bold #f2c14e"))
        self.query_one("#body", Static).update(Page(article.body, article.language))
        self.query_one("#facts", Static).update(Text("\n".join(lines.facts(article, words)), "dim"))
        page = self.query_one(VerticalScroll)
        page.scroll_home(animate=False)
        page.focus()

    def action_customers_language(self) -> None:
        self._language = self.desk.other_language(self._language)
        self._read()

    def action_wrong(self) -> None:
        if self._shown is not None:
            report_article(self, self.desk, self._shown)
