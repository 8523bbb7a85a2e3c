"""What the record panel is told of the customer at the counter, and the record that comes of a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from babel.dates import format_skeleton
from babel.numbers import format_decimal

from lobby.care.entries import settled
from lobby.care.interactions import KIND_NAMES, Kind, Record, cleaned
from lobby.care.kind_fields import fields_of
from lobby.care.setup import CATEGORIES
from lobby.care.templates import Field, FieldType, Given, Named, Outcome, Template, likely
from lobby.errors import BadField
from lobby.queue.services import named
from lobby.views import CounterView, TicketView
from lobby.words import Words
from lobby.words.moments import moment
from teller_console import phrases
from teller_console.drafts import Draft
from teller_console.picture import waited_s

OFFERED = (
    Kind.ENQUIRY,
    Kind.TRANSACTION,
    Kind.GUIDANCE,
    Kind.DATA_UPDATE,
    Kind.INTEREST,
    Kind.FEEDBACK,
    Kind.FOLLOW_UP,
    Kind.COMPLAINT,
)
"""The kinds in the order of their digits, the same everywhere."""

ON_THEIR_OWN = frozenset({Kind.DATA_UPDATE, Kind.INTEREST, Kind.FEEDBACK, Kind.FOLLOW_UP, Kind.COMPLAINT})
"""Kinds that are recorded at once, beside what the visit itself was about."""


@dataclass(frozen=True)
class Case:
    """`template` with the outcomes of `branch.toml` where it has none; `history` how often each code was recorded for
    this service; `given` what fills itself in; `now` on the branch's clock; `categories` of complaints."""

    template: Template
    now: datetime
    history: Mapping[str, float] = field(default_factory=dict)
    given: Mapping[Given, str] = field(default_factory=dict)
    categories: tuple[Named, ...] = ()

    def outcomes(self) -> tuple[Outcome, ...]:
        return likely(self.template.outcomes, self.history)

    def delivered(self) -> tuple[Named, ...]:
        return likely(self.template.delivered, self.history)

    def begun(self, kind: Kind, draft: Draft) -> bool:
        """Whether words of a person stand in the form of this kind, which was left before its end."""
        typed = draft.forms.get(kind, {})
        return any(typed.get(one.code, "").strip() for one in self.fields(kind, "") if one.private)

    def fields(self, kind: Kind, outcome: str = "") -> tuple[Field, ...]:
        """What is asked for; what fills itself in is not."""
        asked = fields_of(self.template, kind, outcome)
        return tuple(self._with_categories(f) for f in asked if not self._filled(f))

    def kind(self, draft: Draft) -> Kind:
        """What the visit was about: as chosen, else as its outcome says."""
        outcome = next((o for o in self.template.outcomes if o.code == draft.outcome), None)
        return draft.kind or (outcome.kind if outcome else Kind.PLAIN)

    def visit_record(self, draft: Draft, words: Words) -> Record:
        """The record of the visit, without its note, which goes beside it. `BadField` when something does not fit."""
        kind = self.kind(draft)
        fields, private = self.entered(kind, draft.outcome, draft.forms.get(Kind.PLAIN, {}), words)
        return Record(
            kind=kind,
            outcome=draft.outcome,
            delivered=_known(draft.delivered, self.template.delivered),
            fields=fields,
            private=private,
            steps=_known(draft.steps, self.template.checklist),
        )

    def entered(
        self, kind: Kind, outcome: str, typed: Mapping[str, str], words: Words
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Fields and private fields in the form that is kept; what was typed for fields that are not asked is left."""
        kept: tuple[dict[str, str], dict[str, str]] = ({}, {})
        for f in fields_of(self.template, kind, outcome):
            said = typed.get(f.code, f.default)
            value = self._filled(f) or entry(said, self._with_categories(f), self.now, words)
            if value:
                kept[f.private][f.code] = value
        return kept

    def missing(self, kind: Kind, outcome: str, typed: Mapping[str, str], words: Words) -> bool:
        """Whether the teller has to be asked before this can be recorded."""
        for f in self.fields(kind, outcome):
            try:
                value = entry(typed.get(f.code, f.default), f, self.now, words)
            except BadField:
                return True
            if f.required and not value:
                return True
        return False

    def shown(self, f: Field, typed: str, words: Words) -> str:
        """What stands in a field, as a person reads it; as it was typed while it is not right."""
        try:
            return shown(entry(typed, f, self.now, words), f, words)
        except BadField:
            return typed

    def _filled(self, f: Field) -> str:
        """What fills the field in; empty where nothing does, or what would does not fit."""
        try:
            return settled(self.given.get(f.given, ""), f)
        except BadField:
            return ""

    def _with_categories(self, f: Field) -> Field:
        if f.code != "category" or f.choices:
            return f
        ours = [Named(one.code, one.names or {"en": CATEGORIES.get(one.code, one.code)}) for one in self.categories]
        return msgspec.structs.replace(f, choices=tuple(ours))


def _known(codes: Sequence[str], offered: Sequence[Named]) -> tuple[str, ...]:
    """Those that the template still has: a draft may be older than it."""
    return tuple(code for code in codes if code in {one.code for one in offered})


def case_of(
    ticket: TicketView,
    counter: CounterView,
    template: Template,
    now: datetime,
    history: Mapping[str, float] | None = None,
    categories: tuple[Named, ...] = (),
) -> Case:
    """The case of the customer being served. `now` is the branch's time, in its zone."""
    called_at = ticket.first_called_at or ticket.arrived_at
    given: dict[Given, str] = {
        "language": ticket.language,
        "number": ticket.number,
        "service": ticket.service,
        "counter": str(counter.number),
        "teller": counter.teller,
        "waited_min": str(round(waited_s(ticket, called_at) / 60)),
    }
    return Case(template, now, history or {}, given, categories)


def entry(typed: str, f: Field, now: datetime, words: Words) -> str:
    """The value in the form that is kept; days and moments may be said in words: `fri`, `tomorrow 10:00`, `+3d`."""
    said = cleaned(typed)
    if said and f.type in (FieldType.DATE, FieldType.DUE):
        meant = moment(said, now, words)
        if meant is not None and f.type is FieldType.DUE:
            return meant.replace(tzinfo=None).isoformat(timespec="minutes")
        if meant is not None and not any(letter.isdecimal() for letter in said):
            return meant.date().isoformat()
    return settled(typed, f)


def shown(value: str, f: Field, words: Words) -> str:
    """The value, in the form that is kept, as a person reads it."""
    match f.type:
        case FieldType.DUE:
            due = datetime.fromisoformat(value)
            return f"{format_skeleton('MMMEd', due, locale=words.locale)}, {due:%H:%M}"
        case FieldType.DATE:
            return str(format_skeleton("yMMMEd", datetime.fromisoformat(value), locale=words.locale))
        case FieldType.NUMBER | FieldType.MONEY:
            pattern = "#,##0.00" if f.type is FieldType.MONEY else "#,##0.######"
            return f"{format_decimal(value, pattern, locale=words.locale)} {f.unit}".strip()
        case FieldType.CHOICE:
            return next((label(choice, words) for choice in f.choices if choice.code == value), value)
        case FieldType.YES_NO:
            return words("yes") if value == "yes" else words("no")
    return value


def label(what: Named, words: Words) -> str:
    """Its name in the teller's language. The product's own English names and codes are in the catalogues."""
    name = what.names.get(words.language)
    if name:
        return name
    english = what.names.get("en")
    return words(english) if english else named(what.names, words.language, "") or phrases.code(what.code, words)


def kind_name(kind: Kind, words: Words) -> str:
    return words(KIND_NAMES[kind])
