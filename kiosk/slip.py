"""What is on the ticket. Pure: how it gets onto paper is `hardware`'s.

Branch small, the number 18 mm high, service, people ahead and the promised wait, what to bring, the QR code of the
customer's page, date and time of issue on the branch's own clock. White space around the number, one weight of bold.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_skeleton
from babel.lists import format_list

from hardware.document import Document, Element, Items, Number, Qr, Space, Text
from kiosk import phrases
from lobby.views import BranchView, TicketView
from lobby.words import Words, wait_range

NUMBER_MM = 18
BRANCH, SERVICE, LINE, SMALL, COPY = 20, 30, 26, 18, 34  # heights of capitals, in dots of 203 dpi


def slip(ticket: TicketView, branch: BranchView, words: Words, *, url: str, copy: int = 0) -> Document:
    """The ticket in its own language. Without `url` it has no QR code; with `copy` > 0 it is marked as a copy."""
    language = ticket.language or words.language
    service = phrases.service_of(branch, ticket.service)
    name = phrases.in_language(service.names, language, service.name) if service else ticket.service_name
    bring = phrases.documents(service, language, branch) if service else ()

    def line(text: str, size: int = LINE, bold: bool = False) -> Text:
        return Text(text, size=size, bold=bold, align="center", language=language)

    elements: list[Element] = [Space(8)]
    if copy:
        elements += [line(words("COPY"), COPY, bold=True), Space(8)]
    elements += [
        line(phrases.in_language(branch.names, language, branch.name), BRANCH),
        Number(ticket.number, height_mm=NUMBER_MM),
        line(name, SERVICE),
    ]
    if ticket.then:
        elements.append(line(words("Then: %(services)s", services=_further(ticket, branch, language))))
    elements += [
        Space(10),
        line(wait_range(ticket.promise, words)),
        line(phrases.people_ahead(ticket.ahead, words)),
        Space(24),
    ]
    if bring:
        elements += [Items(words("Please have ready:"), bring, language), Space(16)]
    if url:
        elements += [Qr(url), line(words("Follow your turn on your phone"), BRANCH), Space(12)]
    moment = issued(ticket.arrived_at, branch.zone, words)
    elements += [line(words("Issued %(moment)s", moment=moment), SMALL), Space(8)]
    return Document(tuple(elements), language, copy)


def issued(at: int, zone: str, words: Words) -> str:
    """Date and time of `at` (ms UTC) on the branch's clock, as the language writes them, by 24 hours."""
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))
    day = format_skeleton("yMMMd", local, locale=words.locale)
    return f"{day} {local:%H:%M}"


def _further(ticket: TicketView, branch: BranchView, language: str) -> str:
    names = []
    for code in ticket.then:
        service = phrases.service_of(branch, code)
        names.append(phrases.in_language(service.names, language, service.name) if service else code)
    return format_list(names, locale=Locale.parse(language))
