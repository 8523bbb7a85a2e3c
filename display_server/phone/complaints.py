"""The page of a complaint, for whoever has its reference: how it stands, what is promised, and whether it is solved.

Nothing that it shows speaks of a person: the slip with the reference may lie anywhere.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from display_server.gate.access import server
from display_server.phone.customers import (
    Said,
    back_to,
    customer_words,
    form_page,
    needed,
    refused_page,
    said_in_form,
    slowly,
    submit,
    tell_nobody,
)
from kiosk import phrases
from kiosk.complaint_slip import promised
from lobby.care.clocks import ClockKind, Standing
from lobby.care.commands import NoteOnComplaint, SayWhetherSolved
from lobby.care.complaints import State
from lobby.care.views import ComplaintView, complaint_view
from lobby.errors import N_, BadField, Conflict, LobbyError, UnknownComplaint, WrongComplaintState
from lobby.views import BranchView, branch_view
from lobby.words import Words

complaint_pages = Blueprint("complaint_pages", __name__)
complaint_pages.register_error_handler(LobbyError, refused_page)
complaint_pages.after_request(tell_nobody)

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

FREE = 20
"""References that may be wrong from one address, behind which a lobby may stand, before there is a wait."""

ENDED = {State.ANSWERED, State.CLOSED}
RUNNING = {Standing.OK, Standing.SOON}
TOLD = {
    "taken": N_("Thank you. Please keep the reference: with it you can ask about your complaint."),
    "words": N_("Thank you. We have added it."),
    "solved": N_("Thank you for telling us."),
}


class AnsweredSince(Conflict):
    message = N_("We have answered in the meantime. Is it solved? Your words are kept below and go with your answer.")


@complaint_pages.get("/c/<reference>")
def complaint(reference: str) -> Response:
    """A complaint's page, opened from the QR code on its slip."""
    return _page(_complaint(reference), request.args.get("told", ""))


@complaint_pages.get("/c/<reference>/words")
@complaint_pages.get("/c/<reference>/solved")
def form_opened_anew(reference: str) -> BaseResponse:
    """A form that was refused is shown under its own address: whoever reloads it, or asks for another language, gets
    the complaint's page."""
    language = request.args.get("language")
    return redirect(url_for("complaint_pages.complaint", reference=reference, language=language))


@complaint_pages.post("/c/<reference>/words")
def add_words(reference: str) -> BaseResponse:
    """More words while it is open. After the answer they would lie unread unless it is opened again."""
    found, said = _complaint(reference), said_in_form()
    try:
        slowly(f"words about {found.reference}")
        words = needed(said.text)
        if found.state in ENDED:
            raise AnsweredSince()
        submit(NoteOnComplaint(found.reference, words))
    except LobbyError as error:
        return _page(found, said=said, error=error)
    return back_to(f"/c/{found.reference}", found.language, "words")


@complaint_pages.post("/c/<reference>/solved")
def say_whether_solved(reference: str) -> BaseResponse:
    """Each answer once from each form, which says by `asked` how often it had been opened again; a second touch of the
    same button finds it done."""
    found, said = _complaint(reference), said_in_form()
    solved = request.form.get("solved", "")
    if solved not in {"yes", "no"}:
        raise BadField(field="solved", problem="yes or no is expected")
    command = SayWhetherSolved(found.reference, solved == "yes", said.text)
    try:
        slowly(f"words about {found.reference}")
        told = _taken(command, request.form.get("asked", str(found.times_reopened)))
    except LobbyError as error:
        return _page(found, said=said, error=error)
    return back_to(f"/c/{found.reference}", found.language, told)


def _taken(command: SayWhetherSolved, form: str) -> str:
    """What the customer is told: the answer counts; or its words are kept, when the staff opened the complaint again
    while they were written."""
    try:
        submit(command, form=form)
    except WrongComplaintState:
        if not command.note.strip():
            return ""
        submit(NoteOnComplaint(command.complaint, command.note))
        return "words"
    return "solved"


def _page(found: ComplaintView, told: str = "", said: Said | None = None, error: LobbyError | None = None) -> Response:
    """How it stands, and one form: more words while it is open, whether it is solved after the answer."""
    mine, branch = customer_words(found.language), server().desk.view(branch_view)
    word, following = STANDS[found.state]
    if found.state is State.ANSWERED and not found.contact:
        following = N_("Next: ask for the answer at any counter, with this reference.")
    page = {
        "title": found.reference,
        "reference": found.reference,
        "told": mine(TOLD[told]) if told in TOLD else "",
        "word": mine("You told us that it is solved") if found.solved else mine(word),
        "next": mine(following) if not found.solved else mine("If it is not solved, tell us. We open it again."),
        "dates": _dates(found, branch, mine),
        "ended": found.state in ENDED,
        "asked": found.times_reopened,
        "action": f"/c/{found.reference}",
    }
    return form_page("complaint.html", mine, page, said, error)


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
    """The complaint, without anybody's words. Whoever guesses is slowed down; to know one does not help with others."""
    house, key = server(), f"reference from {request.remote_addr}"
    house.brake.check(key, house.clock(), FREE)
    try:
        found, now, setup = house.desk.view(lambda branch, now: (branch.care.complaint(reference), now, branch.setup))
    except UnknownComplaint:
        house.brake.begin(key, house.clock(), FREE)
        raise
    return complaint_view(found, now, setup.care, setup.calendar)
