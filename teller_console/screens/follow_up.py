"""Promising a customer something until a day: "call back by Friday"."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from lobby.care.commands import PromiseFollowUp
from lobby.care.interactions import Kind
from lobby.care.kind_fields import KIND_FIELDS
from teller_console import care_places
from teller_console.care_desk import CareDesk
from teller_console.screens.care_form import entered, form, moment_ms


def promise_follow_up(screen: Screen[Any], desk: CareDesk) -> None:
    """Ask what is promised to the customer at the counter, and until when; have it kept in mind."""
    ticket, words, fields = desk.ticket, desk.words, KIND_FIELDS[Kind.FOLLOW_UP]
    place = care_places.of_promise(ticket.id if ticket else "")
    title = words("Promised to %(number)s", number=ticket.number) if ticket else words("Promised to a customer")

    def done(right: bool | None) -> None:
        if right:
            said = entered(desk, fields, place)
            promise = PromiseFollowUp(
                said["what"],
                due=moment_ms(desk, said["due"]),
                name=said.get("name", ""),
                contact=said.get("contact", ""),
                ticket=ticket.id if ticket else "",
                service=ticket.service if ticket else "",
                language=ticket.language if ticket else words.language,
            )
            desk.intend(promise)

    screen.app.push_screen(form(desk, title, fields, place), done)
