"""What is on the ticket. Pure: how it gets onto paper is `hardware`'s.

Branch small, the number 18 mm high, service, people ahead and the promised wait, what to bring, the QR code of the
customer's page, date and time of issue on the branch's own clock, and the check by which the branch proves that time
(`lobby audit ticket`). White space around the number, one weight of bold.
"""

from __future__ import annotations

from hardware.document import Document, Element, Items, Number, Qr, Space, Text
from kiosk import phrases
from lobby.views import BranchView, ServiceView, TicketView
from lobby.words import Words, wait_range

NUMBER_MM = 18
BRANCH, SERVICE, LINE, SMALL, COPY = 20, 30, 26, 18, 34  # heights of capitals, in dots of 203 dpi

LEFT_TO_RIGHT = "\u200e"
"""A code of letters and digits keeps its order among words that run the other way (UAX #9)."""


def slip(ticket: TicketView, branch: BranchView, words: Words, *, url: str) -> Document:
    """The ticket, in the language of `words`. Without `url` it has no QR code; a copy is marked as one."""
    language, copy = words.language, ticket.copies
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
        elements.append(line(phrases.further(ticket, branch, language, words)))
    ahead = phrases.people_ahead(ticket.ahead, words)
    kept = phrases.appointment_time(ticket.appointment, branch.zone, words)
    elements += [
        Space(10),
        *([line(kept)] if kept else []),
        *([line(wait_range(ticket.promise, words))] if ticket.promise or not kept else []),
        *([line(ahead)] if ahead else []),
        Space(24),
    ]
    if bring:
        elements += [Items(words("Please have ready:"), bring, language), Space(16)]
    if url:
        elements += [Qr(url), line(words("Follow your turn on your phone"), BRANCH), Space(12)]
    moment = issued(ticket.arrived_at, branch.zone, words)
    elements.append(line(words("Issued %(moment)s", moment=moment), SMALL))
    limit = phrases.legal_limit(branch.legal_wait_min, words)
    elements += [line(limit, SMALL)] if limit else []
    if ticket.check:
        elements.append(line(words("Proof of issue %(code)s", code=LEFT_TO_RIGHT + ticket.check), SMALL))
    elements.append(Space(8))
    return Document(tuple(elements), language, copy)


def list_of_documents(service: ServiceView, branch: BranchView, words: Words) -> Document:
    """What to bring for a service, to be taken away without a number."""
    language = words.language
    bring = phrases.documents(service, language, branch)
    name = phrases.in_language(service.names, language, service.name)
    elements: list[Element] = [
        Space(8),
        Text(phrases.in_language(branch.names, language, branch.name), BRANCH, False, "center", language),
        Space(10),
        Text(name, SERVICE, True, "center", language),
        Space(16),
        Items(words("Please bring:"), bring or (words("No documents needed"),), language),
        Space(16),
        Text(words("This is not a ticket. Take one when you come back."), SMALL, False, "center", language),
        Text(issued(branch.at, branch.zone, words), SMALL, False, "center", language),
        Space(8),
    ]
    return Document(tuple(elements), language)


def trial(printer: str, at: int, zone: str, words: Words) -> Document:
    """A slip by which staff see that a printer prints."""
    language = words.language
    elements: list[Element] = [
        Space(8),
        Text(words("Test print"), SERVICE, True, "center", language),
        Number("A 123", height_mm=NUMBER_MM),
        Text(printer, LINE, False, "center", language),
        Text(issued(at, zone, words), SMALL, False, "center", language),
        Space(8),
    ]
    return Document(tuple(elements), language)


def issued(at: int, zone: str, words: Words) -> str:
    """Date and time of `at` (ms UTC) on the branch's clock, as the language writes them, by 24 hours."""
    return f"{phrases.day(at, zone, words)} {phrases.local(at, zone):%H:%M}"
