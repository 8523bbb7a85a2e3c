"""My day: what one has done today beside one's own weeks, what customers and supervisors said, what is promised."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from lobby.care.my_day import MyDay
from lobby.care.views import DueView
from lobby.door import Answer
from lobby.queue.commands import Command
from teller_console import phrases
from teller_console.layouts import everywhere
from teller_console.screens import my_day_lines as lines
from teller_console.screens.care_screen import CareScreen
from teller_console.screens.due import DueScreen
from teller_console.screens.due_lines import due_lines, shown
from teller_console.screens.week import WeekScreen


class MyDayScreen(CareScreen[None]):
    """W looks back at the week, D opens the due list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(everywhere("w")), "week", show=False),
        Binding(",".join(everywhere("d")), "due", show=False),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self.words("My day")
            with VerticalScroll(classes="page"):
                yield Static(id="day")
            yield Static(id="state")
            yield Static(self.words("W: my week. D: due list. Esc: back."), classes="hint", markup=False)

    def on_mount(self) -> None:
        self.look_again()

    def look_again(self) -> None:
        self.ask(lambda door: door.my_day(), self._show)

    def carried_out(self, command: Command, answer: Answer) -> None:
        self.look_again()

    def action_week(self) -> None:
        self.app.push_screen(WeekScreen(self.desk))

    def action_due(self) -> None:
        self.app.push_screen(DueScreen(self.desk))

    def _show(self, day: MyDay) -> None:
        self.query_one("#day", Static).update(Group(*self._parts(day)))
        self.query_one(VerticalScroll).focus()

    def _parts(self, day: MyDay) -> Iterable[RenderableType]:
        words, zone, branch = self.words, self.desk.zone, self.desk.seen.branch
        yield from lines.today(day, words)
        if day.services:
            yield Text("")
            yield lines.services(day, lambda code: phrases.service(branch, code, words), words)
        rated = lines.ratings(day, words)
        if rated:
            yield from self._part(words("Ratings up to yesterday"), [Text(rated)])
        if day.praise:
            yield from self._part(words("Praise"), lines.praise(day.praise, zone, words))
        if day.reviews:
            seen = lines.reviews(day.reviews, zone, words)
            yield from self._part(words("Looked at by a supervisor, for you alone"), seen)
        now = self.desk.seen.clock.now()
        due = [shown(one, now, zone, words, owners=False) for one in due_lines(DueView(now, (), day.due))]
        yield from self._part(words("You have promised"), due or [Text(words("Nothing is open."))])

    def _part(self, title: str, said: list[Text]) -> Iterable[Text]:
        yield Text("")
        yield Text(title, "bold #7cc4ff")
        yield from said
