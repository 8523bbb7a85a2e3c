"""Answers: what belongs to the service at hand, and whatever a few words find, as they are typed.

One question is on its way at a time, and the newest text is asked next: a fast typist never waits behind old questions,
and an answer to a text that stands there no more is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static

from lobby.care.knowledge.library import Hit
from lobby.care_door import CareDoor, Headline
from teller_console.care_desk import CareDesk
from teller_console.panels import answers_lines as lines
from teller_console.screens.answers_calm import CalmScreen
from teller_console.screens.answers_report import report_missing
from teller_console.screens.article import ArticleScreen
from teller_console.screens.care_screen import CareScreen

LONGEST = 100


class AnswersScreen(CareScreen[None]):
    """Opens on the articles of `desk.service`; `opening` are those where they are known already. Letters search, the
    arrows mark, Enter opens."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "move(-5)", show=False, priority=True),
        Binding("pagedown", "move(5)", show=False, priority=True),
        Binding("f2", "missing", show=False),
        Binding("f3", "calm", show=False),
    ]

    def __init__(self, desk: CareDesk, opening: Sequence[Headline] = ()) -> None:
        super().__init__(desk)
        self._opening = tuple(opening)
        self._articles: list[str] = []
        self._asked: str | None = None
        self._shown_for = ""
        self._read_first = False

    def compose(self) -> ComposeResult:
        words = self.words
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = words("Answers to look up")
            yield Input(
                max_length=LONGEST,
                compact=True,
                placeholder=words("Search: a few words, in any language"),
                select_on_focus=False,
            )
            yield Static(id="found", markup=False)
            found = OptionList()
            found.can_focus = False
            yield found
            yield Static(id="state")
            yield Static(
                words("Enter: read. F2: something is missing. F3: calming words. Esc: back."),
                classes="hint",
                markup=False,
            )

    def on_mount(self) -> None:
        self._show_opening()
        self._search()

    def on_key(self, event: events.Key) -> None:
        """What was typed before the field had the focus."""
        if self.passed_on(event):
            return
        if event.is_printable and event.character:
            self._input.insert_text_at_cursor(event.character)
        elif event.key == "enter":
            self.read()

    @property
    def _input(self) -> Input:
        return self.query_one(Input)

    @property
    def _text(self) -> str:
        return self._input.value.strip()

    @on(Input.Changed)
    def changed(self) -> None:
        self._read_first = False
        if self._asked is None:
            self._search()

    @on(Input.Submitted)
    def read(self) -> None:
        """Open what is marked; the first that is found, where it is still asked for."""
        if self._shown_for != self._text:
            self._read_first = True
            return
        marked = self.query_one(OptionList).highlighted
        if marked is not None and self._articles:
            self.app.push_screen(ArticleScreen(self.desk, self._articles[marked]))

    def action_move(self, step: int) -> None:
        found = self.query_one(OptionList)
        if found.highlighted is not None:
            found.highlighted = min(max(found.highlighted + step, 0), found.option_count - 1)

    def action_missing(self) -> None:
        report_missing(self, self.desk, self._text)

    def action_calm(self) -> None:
        self.app.push_screen(CalmScreen(self.desk))

    # -- asking

    def _search(self) -> None:
        text, service, language = self._text, self.desk.service, self.words.language
        self._asked = text
        if text:
            self.ask(partial(_search, text, language, service), partial(self._found, text))
        else:
            self.ask(partial(_opening, service, language), self._opened)

    def _next(self) -> bool:
        """Whether what was answered is what stands there; if not, that is asked now."""
        fresh, self._asked = self._asked == self._text, None
        if not fresh:
            self._search()
        return fresh

    def refused(self) -> None:
        self._asked = None

    def _found(self, text: str, hits: tuple[Hit, ...]) -> None:
        if self._next():
            said = self.words.plural("%(count)s answer", "%(count)s answers", len(hits)) if hits else ""
            nothing = self.words("Nothing is written about this yet. F2 tells the manager.")
            self._show(said or nothing, [one.article for one in hits], [lines.hit(one, self.words) for one in hits])

    def _opened(self, opening: tuple[Headline, ...]) -> None:
        self._opening = opening
        if self._next():
            self._show_opening()

    def _show_opening(self) -> None:
        found = self._opening
        said = self.words("For the service at hand:") if found else ""
        self._show(said, [one.article for one in found], [lines.headline(one, self.words) for one in found])

    def _show(self, said: str, articles: list[str], shown: list[Text]) -> None:
        self._articles, self._shown_for = articles, self._text
        self.query_one("#found", Static).update(Text(said, "dim"))
        found = self.query_one(OptionList)
        found.clear_options()
        found.add_options(shown)
        if shown:
            found.highlighted = 0
        if self._read_first:
            self._read_first = False
            self.read()


def _search(text: str, language: str, service: str, door: CareDoor) -> tuple[Hit, ...]:
    return door.search(text, language, service)


def _opening(service: str, language: str, door: CareDoor) -> tuple[Headline, ...]:
    return door.opening(service, language)
