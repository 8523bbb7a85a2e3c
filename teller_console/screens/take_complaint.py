"""Taking a complaint down at the counter, in the customer's words; ticket, service and language fill themselves in."""

from __future__ import annotations

from typing import Any

import msgspec
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from lobby.care.commands import TakeComplaint
from lobby.care.interactions import Kind
from lobby.care.kind_fields import KIND_FIELDS
from lobby.care.templates import Field
from teller_console import care_places
from teller_console.care_desk import CareDesk, Under
from teller_console.screens.care_form import entered
from teller_console.screens.due_steps import categories
from teller_console.screens.record_form import RecordForm

ORDER = ("text", "category", "name", "contact")
"""Whoever has said what went wrong says next what it is about; who they are is theirs to leave out."""


class ComplaintForm(RecordForm):
    """Says kindly what an empty contact means."""

    def __init__(self, desk: CareDesk) -> None:
        self.ticket, words = desk.ticket, desk.words
        ticket = self.ticket
        self._desk = desk
        self.fields = _fields(desk)
        self.place = care_places.of_complaint(ticket.id if ticket else "")
        title = words("Complaint of %(number)s", number=ticket.number) if ticket else words("Complaint")
        typed = Under(desk.typed, self.place)
        super().__init__(title, self.fields, typed, desk.now(), words, {}, self.typed_on)

    def on_mount(self) -> None:
        said = self._desk.words(
            "With no phone or e-mail nobody can tell the customer; with the reference they can ask at any time."
        )
        self.query_one(VerticalScroll).mount(Static(said, id="unreached", classes="name", markup=False))
        self.call_after_refresh(self._say_unreached)

    def typed_on(self) -> None:
        self._desk.keep()
        self._say_unreached()

    def _say_unreached(self) -> None:
        for said in self.query("#unreached"):
            said.display = not Under(self._desk.typed, self.place).get("contact")


def take_complaint(screen: Screen[Any], desk: CareDesk) -> None:
    """Ask for the complaint, and have it taken."""
    asked = ComplaintForm(desk)

    def done(right: bool | None) -> None:
        if right:
            desk.intend(_taken(desk, asked))

    screen.app.push_screen(asked, done)


def _taken(desk: CareDesk, asked: ComplaintForm) -> TakeComplaint:
    """The complaint of the customer at the counter; of somebody without a ticket where nobody is there."""
    ticket, said = asked.ticket, entered(desk, asked.fields, asked.place)
    return TakeComplaint(
        said["text"],
        name=said.get("name", ""),
        contact=said.get("contact", ""),
        category=said.get("category", ""),
        language=ticket.language if ticket else desk.words.language,
        service=ticket.service if ticket else "",
        ticket=ticket.id if ticket else "",
    )


def _fields(desk: CareDesk) -> tuple[Field, ...]:
    found = {one.code: one for one in KIND_FIELDS[Kind.COMPLAINT]}
    offered = categories(desk.offered, desk.words)
    found["category"] = msgspec.structs.replace(found["category"], choices=offered)
    return tuple(found[code] for code in ORDER)
