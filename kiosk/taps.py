"""What a customer's touch asks of the branch: a ticket, a check-in, a list to take away, a copy, an opinion.

One tap is one intention: the page makes a key for it and sends it with every try, so that a double tap, a slow line or
a lost answer gives one ticket and one slip.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from flask import Blueprint, Response

from hardware.errors import DeviceError
from kiosk import phrases, qr
from kiosk.offer import Slip, said_of
from kiosk.place import NO_PAPER, Kiosk
from kiosk.printing import paper_words
from kiosk.requests import answer, body, key
from kiosk.slip import list_of_documents
from lobby import errors
from lobby.queue import commands as c
from lobby.views import BranchView, TicketView


class Tap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the customer asked for."""

    service: str
    language: str = ""
    priority: str = ""
    then: tuple[str, ...] = ()
    documents: bool = False


class CheckIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An appointment's code, as typed or scanned."""

    code: str
    language: str = ""
    priority: str = ""
    documents: bool = False


class ListWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The list of documents for a service, without a number."""

    service: str
    language: str = ""


class Copy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same ticket on paper once more."""

    language: str = ""


class Opinion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it went, 1 to 5, and what was meant (codes of what the offer has under `good` or `bad`)."""

    rating: Annotated[int, msgspec.Meta(ge=1, le=5)]
    language: str = ""
    choices: tuple[str, ...] = ()


class Issued(msgspec.Struct, frozen=True):
    """The answer: the ticket without its token, the customer's page and its QR code (a data URI; both may be empty),
    the state of the paper, and what the page says about it in each language."""

    ticket: TicketView
    url: str
    qr: str
    paper: str
    said: dict[str, Slip]


class OnPaper(msgspec.Struct, frozen=True):
    """The answer where only paper comes: which slip it is, and how it stands."""

    id: str
    copy: int
    paper: str


def add_taps(blueprint: Blueprint, kiosk: Kiosk) -> None:
    """The routes of a customer's touches."""

    @blueprint.post("/tickets")
    def issue() -> Response:
        tap, mine = body(Tap), key()
        branch = kiosk.door().branch()
        _declared(tap.priority, branch)
        return _give(
            kiosk, branch, c.Issue(tap.service, tap.language, tap.priority, None, tap.then, tap.documents), mine
        )

    @blueprint.post("/check-in")
    def check_in() -> Response:
        asked, mine = body(CheckIn), key()
        branch = kiosk.door().branch()
        _declared(asked.priority, branch)
        return _give(kiosk, branch, c.CheckIn(asked.code[:400], asked.language, asked.priority, asked.documents), mine)

    @blueprint.post("/lists")
    def take_list() -> Response:
        asked, mine = body(ListWanted), key()
        door = kiosk.door()
        branch = door.branch()
        service = phrases.service_of(branch, asked.service)
        if service is None:
            raise errors.UnknownService(service=asked.service)
        door.submit(c.TakeList(asked.service, asked.language), key=mine)
        id = f"list-{mine}"
        said = paper_words(asked.language or branch.languages[0], branch.languages)
        try:
            kiosk.print_slip(id, list_of_documents(service, branch, said))
        except (errors.LobbyError, DeviceError):
            return answer(OnPaper(id, 0, NO_PAPER), 201)
        return answer(OnPaper(id, 0, kiosk.paper(id)), 201)

    @blueprint.post("/tickets/<ticket>/reprint")
    def reprint(ticket: str) -> Response:
        body(Copy)
        door, mine = kiosk.door(), key()
        again = door.submit(c.Reprint(ticket), key=mine).ticket
        assert again is not None
        return answer(OnPaper(again.id, again.copies, _print(kiosk, again, door.branch())), 201)

    @blueprint.get("/slips/<id>/paper")
    def slip_paper(id: str) -> Response:
        kiosk.door()
        return answer({"state": kiosk.paper(id)})

    @blueprint.get("/slips/<id>/paper/<int:copy>")
    def copy_paper(id: str, copy: int) -> Response:
        kiosk.door()
        return answer({"state": kiosk.paper(id, copy)})

    @blueprint.post("/feedback")
    def feedback() -> Response:
        opinion, mine = body(Opinion), key()
        kiosk.door().submit(c.GiveFeedback(opinion.rating, opinion.language, "", opinion.choices), key=mine)
        return answer({"thanks": True}, 201)


def _declared(priority: str, branch: BranchView) -> None:
    """Refuse a class that customers do not declare themselves."""
    if priority and priority not in {p.code for p in branch.priorities if p.declared}:
        raise errors.UnknownPriority(priority=priority)


def _give(kiosk: Kiosk, branch: BranchView, command: c.Command, mine: str) -> Response:
    """Take the number, send its slip on its way, and say both."""
    ticket = kiosk.door().submit(command, key=mine).ticket
    assert ticket is not None
    paper = _print(kiosk, ticket, branch)
    url = kiosk.ticket_url(ticket)
    shown = msgspec.structs.replace(ticket, token="")
    return answer(Issued(shown, url, qr.data_uri(url), paper, said_of(ticket, branch)), 201)


def _print(kiosk: Kiosk, ticket: TicketView, branch: BranchView) -> str:
    """Spool the slip and say how it stands. The number is given already: a spool that refuses must not take it away."""
    try:
        kiosk.print(ticket, branch)
    except (errors.LobbyError, DeviceError):
        return NO_PAPER
    return kiosk.paper(ticket.id, ticket.copies)
