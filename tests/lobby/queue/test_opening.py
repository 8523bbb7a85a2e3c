"""When the branch and its services are open: now, today and next; and how much is given out in a day."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lobby import errors
from lobby.queue import commands as c
from lobby.queue.opening import hours_on, next_opening, open_at
from lobby.queue.services import WEEKDAYS, Hours, Service, Setup, Span
from lobby.views import ServiceView, branch_view
from tests.builders import CARDS, KIOSK, LOANS, MIA, TUESDAY, VISITOR, Room, a_room, a_service, a_setup, moment
from tests.lobby.queue.test_commands import refused


def hours(**days: str) -> Hours:
    """`mon="09:00-12:00, 13:00-15:00"`, as in the branch file."""

    def minutes(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    return Hours(
        {
            day: tuple(Span(minutes(span[:5]), minutes(span[6:])) for span in spans.split(", "))
            for day, spans in days.items()
        }
    )


WEEK = hours(
    **{day: "09:00-13:00, 14:00-17:00" for day in ("mon", "tue", "wed", "thu", "fri")},
    sat="10:00-12:00",
)
MORNINGS = a_service("cash", "A", hours=hours(tue="08:00-10:00, 12:00-15:00", sun="08:00-20:00"))
HOLIDAYS = ("2024-03-29", "2024-04-01")  # Good Friday and Easter Monday


def a_bank(*services: Service, **changes: object) -> Setup:
    fields: dict[str, object] = {"hours": WEEK, "holidays": HOLIDAYS} | changes
    return a_setup(services=(*services, CARDS, LOANS), **fields)  # type: ignore[arg-type]


BANK = a_bank(MORNINGS)


# -- open or not


@pytest.mark.parametrize(
    ("time", "branch", "service"),
    [
        ("2024-03-05 08:59", False, False),
        ("2024-03-05 09:00", True, True),
        ("2024-03-05 09:59", True, True),
        ("2024-03-05 10:00", True, False),
        ("2024-03-05 12:00", True, True),
        ("2024-03-05 13:00", False, False),
        ("2024-03-05 14:00", True, True),
        ("2024-03-05 15:00", True, False),
        ("2024-03-05 17:00", False, False),
        ("2024-03-06 09:30", True, False),
        ("2024-03-03 10:00", False, False),
        ("2024-03-29 10:00", False, False),
    ],
)
def test_a_service_is_open_while_both_the_branch_and_itself_are(time: str, branch: bool, service: bool) -> None:
    at = moment(time)
    assert open_at(BANK, None, at) is branch
    assert open_at(BANK, MORNINGS, at) is service
    assert open_at(BANK, CARDS, at) is branch, "a service without hours has the branch's"


def test_without_hours_it_is_always_open_but_for_holidays() -> None:
    setup = a_setup(holidays=HOLIDAYS)
    assert open_at(setup, None, moment("2024-03-05 03:00"))
    assert open_at(setup, CARDS, moment("2024-03-31 23:59"))
    assert not open_at(setup, None, moment("2024-03-29 00:00"))
    assert not open_at(setup, CARDS, moment("2024-03-29 23:59"))
    assert open_at(setup, None, moment("2024-03-30 00:00"))


def test_a_services_own_hours_hold_where_the_branch_has_none() -> None:
    setup = a_setup(services=(MORNINGS, CARDS, LOANS))
    assert open_at(setup, MORNINGS, moment("2024-03-05 08:00"))
    assert not open_at(setup, MORNINGS, moment("2024-03-05 10:00"))
    assert open_at(setup, None, moment("2024-03-05 10:00"))


def test_todays_hours_are_those_of_both() -> None:
    at = moment("2024-03-05 11:00")
    assert hours_on(BANK, None, at) == "09:00-13:00, 14:00-17:00"
    assert hours_on(BANK, MORNINGS, at) == "09:00-10:00, 12:00-13:00, 14:00-15:00"
    assert hours_on(BANK, MORNINGS, moment("2024-03-06 11:00")) == ""
    assert hours_on(BANK, None, moment("2024-03-29 11:00")) == ""
    assert hours_on(a_setup(), None, at) == ""


# -- the next opening


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2024-03-05 00:00", "2024-03-05 09:00"),
        ("2024-03-05 08:59", "2024-03-05 09:00"),
        ("2024-03-05 13:30", "2024-03-05 14:00"),
        ("2024-03-05 17:00", "2024-03-06 09:00"),
        ("2024-03-08 23:59", "2024-03-09 10:00"),
        ("2024-03-09 12:00", "2024-03-11 09:00"),
        ("2024-03-28 17:00", "2024-03-30 10:00"),
        ("2024-03-30 12:00", "2024-04-02 09:00"),
        ("2024-10-26 12:00", "2024-10-28 09:00"),
    ],
    ids=["midnight", "morning", "lunch", "evening", "Friday night", "weekend", "holiday", "Easter, clocks forward",
         "clocks back"],
)  # fmt: skip
def test_the_next_opening_is_found_over_nights_weekends_holidays_and_changes_of_the_clock(now: str, opens: str) -> None:
    assert next_opening(BANK, None, moment(now)) == moment(opens)


def test_a_service_opens_next_when_the_branch_is_open_too() -> None:
    assert next_opening(BANK, MORNINGS, moment("2024-03-05 10:00")) == moment("2024-03-05 12:00")
    assert next_opening(BANK, MORNINGS, moment("2024-03-05 15:00")) == moment("2024-03-12 09:00")
    assert next_opening(BANK, MORNINGS, moment("2024-03-26 16:00")) == moment("2024-04-02 09:00")


def test_where_no_opening_is_near_none_is_said() -> None:
    sundays = a_service("cash", "A", hours=hours(sun="09:00-10:00"))
    assert next_opening(a_bank(sundays), sundays, TUESDAY) is None
    closed = tuple(f"2024-03-{day:02d}" for day in range(1, 32))
    assert next_opening(a_bank(holidays=closed), None, moment("2024-03-02 12:00")) is None
    assert next_opening(a_bank(hours=Hours()), None, TUESDAY) is None
    assert next_opening(a_setup(), None, TUESDAY) is None


def test_a_branch_without_hours_opens_again_when_the_holiday_is_over() -> None:
    setup = a_setup(holidays=("2024-03-29", "2024-03-30"))
    assert next_opening(setup, None, moment("2024-03-29 12:00")) == moment("2024-03-31 00:00")


QUARTERS = st.integers(12, 95)  # no branch opens in the hour that the clocks skip
SPANS = st.builds(lambda a, b: (Span(a * 15, b * 15),) if a < b else (), QUARTERS, QUARTERS)
WEEKS = st.dictionaries(st.sampled_from(WEEKDAYS), SPANS, max_size=4).map(Hours)
ZONES = st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu"])
BEGINS = st.sampled_from(["2024-03-08", "2024-03-27", "2024-04-05", "2024-04-25", "2024-10-24", "2024-11-01"])
QUARTER_MS = 15 * 60_000


@settings(max_examples=150, deadline=None)
@given(WEEKS, st.one_of(st.none(), WEEKS), ZONES, BEGINS, st.integers(0, 4 * 96), st.sets(st.integers(0, 3)))
def test_it_opens_at_the_next_opening_and_at_no_moment_before(
    week: Hours, own: Hours | None, zone: str, begins: str, quarters: int, closed: set[int]
) -> None:
    service = a_service("cash", "A", hours=own)
    day = int(begins[-2:])
    holidays = tuple(f"{begins[:-2]}{day + ahead:02d}" for ahead in closed if day + ahead <= 31)
    setup = a_bank(service, hours=week, zone=zone, holidays=holidays)
    now = moment(f"{begins} 00:00", zone) + quarters * QUARTER_MS
    assume(not open_at(setup, service, now))
    opens = next_opening(setup, service, now)
    assert opens is None or opens > now
    ahead = opens if opens is not None else now + 14 * 24 * 3_600_000
    assert not any(open_at(setup, service, at) for at in range(now, ahead, QUARTER_MS))
    assert opens is None or open_at(setup, service, opens)


# -- what the fronts show


def shown(room: Room, code: str = "cash") -> ServiceView:
    return next(service for service in branch_view(room.branch, room.clock()).services if service.code == code)


def test_an_open_branch_shows_todays_hours_and_no_next_opening() -> None:
    room = a_room(BANK)
    view = branch_view(room.branch, room.clock())
    assert (view.open, view.hours, view.opens_at, view.at) == (True, "09:00-13:00, 14:00-17:00", None, TUESDAY)
    cash, cards = shown(room), shown(room, "cards")
    assert (cash.open, cash.hours, cash.opens_at) == (True, "09:00-10:00, 12:00-13:00, 14:00-15:00", None)
    assert (cards.open, cards.hours, cards.opens_at) == (True, "", None)


def test_a_closed_service_shows_when_it_opens() -> None:
    room = a_room(BANK, at=moment("2024-03-05 10:30"))
    cash = shown(room)
    assert (cash.open, cash.opens_at) == (False, moment("2024-03-05 12:00"))
    assert branch_view(room.branch, room.clock()).open


def test_on_a_holiday_everything_is_closed_until_the_next_working_day() -> None:
    room = a_room(BANK, at=moment("2024-03-29 11:00"))
    view = branch_view(room.branch, room.clock())
    assert (view.open, view.hours, view.opens_at) == (False, "", moment("2024-03-30 10:00"))
    assert (shown(room, "cards").open, shown(room, "cards").opens_at) == (False, moment("2024-03-30 10:00"))
    refused(room, c.Issue("cards"), errors.BranchClosed, KIOSK)


def test_a_day_that_was_closed_by_hand_opens_again_on_the_next_day() -> None:
    room = a_room(BANK)
    room.issue("cards")
    room.do(c.CloseDay(), MIA)
    room.clock.forward(minutes=5)
    view = branch_view(room.branch, room.clock())
    assert (view.open, view.opens_at) == (False, moment("2024-03-06 09:00"))
    assert (shown(room).open, shown(room).opens_at) == (False, moment("2024-03-12 09:00"))
    room.clock.now = moment("2024-03-06 08:00")
    assert branch_view(room.branch, room.clock()).opens_at == moment("2024-03-06 09:00")


def test_a_branch_without_hours_that_was_closed_by_hand_opens_with_the_next_day(room: Room) -> None:
    room.issue()
    room.do(c.CloseDay(), MIA)
    view = branch_view(room.branch, room.clock())
    assert (view.open, view.opens_at) == (False, moment("2024-03-06 04:00"))


def test_a_refusal_says_the_hours_in_which_it_would_have_been_possible() -> None:
    room = a_room(BANK, at=moment("2024-03-05 10:30"))
    assert refused(room, c.Issue("cash"), errors.ServiceClosed, KIOSK) == {
        "service": "Cash",
        "hours": "09:00-10:00, 12:00-13:00, 14:00-15:00",
    }
    room.clock.now = moment("2024-03-06 10:30")
    assert refused(room, c.Issue("cash"), errors.ServiceClosed, KIOSK)["hours"] == "-"
    room.clock.now = moment("2024-03-06 13:30")
    refused(room, c.Issue("cash"), errors.BranchClosed, KIOSK)


# -- so many a day

TWO = a_service("cash", "A", daily_limit=2)


@pytest.fixture
def limited() -> Room:
    """A branch that gives two tickets for cash a day."""
    return a_room(a_setup(services=(TWO, CARDS, LOANS)))


def test_a_service_gives_as_many_tickets_a_day_as_the_branch_wants(limited: Room) -> None:
    assert [limited.issue(), limited.issue("cards"), limited.issue()] == ["A001", "C001", "A002"]
    assert refused(limited, c.Issue("cash"), errors.DailyLimitReached, KIOSK) == {"service": "Cash"}
    assert limited.issue("cards") == "C002"
    limited.clock.forward(hours=24)
    assert [limited.issue(), limited.issue()] == ["A001", "A002"]


def test_a_ticket_that_was_given_counts_whatever_became_of_it(limited: Room) -> None:
    limited.issue()
    limited.do(c.Cancel("A001"), VISITOR)
    limited.issue()
    refused(limited, c.Issue("cash"), errors.DailyLimitReached, KIOSK)


def test_who_comes_from_another_service_does_not_count(limited: Room) -> None:
    limited.issue("cards", then=("cash",))
    limited.open()
    limited.serve()
    limited.do(c.Finish(1))
    limited.issue()
    limited.issue()
    refused(limited, c.Issue("cash"), errors.DailyLimitReached, KIOSK)


def test_a_service_whose_tickets_are_all_given_is_shown_as_full_and_not_as_closed(limited: Room) -> None:
    assert not shown(limited).full
    limited.issue()
    limited.issue()
    assert (shown(limited).full, shown(limited).open, shown(limited, "cards").full) == (True, True, False)


def test_a_service_that_was_full_yesterday_is_not_full_this_morning(limited: Room) -> None:
    limited.issue()
    limited.issue()
    limited.clock.now = moment("2024-03-06 04:00")
    assert not shown(limited).full
    assert limited.issue() == "A001"
