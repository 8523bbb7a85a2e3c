"""What the pages of the care room say of complaints, promises and comments: moments, clocks, states, steps, codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, format_timedelta

from lobby.care.choices import DECISIONS, DEGREES
from lobby.care.clocks import ClockKind, Standing
from lobby.care.codes import called
from lobby.care.complaints import STATE_NAMES
from lobby.care.events import ClockRanOut, ClockWarned
from lobby.care.feedback import RATING_NAMES, was_good
from lobby.care.follow_ups import FollowUpState
from lobby.care.views import Line
from lobby.errors import N_
from lobby.queue.services import Setup, named
from lobby.words import Words

K = TypeVar("K")

STANDINGS = {
    Standing.OK: ("calm", "clock", N_("in time")),
    Standing.SOON: ("attention", "warning", N_("soon")),
    Standing.OVER: ("late", "warning", N_("overdue")),
    Standing.KEPT: ("done", "check", N_("kept")),
    Standing.MISSED: ("late", "close", N_("missed")),
}
"""By what a clock says: the state whose colours it takes, its icon, its word."""

CLOCKS = {
    ClockKind.PROMISE: N_("Our promise"),
    ClockKind.LAW: N_("The law"),
    ClockKind.DUE: N_("Promised"),
}

FOLLOW_UP_STATES = {
    FollowUpState.OPEN: N_("open"),
    FollowUpState.KEPT: N_("kept"),
    FollowUpState.DROPPED: N_("dropped"),
}

STATES: dict[str, str] = {str(state): name for state, name in (*STATE_NAMES.items(), *FOLLOW_UP_STATES.items())}
"""Of complaints and follow-ups, which share no state."""

STEPS = {
    "acknowledge": N_("Acknowledge"),
    "assess": N_("Assess"),
    "investigate": N_("Keep what was found out"),
    "answer": N_("Answer"),
    "close": N_("Close"),
    "reopen": N_("Open again"),
    "assign": N_("Give to a colleague"),
    "extend": N_("Take the law's longer time"),
    "note": N_("Note or next step"),
    "solved": N_("Ask whether it is solved"),
    "keep": N_("Done as promised"),
    "move": N_("Another day or colleague"),
    "drop": N_("Not needed any more"),
}

LINES = {
    "ComplaintReceived": N_("Received"),
    "ComplaintAcknowledged": N_("Acknowledged"),
    "ComplaintAssessed": N_("Assessed"),
    "ComplaintInvestigated": N_("Investigated"),
    "ComplaintAnswered": N_("Answered"),
    "ComplaintClosed": N_("Closed"),
    "ComplaintReopened": N_("Opened again"),
    "ComplaintAssigned": N_("Given to a colleague"),
    "ComplaintExtended": N_("The law's longer time taken"),
    "ComplaintNoted": N_("Note"),
    "CustomerAsked": N_("Customer asked whether it is solved"),
    "ClockWarned": N_("Time is running out"),
    "ClockRanOut": N_("Time is over"),
    "FollowUpPromised": N_("Promised"),
    "FollowUpKept": N_("Done as promised"),
    "FollowUpMoved": N_("Moved"),
    "FollowUpDropped": N_("Not needed any more"),
}

OF_A_CLOCK = {ClockWarned.__name__, ClockRanOut.__name__}
"""Lines whose detail is a clock's kind."""

PROBLEMS = {"wrong": N_("wrong"), "missing": N_("missing"), "out_of_date": N_("out of date")}


class CareWords:
    """The words of one language for one branch. Moments are ms UTC, shown on the branch's clock."""

    def __init__(self, words: Words, setup: Setup, now: int) -> None:
        self._words = words
        self._setup = setup
        self._zone = ZoneInfo(setup.zone)
        self._now = now

    def moment(self, at: int) -> str:
        """`Fri, Nov 27, 16:00` as the language has it; with the year where it is another."""
        there, here = (datetime.fromtimestamp(one / 1000, self._zone) for one in (at, self._now))
        day = format_skeleton("MMMEd" if there.year == here.year else "yMMMd", there, locale=self._words.locale)
        return f"{day}, {there:%H:%M}"

    def until(self, at: int) -> str:
        """`in 3 hours`, `2 days ago`."""
        seconds = (at - self._now) // 1000
        return str(format_timedelta(seconds, add_direction=True, threshold=1.4, locale=self._words.locale))

    def sign(self, value: Standing) -> tuple[str, str]:
        """The state of the shared look whose colours it takes, and its icon."""
        return STANDINGS[value][:2]

    def standing(self, value: Standing) -> str:
        return self._words(STANDINGS[value][2])

    def clock(self, kind: str) -> str:
        return self._words(CLOCKS[ClockKind(kind)])

    def state(self, value: str) -> str:
        """The state of a complaint or a follow-up."""
        return self._words(STATES[value])

    def category(self, code: str) -> str:
        names = {one.code: one.names for one in self._setup.care.complaints.categories}
        return called("category", code, names.get(code, {}), self._words)

    def cause(self, code: str) -> str:
        names = {one.code: one.names for one in self._setup.care.complaints.causes}
        return called("cause", code, names.get(code, {}), self._words)

    def rating(self, value: int) -> str:
        """An answer to how it went."""
        return self._words(RATING_NAMES[value])

    def choice(self, rating: int, code: str) -> str:
        """What was good or could be better, as the answer was."""
        good = was_good(rating)
        names = self._setup.feedback.names(good).get(code, {})
        return called("good" if good else "bad", code, names, self._words)

    def service(self, code: str) -> str:
        return named(self._setup.known_service(code).names, self._words.language, code)

    def place(self, code: str) -> str:
        return called("place", code, {}, self._words)

    def decision(self, code: str) -> str:
        return self._words(DECISIONS[code])

    def degree(self, value: int) -> str:
        return self._words(DEGREES[value])

    def problem(self, code: str) -> str:
        """What is wrong with an answer."""
        return self._words(PROBLEMS[code])

    def options(self, listed: Mapping[K, str]) -> list[tuple[K, str]]:
        """Values to choose from, with their names."""
        return [(value, self._words(name)) for value, name in listed.items()]

    def step(self, verb: str) -> str:
        return self._words(STEPS[verb])

    def line(self, what: str) -> str:
        """The name of an event in a story."""
        return self._words(LINES.get(what, what))

    def detail(self, line: Line) -> str:
        """Which clock was spoken of, or to whom it was given."""
        return self._words(CLOCKS[ClockKind(line.detail)]) if line.what in OF_A_CLOCK else line.detail
