"""The verbs of the care room: answers, one's day, what is due, complaints, promises, praise, standards, reviews.

Their screens take long to load and the first screen needs none of them, so a thread loads them once the teller is in.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from typing import Any

from textual import events
from textual.screen import Screen

from lobby.access import may
from lobby.care import commands as cc
from lobby.care.views import ComplaintView
from lobby.door import Answer
from lobby.errors import LobbyError
from lobby.queue.commands import Command
from teller_console import care_phrases, care_places
from teller_console.care_desk import CareDesk, Under
from teller_console.layouts import everywhere
from teller_console.screens.at_hand import AtHand
from teller_console.screens.care_screen import CareScreen

SCREENS = (
    "answers",
    "answers_calm",
    "answers_news",
    "answers_report",
    "answers_reported",
    "due",
    "follow_up",
    "my_day",
    "praise",
    "reviews",
    "standard",
    "take_complaint",
    "take_complaint_receipt",
    "week",
)
AT_ONCE = {
    sign: action
    for key, action in (("slash", "answers"), ("c", "complaint"), ("v", "promise"))
    for sign in everywhere(key)
}
"""Keys behind which a text is typed: what arrives with them goes into it."""


class CareVerbs(AtHand):
    """Opens screens and forms; without a care door nothing."""

    def on_mount(self) -> None:
        if self.care is not None:
            self.run_worker(_load, thread=True, group="load")

    def opens(self, event: events.Key) -> bool:
        """Whether the key opens a text to be typed; it is open then."""
        action = AT_ONCE.get(event.key) or AT_ONCE.get(event.character or "")
        if self.care is None or action is None:
            return False
        {"answers": self.action_answers, "complaint": self.action_complaint, "promise": self.action_promise}[action]()
        return True

    # -- one key, one screen

    def action_answers(self) -> None:
        from teller_console.screens.answers import AnswersScreen

        self._open(lambda desk: AnswersScreen(desk, self.opening))

    def action_calm(self) -> None:
        from teller_console.screens.answers_calm import CalmScreen

        self._open(CalmScreen)

    def action_news(self) -> None:
        from teller_console.screens.answers_news import NewsScreen

        self._open(NewsScreen)

    def action_my_day(self) -> None:
        from teller_console.screens.my_day import MyDayScreen

        self._open(MyDayScreen)

    def action_week(self) -> None:
        from teller_console.screens.week import WeekScreen

        self._open(WeekScreen)

    def action_due(self) -> None:
        from teller_console.screens.due import DueScreen

        self._open(DueScreen)

    def action_standard(self) -> None:
        from teller_console.screens.standard import StandardScreen

        self._open(StandardScreen)

    def action_article_reports(self) -> None:
        from teller_console.screens.answers_reported import ReportedScreen

        self._open(ReportedScreen)

    def action_reviews(self) -> None:
        from teller_console.screens.reviews import ReviewsScreen

        self._open(ReviewsScreen)

    def _open(self, screen_of: Callable[[CareDesk], CareScreen[None]]) -> None:
        if self.care_desk is not None:
            self.app.push_screen(screen_of(self.care_desk))

    # -- one key, one form

    def action_complaint(self) -> None:
        from teller_console.screens.take_complaint import take_complaint

        self._fill_in(take_complaint)

    def action_promise(self) -> None:
        from teller_console.screens.follow_up import promise_follow_up

        self._fill_in(promise_follow_up)

    def action_praise(self) -> None:
        from teller_console.screens.praise import pass_praise_on

        self._fill_in(pass_praise_on)

    def action_missing(self) -> None:
        from teller_console.screens.answers_report import report_missing

        self._fill_in(partial(report_missing, searched=""))

    def _fill_in(self, form: Callable[[Screen[Any], CareDesk], None]) -> None:
        if self.care_desk is not None:
            form(self, self.care_desk)

    def everything(self) -> Iterable[tuple[str, str]]:
        words = self.words
        yield from super().everything()
        if self.care is not None:
            for said, action in (
                (words("calming words"), "calm"),
                (words("what changed since your last shift"), "news"),
                (words("something is missing among the answers"), "missing"),
                (words("pass praise on"), "praise"),
                (words("my week"), "week"),
            ):
                yield f"{'':<7}{said}", action
            if may(self.role, "review records"):
                said = words("review records")
                yield f"{'':<7}{said}", "reviews"
            if may(self.role, "decide on complaints"):
                said = words("what is wrong among the answers")
                yield f"{'':<7}{said}", "article_reports"

    # -- what came of them

    def carried_out(self, command: Command, answer: Answer) -> None:
        super().carried_out(command, answer)
        place = care_places.of_command(command)
        if place:
            Under(self.memory.drafts.typed, place).clear()
        said = care_phrases.done(command, answer, self.words)
        if said:
            self.tell(said)
        for screen in self.app.screen_stack:
            if isinstance(screen, CareScreen):
                screen.carried_out(command, answer)
        if isinstance(command, cc.TakeComplaint) and answer.complaint is not None and self.app.screen is self:
            self._open_receipt(answer.complaint)  # never before something that is being typed

    def _open_receipt(self, complaint: ComplaintView) -> None:
        from teller_console.screens.take_complaint_receipt import ReceiptScreen

        self._open(lambda desk: ReceiptScreen(desk, complaint))

    def refuse(self, error: LobbyError) -> None:
        """A colleague may have been faster: what is shown is looked at again."""
        super().refuse(error)
        for screen in self.app.screen_stack:
            if isinstance(screen, CareScreen):
                screen.look_again()


def _load() -> None:
    """Load the screens. What is loaded now stays: the collector, which would stop the console for a tenth of a second
    now and then to look through it all, need not look there any more."""
    for name in SCREENS:
        import_module(f"teller_console.screens.{name}")
    if not gc.get_freeze_count():
        gc.freeze()
