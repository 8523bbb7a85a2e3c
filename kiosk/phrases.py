"""What the kiosk and its paper say about a ticket and a service: sentences that need a number. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list

from lobby.queue.events import Promise
from lobby.queue.services import listed
from lobby.queue.services_open import CLOSED_BECAUSE
from lobby.views import BranchView, ServiceView, TicketView
from lobby.words import Words

_IN_FULL = {"M": "MMMM", "E": "EEEE", "c": "cccc"}


def people_ahead(count: int | None, words: Words) -> str:
    """How many come before this customer; empty where a kiosk without the server cannot know."""
    if count is None:
        return ""
    if count <= 0:
        return words("Nobody is waiting before you")
    return words.plural("%(count)s person before you", "%(count)s people before you", count)


def people_waiting(count: int, words: Words) -> str:
    """How many wait for a service, as its tile says it."""
    if count <= 0:
        return words("Nobody is waiting")
    return words.plural("%(count)s person waiting", "%(count)s people waiting", count)


def short_wait(promise: Promise | None, words: Words, *, connected: bool = True) -> str:
    """The wait as a tile says it: a range of minutes, or why there is none."""
    if promise is None:
        return words("No counter is open yet") if connected else words("Wait not known yet")
    low, high = promise.low_s // 60, promise.high_s // 60
    if promise.about and low:
        return words("about %(low)s–%(high)s min", low=low, high=high)
    return words("%(low)s–%(high)s min", low=low, high=high) if low else words("Up to %(high)s min", high=high)


def opens(at: int | None, hours: str, branch: BranchView, words: Words) -> str:
    """When what is closed opens next (`at`, ms UTC), with all of today's `hours` when that is today; empty when nobody
    knows."""
    if at is None:
        return ""
    next_time = local(at, branch.zone)
    time = f"{next_time:%H:%M}"
    days = (next_time.date() - local(branch.at, branch.zone).date()).days
    if days == 0:
        shown = hours.replace("-", "\N{WORD JOINER}–\N{WORD JOINER}")  # no line break divides a span
        return words("Open today: %(hours)s", hours=shown) if hours else words("Opens today at %(time)s", time=time)
    if days == 1:
        return words("Opens tomorrow at %(time)s", time=time)
    return words("Opens on %(day)s at %(time)s", day=_day_in_full(next_time, words.locale), time=time)


def _day_in_full(day: datetime, locale: Locale) -> str:
    """Weekday, day and month as the language writes them, each name in full: also who listens understands it. Babel
    has the order of the parts for short names only."""
    short = locale.datetime_skeletons["MMMEd"].pattern
    full = re.sub(r"'[^']*'|M{3}|E+|c+", lambda part: _IN_FULL.get(part[0][0], part[0]), short)
    return format_date(day, full, locale)


def branch_closed(branch: BranchView, words: Words) -> str:
    """What the kiosk says while the branch is closed: that it is, and when it opens; empty when it is open."""
    if branch.open:
        return ""
    return " ".join([words("The branch is closed now."), opens(branch.opens_at, branch.hours, branch, words)]).strip()


def service_closed(service: ServiceView, branch: BranchView, words: Words) -> str:
    """Why a service cannot be had now and when it can; empty when it can."""
    if service.full:
        return words("No more tickets today")
    if service.open:
        return ""
    if service.closed_because:
        why = words(CLOSED_BECAUSE.get(service.closed_because, CLOSED_BECAUSE["other"]))
        return " ".join([why, opens(service.opens_at, "", branch, words)]).strip()
    return opens(service.opens_at, service.hours, branch, words) or words("Closed")


def legal_limit(minutes: int, words: Words) -> str:
    """The line that the law asks for; empty where none does."""
    return words("Legal limit for your wait: %(minutes)s minutes", minutes=minutes) if minutes else ""


def appointment_time(slot: int | None, zone: str, words: Words) -> str:
    """The time of a kept appointment; empty without one."""
    return "" if slot is None else words("Appointment at %(time)s", time=f"{local(slot, zone):%H:%M}")


def day(at: int, zone: str, words: Words) -> str:
    """The day of `at` (ms UTC) on the branch's clock, as the language writes it: `Nov 22, 2026`."""
    return format_skeleton("yMMMd", local(at, zone), locale=words.locale)


def local(at: int, zone: str) -> datetime:
    """`at` (ms UTC) on the branch's clock."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))


def in_language(texts: Mapping[str, str], language: str, own: str) -> str:
    """The text in `language`; `own`, in the branch's language, where nobody has translated it."""
    return texts.get(language) or own


def documents(service: ServiceView, language: str, branch: BranchView) -> tuple[str, ...]:
    """What to bring, in the customer's language; in the branch's own, in English or in any where nobody has
    translated it: that nothing is needed would be wrong."""
    return listed(service.documents, language, branch.languages[0])


def further(ticket: TicketView, branch: BranchView, language: str, words: Words) -> str:
    """The other services of the visit; empty when there are none."""
    if not ticket.then:
        return ""
    names = []
    for code in ticket.then:
        service = service_of(branch, code)
        names.append(in_language(service.names, language, service.name) if service else code)
    return words("Then: %(services)s", services=format_list(names, locale=words.locale))


def service_of(branch: BranchView, code: str) -> ServiceView | None:
    """The branch's service with that code."""
    return next((service for service in branch.services if service.code == code), None)
