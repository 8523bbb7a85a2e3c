"""What the kiosk and its paper say about a ticket and a service: sentences that need a number. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from lobby.queue.events import Promise
from lobby.views import BranchView, ServiceView
from lobby.words import Words


def people_ahead(count: int, words: Words) -> str:
    """How many come before this customer."""
    if count <= 0:
        return words("Nobody is waiting before you")
    return words.plural("%(count)s person before you", "%(count)s people before you", count)


def people_waiting(count: int, words: Words) -> str:
    """How many wait for a service, as its tile says it."""
    if count <= 0:
        return words("Nobody is waiting")
    return words.plural("%(count)s person waiting", "%(count)s people waiting", count)


def short_wait(promise: Promise | None, words: Words) -> str:
    """The wait as a tile says it: a range of minutes, or that it is not known."""
    if promise is None:
        return words("Wait not known yet")
    low, high = promise.low_s // 60, promise.high_s // 60
    return words("%(low)s–%(high)s min", low=low, high=high) if low else words("Up to %(high)s min", high=high)


def hours_today(service: ServiceView, words: Words) -> str:
    """When a service that is closed now can be had today; empty when no hours of its own are known."""
    unbroken = service.hours.replace("-", "\N{WORD JOINER}–\N{WORD JOINER}")
    return words("Open today: %(hours)s", hours=unbroken) if service.hours else ""


def in_language(texts: Mapping[str, str], language: str, fallback: str) -> str:
    """The text in `language`, or in the branch's own, or any there is, or `fallback`."""
    return texts.get(language) or next(iter(texts.values()), fallback)


def documents(service: ServiceView, language: str, branch: BranchView) -> tuple[str, ...]:
    """What to bring, in the customer's language; in the branch's own where nobody has translated it."""
    return service.documents.get(language) or service.documents.get(branch.languages[0], ())


def service_of(branch: BranchView, code: str) -> ServiceView | None:
    """The branch's service with that code."""
    return next((service for service in branch.services if service.code == code), None)
