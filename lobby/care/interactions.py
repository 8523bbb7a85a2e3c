"""What was done with a customer, as a teller records it.

`outcome`, `delivered`, `steps` and `fields` are for figures and go into the journal. `private` and `note` may speak of
a person and go to the erasable store only. What may stand in them, a `Template` says; `lobby.care.record_check` looks
whether they do.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

import msgspec

from lobby.errors import N_, BadField

MOST_FIELDS, LONGEST_NOTE = 40, 4000
"""How many fields and steps a record may have; letters of a note."""


class Kind(StrEnum):
    """What an interaction was about. `PLAIN` says nothing of it: an outcome, perhaps a note."""

    PLAIN = ""
    ENQUIRY = "enquiry"
    TRANSACTION = "transaction"
    GUIDANCE = "guidance"
    DATA_UPDATE = "data_update"
    COMPLAINT = "complaint"
    INTEREST = "interest"
    FEEDBACK = "feedback"
    FOLLOW_UP = "follow_up"


KIND_NAMES = {
    Kind.PLAIN: N_("no kind"),
    Kind.ENQUIRY: N_("enquiry"),
    Kind.TRANSACTION: N_("help with a transaction"),
    Kind.GUIDANCE: N_("guidance, step by step"),
    Kind.DATA_UPDATE: N_("customer data changed"),
    Kind.COMPLAINT: N_("complaint"),
    Kind.INTEREST: N_("interest in a product"),
    Kind.FEEDBACK: N_("what the customer thinks"),
    Kind.FOLLOW_UP: N_("promise to follow up"),
}

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Codes = Annotated[tuple[Code, ...], msgspec.Meta(max_length=MOST_FIELDS)]
Values = Annotated[dict[Code, str], msgspec.Meta(max_length=MOST_FIELDS)]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A short structured record. `delivered` are codes of services or products; `fields` and `private` hold values by
    the code of a template's field, each in the one form of `lobby.care.entries`; `steps` are the codes of those steps
    of the checklist that were done."""

    kind: Kind = Kind.PLAIN
    outcome: Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[\w.-]*$(?!\n)")] = ""
    delivered: Codes = ()
    fields: Values = {}
    private: Values = {}
    steps: Codes = ()
    note: str = ""


class NoteTooLong(BadField):
    message = N_("The note has %(length)s letters; at most %(most)s fit. Keep what the next colleague needs.")


_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LINE_END = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")


def cleaned(text: str, *, lines: bool = False) -> str:
    """The text without what nobody sees: control characters, overrides and isolates of direction (UAX #9), half
    surrogates. Marks that words need (joiners, LRM, RLM) stay. With `lines` line ends stay too, all of one form."""
    said = _LINE_END.sub("\n", text).replace("\t", " ")
    return _UNSEEN.sub("", said if lines else said.replace("\n", " ")).strip()


def cleaned_record(record: Record) -> Record:
    """The record with clean texts, and without fields that are empty; `NoteTooLong` when the note does not fit."""
    note = cleaned(record.note, lines=True)
    if len(note) > LONGEST_NOTE:
        raise NoteTooLong(field="note", length=len(note), most=LONGEST_NOTE)
    return msgspec.structs.replace(
        record,
        note=note,
        fields={code: said for code, value in record.fields.items() if (said := cleaned(value, lines=True))},
        private={code: said for code, value in record.private.items() if (said := cleaned(value, lines=True))},
    )
