"""An interaction record as whoever reviews it reads it: names in the reader's language, not codes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from babel.dates import format_skeleton
from babel.numbers import format_decimal

from lobby.care.interactions import KIND_NAMES, Kind
from lobby.care.kind_fields import fields_of
from lobby.care.setup import CATEGORIES
from lobby.care.templates import Field, FieldType, Named, template_of
from lobby.care.views import RecordView
from lobby.errors import N_
from lobby.queue.services import Setup, named
from lobby.reports.forms.shown import side_by_side
from lobby.words import Words

DELIVERED, STEPS = N_("Delivered"), N_("Steps done")


class RecordWords:
    """The words of one language for the records of one branch. What the template has no more keeps its code."""

    def __init__(self, words: Words, setup: Setup) -> None:
        self._words = words
        self._setup = setup

    def heads(self, record: RecordView) -> list[str]:
        """What it was about and what came of it; each only where it was said."""
        outcomes = template_of(self._setup.care.templates, record.service).outcomes
        kind = [self._words(KIND_NAMES[Kind(record.kind)])] if record.kind else []
        return [*kind, *([self._one(outcomes, record.outcome)] if record.outcome else [])]

    def facts(self, record: RecordView) -> list[tuple[str, str]]:
        """What was delivered, the fields, the steps that were done: what it is called, and what was written."""
        template = template_of(self._setup.care.templates, record.service)
        asked = (*template.fields, *fields_of(template, Kind(record.kind), record.outcome))
        fields = {field.code: field for field in asked}
        said = [(self._one(asked, code), self._value(fields.get(code), value)) for code, value in record.fields.items()]
        listed = (
            (self._words(DELIVERED), self._several(template.delivered, record.delivered)),
            *said,
            (self._words(STEPS), self._several(template.checklist, record.steps)),
        )
        return [(name, value) for name, value in listed if value]

    def _value(self, field: Field | None, value: str) -> str:
        if field is None:
            return value
        with suppress(ValueError, ArithmeticError):  # written when the field was of another type
            return self._shown(field, value)
        return value

    def _shown(self, field: Field, value: str) -> str:
        locale = self._words.locale
        match field.type:
            case FieldType.CHOICE:
                return self._one(field.choices or self._categories(), value)
            case FieldType.YES_NO:
                return self._words("yes") if value == "yes" else self._words("no")
            case FieldType.DATE | FieldType.DUE:
                moment = datetime.fromisoformat(value)
                day = str(format_skeleton("yMMMEd", moment, locale=locale))
                return day if field.type is FieldType.DATE else f"{day}, {moment:%H:%M}"
            case FieldType.NUMBER | FieldType.MONEY:
                form = "#,##0.00" if field.type is FieldType.MONEY else "#,##0.######"
                return f"{format_decimal(value, form, locale=locale)} {field.unit}".strip()
        return value

    def _categories(self) -> list[Named]:
        """The choices of the one field that has none of its own: what a complaint is about."""
        listed = self._setup.care.complaints.categories
        return [Named(one.code, one.names or {"en": CATEGORIES.get(one.code, one.code)}) for one in listed]

    def _several(self, among: Iterable[Named], codes: tuple[str, ...]) -> str:
        return side_by_side([self._one(among, code) for code in codes], self._words)

    def _one(self, among: Iterable[Named], code: str) -> str:
        """Its name; the product's own English names are in the catalogues."""
        names = next((one.names for one in among if one.code == code), {})
        return names.get(self._words.language) or self._words(
            named(names, self._words.language, code.replace("_", " "))
        )
