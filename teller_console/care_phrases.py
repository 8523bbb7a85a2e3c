"""What the screens of the care room say in short: moments and spans, clocks, states, steps, categories, commands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_timedelta

from lobby.care import commands as cc
from lobby.care.clocks import Standing
from lobby.care.codes import called
from lobby.care.complaints import STATE_NAMES, State
from lobby.care.views import ClockView
from lobby.door import Answer
from lobby.errors import N_
from lobby.queue.commands import Command
from lobby.words import Words
from teller_console.command_names import command_name

STANDINGS = {
    Standing.OK: N_("in time"),
    Standing.SOON: N_("soon"),
    Standing.OVER: N_("overdue"),
    Standing.KEPT: N_("kept"),
    Standing.MISSED: N_("missed"),
}
TINTS = {
    Standing.OK: "#7fd1a0",
    Standing.SOON: "#f2c14e",
    Standing.OVER: "bold #ff8a80",
    Standing.KEPT: "#7fd1a0",
    Standing.MISSED: "#ff8a80",
}
"""The word always stands beside the colour."""

_CLOCKS = {"promise": N_("our promise"), "law": N_("the law"), "due": N_("promised")}

_LINES = {
    "ComplaintReceived": N_("received"),
    "ComplaintAcknowledged": N_("acknowledged"),
    "ComplaintAssessed": N_("assessed"),
    "ComplaintInvestigated": N_("investigated"),
    "ComplaintAnswered": N_("answered"),
    "ComplaintClosed": N_("closed"),
    "ComplaintReopened": N_("reopened"),
    "ComplaintAssigned": N_("given to a colleague"),
    "ComplaintExtended": N_("longer time used"),
    "ComplaintNoted": N_("note"),
    "CustomerAsked": N_("customer asked"),
    "ClockWarned": N_("time is running out"),
    "ClockRanOut": N_("time is over"),
    "FollowUpPromised": N_("promised"),
    "FollowUpKept": N_("done as promised"),
    "FollowUpMoved": N_("moved"),
    "FollowUpDropped": N_("not needed any more"),
}


def done(command: Command, answer: Answer, words: Words) -> str:
    """That a command of the care room was carried out; empty for one of the queue."""
    match command:
        case cc.TakeComplaint():
            taken = answer.complaint.reference if answer.complaint else ""
            return words("Complaint %(complaint)s is taken.", complaint=taken)
        case cc.PromiseFollowUp():
            promised = answer.follow_up.reference if answer.follow_up else ""
            return words("Promised, and on your due list: %(reference)s.", reference=promised)
        case cc.Praise():
            return words("Passed on.")
        case cc.ReportArticle():
            return words("Reported. Thank you: the next one will find it right.")
        case cc.SettleArticleReport():
            return words("Settled.")
        case cc.ReviewRecord():
            return words("The review is kept.")
        case cc.ComplaintCommand():
            return f"{command.complaint}: {command_name(command, words)} ✓"
        case cc.FollowUpCommand():
            return f"{command.follow_up}: {command_name(command, words)} ✓"
    return ""


def moment(at: int, zone: ZoneInfo, words: Words) -> str:
    """`Fri, Nov 27, 16:00` in the order of the language and the branch's zone; `at` in ms UTC."""
    there = datetime.fromtimestamp(at / 1000, zone)
    return f"{format_skeleton('MMMEd', there, locale=words.locale)}, {there:%H:%M}"


def day(value: str, words: Words) -> str:
    """An ISO date as `1 November 2026`."""
    return str(format_date(date.fromisoformat(value), "long", locale=words.locale))


def until(due: int, now: int, words: Words) -> str:
    """`in 3 hours`, `2 days ago`; both in ms UTC."""
    return str(format_timedelta((due - now) // 1000, add_direction=True, threshold=1.4, locale=words.locale))


def clock_name(clock: ClockView, words: Words) -> str:
    return words(_CLOCKS.get(clock.kind, clock.kind))


def state(value: State, words: Words) -> str:
    return words(STATE_NAMES[value])


def line(what: str, words: Words) -> str:
    """The name of an event in a story; as it is for one that a newer server knows."""
    return words(_LINES[what]) if what in _LINES else what


def category(code: str, names: Mapping[str, Mapping[str, str]], words: Words) -> str:
    """A category of complaints: by the branch's name, or ours; empty for none."""
    return called("category", code, names.get(code, {}), words) if code else ""


def cause(code: str, names: Mapping[str, Mapping[str, str]], words: Words) -> str:
    return called("cause", code, names.get(code, {}), words) if code else ""
