"""One promise to a customer: what, to whom, until when, and what may be done about it."""

from __future__ import annotations

from rich.text import Text

from lobby.care.commands import FOLLOW_UP_VERBS
from lobby.care.views import FollowUpView
from teller_console.screens.due_case import CaseScreen


class FollowUpScreen(CaseScreen):
    def look_again(self) -> None:
        reference = self._reference
        self.ask(lambda door: door.follow_up(reference), self._show)

    def _show(self, promise: FollowUpView) -> None:
        words = self.words
        about = [words("Ask the customer whether it is solved.")] if promise.reason == "ask_solved" else []
        if promise.complaint:
            about.append(words("About complaint %(complaint)s.", complaint=promise.complaint))
        pieces = [
            *(Text(said, "bold") for said in about),
            *self.clock_lines([promise.clock]),
            self.label(words("Whose it is"), promise.owner),
            *self.told_lines(promise.told),
            *self.story_lines(promise.story),
        ]
        self.show_case(pieces, _steps(promise))


def _steps(promise: FollowUpView) -> list[tuple[str, str]]:
    """Whether a complaint is solved is answered on the complaint, which keeps the promise to ask."""
    if promise.state != "open":
        return []
    own = [(step, promise.reference) for step in FOLLOW_UP_VERBS]
    return [("solved", promise.complaint), *own[1:]] if promise.reason == "ask_solved" else own
