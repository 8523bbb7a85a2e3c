"""What the kiosk offers: the branch as its page shows it, each sentence ready in each of the branch's languages. Pure.

Every language is sent at once, so that the page changes its language at a touch, with the branch server or without.
"""

from __future__ import annotations

import msgspec

from kiosk import phrases
from lobby.care.codes import called
from lobby.languages import locale_of
from lobby.queue.events import Promise
from lobby.queue.services import KioskOptions, named
from lobby.views import BranchView, GroupView, PriorityView, ServiceView, TicketView
from lobby.words import wait_range, words


class Tongue(msgspec.Struct, frozen=True):
    """A language: its code, what it calls itself, and where its lines begin (`ltr`, `rtl`)."""

    code: str
    name: str
    direction: str


class Named(msgspec.Struct, frozen=True):
    """A group of services, a priority class, or what a complaint or an opinion may be about, with its name in every
    language."""

    code: str
    names: dict[str, str]


class Tile(msgspec.Struct, frozen=True):
    """A service's tile in one language. `closed` says why it cannot be had now, and is empty when it can."""

    name: str
    wait: str
    waiting: str
    closed: str
    documents: tuple[str, ...]


class ServiceOffer(msgspec.Struct, frozen=True):
    """One service now: figures for programs, `said` for people, by language. `wait` in seconds, None while unknown;
    `open` that a number can be had; `prefix` with what its numbers begin."""

    code: str
    prefix: str
    group: str
    icon: str
    open: bool
    waiting: int
    wait: Promise | None
    said: dict[str, Tile]


class Offer(msgspec.Struct, frozen=True):
    """All that the kiosk shows before a ticket is taken. `connected` is false while waits are not known; `closed` says
    by language that the branch is closed and when it opens; `legal` is the line that the law asks for; `speech` are the
    languages that can be spoken, `volume` how loud, in percent; `categories` what a complaint may be about, `good` and
    `bad` what was good or could be better, `logo` whether the bank has one of its own."""

    branch: str
    names: dict[str, str]
    zone: str
    day: str
    open: bool
    connected: bool
    closed: dict[str, str]
    legal: dict[str, str]
    speech: tuple[str, ...]
    volume: int
    kiosk: KioskOptions
    languages: tuple[Tongue, ...]
    groups: tuple[Named, ...]
    priorities: tuple[Named, ...]
    services: tuple[ServiceOffer, ...]
    categories: tuple[Named, ...]
    good: tuple[Named, ...]
    bad: tuple[Named, ...]
    logo: bool


class Slip(msgspec.Struct, frozen=True):
    """What the page says about an issued ticket, in one language; `ahead`, `further` (other services of the visit) and
    `appointment` may be empty."""

    service: str
    wait: str
    ahead: str
    further: str
    appointment: str
    documents: tuple[str, ...]


def offer(branch: BranchView, connected: bool, speech: tuple[str, ...], volume: int, logo: bool = False) -> Offer:
    """The branch as the kiosk shows it. Priority classes are the declared ones only."""
    every = {language: words(language) for language in branch.languages}
    return Offer(
        branch=branch.id,
        names=_everywhere(branch.names, branch.name, branch),
        zone=branch.zone,
        day=branch.day,
        open=branch.open,
        connected=connected,
        closed={language: phrases.branch_closed(branch, mine) for language, mine in every.items()},
        legal={language: phrases.legal_limit(branch.legal_wait_min, mine) for language, mine in every.items()},
        speech=tuple(language for language in branch.languages if language in speech),
        volume=volume,
        kiosk=branch.kiosk,
        languages=tuple(tongue(code) for code in branch.languages),
        groups=tuple(_named(group, branch) for group in branch.groups),
        priorities=tuple(_named(priority, branch) for priority in branch.priorities if priority.declared),
        services=tuple(_service(service, branch, connected) for service in branch.services),
        categories=tuple(_called("category", one, branch) for one in branch.categories),
        good=tuple(_called("good", one, branch) for one in branch.good),
        bad=tuple(_called("bad", one, branch) for one in branch.bad),
        logo=logo,
    )


def tongue(code: str) -> Tongue:
    """The language as it presents itself: `Русский`, `العربية`."""
    locale = locale_of(code)
    name = locale.get_display_name() or code
    return Tongue(code, name[:1].upper() + name[1:], "rtl" if locale.text_direction == "rtl" else "ltr")


def said_of(ticket: TicketView, branch: BranchView) -> dict[str, Slip]:
    """What the page says about the ticket, by language: the customer may still change it."""
    service = phrases.service_of(branch, ticket.service)
    return {
        language: Slip(
            service=phrases.in_language(service.names, language, service.name) if service else ticket.service_name,
            wait=wait_range(ticket.promise, words(language)) if ticket.promise or ticket.appointment is None else "",
            ahead=phrases.people_ahead(ticket.ahead, words(language)),
            further=phrases.further(ticket, branch, language, words(language)),
            appointment=phrases.appointment_time(ticket.appointment, branch.zone, words(language)),
            documents=phrases.documents(service, language, branch) if service else (),
        )
        for language in branch.languages
    }


def _service(service: ServiceView, branch: BranchView, connected: bool) -> ServiceOffer:
    return ServiceOffer(
        code=service.code,
        prefix=service.prefix,
        group=service.group,
        icon=service.icon,
        open=service.open and not service.full,
        waiting=service.waiting,
        wait=service.wait,
        said={language: _tile(service, language, branch, connected) for language in branch.languages},
    )


def _tile(service: ServiceView, language: str, branch: BranchView, connected: bool) -> Tile:
    in_words = words(language)
    return Tile(
        name=phrases.in_language(service.names, language, service.name),
        wait=phrases.short_wait(service.wait, in_words, connected=connected),
        waiting=phrases.people_waiting(service.waiting, in_words),
        closed=phrases.service_closed(service, branch, in_words),
        documents=phrases.documents(service, language, branch),
    )


def _named(one: GroupView | PriorityView, branch: BranchView) -> Named:
    return Named(one.code, _everywhere(one.names, named(one.names, branch.languages[0], one.code), branch))


def _called(what: str, one: GroupView, branch: BranchView) -> Named:
    said = {language: called(what, one.code, one.names, words(language)) for language in branch.languages}
    return Named(one.code, said)


def _everywhere(names: dict[str, str], own: str, branch: BranchView) -> dict[str, str]:
    return {language: phrases.in_language(names, language, own) for language in branch.languages}
