"""What is due, as lines of one list: complaints and follow-ups by the clock that ends first."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from rich.text import Text

from lobby.care.clocks import Standing
from lobby.care.views import ClockView, ComplaintView, DueView, FollowUpView
from lobby.words import Words
from teller_console import care_phrases as say_of

RUNNING = (Standing.OK, Standing.SOON, Standing.OVER)


@dataclass(frozen=True)
class DueLine:
    """One of them. `clock` is the one to be kept next; none when all are done and it only has to be closed."""

    what: ComplaintView | FollowUpView
    clock: ClockView | None

    @property
    def reference(self) -> str:
        return self.what.reference


def due_lines(due: DueView) -> list[DueLine]:
    """The most urgent first; what has no clock to keep comes last."""
    lines = [DueLine(one, running(one.clocks)) for one in due.complaints]
    lines += [DueLine(one, one.clock) for one in due.follow_ups]
    return sorted(lines, key=lambda line: (line.clock is None, line.clock.due if line.clock else 0))


def running(clocks: tuple[ClockView, ...]) -> ClockView | None:
    """The clock that ends first of those that run."""
    return min((one for one in clocks if one.standing in RUNNING), key=lambda one: one.due, default=None)


def shown(line: DueLine, now: int, zone: ZoneInfo, words: Words, *, owners: bool) -> Text:
    """Two lines: the clock and what it is; the customer's words and who has it."""
    return Text("\n").join([_first(line, now, zone, words), _second(line, words, owners=owners)])


def clock_text(clock: ClockView, now: int, zone: ZoneInfo, words: Words) -> Text:
    """`soon · our promise: Fri 27 Nov, 16:00 (in 2 hours)`."""
    name, moment = say_of.clock_name(clock, words), say_of.moment(clock.due, zone, words)
    said = f" {name}: {moment}"
    if clock.standing in RUNNING:
        said += f" ({say_of.until(clock.due, now, words)})"
    return Text.assemble((words(say_of.STANDINGS[clock.standing]), say_of.TINTS[clock.standing]), " ·", said)


def _first(line: DueLine, now: int, zone: ZoneInfo, words: Words) -> Text:
    what = line.what
    if isinstance(what, ComplaintView):
        kind = f"{words('complaint')}, {say_of.state(what.state, words)}"
    else:
        kind = words("ask whether it is solved") if what.reason == "ask_solved" else words("follow-up")
    head = Text.assemble((what.reference, "bold"), "  ", kind, "  ")
    return head + clock_text(line.clock, now, zone, words) if line.clock else head


def _second(line: DueLine, words: Words, *, owners: bool) -> Text:
    what = line.what
    said = " ".join(what.told.text.split())
    if not said and not owners:
        said = words("(no words are kept)")  # a colleague's are the colleague's to read
    owner = what.owner or words("nobody yet")
    return Text.assemble((f"  {owner}  " if owners else "  ", "bold" if owners else ""), (said, "#a9b7c6"))
