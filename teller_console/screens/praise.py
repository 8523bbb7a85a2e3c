"""Passing a customer's kind word on to the colleague it is about."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from lobby.care.commands import Praise
from lobby.care.templates import Field
from lobby.errors import N_
from teller_console.care_desk import CareDesk
from teller_console.care_places import PRAISE
from teller_console.screens.care_form import entered, form

FIELDS = (
    Field("note", {"en": N_("What the customer said")}, required=True, private=True, longest=4000),
    Field("teller", {"en": N_("Colleague (user name)")}),
    Field("ticket", {"en": N_("Or the ticket that they served")}),
)


def pass_praise_on(screen: Screen[Any], desk: CareDesk) -> None:
    """Ask for the kind word, and whom it is about; nobody named means whoever served the ticket."""

    def done(right: bool | None) -> None:
        if right:
            said = entered(desk, FIELDS, PRAISE)
            desk.intend(Praise(said["note"], said.get("teller", ""), said.get("ticket", "").upper()))

    screen.app.push_screen(form(desk, desk.words("Pass praise on"), FIELDS, PRAISE), done)
