"""The choice of a counter: which there are, what they serve, who is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList, Static

from lobby.door import Answer, Door
from lobby.errors import LobbyError, NotSignedIn, ServerUnreachable
from lobby.queue.commands import Command, OpenCounter
from lobby.views import BranchView, CounterView
from teller_console import phrases
from teller_console.again import Again
from teller_console.messages import NoLongerSignedIn
from teller_console.outbox import Outbox
from teller_console.screens.sending import Sending
from teller_console.tongue import Tongue


@dataclass
class BranchArrived(Message):
    """What the branch has to offer."""

    branch: BranchView


@dataclass
class BranchMissing(Message):
    """The branch could not be fetched."""

    error: LobbyError


class CounterScreen(Sending[CounterView | None]):
    """Opens a counter and gives it; None when the server does not know the session any more. With `wanted` that one is
    tried at once."""

    CSS_PATH = "entry.tcss"
    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f2,l", "language", show=False)]

    def __init__(self, door: Door, tongue: Tongue, *, wanted: int | None = None) -> None:
        super().__init__(door, Outbox(), tongue)
        self._wanted = wanted
        self._branch: BranchView | None = None
        self._typed = ""
        self._fetch_again = Again(self, self._fetch, self.RETRY_S)

    def compose(self) -> ComposeResult:
        with Vertical(id="form", classes="broad"):
            yield OptionList()
            yield Static(id="problem")
            yield Static(id="hint", classes="hint")

    def on_mount(self) -> None:
        self._fetch()
        if self._wanted is not None:
            self.intend(OpenCounter(self._wanted))

    def speak(self) -> None:
        words = self.words
        self.query_one("#form").border_title = words("Which counter?")
        hint = words("Number, or arrows and Enter. F2: language. Ctrl+Q: quit.")
        self.query_one("#hint", Static).update(Text(hint))
        counters = self.query_one(OptionList)
        marked = counters.highlighted
        counters.clear_options()
        counters.add_options([self._line(counter) for counter in self._counters])
        if self._counters:
            counters.highlighted = marked or 0
        self._say_line()

    def _line(self, counter: CounterView) -> Text:
        words = self.words
        services = [phrases.service(self._branch, code, words) for code in counter.services]
        who = counter.teller if counter.open else words("free")
        name = words("Counter %(counter)s", counter=counter.number) + (f" {counter.name}" if counter.name else "")
        return Text.assemble((name, "bold"), f"  {who}  ", (", ".join(services) or words("all services"), "dim"))

    def _say_line(self) -> None:
        said = self.words("The branch cannot be reached. Trying again by itself.") if self.unreached else ""
        self.query_one("#problem", Static).update(Text(said))

    @property
    def _counters(self) -> tuple[CounterView, ...]:
        return self._branch.counters if self._branch else ()

    def hurry(self) -> None:
        super().hurry()
        self._fetch_again.hurry()

    @work(thread=True, group="fetch", description="fetch the branch")
    def _fetch(self) -> None:
        try:
            self.post_message(BranchArrived(self.door.branch()))
        except LobbyError as error:
            self.post_message(BranchMissing(error))

    @on(BranchArrived)
    def show(self, event: BranchArrived) -> None:
        self._branch = event.branch
        self.unreached = False
        self._fetch_again.over()
        self.speak()

    @on(BranchMissing)
    def fetch_again(self, event: BranchMissing) -> None:
        self._fetch_again.later()
        if isinstance(event.error, NotSignedIn):
            self.post_message(NoLongerSignedIn())
        elif isinstance(event.error, ServerUnreachable):
            self.unreached = True
        else:
            self.refuse(event.error)
        self._say_line()

    @on(NoLongerSignedIn)
    def sign_in_again(self) -> None:
        self.end(None)

    def on_key(self, event: events.Key) -> None:
        """A number of one or more digits; taken as soon as no longer one begins like it."""
        if not event.key.isdecimal():
            self._typed = ""
            return
        self._typed += event.key
        like = [counter.number for counter in self._counters if str(counter.number).startswith(self._typed)]
        if like:
            numbers = [counter.number for counter in self._counters]
            self.query_one(OptionList).highlighted = numbers.index(like[0])
        if len(like) <= 1:
            self._typed = ""
        if len(like) == 1:
            self.intend(OpenCounter(like[0]))

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        self.intend(OpenCounter(self._counters[event.option_index].number))

    def carried_out(self, command: Command, answer: Answer) -> None:
        assert answer.counter is not None, "every opened counter comes with the answer"
        self.end(answer.counter)

    def outbox_changed(self) -> None:
        self._say_line()
