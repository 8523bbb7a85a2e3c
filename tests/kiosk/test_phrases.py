"""What the kiosk says about opening hours, full services, waits and the law, in each language."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kiosk import phrases
from kiosk.offer import Offer, offer, said_of
from lobby.queue import commands as c
from lobby.queue import supervision
from lobby.queue.events import Promise
from lobby.queue.services import Hours, Span
from lobby.queue.services_open import CLOSED_BECAUSE
from lobby.queue.ticket import State
from lobby.views import BranchView, TicketView, branch_view
from lobby.words import LANGUAGES, words
from tests.builders import CARDS, CASH, LOANS, MIA, TUESDAY, Room, a_room, a_setup, moment

MORNING, AFTERNOON = Span(9 * 60, 13 * 60), Span(14 * 60, 17 * 60)
WEEK = Hours(dict.fromkeys(("mon", "tue", "wed", "thu"), (MORNING, AFTERNOON)) | {"fri": (MORNING,)})
SERVICES = (CASH, msgspec.structs.replace(LOANS, hours=Hours({"wed": (AFTERNOON,), "tue": (AFTERNOON,)})))


def a_branch(**setup: Any) -> Room:
    """Open from Monday to Friday with a long lunch; loans on Tuesday and Wednesday afternoons."""
    known = {"services": SERVICES, "counters": (), "hours": WEEK, "languages": LANGUAGES}
    return a_room(a_setup(**known | setup))


def seen(room: Room, now: str) -> BranchView:
    return branch_view(room.branch, moment(now))


def plainly(text: str) -> str:
    """The text without what only guides line breaks."""
    return text.replace("\N{WORD JOINER}", "")


def closed(room: Room, now: str, language: str = "en") -> str:
    return plainly(phrases.branch_closed(seen(room, now), words(language)))


def loans(room: Room, now: str, language: str = "en") -> str:
    view = seen(room, now)
    return plainly(phrases.service_closed(view.services[1], view, words(language)))


# -- closed and when it opens; 2024-03-05 is a Tuesday


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2024-03-05 09:00", ""),
        ("2024-03-05 12:59", ""),
        ("2024-03-05 08:59", "The branch is closed now. Open today: 09:00–13:00, 14:00–17:00"),
        ("2024-03-05 13:00", "The branch is closed now. Open today: 09:00–13:00, 14:00–17:00"),
        ("2024-03-05 17:00", "The branch is closed now. Opens tomorrow at 09:00"),
        ("2024-03-05 23:59", "The branch is closed now. Opens tomorrow at 09:00"),
        ("2024-03-06 00:01", "The branch is closed now. Open today: 09:00–13:00, 14:00–17:00"),
        ("2024-03-08 13:30", "The branch is closed now. Opens on Monday, March 11 at 09:00"),
        ("2024-03-09 12:00", "The branch is closed now. Opens on Monday, March 11 at 09:00"),
        ("2024-03-10 12:00", "The branch is closed now. Opens tomorrow at 09:00"),
    ],
)
def test_a_closed_branch_says_when_it_opens(now: str, said: str) -> None:
    assert closed(a_branch(), now) == said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2024-03-05 14:00", ""),
        ("2024-03-05 10:00", "Open today: 14:00–17:00"),
        ("2024-03-05 17:00", "Opens tomorrow at 14:00"),
        ("2024-03-06 17:00", "Opens on Tuesday, March 12 at 14:00"),
    ],
)
def test_a_service_with_hours_of_its_own_says_when_it_opens(now: str, said: str) -> None:
    assert loans(a_branch(), now) == said


def test_on_a_holiday_the_next_working_day_is_named() -> None:
    room = a_branch(holidays=("2024-03-05", "2024-03-06", "2024-03-07"))
    assert closed(room, "2024-03-05 10:00") == "The branch is closed now. Opens on Friday, March 8 at 09:00"
    assert closed(room, "2024-03-07 10:00") == "The branch is closed now. Opens tomorrow at 09:00"


def test_a_day_that_was_closed_by_hand_says_when_the_next_one_opens() -> None:
    room = a_branch()
    room.clock.now = moment("2024-03-05 15:00")
    room.issue("cash")
    room.do(c.CloseDay(), MIA)
    assert closed(room, "2024-03-05 15:01") == "The branch is closed now. Opens tomorrow at 09:00"
    assert loans(room, "2024-03-05 15:01") == "Opens tomorrow at 14:00"
    assert closed(room, "2024-03-06 02:00") == "The branch is closed now. Open today: 09:00–13:00, 14:00–17:00"


def test_where_nobody_knows_when_it_opens_it_is_only_closed() -> None:
    never = Hours({})
    room = a_branch(hours=never, services=(CASH, msgspec.structs.replace(LOANS, hours=never)))
    assert closed(room, "2024-03-05 10:00") == "The branch is closed now."
    assert loans(room, "2024-03-05 10:00") == "Closed"


def test_without_hours_of_today_the_time_alone_is_said() -> None:
    view = seen(a_branch(), "2024-03-05 08:00")
    assert phrases.opens(moment("2024-03-05 09:00"), "", view, words("en")) == "Opens today at 09:00"


def test_the_days_are_those_of_the_branchs_own_clock() -> None:
    """It is still Monday in London when it is Tuesday in Auckland."""
    room = a_branch(zone="Pacific/Auckland")
    assert closed(room, "2024-03-04 19:00") == "The branch is closed now. Open today: 09:00–13:00, 14:00–17:00"


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("en", "Monday, March 11"),
        ("ar", "الاثنين، 11 مارس"),
        ("zh", "3月11日星期一"),
        ("ru", "понедельник, 11 марта"),
        ("hi", "सोमवार, 11 मार्च"),
    ],
)
def test_a_day_is_named_in_full_for_those_who_listen_too(language: str, day: str) -> None:
    assert day in closed(a_branch(), "2024-03-09 12:00", language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("now", "holds"),
    [
        ("2024-03-05 08:00", ["09:00–13:00", "14:00–17:00"]),
        ("2024-03-05 18:00", ["09:00"]),
        ("2024-03-08 18:00", ["11", "09:00"]),
    ],
)
def test_when_it_opens_is_said_in_each_language_with_the_same_times(language: str, now: str, holds: list[str]) -> None:
    said, english = closed(a_branch(), now, language), closed(a_branch(), now)
    assert said.startswith(words(language)("The branch is closed now."))
    for time in holds:
        assert time in said
    assert (said == english) == (language == "en")
    assert "%" not in said


def test_no_line_break_divides_a_span_of_hours() -> None:
    view = seen(a_branch(), "2024-03-05 08:00")
    assert "\N{WORD JOINER}–\N{WORD JOINER}" in phrases.branch_closed(view, words("en"))


# -- full, waits, the law


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_service_whose_tickets_are_all_given_says_so_whatever_the_hour(language: str) -> None:
    room = a_branch(services=(msgspec.structs.replace(CASH, daily_limit=1), SERVICES[1]))
    room.issue("cash")
    for now in ("2024-03-05 10:00", "2024-03-05 18:00"):
        view = seen(room, now)
        said = phrases.service_closed(view.services[0], view, words(language))
        assert said == words(language)("No more tickets today")


@pytest.mark.parametrize(
    ("reason", "until", "said"),
    [
        ("system", "2024-03-05 11:30", f"{CLOSED_BECAUSE['system']} Opens today at 11:30"),
        ("staff", "2024-03-05 13:30", f"{CLOSED_BECAUSE['staff']} Opens today at 14:00"),
        ("full", None, f"{CLOSED_BECAUSE['full']} Opens tomorrow at 09:00"),
    ],
)
def test_a_service_closed_by_hand_says_why_and_when_it_can_be_had_again(
    reason: supervision.ClosedBecause, until: str | None, said: str
) -> None:
    room = a_branch()
    room.clock.now = moment("2024-03-05 10:00")
    room.do(supervision.CloseService("cash", reason, moment(until) if until else None), MIA)
    shown = offer(seen(room, "2024-03-05 10:00"), True, (), 60).services[0]
    assert (shown.open, plainly(shown.said["en"].closed)) == (False, said)
    assert all(tile.closed for tile in shown.said.values())


def test_a_reason_that_an_older_kiosk_does_not_know_is_a_kind_one() -> None:
    view = seen(a_branch(), "2024-03-05 10:00")
    closed = msgspec.structs.replace(view.services[0], open=False, closed_because="flood")
    assert phrases.service_closed(closed, view, words("en")) == CLOSED_BECAUSE["other"]


@pytest.mark.parametrize(
    ("promise", "said"),
    [
        (None, "No counter is open yet"),
        (Promise(0, 120), "Up to 2 min"),
        (Promise(59, 300), "Up to 5 min"),
        (Promise(480, 840), "8–14 min"),
    ],
)
def test_a_tile_says_the_wait_in_minutes(promise: Promise | None, said: str) -> None:
    assert phrases.short_wait(promise, words("en")) == said


@pytest.mark.parametrize(
    ("now", "minutes"),
    [
        ("2024-03-04 10:00", 30),
        ("2024-03-05 10:00", 50),  # a payday
        ("2024-03-07 10:00", 40),  # the day before a holiday
        ("2024-03-09 10:00", 40),  # the day after
    ],
)
def test_the_legal_limit_is_that_of_the_kind_of_day(now: str, minutes: int) -> None:
    room = a_branch(
        jurisdiction="br-manaus", holidays=("2024-03-08",), paydays=(5,), counters=a_setup().counters.values()
    )
    shown = offer(seen(room, now), True, (), 60)
    assert shown.legal["en"] == f"Legal limit for your wait: {minutes} minutes"
    assert all(str(minutes) in said for said in shown.legal.values())
    assert shown.legal.keys() == set(LANGUAGES)


def test_where_no_law_sets_a_limit_nothing_is_said_of_one() -> None:
    assert set(offer(seen(a_branch(), "2024-03-05 10:00"), True, (), 60).legal.values()) == {""}


# -- the offer and what is said of a ticket


def an_offer(room: Room | None = None, now: str = "2024-03-05 10:00", **changes: Any) -> Offer:
    view = msgspec.structs.replace(seen(room or a_branch(), now), **changes)
    return offer(view, True, ("en", "sw"), 35)


def test_the_offer_says_what_can_be_had_and_why_not() -> None:
    now = an_offer()
    assert [(one.code, one.open, plainly(one.said["en"].closed)) for one in now.services] == [
        ("cash", True, ""),
        ("loans", False, "Open today: 14:00–17:00"),
    ]
    assert now.open
    assert now.closed["en"] == ""
    assert not an_offer(now="2024-03-09 10:00").open


def test_only_the_branchs_own_languages_can_be_spoken() -> None:
    assert (an_offer().speech, an_offer().volume) == (("en",), 35)


def test_what_nobody_translated_is_in_the_branchs_own_language() -> None:
    cash = msgspec.structs.replace(
        CASH, names={"ar": "نقد", "en": "Cash", "ru": "Касса"}, documents={"ru": ("Паспорт",), "en": ("Passport",)}
    )
    room = a_branch(
        services=(cash, CARDS), counters=(), languages=("ru", "sw", "en"), names={"en": "Main", "ru": "Банк"}
    )
    shown = an_offer(room)
    assert shown.names["sw"] == "Банк"
    tile = shown.services[0].said["sw"]
    assert (tile.name, tile.documents) == ("Касса", ("Паспорт",))
    assert {group.code: group.names["sw"] for group in shown.groups} == {"everyday": "Everyday"}


def test_a_language_without_catalogue_has_english_sentences_under_its_own_name() -> None:
    cash = msgspec.structs.replace(CASH, names={"en": "Cash", "sw": "Fedha"})
    shown = an_offer(a_branch(services=(cash, CARDS), languages=("en", "sw")))
    assert [(one.code, one.name, one.direction) for one in shown.languages] == [
        ("en", "English", "ltr"),
        ("sw", "Kiswahili", "ltr"),
    ]
    tile = shown.services[0].said["sw"]
    assert (tile.name, tile.wait) == ("Fedha", "No counter is open yet")


def a_ticket(**changes: Any) -> TicketView:
    fields: dict[str, Any] = {
        "id": "2024-03-05-A001",
        "number": "A001",
        "service": "cash",
        "service_name": "Cash",
        "language": "en",
        "state": State.WAITING,
        "arrived_at": TUESDAY,
        "ahead": 2,
    }
    return TicketView(**fields | changes)


def test_what_is_said_of_a_ticket_comes_in_every_language_of_the_branch() -> None:
    view = seen(a_branch(), "2024-03-05 10:00")
    kept = moment("2024-03-05 14:30")
    said = said_of(a_ticket(then=("loans",), appointment=kept, promise=Promise(480, 840)), view)
    assert said.keys() == set(LANGUAGES)
    assert (said["en"].ahead, said["en"].further, said["en"].appointment) == (
        "2 people before you",
        "Then: Loans",
        "Appointment at 14:30",
    )
    for language, slip in said.items():
        assert "14:30" in slip.appointment
        assert (slip.wait == said["en"].wait) == (language == "en")


def test_an_appointment_has_its_time_and_where_nothing_was_promised_no_wait() -> None:
    view = seen(a_branch(), "2024-03-05 10:00")
    slip = said_of(a_ticket(appointment=moment("2024-03-05 14:30")), view)["en"]
    assert (slip.appointment, slip.wait) == ("Appointment at 14:30", "")


def test_of_a_ticket_without_server_neither_people_nor_wait_are_said() -> None:
    view = seen(a_branch(), "2024-03-05 10:00")
    slip = said_of(a_ticket(ahead=None), view)["en"]
    assert (slip.ahead, slip.wait, slip.appointment, slip.further) == ("", "The wait is not known yet.", "", "")


def test_the_names_of_further_services_are_the_languages_own_where_its_sentences_are_english() -> None:
    services = (CASH, msgspec.structs.replace(CARDS, names={"en": "Cards", "sw": "Kadi"}))
    view = seen(a_branch(services=services, languages=("en", "sw")), "2024-03-05 10:00")
    assert said_of(a_ticket(then=("cards", "gone")), view)["sw"].further == "Then: Kadi and gone"
