"""What the kiosk offers: the branch as its page shows it, each sentence ready in each of the branch's languages. Pure.

Every language is sent at once, so that the page changes its language at a touch, with the branch server or without.
"""

from __future__ import annotations

import msgspec
from babel.core import Locale

from kiosk import phrases
from lobby.queue.events import Promise
from lobby.views import BranchView, ServiceView, TicketView
from lobby.words import wait_range, words


class Tongue(msgspec.Struct, frozen=True):
    """A language: its code, what it calls itself, and where its lines begin (`ltr`, `rtl`)."""

    code: str
    name: str
    direction: str


class Named(msgspec.Struct, frozen=True):
    """A group of services or a priority class, with its name in every language."""

    code: str
    names: dict[str, str]


class Tile(msgspec.Struct, frozen=True):
    """A service's tile in one language. `hours` is empty when the service has no hours of its own."""

    name: str
    wait: str
    waiting: str
    hours: str
    documents: tuple[str, ...]


class ServiceOffer(msgspec.Struct, frozen=True):
    """One service now: figures for programs, `said` for people, by language. `wait` in seconds, None while unknown."""

    code: str
    group: str
    icon: str
    open: bool
    hours: str
    waiting: int
    wait: Promise | None
    said: dict[str, Tile]


class Offer(msgspec.Struct, frozen=True):
    """All that the kiosk shows before a ticket is taken."""

    branch: str
    names: dict[str, str]
    zone: str
    day: str
    open: bool
    languages: tuple[Tongue, ...]
    groups: tuple[Named, ...]
    priorities: tuple[Named, ...]
    services: tuple[ServiceOffer, ...]


class Slip(msgspec.Struct, frozen=True):
    """What the page says about an issued ticket, in one language."""

    service: str
    wait: str
    ahead: str
    documents: tuple[str, ...]


def offer(branch: BranchView) -> Offer:
    """The branch as the kiosk shows it. Priority classes are the declared ones only."""
    return Offer(
        branch=branch.id,
        names=_everywhere(branch.names, branch.name, branch),
        zone=branch.zone,
        day=branch.day,
        open=branch.open,
        languages=tuple(tongue(code) for code in branch.languages),
        groups=tuple(Named(group.code, _everywhere(group.names, group.code, branch)) for group in branch.groups),
        priorities=tuple(
            Named(priority.code, _everywhere(priority.names, priority.code, branch))
            for priority in branch.priorities
            if priority.declared
        ),
        services=tuple(_service(service, branch) for service in branch.services),
    )


def tongue(code: str) -> Tongue:
    """The language as it presents itself: `Русский`, `العربية`."""
    locale = Locale.parse(code)
    name = locale.get_display_name(code) or code
    return Tongue(code, name[:1].upper() + name[1:], "rtl" if locale.text_direction == "rtl" else "ltr")


def said_of(ticket: TicketView, branch: BranchView) -> dict[str, Slip]:
    """What the page says about the ticket, by language: the customer may still change it."""
    service = phrases.service_of(branch, ticket.service)
    return {
        language: Slip(
            service=phrases.in_language(service.names, language, service.name) if service else ticket.service_name,
            wait=wait_range(ticket.promise, words(language)),
            ahead=phrases.people_ahead(ticket.ahead, words(language)),
            documents=phrases.documents(service, language, branch) if service else (),
        )
        for language in branch.languages
    }


def _service(service: ServiceView, branch: BranchView) -> ServiceOffer:
    return ServiceOffer(
        code=service.code,
        group=service.group,
        icon=service.icon,
        open=service.open,
        hours=service.hours,
        waiting=service.waiting,
        wait=service.wait,
        said={language: _tile(service, language, branch) for language in branch.languages},
    )


def _tile(service: ServiceView, language: str, branch: BranchView) -> Tile:
    in_words = words(language)
    return Tile(
        name=phrases.in_language(service.names, language, service.name),
        wait=phrases.short_wait(service.wait, in_words),
        waiting=phrases.people_waiting(service.waiting, in_words),
        hours=phrases.hours_today(service, in_words),
        documents=phrases.documents(service, language, branch),
    )


def _everywhere(names: dict[str, str], fallback: str, branch: BranchView) -> dict[str, str]:
    return {language: phrases.in_language(names, language, fallback) for language in branch.languages}
