"""The fields that each kind of interaction has in every bank, before any template: their English names are in the
catalogues. What says something of a person is private."""

from __future__ import annotations

from lobby.care.interactions import LONGEST_NOTE, Kind
from lobby.care.templates import Field, FieldType, Named, Template
from lobby.errors import N_


def _named(code: str, name: str) -> Named:
    return Named(code, {"en": name})


_DATA_UPDATE = (
    Field(
        "changed",
        {"en": N_("What changed")},
        FieldType.CHOICE,
        required=True,
        choices=(
            _named("address", N_("address")),
            _named("phone", N_("phone")),
            _named("email", N_("e-mail")),
            _named("name", N_("name")),
            _named("id_document", N_("ID document")),
            _named("other", N_("something else")),
        ),
    ),
    Field("old", {"en": N_("Old value")}, private=True),
    Field("new", {"en": N_("New value")}, private=True, required=True),
    Field(
        "verified",
        {"en": N_("Verified by")},
        FieldType.CHOICE,
        private=True,
        required=True,
        choices=(
            _named("id_document", N_("ID document")),
            _named("written_proof", N_("written proof")),
            _named("code_sent", N_("a code sent to the customer")),
            _named("known", N_("known in person")),
        ),
    ),
)

_INTEREST = (
    Field(
        "when",
        {"en": N_("When")},
        FieldType.CHOICE,
        choices=(
            _named("now", N_("now")),
            _named("months_3", N_("within three months")),
            _named("later", N_("later")),
        ),
    ),
    Field("may_contact", {"en": N_("May we get in touch")}, FieldType.YES_NO),
    Field("contact", {"en": N_("Phone or e-mail")}, private=True),
)

_FEEDBACK = (
    Field(
        "about",
        {"en": N_("About")},
        FieldType.CHOICE,
        required=True,
        choices=(
            _named("fees", N_("fees")),
            _named("rates", N_("rates")),
            _named("app", N_("app and website")),
            _named("branch", N_("branch and waiting")),
            _named("missing_product", N_("a product that we do not have")),
            _named("other_bank", N_("what another bank offers")),
            _named("other", N_("something else")),
        ),
    ),
    Field(
        "tone",
        {"en": N_("How it was said")},
        FieldType.CHOICE,
        choices=(
            _named("praise", N_("praise")),
            _named("wish", N_("wish")),
            _named("criticism", N_("criticism")),
        ),
    ),
    Field("words", {"en": N_("In the customer's words")}, private=True, longest=1000),
)

_FOLLOW_UP = (
    Field("what", {"en": N_("What is promised")}, private=True, required=True, longest=1000),
    Field("due", {"en": N_("Until")}, FieldType.DUE, required=True),
    Field("name", {"en": N_("Customer's name")}, private=True),
    Field("contact", {"en": N_("Phone or e-mail")}, private=True),
)

_COMPLAINT = (
    Field(
        "text",
        {"en": N_("What went wrong, in the customer's words")},
        private=True,
        required=True,
        longest=LONGEST_NOTE,
    ),
    Field("name", {"en": N_("Customer's name")}, private=True),
    Field("contact", {"en": N_("Phone or e-mail")}, private=True),
    Field("category", {"en": N_("Category")}, FieldType.CHOICE),
)

KIND_FIELDS: dict[Kind, tuple[Field, ...]] = {
    Kind.DATA_UPDATE: _DATA_UPDATE,
    Kind.INTEREST: _INTEREST,
    Kind.FEEDBACK: _FEEDBACK,
    Kind.FOLLOW_UP: _FOLLOW_UP,
    Kind.COMPLAINT: _COMPLAINT,
}
"""By kind; what is not here has only the template's fields."""


def fields_of(template: Template, kind: Kind, outcome: str = "") -> tuple[Field, ...]:
    """What a record of this kind and outcome may hold, in the order of asking. A kind with fields of its own gets from
    the template only what names that kind; interest is in something that the template says can be delivered."""
    own = KIND_FIELDS.get(kind, ())
    if kind is Kind.INTEREST and template.delivered:
        product = Field("product", {"en": N_("Product")}, FieldType.CHOICE, required=True, choices=template.delivered)
        own = (product, *own)
    return (*own, *(f for f in template.asked(kind, outcome) if f.kinds or not own))
