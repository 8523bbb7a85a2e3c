"""Asking for a few fields, and what was answered: the form of the records, for the care room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lobby.care.templates import Field
from teller_console.care_desk import CareDesk, Under
from teller_console.panels.record_case import entry
from teller_console.screens.record_form import RecordForm


def form(desk: CareDesk, title: str, fields: Sequence[Field], place: str) -> RecordForm:
    """The form; what stands in it is kept under `place`."""
    return RecordForm(title, fields, Under(desk.typed, place), desk.now(), desk.words, {}, desk.keep)


def entered(desk: CareDesk, fields: Sequence[Field], place: str) -> dict[str, str]:
    """What a form that was gone through holds, by field; fields left empty are not there."""
    typed = Under(desk.typed, place)
    said = {one.code: entry(typed.get(one.code, one.default), one, desk.now(), desk.words) for one in fields}
    return {code: value for code, value in said.items() if value}


def moment_ms(desk: CareDesk, due: str) -> int:
    """A value that a field of the type due holds, which is on the branch's clock, in ms UTC."""
    return int(datetime.fromisoformat(due).replace(tzinfo=desk.zone).timestamp() * 1000)
