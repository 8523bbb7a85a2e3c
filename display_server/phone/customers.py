"""What the pages of customers share: who they are to the branch, forms that are sent once, and a brake.

The token of a ticket, and the reference of a complaint, are all that a customer needs. The pages work without a script;
what is sent twice is done once, and who sends without end is slowed down.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec
from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from display_server.gate.access import server
from display_server.pages import page_words
from lobby.access import CUSTOMER, permission_for, require
from lobby.command_shape import Command
from lobby.door import Answer
from lobby.errors import N_, Invalid, LobbyError, TooManyAttempts
from lobby.problems import status
from lobby.queue.given import Actor
from lobby.queue.ticket import Ticket
from lobby.words import LANGUAGES, Words, refusal, words

LOGO_BYTES = 10_000
"""A larger logo would take a slow phone as long as all the rest of its page; it sees the name alone."""

SOMEBODY = Actor("customer", CUSTOMER)
"""Any customer: the branch is not told which."""


class NothingSaid(Invalid):
    message = N_("Please write a few words.")


class Said(msgspec.Struct, frozen=True):
    """A form as it was filled in."""

    text: str = ""
    name: str = ""
    contact: str = ""
    category: str = ""
    rating: str = ""
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()


def submit(command: Command, key: str = "", form: str = "") -> Answer:
    """Carry a customer's command out; without a `key` the same words, sent again from the same `form`, are the same
    command."""
    require(CUSTOMER, permission_for(type(command)))
    key = key or f"said-{sha256(msgspec.json.encode((form, command))).hexdigest()}"
    return server().desk.door(SOMEBODY).submit(command, key=key)


def ticket_of(token: str) -> Ticket:
    """The ticket of whoever asks by its token."""
    return server().ticket_tokens.ticket(token, request.remote_addr or "")


def slowly(key: str) -> None:
    """Let nobody send words without end: after a handful there is a wait, which grows."""
    house = server()
    house.brake.check(key, house.clock())
    house.brake.begin(key, house.clock())


def tell_nobody(response: Response) -> Response:
    """The address of the page is its secret: it goes to no other page, and into no search engine."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def customer_words(own: str) -> Words:
    """A customer's page: in the language asked for by `?language=`, else in the customer's `own`."""
    served = [code for code in server().config.setup.languages if code in LANGUAGES]
    return words(own) if own in served and request.args.get("language") not in served else page_words()


# -- forms and pages


def said_in_form() -> Said:
    """The form that was sent; a browser ends its lines with two characters."""
    form = request.form
    return Said(
        text=form.get("text", "").replace("\r\n", "\n"),
        name=form.get("name", ""),
        contact=form.get("contact", ""),
        category=form.get("category", ""),
        rating=form.get("rating", ""),
        good=tuple(form.getlist("good")),
        bad=tuple(form.getlist("bad")),
    )


def needed(text: str) -> str:
    if not text.strip():
        raise NothingSaid()
    return text


def form_page(
    template: str, mine: Words, page: dict[str, Any], said: Said | None, error: LobbyError | None
) -> Response:
    """An empty form, or one that was refused, as it was filled in."""
    page |= {"said": said or Said(), "error": refusal(error, mine) if error is not None else ""}
    return page_of(template, mine, page, status(error) if error is not None else 200)


def page_of(template: str, mine: Words, page: dict[str, Any], code: int = 200) -> Response:
    """A customer's page with the bank's name, and the languages that it has."""
    house, setup = server(), server().config.setup
    own = house.config.signage.look.logo
    logo = house.folder / own
    data = {
        "names": setup.names,
        "logo": not own or (logo.is_file() and logo.stat().st_size <= LOGO_BYTES),
        "languages": [code for code in setup.languages if code in LANGUAGES],
        "language": mine.language,
        **page,
    }
    html = render_template(template, words=mine, language=mine.language, direction=mine.direction, page=data)
    return make_response(html, code)


def back_to(path: str, own: str, told: str) -> BaseResponse:
    said = f"&told={told}#told" if told else ""
    return redirect(f"{path}?language={customer_words(own).language}{said}", 303)


def refused_page(error: LobbyError) -> Response:
    """A refusal as a page, without a way into the staff's."""
    mine = customer_words("")
    page = {"title": mine("Sorry, that did not work"), "text": refusal(error, mine)}
    answer = page_of("phone.html", mine, page, status(error))
    if isinstance(error, TooManyAttempts):
        answer.headers["Retry-After"] = str(error.facts["seconds"])
    return answer
