"""What a bank wants recorded for a service: outcomes, what may be delivered, fields, phrases, a checklist.

Read from the branch's files by `lobby.record_files`. The branch refuses a record that does not fit its template; the
console asks by it. Names are by language; `named_in` says them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Literal, TypeVar

import msgspec

from lobby.care.interactions import Kind

Given = Literal["", "language", "number", "service", "counter", "teller", "waited_min"]
"""What the console knows of a customer by itself, and fills in."""


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DUE = "due"
    CHOICE = "choice"
    YES_NO = "yes_no"
    PHONE = "phone"
    EMAIL = "email"
    ACCOUNT = "account"


class Named(msgspec.Struct, frozen=True):
    """Something that a teller chooses: a code for the figures, names by language for people."""

    code: str
    names: dict[str, str] = {}


class Outcome(Named, frozen=True):
    """What came of it. `kind` is what such an interaction is about, so that nobody has to say it. `asks` names fields
    that are asked for this outcome, and for others only if they name them too."""

    kind: Kind = Kind.PLAIN
    asks: tuple[str, ...] = ()


class Field(Named, frozen=True):
    """A value to be asked for. `private` ones go to the erasable store. `choices` are for the type choice; `low` and
    `high` bound numbers and money, `longest` the letters of a text, `pattern` (a regular expression) all of it; `unit`
    stands behind the value. `given` is filled in by itself, `default` before the teller types. Asked for these `kinds`
    only; empty: for all."""

    type: FieldType = FieldType.TEXT
    required: bool = False
    private: bool = False
    choices: tuple[Named, ...] = ()
    low: float | None = None
    high: float | None = None
    longest: int = 200
    pattern: str = ""
    unit: str = ""
    given: Given = ""
    default: str = ""
    kinds: tuple[Kind, ...] = ()


class Phrase(msgspec.Struct, frozen=True):
    """A quick phrase: `short`, typed and followed by a space, becomes the text in the note's language."""

    short: str
    texts: dict[str, str]


class Step(Named, frozen=True):
    """A step of a checklist; `document` for a document that the customer brings."""

    document: bool = False


class Template(msgspec.Struct, frozen=True):
    """What is recorded for one `service` ("" for all). Without `outcomes` those of `branch.toml` hold."""

    service: str = ""
    outcomes: tuple[Outcome, ...] = ()
    delivered: tuple[Named, ...] = ()
    fields: tuple[Field, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    checklist: tuple[Step, ...] = ()

    def asked(self, kind: Kind, outcome: str) -> tuple[Field, ...]:
        """The fields of a record of this kind and outcome."""
        asking = {code for one in self.outcomes for code in one.asks if one.code == outcome}
        others = {code for one in self.outcomes for code in one.asks} - asking
        return tuple(f for f in self.fields if f.code not in others and (not f.kinds or kind in f.kinds))


PLAIN = Template()

T = TypeVar("T", bound=Named)


def template_of(templates: Mapping[str, Template], service: str) -> Template:
    """The service's template, else the one for every service, else a plain one."""
    return templates.get(service) or templates.get("") or PLAIN


def likely(choices: Iterable[T], history: Mapping[str, float]) -> tuple[T, ...]:
    """The choices, those first that this service's records had most; the file's own order among equals."""
    return tuple(sorted(choices, key=lambda choice: -history.get(choice.code, 0.0)))
