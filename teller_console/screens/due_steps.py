"""The steps of a complaint or a follow-up: what each asks for, and the command that comes of the answers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from lobby.care import commands as cc
from lobby.care.choices import DECISIONS, DEGREES, MATTERS, WAYS
from lobby.care.templates import Field, FieldType, Named
from lobby.care.views import OfferedCare
from lobby.errors import N_
from lobby.queue.commands import Command
from lobby.shapes import convert
from lobby.words import Words
from teller_console.care_phrases import category, cause

LONGEST = 4000
"""Letters of a note, as the branch takes them."""


def _named(choices: Mapping[Any, str]) -> tuple[Named, ...]:
    return tuple(Named(str(code), {"en": english}) for code, english in choices.items())


def _choice(code: str, english: str, choices: tuple[Named, ...], *, required: bool = True) -> Field:
    return Field(code, {"en": english}, FieldType.CHOICE, required=required, choices=choices)


def _note(english: str, *, required: bool = False) -> Field:
    return Field("note", {"en": english}, required=required, private=True, longest=LONGEST)


_HOW = _choice("how", N_("How the customer was told"), _named(WAYS))
_OWNER = Field("owner", {"en": N_("Colleague (user name)")})

_FIELDS: dict[str, tuple[Field, ...]] = {
    "acknowledge": (_HOW, _note(N_("Note"))),
    "investigate": (_note(N_("What was found out"), required=True),),
    "answer": (
        _choice("decision", N_("Decision"), _named(DECISIONS)),
        _HOW,
        _note(N_("What the customer was told"), required=True),
    ),
    "reopen": (_note(N_("Why it is opened again"), required=True),),
    "assign": (msgspec.structs.replace(_OWNER, required=True),),
    "extend": (_note(N_("The reason that the customer was given"), required=True),),
    "note": (
        _note(N_("Note"), required=True),
        Field("next_at", {"en": N_("Next step on")}, FieldType.DUE),
    ),
    "solved": (
        Field("solved", {"en": N_("Does the customer say that it is solved?")}, FieldType.YES_NO, required=True),
        _note(N_("What the customer said")),
    ),
    "keep": (_note(N_("Note")),),
    "move": (Field("due", {"en": N_("New time")}, FieldType.DUE), _OWNER, _note(N_("Note"))),
    "drop": (_note(N_("Why it is not needed any more"), required=True),),
}


def fields(step: str, offered: OfferedCare, words: Words) -> tuple[Field, ...]:
    """What a step asks for."""
    if step == "assess":
        return (
            _choice("category", N_("Category"), categories(offered, words)),
            _choice("severity", N_("How bad it is for the customer"), _named(DEGREES)),
            _choice("priority", N_("How urgent it is"), _named(DEGREES)),
            _choice("matter", N_("What the law calls it"), _named(MATTERS), required=False),
            Field("complex", {"en": N_("A complex case?")}, FieldType.YES_NO),
            _note(N_("Note")),
        )
    if step == "close":
        causes = tuple(Named(code, {words.language: cause(code, offered.causes, words)}) for code in offered.causes)
        return (
            _choice("cause", N_("Root cause"), causes),
            _note(N_("What is done so that it does not happen again"), required=True),
        )
    return _FIELDS[step]


def categories(offered: OfferedCare, words: Words) -> tuple[Named, ...]:
    """What complaints are about, in the teller's language."""
    names = offered.categories
    return tuple(Named(code, {words.language: category(code, names, words)}) for code in names)


def command(step: str, reference: str, entered: Mapping[str, str], moment: Callable[[str], int]) -> Command:
    """The command that the answers make; `moment` gives ms UTC for a day that was entered."""
    said: dict[str, object] = dict(entered)
    for code in ("severity", "priority"):
        if code in entered:
            said[code] = int(entered[code])
    for code in ("complex", "solved"):
        if code in entered:
            said[code] = entered[code] == "yes"
    for code in ("due", "next_at"):
        if code in entered:
            said[code] = moment(entered[code])
    if step in cc.FOLLOW_UP_VERBS:
        return convert({"follow_up": reference, **said}, cc.FOLLOW_UP_VERBS[step])
    return convert({"complaint": reference, **said}, cc.COMPLAINT_VERBS[step])
