"""How long the law gives a bank to answer a complaint, by place and by what the complaint is about.

    place  matter    time                    extension                          source
    gb     general   8 weeks                                                    FCA Handbook, DISP 1.6.2R
    gb     payments  15 business days        35 from receipt                    FCA Handbook, DISP 1.6.2AR
    eu     payments  15 business days        35 from receipt                    Directive (EU) 2015/2366, article 101(2)
    es     general   1 month                                                    Banco de España, claims; Código Civil 5
    es     payments  15 business days                                           Real Decreto-ley 19/2018, article 69
    cn     general   15 days; 30 if complex  30 more days                       CBIRC Order 3 of 2020
    ru     general   15 working days         10 more working days               Federal law 395-1 as amended by 442-FZ
    sa     general   5 working days                                             SAMA, complaints handling by banks
    in     general   30 days                                                    RBI Integrated Ombudsman Scheme
    us     payments  10 business days        45 days from receipt               Regulation E, 12 CFR 1005.11(c)

The bank's own promise runs beside it. The week is the place's; its holidays are the branch's to list. What is known of
each source, and what is not, stands in docs/complaint-clocks.md.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from lobby.care.calendars import Calendar, Deadline

Matter = Literal["general", "payments"]

MONDAY_TO_FRIDAY = frozenset(range(5))
MONDAY_TO_SATURDAY = frozenset(range(6))
SUNDAY_TO_THURSDAY = frozenset({6, 0, 1, 2, 3})


class LegalTime(msgspec.Struct, frozen=True):
    """The time for an answer, and for a complex case where the law has another. An extension is `extended`, which
    replaces the time from the receipt on, or `added`, which begins when the time ends; a law has one or neither."""

    ordinary: Deadline
    source: str
    complex: Deadline | None = None
    extended: Deadline | None = None
    added: Deadline | None = None


class Jurisdiction(msgspec.Struct, frozen=True):
    """A place's working week (0 is Monday) and its times by matter."""

    workdays: frozenset[int]
    times: dict[Matter, LegalTime]


JURISDICTIONS: dict[str, Jurisdiction] = {
    "gb": Jurisdiction(
        MONDAY_TO_FRIDAY,
        {
            "general": LegalTime(Deadline(8, "weeks"), "FCA Handbook, DISP 1.6.2R"),
            "payments": LegalTime(
                Deadline(15, "business_days"),
                "FCA Handbook, DISP 1.6.2AR",
                extended=Deadline(35, "business_days"),
            ),
        },
    ),
    "eu": Jurisdiction(
        MONDAY_TO_FRIDAY,
        {
            "payments": LegalTime(
                Deadline(15, "business_days"),
                "Directive (EU) 2015/2366, article 101(2)",
                extended=Deadline(35, "business_days"),
            )
        },
    ),
    "es": Jurisdiction(
        MONDAY_TO_FRIDAY,
        {
            "general": LegalTime(Deadline(1, "months"), "Banco de España, consumers; Código Civil, article 5"),
            "payments": LegalTime(Deadline(15, "business_days"), "Real Decreto-ley 19/2018, article 69"),
        },
    ),
    "cn": Jurisdiction(
        MONDAY_TO_FRIDAY,
        {
            "general": LegalTime(
                Deadline(15, "days"),
                "CBIRC Order 3 of 2020, measures on consumer complaints",
                complex=Deadline(30, "days"),
                added=Deadline(30, "days"),
            )
        },
    ),
    "ru": Jurisdiction(
        MONDAY_TO_FRIDAY,
        {
            "general": LegalTime(
                Deadline(15, "business_days"),
                "Federal law 395-1 as amended by federal law 442-FZ of 2023",
                added=Deadline(10, "business_days"),
            )
        },
    ),
    "sa": Jurisdiction(
        SUNDAY_TO_THURSDAY,
        {"general": LegalTime(Deadline(5, "business_days"), "SAMA, complaints handling by banks")},
    ),
    "in": Jurisdiction(
        MONDAY_TO_SATURDAY,
        {"general": LegalTime(Deadline(30, "days"), "RBI Integrated Ombudsman Scheme")},
    ),
    "us": Jurisdiction(
        MONDAY_TO_FRIDAY,
        {
            "payments": LegalTime(
                Deadline(10, "business_days"),
                "Regulation E, 12 CFR 1005.11(c)",
                extended=Deadline(45, "days"),
            )
        },
    ),
}


def legal_time(place: str, matter: Matter) -> LegalTime | None:
    """The law's time for this matter in this place: its own, or else the general one. None where we know of no law."""
    found = JURISDICTIONS.get(place)
    return (found.times.get(matter) or found.times.get("general")) if found else None


def calendar_of(place: str, zone: str, holidays: frozenset[str], worked: frozenset[str] = frozenset()) -> Calendar:
    """The business days of a branch in that place, which lists its own `holidays` and days `worked` out of the week
    (ISO dates). A place that is not in the table, or none, works Monday to Friday."""
    found = JURISDICTIONS.get(place)
    return Calendar(zone, found.workdays if found else MONDAY_TO_FRIDAY, holidays, worked)
