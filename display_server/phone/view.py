"""What the customer's own page shows of a ticket, and says about it. Pure.

The page is whole as it is sent, for a phone that runs no script; the script paints the same from what the server tells,
by the same rules and with the words that are sent along.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from display_server import sentences
from display_server.phone.waits import wait_said
from lobby.care.codes import called
from lobby.care.feedback import BAD_UP_TO, GOOD_FROM, RATING_NAMES
from lobby.errors import N_, TooLateToReturn
from lobby.queue.services import Setup, listed, named
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
    "missed": (N_("We called you"), N_("Until %(time)s you can have your place back, once.")),
    "too_late": (N_("We called you"), TooLateToReturn.message),
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
MAY_PRAISE = {"serving", "parked", "finished"}
NEEDS_PAPERS = {*WAITS, "called", "missed"}
OVER = {"finished", "too_late", "no_show", "cancelled"}


class Shown(msgspec.Struct, frozen=True):
    """One ticket as its page shows it: `phase` is its state, or `soon` or `held` of one that waits, `missed` or
    `too_late` of a missed call that allows to come back; `way` that to the counter, one of
    `lobby.queue.services.DIRECTIONS` or empty; `expected` the range of the wait and `between` the same as times of the
    clock; `as_of` the time of all this."""

    phase: str
    word: str
    advice: str
    counter: str
    way: str
    ahead: int
    expected: str
    between: str
    as_of: str


def shown(view: TicketView, now: int, zone: str, words: Words, ways: Mapping[int, str] = {}) -> Shown:
    """The ticket at `now` (ms UTC); `ways` leads to each counter that has one."""
    phase = phase_of(view, now)
    word, advice = SAYS[phase]
    if phase == "waiting" and (standing := standing_of(view, now)):
        advice = standing
    expected, between = _expected(view, now, zone, words) if phase in WAITS else ("", "")
    until = view.return_until if phase == "missed" else view.held_until
    facts = {"number": view.number, "time": _time(until, zone)}
    way = ways.get(view.counter or 0, "") if phase == "called" else ""
    to_counter = _at_counter(sentences.WAYS[way], view, words) if way else ""
    return Shown(
        phase=phase,
        word=words(word),
        advice=words(advice, **facts) if advice else to_counter,
        counter=_at_counter(N_("Counter %(counter)s"), view, words) if phase in AT_COUNTER else "",
        way=way,
        ahead=view.ahead or 0,
        expected=expected,
        between=between,
        as_of=_time(now, zone),
    )


def phase_of(view: TicketView, now: int) -> str:
    """The state, with those that only the customer knows: the few minutes asked for, the turn that is near, and whether
    who missed it may come back."""
    if view.state == "no_show" and view.return_until is not None:
        return "missed" if now <= view.return_until else "too_late"
    if view.state != "waiting":
        return str(view.state)
    if view.held_until is not None and now < view.held_until:
        return "held"
    if view.call_from is None or view.call_to is None or view.call_to > now + SOON_TO_MS:
        return "waiting"
    return "soon" if view.ahead == 0 or view.call_from <= now + SOON_FROM_MS else "waiting"


def standing_of(view: TicketView, now: int) -> str:
    """How what is expected stands to what was promised on the paper; empty where it stands as promised, and for who was
    called before and waits again: no promise is at risk any more."""
    start = view.arrived_at + view.promise.low_s * 1000 if view.promise else 0
    end = view.arrived_at + view.promise.high_s * 1000 if view.promise else None
    if view.call_to is None:
        return LATER if view.at_risk and (view.revised or (end is not None and now > end)) else ""
    if view.revised and end is not None and view.call_to > end:
        return LATER
    return SOONER if view.revised and view.call_to < start else ""


def _expected(view: TicketView, now: int, zone: str, words: Words) -> tuple[str, str]:
    if view.appointment is not None and view.wait is None:
        return _time(view.appointment, zone), ""
    if view.wait is None or view.call_from is None:
        return words(N_("not known yet")), ""
    minutes = wait_said(view.wait.low_s // 60, view.wait.high_s // 60, words, about=view.wait.about)
    until = _time(view.call_to, zone)
    between = f"{_time(view.call_from, zone)}–{until}" if now < view.call_from else words(N_("by %(to)s"), to=until)
    return minutes, between


def _time(at: int | None, zone: str) -> str:
    """10:42 on the branch's clock; western digits, as on the paper."""
    return "" if at is None else f"{datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone)):%H:%M}"


def _at_counter(sentence: str, view: TicketView, words: Words) -> str:
    """No line ends between the counter and its number."""
    return words(sentence, counter=view.counter).replace(f" {view.counter}", f"\N{NO-BREAK SPACE}{view.counter}")


def page_of(setup: Setup, view: TicketView, now: int, words: Words, *, token: str, answered: int) -> dict[str, Any]:
    """What the template shows and the script begins with. `answered`: how the customer said that it was; 0 before."""
    mine = words.language
    visit = [view.service, *view.then]
    ways = {number: place.direction for number, place in setup.counters.items() if place.direction}
    now_shown = shown(view, now, setup.zone, words, ways)
    return {
        "token": token,
        "number": view.number,
        "service": named(setup.known_service(view.service).names, mine, view.service),
        "shown": msgspec.to_builtins(now_shown),
        "documents": _to_bring(setup, visit, mine),
        "hold_min": round(setup.rules.hold_s / 60),
        "may_hold": view.may_hold,
        "may_cancel": now_shown.phase in MAY_CANCEL,
        "may_praise": now_shown.phase in MAY_PRAISE,
        "needs_papers": now_shown.phase in NEEDS_PAPERS,
        "over": now_shown.phase in OVER,
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
            "listed": visit,
            "says": {phase: [words(said) if said else "" for said in both] for phase, both in SAYS.items()},
            "ways": {str(number): way for number, way in ways.items()},
            "sentences": {
                said: words(said) for said in [*sentences.TICKET, *(sentences.WAYS[way] for way in ways.values())]
            },
        },
    }


def _to_bring(setup: Setup, services: list[str], language: str) -> list[dict[str, Any]]:
    """What to bring for each service of a visit that needs something: {name, bring}."""
    found = []
    for service in (setup.services[code] for code in services if code in setup.services):
        items = listed(service.documents, language, setup.languages[0])
        if items:
            found.append({"name": named(service.names, language, service.code), "bring": items})
    return found


def _choices(setup: Setup, service: str, side: str, words: Words) -> list[tuple[str, str]]:
    return [
        (one.code, called(side, one.code, one.names, words)) for one in setup.feedback.choices(service, side == "good")
    ]
