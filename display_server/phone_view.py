"""What the customer's own page shows of a ticket, and says about it. Pure.

The page is whole as it is sent, for a phone that runs no script; the script paints the same from what the server tells,
by the same rules and with the words that are sent along.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from display_server import sentences
from lobby.care.codes import called
from lobby.care.feedback import BAD_UP_TO, GOOD_FROM, RATING_NAMES
from lobby.errors import N_
from lobby.queue.feedback import feedback_choices
from lobby.queue.services import Setup, named
from lobby.views import TicketView
from lobby.words import Words

SOON_FROM_MS, SOON_TO_MS = 2 * 60 * 1000, 10 * 60 * 1000
"""The turn is near when it may come within the one, or nobody is before, and will come within the other."""

SAYS: dict[str, tuple[str, str]] = {
    "waiting": (N_("Please wait"), N_("This page tells you when it is your turn.")),
    "soon": (N_("It is your turn soon"), N_("Please stay near the counters.")),
    "held": (N_("We keep your place"), N_("You are not called until %(time)s. Please tell us when you are back.")),
    "called": (N_("It is your turn"), ""),
    "serving": (N_("You are being served"), ""),
    "parked": (N_("Please take a seat"), N_("Your counter will call you again.")),
    "finished": (N_("Thank you"), N_("Your visit is finished. Goodbye.")),
    "no_show": (
        N_("We called you"),
        N_("You did not come to the counter. If you are still here, please speak to the staff."),
    ),
    "cancelled": (
        N_("Cancelled"),
        N_("This ticket is no longer valid. If you still need us, please take a new one."),
    ),
}
"""By phase: what there is to do now, and what goes with it."""

LATER = N_("It takes longer than we said. We are sorry. You have not been forgotten.")
SOONER = N_("It goes faster than we said. Please stay near.")

WAITS = {"waiting", "soon", "held"}
AT_COUNTER = {"called", "serving"}
MAY_CANCEL = {*WAITS, "called", "parked"}
OVER = {"finished", "no_show", "cancelled"}


class Shown(msgspec.Struct, frozen=True):
    """One ticket as its page shows it: `phase` is its state, or `soon` or `held` of one that waits; `expected` the
    range in minutes and `between` the same as times of the clock; `as_of` the time of all this."""

    phase: str
    word: str
    advice: str
    counter: str
    ahead: int
    expected: str
    between: str
    as_of: str


def shown(view: TicketView, now: int, zone: str, words: Words) -> Shown:
    """The ticket at `now` (ms UTC)."""
    phase = phase_of(view, now)
    word, advice = SAYS[phase]
    if phase == "waiting" and (standing := standing_of(view, now)):
        advice = standing
    expected, between = _expected(view, now, zone, words) if phase in WAITS else ("", "")
    facts = {"counter": view.counter, "time": _time(view.held_until, zone)}
    return Shown(
        phase=phase,
        word=words(word),
        advice=words(advice, **facts) if advice else "",
        counter=words(N_("Counter %(counter)s"), **facts) if phase in AT_COUNTER else "",
        ahead=view.ahead or 0,
        expected=expected,
        between=between,
        as_of=_time(now, zone),
    )


def phase_of(view: TicketView, now: int) -> str:
    """The state, with two that only the customer knows: the few minutes asked for, and the turn that is near."""
    if view.state != "waiting":
        return str(view.state)
    if view.held_until is not None and now < view.held_until:
        return "held"
    if view.call_from is None or view.call_to is None or view.call_to > now + SOON_TO_MS:
        return "waiting"
    return "soon" if view.ahead == 0 or view.call_from <= now + SOON_FROM_MS else "waiting"


def standing_of(view: TicketView, now: int) -> str:
    """How what is expected stands to what was promised on the paper; empty where it stands as promised."""
    start = view.arrived_at + view.promise.low_s * 1000 if view.promise else 0
    end = view.arrived_at + view.promise.high_s * 1000 if view.promise else None
    if view.call_to is None:
        return LATER if view.revised or (end is not None and now > end) else ""
    if view.revised and end is not None and view.call_to > end:
        return LATER
    return SOONER if view.revised and view.call_to < start else ""


def _expected(view: TicketView, now: int, zone: str, words: Words) -> tuple[str, str]:
    if view.appointment is not None and view.wait is None:
        return _time(view.appointment, zone), ""
    if view.wait is None or view.call_from is None:
        return words(N_("not known yet")), ""
    low, high = view.wait.low_s // 60, view.wait.high_s // 60
    said = N_("about %(low)s–%(high)s min") if view.wait.about else N_("%(low)s–%(high)s min")
    if not low:
        said = N_("up to %(high)s min")
    until = _time(view.call_to, zone)
    between = f"{_time(view.call_from, zone)}–{until}" if now < view.call_from else words(N_("by %(to)s"), to=until)
    return words(said, low=low, high=high), between


def _time(at: int | None, zone: str) -> str:
    """10:42 on the branch's clock; western digits, as on the paper."""
    return "" if at is None else f"{datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone)):%H:%M}"


def page_of(setup: Setup, view: TicketView, now: int, words: Words, *, token: str, answered: int) -> dict[str, Any]:
    """What the template shows and the script begins with. `answered`: how the customer said that it was; 0 before."""
    mine = words.language
    listed = [view.service, *view.then]
    return {
        "token": token,
        "number": view.number,
        "service": named(setup.known_service(view.service).names, mine, view.service),
        "shown": msgspec.to_builtins(shown(view, now, setup.zone, words)),
        "documents": _to_bring(setup, listed, mine),
        "hold_min": round(setup.rules.hold_s / 60),
        "may_hold": view.may_hold,
        "may_cancel": phase_of(view, now) in MAY_CANCEL,
        "ratings": [(value, words(name)) for value, name in RATING_NAMES.items()],
        "good_from": GOOD_FROM,
        "choices": {side: _choices(setup, view.service, side, words) for side in ("good", "bad")},
        "answered": bool(answered),
        "sorry": 0 < answered <= BAD_UP_TO,
        "script": {
            "token": token,
            "language": mine,
            "zone": setup.zone,
            "services": {code: named(one.names, mine, code) for code, one in setup.services.items()},
            "listed": listed,
            "says": {phase: [words(said) if said else "" for said in both] for phase, both in SAYS.items()},
            "sentences": {said: words(said) for said in sentences.TICKET},
        },
    }


def _to_bring(setup: Setup, services: list[str], language: str) -> list[dict[str, Any]]:
    """What to bring for each service of a visit that needs something: {name, bring}."""
    found = []
    for service in (setup.services[code] for code in services if code in setup.services):
        items = service.documents.get(language) or service.documents.get(setup.languages[0], ())
        if items:
            found.append({"name": named(service.names, language, service.code), "bring": items})
    return found


def _choices(setup: Setup, service: str, side: str, words: Words) -> list[tuple[str, str]]:
    return [
        (one.code, called(side, one.code, one.names, words)) for one in feedback_choices(setup, service, side == "good")
    ]
