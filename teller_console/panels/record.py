"""The panel of the record: an outcome by digit, a note if there is something to say, Enter finishes.

The note has the focus from the start. The first digit chooses the outcome and any letter begins the note; from then on
digits are part of the note, until Up goes back to the outcomes. Escape goes back to the keys and keeps what was typed.
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


class Note(Input):
    """The note; what is typed first goes to the panel, which may take it for an outcome."""

    def on_key(self, event: events.Key) -> None:
        panel = self.parent
        if isinstance(panel, RecordPanel) and panel.chooses(event):
            event.stop()
            event.prevent_default()


class RecordPanel(Vertical):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "outcomes", show=False),
    ]

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
        self._choosing = False
        self.open = False

    def compose(self) -> ComposeResult:
        yield Flow(gap=2, id="outcomes")
        yield Note(id="note", max_length=NOTE_LENGTH, compact=True, select_on_focus=False)
        yield Static(id="hint")

    @property
    def note(self) -> Note:
        return self.query_one(Note)

    @property
    def outcome(self) -> str:
        """The chosen outcome's code."""
        place = self._draft.outcome if self._draft else 0
        return self._codes[place] if place < len(self._codes) else ""

    def tell(self, draft: Draft | None, codes: tuple[str, ...], words: Words) -> None:
        """Show the draft of the present customer; none without one."""
        self.border_title = words("Record")
        self.note.placeholder = words("Note (not needed)")
        if draft is not self._draft:
            self._draft = draft
            with self.note.prevent(Input.Changed):
                self.note.value = draft.note if draft else ""
        self._codes, self._words = codes, words
        if draft is None and self.open:
            self.close()
        self.query_one("#outcomes").display = draft is not None
        self.note.display = bool(draft and (self.open or draft.note))
        hint = words("Digit outcome, letters note, Enter finish, Esc later") if self.open else ""
        if not draft:
            hint = words("Here you note what came of it, when you finish.")
        self.query_one("#hint", Static).update(Text(hint, "dim"))
        self._show_outcomes()

    def begin(self) -> None:
        """Take the focus: the teller wants to finish."""
        self.open = self._choosing = True
        self.set_class(True, "open")
        self.note.display = True
        self.screen.set_focus(self.note)

    def close(self) -> None:
        self.open = self._choosing = False
        self.set_class(False, "open")
        self.screen.set_focus(None)

    def take(self, event: events.Key) -> None:
        """A key that was pressed for this panel before it had the focus."""
        if event.key == "enter":
            self.post_message(self.Done())
        elif not self.chooses(event) and event.is_printable and event.character:
            self.note.insert_text_at_cursor(event.character)

    def chooses(self, event: events.Key) -> bool:
        """Whether the key was a choice of an outcome, and so no part of the note."""
        if not self._choosing or not event.is_printable:
            return False
        self._choosing = False
        if self._draft is None or event.key not in "123456789" or int(event.key) > len(self._codes):
            return False
        self._draft.outcome = int(event.key) - 1
        self._show_outcomes()
        return True

    def action_leave(self) -> None:
        self.close()
        self.post_message(self.Left())

    def action_outcomes(self) -> None:
        self._choosing = self.open

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
        self.query_one("#outcomes", Flow).show(pieces)
