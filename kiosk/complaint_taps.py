"""What a customer's touch asks of the branch when something went wrong: a complaint, with what can be said in a lobby.

Others stand near, so the kiosk asks for no words and no name: what it is about, the ticket and a telephone number, if
the customer wants. The rest is told to a member of staff.
"""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response

from hardware.errors import DeviceError
from kiosk import qr
from kiosk.complaint_slip import Promised, complaint_slip, promised
from kiosk.place import NO_PAPER, Kiosk
from kiosk.printing import paper_words
from kiosk.requests import answer, body, key
from lobby import errors
from lobby.care.codes import called
from lobby.care.commands import TakeComplaint
from lobby.care.views import ComplaintView
from lobby.views import BranchView
from lobby.words import words


class Grievance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What went wrong, by the code of its category; the ticket's number and a telephone number may be empty."""

    category: str
    language: str = ""
    ticket: str = ""
    contact: str = ""


class Taken(msgspec.Struct, frozen=True):
    """The answer: the reference, the QR code of the complaint's page (a data URI or empty), the state of the paper, and
    the dates in each language."""

    reference: str
    qr: str
    paper: str
    said: dict[str, Promised]


def add_complaints(blueprint: Blueprint, kiosk: Kiosk) -> None:
    """The route of a complaint."""

    @blueprint.post("/complaints")
    def complain() -> Response:
        asked, mine = body(Grievance), key()
        door = kiosk.door()
        branch = door.branch()
        command = TakeComplaint(
            text=_about(asked.category, branch),
            contact=asked.contact,
            language=asked.language,
            ticket=asked.ticket,
            category=asked.category,
        )
        taken = door.submit(command, key=mine).complaint
        assert taken is not None
        said = {language: promised(taken, branch, words(language)) for language in branch.languages}
        url = kiosk.complaint_url(taken.reference)
        paper = _print(kiosk, taken, branch, url)
        return answer(Taken(taken.reference, qr.data_uri(url), paper, said), 201)


def _about(category: str, branch: BranchView) -> str:
    """The category's name for whoever reads the complaint at the branch: nothing else was said."""
    found = next((one for one in branch.categories if one.code == category), None)
    if found is None:
        raise errors.BadField(field="category", problem=f"known are {', '.join(one.code for one in branch.categories)}")
    return called("category", found.code, found.names, words(branch.languages[0]))


def _print(kiosk: Kiosk, complaint: ComplaintView, branch: BranchView, url: str) -> str:
    """Spool the slip and say how it stands. The complaint is taken already, whatever becomes of its paper."""
    slip = complaint_slip(complaint, branch, paper_words(complaint.language, branch.languages), url=url)
    try:
        kiosk.print_slip(complaint.reference, slip)
    except (errors.LobbyError, DeviceError):
        return NO_PAPER
    return kiosk.paper(complaint.reference)
