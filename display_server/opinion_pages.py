"""What customers say from the page of their ticket: how it was, who was kind, what went wrong."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from display_server.access import server
from display_server.customers import (
    Said,
    back_to,
    form_page,
    needed,
    only_from_here,
    refused_page,
    said_in_form,
    slowly,
    submit,
)
from display_server.pages import customer_words
from lobby.care.codes import called
from lobby.care.commands import Praise, TakeComplaint
from lobby.errors import BadField, KeyReused, LobbyError, UnknownTicket
from lobby.queue.commands import GiveFeedback
from lobby.queue.ticket import Ticket
from lobby.views import branch_view

opinion_pages = Blueprint("opinion_pages", __name__, template_folder="templates")
opinion_pages.register_error_handler(LobbyError, refused_page)


@opinion_pages.post("/t/<token>/rating")
def rate(token: str) -> BaseResponse:
    """How it was; the first answer about a ticket counts."""
    only_from_here()
    ticket = _ticket(token)
    given = request.form.get("rating", "")
    if given not in {"1", "2", "3", "4", "5"}:
        raise BadField(field="rating", problem="1 to 5 is expected")
    command = GiveFeedback(int(given), customer_words(ticket.language).language, ticket=ticket.id)
    with suppress(KeyReused):
        submit(command, f"rating-{ticket.id}")
    return back_to(f"/t/{token}", ticket.language, "rating")


@opinion_pages.get("/t/<token>/praise")
def praise_form(token: str) -> Response:
    return _praise_page(token, _ticket(token))


@opinion_pages.post("/t/<token>/praise")
def praise(token: str) -> BaseResponse:
    only_from_here()
    ticket, said = _ticket(token), said_in_form()
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
    return _wrong_page(token, _ticket(token))


@opinion_pages.post("/t/<token>/wrong")
def wrong(token: str) -> BaseResponse:
    only_from_here()
    ticket, said = _ticket(token), said_in_form()
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


def _ticket(token: str) -> Ticket:
    state = server().desk.state
    reference = state.tokens.get(token)
    if reference is None:
        raise UnknownTicket(ticket="…")
    return state.tickets[reference]
