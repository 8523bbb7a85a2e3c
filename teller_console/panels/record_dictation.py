"""The microphone below the note: Ctrl+D begins to listen, and again has what was said written down; Escape forgets it.

Where this machine has no transcriber nothing is shown, and the key does what it does in any text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.message import Message

from lobby.errors import LobbyError
from lobby.words import Words
from teller_console.panels.said import Said

if TYPE_CHECKING:
    from teller_console.dictation import Transcriber, Utterance


class Ear(Enum):
    """What the microphone does now."""

    OFF = auto()
    LISTENING = auto()
    WRITING = auto()


@dataclass
class _Ended(Message):
    """An utterance has ended, with this to be said of it."""

    utterance: Utterance
    said: Message


class Microphone(Said):
    """`transcriber` is set once it is known that there is one. `draft` goes back with what was said: the customer it
    belongs to may have been parked meanwhile."""

    @dataclass
    class Heard(Message):
        """The text of an utterance, empty when nobody spoke; the draft that it was begun for."""

        text: str
        draft: object

    @dataclass
    class Deaf(Message):
        """No text came of it."""

        error: LobbyError

    def __init__(self) -> None:
        super().__init__(id="microphone")
        self.transcriber: Transcriber | None = None
        self._ear = Ear.OFF
        self._utterance: Utterance | None = None

    @property
    def busy(self) -> bool:
        return self._ear is not Ear.OFF

    def tell(self, words: Words, *, open: bool) -> None:
        self.display = self.transcriber is not None and (open or self.busy)
        said = {
            Ear.OFF: ("○ " + words("Ctrl+D: speak the note."), "dim"),
            Ear.LISTENING: ("● " + words("Listening. Ctrl+D: write it down. Esc: forget it."), "bold #f2c14e"),
            Ear.WRITING: ("◌ " + words("Writing it down. Esc: forget it."), "#f2c14e"),
        }
        self.show(Text(*said[self._ear]))

    def press(self, draft: object, language: str) -> None:
        """Begin to listen in this language, or have what was said written down."""
        if self._ear is Ear.OFF and self.transcriber is not None:
            self._ear, self._utterance = Ear.LISTENING, self.transcriber.listen(language)
            work = partial(self._listen, self._utterance, draft)
            self.run_worker(work, thread=True, group="dictation", exit_on_error=False)
        elif self._ear is Ear.LISTENING and self._utterance is not None:
            self._ear = Ear.WRITING
            self._utterance.stop()

    def forget(self) -> None:
        """Nothing comes of what was said so far."""
        if self._utterance is not None:
            self._utterance.cancel()
        self._ear, self._utterance = Ear.OFF, None

    def on_unmount(self) -> None:
        self.forget()

    def _listen(self, utterance: Utterance, draft: object) -> None:
        """In a thread."""
        said: Microphone.Heard | Microphone.Deaf
        try:
            said = self.Heard(utterance.text(), draft)
        except LobbyError as error:
            said = self.Deaf(error)
        self.post_message(_Ended(utterance, said))

    @on(_Ended)
    def _tell_panel(self, event: _Ended) -> None:
        event.stop()
        if event.utterance is self._utterance:
            self._ear, self._utterance = Ear.OFF, None
            self.post_message(event.said)
