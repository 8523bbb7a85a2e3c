"""The due list: complaints and follow-ups, the most urgent first, one's own or everyone's."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList, Static

from lobby.care.views import ComplaintView, DueView
from lobby.door import Answer
from lobby.queue.commands import Command
from teller_console.care_desk import CareDesk
from teller_console.layouts import everywhere
from teller_console.screens.care_screen import CareScreen
from teller_console.screens.complaint import ComplaintScreen
from teller_console.screens.due_follow_up import FollowUpScreen
from teller_console.screens.due_lines import DueLine, due_lines, shown


class DueScreen(CareScreen[None]):
    """Enter opens one, E changes between one's own and everyone's."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(",".join(everywhere("e")), "everyone", show=False)]

    def __init__(self, desk: CareDesk) -> None:
        super().__init__(desk)
        self._everyone = False
        self._lines: list[DueLine] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title()
            yield Static(id="count", markup=False)
            yield OptionList()
            yield Static(id="state")
            yield Static(
                self.words("Arrows and Enter: open. E: mine or everyone's. Esc: back."), classes="hint", markup=False
            )

    def on_mount(self) -> None:
        self.look_again()

    def _title(self) -> str:
        return self.words("Due: everyone's") if self._everyone else self.words("Due: mine")

    def action_everyone(self) -> None:
        self._everyone = not self._everyone
        self.query_one(".dialog").border_title = self._title()
        self.look_again()

    def look_again(self) -> None:
        everyone = self._everyone
        self.ask(lambda door: door.due(everyone), self._show)

    def carried_out(self, command: Command, answer: Answer) -> None:
        self.look_again()

    def _show(self, due: DueView) -> None:
        words, found = self.words, self.query_one(OptionList)
        place = found.highlighted
        at = self._lines[place].reference if place is not None and place < len(self._lines) else ""
        self._lines = due_lines(due)
        found.clear_options()
        zone = self.desk.zone
        found.add_options([shown(line, due.at, zone, words, owners=self._everyone) for line in self._lines])
        count = words.plural("%(count)s to do", "%(count)s to do", len(self._lines))
        self.query_one("#count", Static).update(count if self._lines else words("Nothing is due. Well kept."))
        if self._lines:
            references = [line.reference for line in self._lines]
            found.highlighted = references.index(at) if at in references else 0
            found.focus()

    @on(OptionList.OptionSelected)
    def open(self, event: OptionList.OptionSelected) -> None:
        what = self._lines[event.option_index].what
        screen: CareScreen[None]
        if isinstance(what, ComplaintView):
            screen = ComplaintScreen(self.desk, what.reference)
        else:
            screen = FollowUpScreen(self.desk, what.reference)
        self.app.push_screen(screen)
