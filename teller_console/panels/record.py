"""The panel of the record: an outcome by digit, a note if there is something to say, Enter finishes.

The outcomes have the focus first, so a digit chooses; any other letter begins the note. Escape goes back to the keys
and keeps what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static

from lobby.words import Words
from teller_console import phrases
from teller_console.drafts import Draft
from teller_console.panels.flow import Flow

NOTE_LENGTH = 4000


class Outcomes(Flow, can_focus=True):
    """The outcomes in a row; takes digits while it has the focus."""

    def __init__(self) -> None:
        super().__init__(gap=2, id="outcomes")


class RecordPanel(Vertical):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    @dataclass
    class Done(Message):
        """The teller finishes, with the draft as it stands."""

    @dataclass
    class Left(Message):
        """Back to the keys; the draft is kept."""

    def __init__(self) -> None:
        super().__init__(id="record")
        self._codes: tuple[str, ...] = ()
        self._draft: Draft | None = None
        self._words: Words | None = None
        self.open = False

    def compose(self) -> ComposeResult:
        yield Outcomes()
        yield Input(id="note", max_length=NOTE_LENGTH, compact=True, select_on_focus=False)
        yield Static(id="hint")

    def tell(self, draft: Draft | None, codes: tuple[str, ...], words: Words) -> None:
        """Show the draft of the present customer; none without one."""
        self.border_title = words("Record")
        note = self.query_one("#note", Input)
        note.placeholder = words("Note (not needed)")
        if draft is not self._draft:
            self._draft = draft
            with note.prevent(Input.Changed):
                note.value = draft.note if draft else ""
        self._codes, self._words = codes, words
        self.query_one(Outcomes).display = draft is not None
        if draft is None and self.open:
            self.close()
        note.display = bool(draft and (self.open or draft.note))
        hint = words("Digit outcome, letters note, Enter finish, Esc later") if self.open else ""
        if not draft:
            hint = words("Here you note what came of it, when you finish.")
        self.query_one("#hint", Static).update(Text(hint, "dim"))
        self._show_outcomes()

    def begin(self) -> None:
        """Take the focus: the teller wants to finish."""
        self.open = True
        self.set_class(True, "open")
        self.query_one("#note", Input).display = True
        self.screen.set_focus(self.query_one(Outcomes))

    def close(self) -> None:
        self.open = False
        self.set_class(False, "open")
        self.screen.set_focus(None)

    @property
    def outcome(self) -> str:
        """The chosen outcome's code."""
        place = self._draft.outcome if self._draft else 0
        return self._codes[place] if place < len(self._codes) else ""

    def action_leave(self) -> None:
        self.close()
        self.post_message(self.Left())

    def on_key(self, event: events.Key) -> None:
        if self._draft is None or not self.open or not isinstance(self.screen.focused, Outcomes):
            return
        note = self.query_one("#note", Input)
        if event.key == "enter":
            self.post_message(self.Done())
        elif event.key in "123456789" and int(event.key) <= len(self._codes):
            self._draft.outcome = int(event.key) - 1
            self._show_outcomes()
            self.screen.set_focus(note)
        elif event.is_printable and event.character and not event.character.isdigit():
            self.screen.set_focus(note)
            note.insert_text_at_cursor(event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    @on(Input.Changed, "#note")
    def keep(self, event: Input.Changed) -> None:
        event.stop()
        if self._draft is not None:
            self._draft.note = event.value

    @on(Input.Submitted, "#note")
    def finish(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Done())

    def _show_outcomes(self) -> None:
        pieces = []
        words = self._words
        for place, code in enumerate(self._codes if self._draft and words else ()):
            assert words is not None
            chosen = self._draft is not None and place == self._draft.outcome
            label = f"{place + 1} {phrases.code(code, words)}"
            pieces.append(Text(f"[{label}]", "bold") if chosen else Text(f" {label} "))
        self.query_one(Outcomes).show(pieces)
