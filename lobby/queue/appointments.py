"""Appointments: made beforehand, checked in at the kiosk by a code.

A code has letters and digits that nobody takes for one another, and is read however it was typed, spoken or scanned: in
small letters, with spaces and hyphens, or at the end of a link.

    booked --cancelled--> cancelled
       | checked in, early, on time, late by the branch's rules
     used
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from lobby import errors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.given import Given
from lobby.queue.services import business_day

if TYPE_CHECKING:  # the branch holds appointments
    from lobby.queue.branch import Branch

LETTERS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
"""No 0 and O, no 1 and I, no U beside V."""

CODE_LENGTH = 7
CODE = re.compile(f"[{LETTERS}]{{4,16}}")


class Appointment(msgspec.Struct, frozen=True):
    """An appointment. `slot` in ms UTC; `ticket` is the one that it was checked in with."""

    code: str
    service: str
    slot: int
    language: str = ""
    note: str = ""
    ticket: str = ""
    cancelled: bool = False


def read_code(text: str) -> str:
    """The code in what was typed or scanned; empty where there is none."""
    last = re.split(r"[/=?#]", text.strip())[-1]
    code = re.sub(r"[\s-]", "", last).upper()
    return code if CODE.fullmatch(code) else ""


# -- decisions


def book(branch: Branch, command: c.Book, given: Given) -> list[e.Event]:
    branch.service(command.service)
    if command.language and command.language not in branch.setup.languages:
        raise errors.UnknownLanguage(language=command.language)
    code = read_code(command.code or given.token)
    if not code:
        raise errors.BadField(field="code", problem=f"4 to 16 of the signs {LETTERS}")
    if code in branch.appointments:
        raise errors.CodeTaken(code=code)
    if command.slot < given.at:
        raise errors.BadField(field="slot", problem="it is in the past")
    return [e.AppointmentBooked(code, command.service, command.slot, command.language, given.note)]


def cancel_appointment(branch: Branch, command: c.CancelAppointment, given: Given) -> list[e.Event]:
    found = known(branch, command.code)
    if found.ticket:
        raise errors.AppointmentUsed(number=_number(branch, found))
    return [] if found.cancelled else [e.AppointmentCancelled(found.code)]


def known(branch: Branch, text: str) -> Appointment:
    """The appointment with this code, or `UnknownAppointment`."""
    found = branch.appointments.get(read_code(text))
    if found is None:
        raise errors.UnknownAppointment()
    return found


def may_check_in(branch: Branch, found: Appointment, at: int) -> None:
    """Refuse an appointment that cannot be checked in at `at` (ms UTC): used, cancelled, on another day, too early, or
    too late where the branch's rules refuse that."""
    setup, rules = branch.setup, branch.setup.rules
    if found.ticket:
        raise errors.AppointmentUsed(number=_number(branch, found))
    if found.cancelled:
        raise errors.AppointmentIsCancelled()
    slot = setup.local(found.slot)
    if business_day(setup, found.slot).date != business_day(setup, at).date:
        raise errors.AppointmentOnAnotherDay(date=slot.date().isoformat(), time=f"{slot:%H:%M}")
    opens = found.slot - int(rules.appointment_early_s * 1000)
    if at < opens:
        raise errors.AppointmentTooEarly(time=f"{slot:%H:%M}", opens=f"{setup.local(opens):%H:%M}")
    if rules.appointment_late == "refuse" and at > found.slot + rules.appointment_grace_s * 1000:
        raise errors.AppointmentTooLate(time=f"{slot:%H:%M}")


def _number(branch: Branch, found: Appointment) -> str:
    ticket = branch.tickets.get(found.ticket)
    return ticket.number if ticket is not None else found.ticket


# -- the fold; what was booked may lie before the part of the journal that is folded


def on_booked(branch: Branch, event: e.AppointmentBooked, at: int) -> None:
    branch.appointments[event.code] = Appointment(event.code, event.service, event.slot, event.language, event.note)


def on_cancelled(branch: Branch, event: e.AppointmentCancelled, at: int) -> None:
    found = branch.appointments.get(event.code)
    if found is not None:
        branch.appointments[event.code] = msgspec.structs.replace(found, cancelled=True)


def on_checked_in(branch: Branch, code: str, ticket: str) -> None:
    found = branch.appointments.get(code)
    if found is not None:
        branch.appointments[code] = msgspec.structs.replace(found, ticket=ticket)


def forget_past(branch: Branch) -> None:
    """With a new day the appointments of days before leave the state; the journal keeps them."""
    branch.appointments = {code: one for code, one in branch.appointments.items() if one.slot >= branch.day_start}
