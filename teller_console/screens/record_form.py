"""The fields of a record, one below the other: what is understood, or what is wrong, stands under each as it is typed.

Enter goes on to the next field, and from the last one ends the form; Ctrl+S ends it from any field. A choice is made by
its digit alone. Tab and the arrows go anywhere; Escape goes back and keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from lobby.care.entries import TENTH, Missing
from lobby.care.templates import Field, FieldType
from lobby.errors import BadField
from lobby.words import Words, refusal
from teller_console.panels.flow import Flow
from teller_console.panels.record_case import entry, label, shown
from teller_console.panels.record_phrases import PhraseInput
from teller_console.screens.above import Above

LONGEST_CHOICE = 60
_PICKED = (FieldType.CHOICE, FieldType.YES_NO)


class FieldInput(PhraseInput):
    """What is typed goes to the form, which knows the field that it is meant for: a slow line brings many keys at once,
    and the focus follows them late."""

    def on_key(self, event: events.Key) -> None:
        form = self.screen
        if isinstance(form, RecordForm) and form.takes(event):
            event.stop()
            event.prevent_default()


class FieldRow(Vertical):
    """One field. `value` is what is kept of it, `refused` what is wrong."""

    def __init__(
        self,
        asked: Field,
        typed: MutableMapping[str, str],
        on_typed: Callable[[], None],
        now: datetime,
        words: Words,
        phrases: dict[str, str],
    ) -> None:
        super().__init__(classes="field")
        self.asked = asked
        self._typed = typed
        self._on_typed = on_typed
        self._now = now
        self._words = words
        self._phrases = phrases
        self.value = ""
        self.refused: BadField | None = None

    def compose(self) -> ComposeResult:
        name = f"{self.name_shown} ({self.asked.unit})" if self.asked.unit else self.name_shown
        private = " · " + self._words("private") if self.asked.private else ""
        one_style = self._words.direction == "rtl"
        yield Static(Text.assemble((name, "bold"), (private, "bold" if one_style else "dim")), classes="name")
        longest = LONGEST_CHOICE if self.asked.type is not FieldType.TEXT else self.asked.longest
        entering = FieldInput(longest, placeholder="" if self.asked.required else self._words("not needed"))
        if self.asked.type is FieldType.TEXT:
            entering.phrases = self._phrases
        entering.value = self._typed.get(self.asked.code, self.asked.default)
        yield entering
        yield Flow()
        yield Static(classes="said")

    def on_mount(self) -> None:
        self.look()

    @property
    def entering(self) -> FieldInput:
        return self.query_one(FieldInput)

    @property
    def name_shown(self) -> str:
        return label(self.asked, self._words)

    def type(self, sign: str) -> bool:
        """Type it; whether it made a choice, so that the next field is meant."""
        before = self.value
        self.entering.insert_text_at_cursor(sign)
        self.look()
        return self.asked.type in _PICKED and bool(self.value) and not before and len(self.entering.value) == 1

    def look(self) -> None:
        """Keep what stands there now, and understand it."""
        typed = self.entering.value
        if typed != self._typed.get(self.asked.code, ""):
            self._typed[self.asked.code] = typed
            self._on_typed()
        self.value, self.refused = "", None
        try:
            self.value = entry(self.entering.value, self.asked, self._now, self._words)
        except BadField as error:
            self.refused = error
        if not self.value and self.refused is None and self.asked.required:
            self.refused = Missing(field=self.asked.code)
        self._say(strict=False)

    def _say(self, *, strict: bool) -> None:
        """Under the field: the choices, what is understood, or what to write; `strict` after the teller went on."""
        said, choices = self.query_one(".said", Static), self.query_one(Flow)
        empty = not self.entering.value.strip()
        choices.display = self.asked.type in _PICKED and not self.value
        wrong = self.refused is not None and (strict or not empty)
        said.display = not choices.display or (wrong and strict)
        if choices.display:
            choices.show([Text(piece, "bold" if wrong else "") for piece in self._choices()])
        if wrong:
            said.update(Text(f"! {self._refusal()}", "bold" if strict else ""))
        else:
            said.update(Text(f"✓ {self._understood()}" if self.value else ""))
        said.set_class(wrong, "wrong")
        choices.set_class(wrong, "wrong")

    def insist(self) -> None:
        """Say what is wrong, as the teller wants to go on."""
        self._say(strict=True)

    def _refusal(self) -> str:
        assert self.refused is not None
        facts = {**self.refused.facts, "field": self.name_shown}
        return refusal(type(self.refused)(**facts), self._words)

    def _choices(self) -> list[str]:
        names = [label(choice, self._words) for choice in self.asked.choices]
        if self.asked.type is FieldType.YES_NO:
            names = [self._words("yes"), self._words("no")]
        return [f"{place % TENTH if place <= TENTH else ' '} {name}" for place, name in enumerate(names, 1)]

    def _understood(self) -> str:
        """A long text whole, as the line above does not hold it."""
        if self.asked.type is FieldType.TEXT:
            return self.value if len(self.value) > self.entering.size.width else ""
        return shown(self.value, self.asked, self._words)

    @on(Input.Changed)
    def edited(self, event: Input.Changed) -> None:
        event.stop()
        self.look()


class RecordForm(Above[bool]):
    """True when every field is right; None on Escape. `typed` always holds what stands in the fields, by code."""

    CSS_PATH = "record_form.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("ctrl+s", "end", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        typed: MutableMapping[str, str],
        now: datetime,
        words: Words,
        phrases: dict[str, str],
        on_typed: Callable[[], None],
    ) -> None:
        super().__init__()
        self._title = title
        self._over = False
        self.late: list[events.Key] = []
        self._words = words
        self._rows = [FieldRow(f, typed, on_typed, now, words, phrases) for f in fields]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            with VerticalScroll(can_focus=False):
                yield from self._rows
            hint = self._words("Enter, or a choice's digit: go on. Tab: next. Ctrl+S: done. Esc: back, all is kept.")
            yield Static(hint, classes="hint", markup=False)

    def on_mount(self) -> None:
        self._turn_to(next((row for row in self._rows if row.refused is not None), self._rows[0]))

    def on_key(self, event: events.Key) -> None:
        """A key that came before any field had the focus."""
        if self.takes(event):
            event.stop()

    def takes(self, event: events.Key) -> bool:
        """Type a key where it is meant; False for a key that types nothing. What comes after the end is `late`."""
        if event.key != "enter" and not (event.is_printable and event.character):
            return False
        if self._over:
            self.late.append(event)
        elif event.key == "enter":
            self._row().entering.grow()
            self._row().look()
            self._go_on(self._row())
        elif self._row().type(event.character or ""):
            self._go_on(self._row())
        return True

    @on(PhraseInput.Full)
    def full(self) -> None:
        self.notify(self._words("No more fits here."))

    def _go_on(self, row: FieldRow) -> None:
        if row.refused is not None:
            row.insist()
        elif row is self._rows[-1]:
            self.action_end()
        else:
            self._turn_to(self._rows[self._rows.index(row) + 1])

    def action_end(self) -> None:
        """Done; or to the first field that is not right."""
        wrong = next((row for row in self._rows if row.refused is not None), None)
        if wrong is not None:
            wrong.insist()
            self._turn_to(wrong)
        elif not self._over:
            self._over = True
            self.dismiss(True)

    def _turn_to(self, row: FieldRow) -> None:
        self.set_focus(row.entering)

    def _row(self) -> FieldRow:
        return next((row for row in self._rows if row.entering is self.focused), self._rows[0])
