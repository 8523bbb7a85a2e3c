"""The customer's own page, opened from the QR code on the ticket, and what may be asked there: a few minutes, the place
back after a missed call, to leave the queue. Each is a form, so that it works without a script, and is done once."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from display_server.gate.access import server
from display_server.phone import view as phone_view
from display_server.phone.customers import (
    Said,
    back_to,
    customer_words,
    page_of,
    refused_page,
    submit,
    tell_nobody,
    ticket_of,
)
from lobby.errors import N_, Conflict, LobbyError, TooLateToReturn, TooManyAttempts, UnknownTicket
from lobby.problems import status
from lobby.queue.commands import Cancel, Hold, Release, Return
from lobby.queue.ticket import State, Ticket
from lobby.views import ticket_view
from lobby.words import refusal

phone_pages = Blueprint("phone_pages", __name__)
phone_pages.register_error_handler(LobbyError, refused_page)
phone_pages.after_request(tell_nobody)

ASKS: dict[str, type[Hold | Release | Return | Cancel]] = {
    "hold": Hold,
    "release": Release,
    "return": Return,
    "cancel": Cancel,
}

TOLD = {
    "late": N_("That was not possible any more. This is how it stands now."),
    "too-late": TooLateToReturn.message,
    "praise": N_("Thank you. We pass it on."),
}
"""What the page says first, after something was sent from it."""


@phone_pages.get("/t/<token>")
def customer_ticket(token: str) -> Response:
    return ticket_page(token, ticket_of(token))


@phone_pages.post("/t/<token>/<any(hold, release, return, cancel):what>")
def ask(token: str, what: str) -> BaseResponse:
    """Each once: what is asked again is done already. What comes too late is said, with how it stands now."""
    ticket, told = ticket_of(token), ""
    if not _is_so(what, ticket):
        try:
            submit(ASKS[what](ticket.id), f"{what}-{ticket.id}")
        except TooLateToReturn:
            told = "too-late"
        except Conflict:
            told = "late"
    return back_to(f"/t/{token}", ticket.language, told)


def _is_so(what: str, ticket: Ticket) -> bool:
    """Whether the customer is there, or back, without anything done."""
    if what == "release":
        return not ticket.is_held(server().desk.now())
    return what == "return" and ticket.state is not State.NO_SHOW


@phone_pages.get("/t/<token>/<any(hold, release, return, cancel, rating):what>")
def asked_anew(token: str, what: str) -> BaseResponse:
    """The address of a form, loaded again."""
    return redirect(url_for("phone_pages.customer_ticket", token=token, language=request.args.get("language")))


def ticket_page(token: str, ticket: Ticket, said: Said | None = None, error: LobbyError | None = None) -> Response:
    """The page as it stands now, with what the customer filled in where that was refused."""
    house, now = server(), server().desk.now()
    state = house.desk.state
    mine = customer_words(ticket.language)
    page = phone_view.page_of(
        state.setup,
        ticket_view(state, ticket, now),
        now,
        mine,
        token=token,
        answered=state.answered.get(ticket.id, 0),
    )
    told = TOLD.get(request.args.get("told", ""))
    page |= {
        "told": mine(told, number=ticket.number) if told else "",
        "said": said or Said(),
        "error": refusal(error, mine) if error else "",
    }
    return page_of("ticket.html", mine, page, status(error) if error else 200)


def no_ticket(error: LobbyError) -> Response:
    """The one answer for a token that is unknown, over, or not known yet; and for whoever asks for too many."""
    mine = customer_words("")
    if isinstance(error, TooManyAttempts):
        page = {
            "title": mine("One moment please"),
            "text": mine("Please try again in a minute. Your number counts all the same."),
        }
    else:
        page = {
            "title": mine("This ticket cannot be followed"),
            "text": mine(
                "A ticket is shown here on the day it was taken. If yours is of today, your number counts all the "
                "same: please watch the screens, or ask our staff."
            ),
        }
    answer = page_of("phone.html", mine, page, status(error))
    if isinstance(error, TooManyAttempts):
        answer.headers["Retry-After"] = str(error.facts["seconds"])
    return answer


for _kind in (UnknownTicket, TooManyAttempts):
    phone_pages.register_error_handler(_kind, no_ticket)
