"""An input in which quick phrases grow: a short word followed by a space becomes a sentence; Backspace right after it
brings the short word back. What is pasted loses what nobody sees, and comes in on one line."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import Input

from lobby.care.interactions import cleaned
from lobby.care.templates import Template
from lobby.queue.services import named
from lobby.words import Words
from teller_console.layouts import latin


def phrases_of(template: Template, words: Words) -> dict[str, str]:
    """The template's phrases by their short word, in the teller's language."""
    return {phrase.short.casefold(): named(phrase.texts, words.language, "") for phrase in template.phrases}


@dataclass(frozen=True)
class Typed:
    """A text and where the cursor stands in it."""

    text: str
    cursor: int


def expanded(typed: Typed, phrases: dict[str, str]) -> Typed | None:
    """The text with the short word before the cursor, and the spaces behind it, replaced by its phrase and a space;
    None when there is no short word. It may be typed under another layout, by the places of its keys."""
    before = typed.text[: typed.cursor].rstrip(" ")
    start = before.rfind(" ") + 1
    short = before[start:].casefold()
    phrase = phrases.get(short) or phrases.get("".join(map(latin, short)))
    if not phrase:
        return None
    before = f"{before[:start]}{phrase} "
    return Typed(before + typed.text[typed.cursor :], len(before))


class PhraseInput(Input):
    """`phrases` by short word; set them before the teller types."""

    class Full(Message):
        """No more fits; what was typed or pasted last is not there."""

    def __init__(self, longest: int, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(max_length=longest, placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.phrases: dict[str, str] = {}
        self._longest = longest
        self._before: Typed | None = None

    def insert_text_at_cursor(self, text: str) -> None:
        super().insert_text_at_cursor(text)
        self._before = None
        if text == " ":
            self.grow()

    def grow(self) -> None:
        """Have the short word before the cursor replaced, if there is one."""
        now = Typed(self.value, self.cursor_position)
        grown = expanded(now, self.phrases)
        if grown is not None and len(grown.text) <= self._longest:
            self._before = now
            self._put(grown)

    def action_delete_left(self) -> None:
        before, self._before = self._before, None
        if before is not None:
            self._put(before)
        else:
            super().action_delete_left()

    def restricted(self) -> None:
        self.post_message(self.Full())

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.replace(cleaned(event.text), *self.selection)

    def _put(self, typed: Typed) -> None:
        self.value, self.cursor_position = typed.text, typed.cursor
