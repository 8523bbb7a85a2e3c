"""What the screens of the care room share: they ask the branch in a thread, and say when it does not answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from rich.text import Text
from textual import events, on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from lobby.door import Answer
from lobby.errors import LobbyError, NotSignedIn, ServerUnreachable, Unavailable
from lobby.queue.commands import Command
from lobby.words import Words, refusal
from teller_console.care_desk import CareDesk
from teller_console.screens.above import Above

if TYPE_CHECKING:  # its rooms take long to load, and the first screen needs none of them
    from lobby.care_door import CareDoor

T = TypeVar("T")
Result = TypeVar("Result")

LOOK_S = 0.5
"""So often the line below says anew what is on its way."""


class CareScreen(Above[Result]):
    """`ask` puts a question to the care door. The newest counts: an answer to an older one is dropped. A question that
    gets no answer is put again by itself. Compose a `Static` with the id `state`."""

    CSS_PATH = "care.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("space", "page", show=False),
    ]
    AGAIN_S = 1.0

    @dataclass
    class Told(Message):
        """The branch has answered the question with this number."""

        number: int
        answer: Any
        take: Callable[[Any], None]

    @dataclass
    class Untold(Message):
        """It has refused, or not answered at all."""

        number: int
        error: LobbyError
        again: Callable[[], None]

    def __init__(self, desk: CareDesk) -> None:
        super().__init__()
        self.desk = desk
        self._number = 0
        self._problem = ""

    @property
    def words(self) -> Words:
        return self.desk.words

    def on_mount(self) -> None:
        self.set_interval(LOOK_S, self._show_state)

    def action_page(self) -> None:
        """Turn the page, where there is one."""
        for page in self.query(".page").results(VerticalScroll):
            page.scroll_page_down(animate=False)

    def passed_on(self, event: events.Key) -> bool:
        """Whether the key was for a screen that was opened just before, as many may arrive at once; it has it then."""
        if self.app.screen is self:
            return False
        self.app.screen.post_message(events.Key(event.key, event.character))
        event.stop()
        return True

    def ask(self, question: Callable[[CareDoor], T], take: Callable[[T], None]) -> None:
        """Put a question in a thread, and have the answer taken on this screen."""
        self._number += 1
        self.run_worker(partial(self._ask, self._number, question, take), thread=True, group="care")

    def _ask(self, number: int, question: Callable[[CareDoor], T], take: Callable[[T], None]) -> None:
        try:
            answer = question(self.desk.door)
        except LobbyError as error:
            self.post_message(self.Untold(number, error, partial(self.ask, question, take)))
        else:
            self.post_message(self.Told(number, answer, take))

    @on(Told)
    def _take(self, event: Told) -> None:
        if event.number == self._number:
            self._problem = ""
            event.take(event.answer)
            self._show_state()

    @on(Untold)
    def _explain(self, event: Untold) -> None:
        if event.number != self._number:
            return
        if isinstance(event.error, NotSignedIn):
            self.desk.expired()
            return
        self._problem = refusal(event.error, self.words)
        if isinstance(event.error, ServerUnreachable):
            self._problem = self.words("The branch does not answer. It is asked again by itself.")
        if isinstance(event.error, Unavailable):
            self.set_timer(self.AGAIN_S, lambda: event.again() if event.number == self._number else None)
        else:
            self.refused()
        self._show_state()

    def _show_state(self) -> None:
        said = self.desk.unsent() or self._problem
        for state in self.query("#state").results(Static):
            state.display = bool(said)
            state.update(Text(said))

    def refused(self) -> None:
        """A question was refused for good; it is not put again."""

    # -- what the counter tells

    def carried_out(self, command: Command, answer: Answer) -> None:
        """A command of the care room was carried out; this screen may show something else now."""

    def look_again(self) -> None:
        """Something may be different from what is shown."""
