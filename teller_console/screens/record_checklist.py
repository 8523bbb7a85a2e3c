"""A checklist to go through with a customer: documents and steps, ticked by digit, or with the arrows and Space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList, Static

from lobby.care.templates import Step
from lobby.words import Words
from teller_console.panels.record_case import label
from teller_console.screens.above import Above


class Checklist(Above[None]):
    """`done` holds the codes of what is ticked, all the time."""

    CSS_PATH = "record_form.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss(None)", show=False, priority=True),
        Binding("space", "tick", show=False, priority=True),
    ]

    def __init__(self, title: str, steps: Sequence[Step], done: list[str], words: Words) -> None:
        super().__init__()
        self._title = title
        self._steps = sorted(steps, key=lambda step: not step.document)
        self._done = done
        self._words = words

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            yield OptionList(*self._lines())
            yield Static(
                self._words("Digit, or arrows and Space: tick. Enter: back to the record."),
                classes="hint",
                markup=False,
            )

    def on_key(self, event: events.Key) -> None:
        if event.key in "123456789" and int(event.key) <= len(self._steps):
            event.stop()
            self._tick(int(event.key) - 1)

    def action_tick(self) -> None:
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self._tick(place)

    @on(OptionList.OptionSelected)
    def clicked(self, event: OptionList.OptionSelected) -> None:
        self._tick(event.option_index)

    def _tick(self, place: int) -> None:
        code = self._steps[place].code
        (self._done.remove if code in self._done else self._done.append)(code)
        options = self.query_one(OptionList)
        options.replace_option_prompt_at_index(place, self._lines()[place])
        options.highlighted = place

    def _lines(self) -> list[Text]:
        document = self._words("document")
        plain = "" if self._words.direction == "rtl" else "dim"
        return [
            Text.assemble(
                f"{place} " if place <= 9 else "  ",
                "☑ " if step.code in self._done else "☐ ",
                label(step, self._words),
                (f" · {document}" if step.document else "", plain),
            )
            for place, step in enumerate(self._steps, 1)
        ]
