"""A case with a reference, clocks and a story: shown whole, its steps each on a digit."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from functools import partial

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from lobby.care.commands import COMPLAINT_VERBS, FOLLOW_UP_VERBS
from lobby.care.views import ClockView, Line, Told
from lobby.door import Answer
from lobby.queue.commands import Command
from teller_console import care_phrases as say_of
from teller_console import care_places
from teller_console.care_desk import CareDesk
from teller_console.command_names import STEPS
from teller_console.panels.flow import Flow
from teller_console.screens import due_steps
from teller_console.screens.care_form import entered, form, moment_ms
from teller_console.screens.care_screen import CareScreen
from teller_console.screens.due_lines import clock_text

COMMANDS: dict[str, type[Command]] = {**COMPLAINT_VERBS, **FOLLOW_UP_VERBS}


class CaseScreen(CareScreen[None]):
    """A digit takes the step that it stands before; its form keeps what was typed until the step was taken."""

    def __init__(self, desk: CareDesk, reference: str) -> None:
        super().__init__(desk)
        self._reference = reference
        self._steps: tuple[tuple[str, str], ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._reference
            with VerticalScroll(classes="page"):
                yield Static(id="case")
            yield Static(id="state")
            yield Flow(gap=3, id="steps")
            yield Static(self.words("Digit: take the step. Esc: back."), classes="hint", markup=False)

    def on_mount(self) -> None:
        self.look_again()

    @abstractmethod
    def look_again(self) -> None: ...

    def on_key(self, event: events.Key) -> None:
        if not self.passed_on(event) and event.key in "123456789" and int(event.key) <= len(self._steps):
            event.stop()
            self._take_step(*self._steps[int(event.key) - 1])

    def _take_step(self, step: str, reference: str) -> None:
        desk, title = self.desk, f"{reference}: {self.words(STEPS[step])}"
        fields = due_steps.fields(step, desk.offered, self.words)
        place = care_places.of_step(step, reference)

        def done(right: bool | None) -> None:
            if right:
                answers = entered(desk, fields, place)
                desk.intend(due_steps.command(step, reference, answers, partial(moment_ms, desk)))

        self.app.push_screen(form(desk, title, fields, place), done)

    # -- showing

    def show_case(self, pieces: Iterable[Text], steps: Sequence[tuple[str, str]]) -> None:
        """`steps` in the order of their digits, each with the reference that it is a step of; those that are another
        role's are left out."""
        words = self.words
        self._steps = tuple(one for one in steps if self.desk.may(COMMANDS[one[0]]))
        self.query_one("#case", Static).update(Text("\n").join(pieces))
        self.query_one("#steps", Flow).show(
            [
                Text.assemble((str(place), "bold cyan"), " ", words(STEPS[step]))
                for place, (step, _) in enumerate(self._steps, 1)
            ]
        )
        self.query_one(VerticalScroll).focus()

    def clock_lines(self, clocks: Iterable[ClockView]) -> list[Text]:
        now = self.desk.seen.clock.now()
        return [clock_text(clock, now, self.desk.zone, self.words) for clock in clocks]

    def told_lines(self, told: Told) -> list[Text]:
        """The customer's words, and how to reach them."""
        words = self.words
        reached = ", ".join(filter(None, (told.name, told.contact)))
        return [
            Text(""),
            Text(told.text or words("(no words are kept)"), "bold"),
            Text(reached or words("No name and no contact: the customer asks with the reference."), "#a9b7c6"),
            Text(""),
        ]

    def story_lines(self, story: Iterable[Line]) -> list[Text]:
        zone, words = self.desk.zone, self.words
        return [
            Text(
                f"{say_of.moment(line.at, zone, words)}  {line.actor}  {say_of.line(line.what, words)}"
                + (f": {line.note}" if line.note else "")
            )
            for line in story
        ]

    def label(self, name: str, said: str) -> Text:
        return Text(f"{name}: {said}")

    def carried_out(self, command: Command, answer: Answer) -> None:
        self.look_again()
