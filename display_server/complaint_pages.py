"""The page of a complaint, for whoever has its reference: how it stands, what is promised, and whether it is solved.

Nothing that it shows speaks of a person: the slip with the reference may lie anywhere.
"""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from display_server.access import server
from display_server.customers import (
    back_to,
    needed,
    once,
    only_from_here,
    page_of,
    refused_page,
    said_in_form,
    slowly,
    submit,
)
from display_server.pages import customer_words
from kiosk import phrases
from kiosk.complaint_slip import promised
from lobby.care.clocks import ClockKind, Standing
from lobby.care.commands import NoteOnComplaint, SayWhetherSolved
from lobby.care.complaints import State
from lobby.care.views import ComplaintView, complaint_view
from lobby.errors import N_, BadField, LobbyError, UnknownComplaint
from lobby.views import BranchView, branch_view
from lobby.words import Words

complaint_pages = Blueprint("complaint_pages", __name__, template_folder="templates")
complaint_pages.register_error_handler(LobbyError, refused_page)

STANDS = {
    State.RECEIVED: (N_("We have your complaint"), N_("Next: we read it and tell you who works on it.")),
    State.ACKNOWLEDGED: (N_("Somebody works on it"), N_("Next: we look into what happened.")),
    State.ASSESSED: (N_("We are looking into it"), N_("Next: we tell you what we found.")),
    State.INVESTIGATED: (N_("We are looking into it"), N_("Next: we tell you what we found.")),
    State.ANSWERED: (N_("We have answered you"), N_("Next: please tell us whether it is solved.")),
    State.CLOSED: (N_("It is closed"), N_("If it is not solved, tell us. We open it again.")),
    State.REOPENED: (N_("We are looking at it again"), N_("Next: we tell you what we found.")),
}
"""Where a complaint stands and what comes next, in the customer's words."""

ENDED = {State.ANSWERED, State.CLOSED}
RUNNING = {Standing.OK, Standing.SOON}
TOLD = {
    "taken": N_("Thank you. Please keep the reference: with it you can ask about your complaint."),
    "words": N_("Thank you. We have added it."),
    "solved": N_("Thank you for telling us."),
}


@complaint_pages.get("/c/<reference>")
def complaint(reference: str) -> Response:
    """A complaint's page, opened from the QR code on its slip."""
    found = _complaint(reference)
    mine, branch = customer_words(found.language), server().desk.view(branch_view)
    told = TOLD.get(request.args.get("told", ""), "")
    word, following = STANDS[found.state]
    if found.state is State.ANSWERED and not found.contact:
        following = N_("Next: ask for the answer at any counter, with this reference.")
    page = {
        "title": found.reference,
        "reference": found.reference,
        "told": mine(told) if told else "",
        "word": mine("You told us that it is solved") if found.solved else mine(word),
        "next": mine(following) if not found.solved else mine("If it is not solved, tell us. We open it again."),
        "dates": _dates(found, branch, mine),
        "may_say": found.state in ENDED,
        "may_add": found.state not in ENDED,
        "action": f"/c/{found.reference}",
    }
    return page_of("complaint.html", mine, page)


@complaint_pages.post("/c/<reference>/words")
def add_words(reference: str) -> BaseResponse:
    only_from_here()
    found = _complaint(reference)
    slowly(f"words about {found.reference}")
    submit(NoteOnComplaint(found.reference, needed(said_in_form().text)))
    return back_to(f"/c/{found.reference}", found.language, "words")


@complaint_pages.post("/c/<reference>/solved")
def say_whether_solved(reference: str) -> BaseResponse:
    """Each answer once after each time that it was answered; a second touch of the same button finds it done."""
    only_from_here()
    found = _complaint(reference)
    solved = request.form.get("solved", "")
    if solved not in {"yes", "no"}:
        raise BadField(field="solved", problem="yes or no is expected")
    command = SayWhetherSolved(found.reference, solved == "yes", said_in_form().text)
    if found.state not in ENDED:
        return back_to(f"/c/{found.reference}", found.language, "")
    once(command, f"solved-{found.reference}-{found.times_reopened}-{solved}")
    return back_to(f"/c/{found.reference}", found.language, "solved")


LATE = {
    ClockKind.PROMISE: N_("You should have heard from us by %(day)s. We are late, and we are sorry."),
    ClockKind.LAW: N_("You should have had our final answer by %(day)s. We are late, and we are sorry."),
}


def _dates(complaint: ComplaintView, branch: BranchView, mine: Words) -> list[str]:
    """When it came, and what is still promised, or was and is late."""
    said = promised(complaint, branch, mine)
    lines = [said.received]
    for clock, running in zip(complaint.clocks, (said.promise, said.law), strict=False):
        if clock.standing is Standing.OVER:
            lines.append(mine(LATE[ClockKind(clock.kind)], day=phrases.day(clock.due, branch.zone, mine)))
        elif clock.standing in RUNNING:
            lines.append(running)
    return lines


def _complaint(reference: str) -> ComplaintView:
    """The complaint, without anybody's words. Whoever guesses is slowed down."""
    house, key = server(), f"reference from {request.remote_addr}"
    house.brake.check(key, house.clock())
    try:
        found, now, setup = house.desk.view(lambda branch, now: (branch.care.complaint(reference), now, branch.setup))
    except UnknownComplaint:
        house.brake.begin(key, house.clock())
        raise
    return complaint_view(found, now, setup.care, setup.calendar)
