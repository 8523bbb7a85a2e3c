"""Whether a record fits its template, and the record as it is kept."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lobby.care.entries import Missing, settled
from lobby.care.interactions import Record, cleaned_record
from lobby.care.kind_fields import fields_of
from lobby.care.templates import Field, Template
from lobby.errors import N_, BadField


class NotInTemplate(BadField):
    message = N_("%(field)s: “%(value)s” is not in this service's template; known are %(known)s.")


class PersonalField(BadField):
    message = N_("%(field)s speaks of a person: it belongs to the private fields.")


class NotPersonalField(BadField):
    message = N_("%(field)s does not speak of a person: it belongs to the fields.")


def check_record(record: Record, template: Template) -> Record:
    """The record as it is kept: texts clean, each value in its one form. A `BadField` names the first field that does
    not fit: unknown, misplaced, not of its type, or needed and not there; `NoteTooLong` when the note does not fit."""
    record = cleaned_record(record)
    if template.outcomes:
        _known("outcome", (record.outcome,) if record.outcome else (), [outcome.code for outcome in template.outcomes])
    _known("delivered", record.delivered, [delivered.code for delivered in template.delivered])
    _known("steps", record.steps, [step.code for step in template.checklist])
    asked = {field.code: field for field in fields_of(template, record.kind, record.outcome)}
    for field in asked.values():
        if field.code in (record.fields if field.private else record.private):
            raise (PersonalField if field.private else NotPersonalField)(field=field.code)
        if field.required and field.code not in (record.private if field.private else record.fields):
            raise Missing(field=field.code)
    return msgspec.structs.replace(
        record, fields=_settled(record.fields, asked), private=_settled(record.private, asked)
    )


def _settled(values: Mapping[str, str], asked: Mapping[str, Field]) -> dict[str, str]:
    _known("fields", tuple(values), list(asked))
    return {code: settled(value, asked[code]) for code, value in values.items()}


def _known(place: str, said: tuple[str, ...], known: list[str]) -> None:
    for code in said:
        if code not in known:
            raise NotInTemplate(field=place, value=code, known=", ".join(known) or "–")
