"""What customers say from the page of their ticket: how it was, who was kind, what went wrong."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response
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
    ticket_of,
)
from display_server.phone.pages import no_ticket, ticket_page
from lobby.care.codes import called
from lobby.care.commands import Praise, TakeComplaint
from lobby.care.feedback import was_good
from lobby.errors import AlreadyAnswered, BadField, KeyReused, LobbyError, TooManyAttempts, UnknownTicket
from lobby.queue.commands import GiveFeedback
from lobby.queue.ticket import Ticket
from lobby.views import branch_view

opinion_pages = Blueprint("opinion_pages", __name__)
opinion_pages.register_error_handler(LobbyError, refused_page)
opinion_pages.register_error_handler(UnknownTicket, no_ticket)
opinion_pages.register_error_handler(TooManyAttempts, no_ticket)
opinion_pages.after_request(tell_nobody)


@opinion_pages.post("/t/<token>/rating")
def rate(token: str) -> BaseResponse:
    """How it was; the first answer about a visit counts. What was chosen and is not offered, as of a service that the
    visit went on from, is left out."""
    ticket, said = ticket_of(token), said_in_form()
    try:
        slowly(f"words about {ticket.id}")
        with suppress(AlreadyAnswered, KeyReused):
            submit(_answer(ticket, said), f"rating-{ticket.id}")
    except LobbyError as error:
        return ticket_page(token, ticket, said, error)
    return back_to(f"/t/{token}", ticket.language, "")


def _answer(ticket: Ticket, said: Said) -> GiveFeedback:
    if said.rating not in {"1", "2", "3", "4", "5"}:
        raise BadField(field="rating", problem="1 to 5 is expected")
    good = was_good(int(said.rating))
    offered = [one.code for one in server().desk.state.setup.feedback.choices(ticket.service, good)]
    chosen = said.good if good else said.bad
    return GiveFeedback(
        int(said.rating),
        customer_words(ticket.language).language,
        choices=tuple(code for code in offered if code in chosen),
        ticket=ticket.id,
        note=said.text,
    )


@opinion_pages.get("/t/<token>/praise")
def praise_form(token: str) -> Response:
    return _praise_page(token, ticket_of(token))


@opinion_pages.post("/t/<token>/praise")
def praise(token: str) -> BaseResponse:
    ticket, said = ticket_of(token), said_in_form()
    try:
        slowly(f"words about {ticket.id}")
        submit(Praise(needed(said.text), ticket=ticket.id))
    except LobbyError as error:
        return _praise_page(token, ticket, said, error)
    return back_to(f"/t/{token}", ticket.language, "praise")


def _praise_page(token: str, ticket: Ticket, said: Said | None = None, error: LobbyError | None = None) -> Response:
    mine = customer_words(ticket.language)
    page = {"title": mine("Praise a colleague"), "action": f"/t/{token}/praise", "back": f"/t/{token}"}
    return form_page("praise.html", mine, page, said, error)


@opinion_pages.get("/t/<token>/wrong")
def wrong_form(token: str) -> Response:
    return _wrong_page(token, ticket_of(token))


@opinion_pages.post("/t/<token>/wrong")
def wrong(token: str) -> BaseResponse:
    ticket, said = ticket_of(token), said_in_form()
    try:
        slowly(f"words about {ticket.id}")
        command = TakeComplaint(
            text=needed(said.text),
            name=said.name,
            contact=said.contact,
            language=customer_words(ticket.language).language,
            ticket=ticket.id,
            category=said.category,
        )
        taken = submit(command).complaint
    except LobbyError as error:
        return _wrong_page(token, ticket, said, error)
    assert taken is not None
    return back_to(f"/c/{taken.reference}", ticket.language, "taken")


def _wrong_page(token: str, ticket: Ticket, said: Said | None = None, error: LobbyError | None = None) -> Response:
    mine, branch = customer_words(ticket.language), server().desk.view(branch_view)
    page = {
        "title": mine("Tell us what went wrong"),
        "action": f"/t/{token}/wrong",
        "back": f"/t/{token}",
        "categories": [(one.code, called("category", one.code, one.names, mine)) for one in branch.categories],
    }
    return form_page("wrong.html", mine, page, said, error)
