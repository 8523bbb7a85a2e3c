"""How the branch wants complaints, records and promises handled. Read from `branch.toml` and the files beside it."""

from __future__ import annotations

import msgspec

from lobby.care.calendars import Calendar, Deadline
from lobby.care.jurisdictions import calendar_of
from lobby.care.templates import Named, Template, template_of
from lobby.errors import N_

CATEGORIES = {
    "wait": N_("Waiting time"),
    "staff": N_("How we treated you"),
    "information": N_("Wrong or missing information"),
    "fees": N_("Fees and interest"),
    "payment": N_("A payment"),
    "card": N_("A card or cash machine"),
    "account": N_("An account"),
    "loan": N_("A loan"),
    "access": N_("Access to the branch"),
    "other": N_("Something else"),
}
"""What complaints are about, where the branch does not list its own."""

CAUSES = {
    "process": N_("The process asks too much or works badly"),
    "system": N_("A system or device failed"),
    "mistake": N_("We made a mistake"),
    "information": N_("Our information was wrong or unclear"),
    "staffing": N_("Too few people at the counters"),
    "training": N_("Training was missing"),
    "product": N_("The product or its terms"),
    "third_party": N_("Somebody else's part"),
    "misunderstanding": N_("A misunderstanding"),
}
"""Root causes, where the branch does not list its own."""


class ComplaintRules(msgspec.Struct, frozen=True):
    """`promise` is the bank's own time for a first answer; `place` names a row of `lobby.care.jurisdictions` (empty: no
    law). A clock warns when `warn_share` of its time is over; one that has run out goes to `escalate_to` (empty: nobody
    else). The customer is asked `ask_after` the end whether it is solved. `worked` are dates (ISO) outside the week
    that are business days all the same. Codes with no names have ours."""

    promise: Deadline = Deadline(24, "hours")
    place: str = ""
    categories: tuple[Named, ...] = tuple(Named(code) for code in CATEGORIES)
    causes: tuple[Named, ...] = tuple(Named(code) for code in CAUSES)
    warn_share: float = 0.75
    escalate_to: str = ""
    worked: tuple[str, ...] = ()
    ask_after: Deadline = Deadline(5, "business_days")


class CareSetup(msgspec.Struct, frozen=True):
    """`templates` and `standards` by service code; under the empty code what holds for every service. A standard is a
    short checklist by language."""

    complaints: ComplaintRules = ComplaintRules()
    templates: dict[str, Template] = {}
    standards: dict[str, dict[str, tuple[str, ...]]] = {}

    def calendar(self, zone: str, holidays: tuple[str, ...]) -> Calendar:
        """The business days of the branch in that zone."""
        return calendar_of(self.complaints.place, zone, frozenset(holidays), frozenset(self.complaints.worked))

    def template(self, service: str) -> Template:
        """What a record of this service may hold."""
        return template_of(self.templates, service)

    def standard(self, service: str) -> dict[str, tuple[str, ...]]:
        """The service's standard by language; the common one where it has none."""
        return self.standards.get(service) or self.standards.get("") or {}
