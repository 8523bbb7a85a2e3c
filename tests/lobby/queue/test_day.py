"""Business days: how they begin, change and close, and which moments belong to them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lobby import errors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.services import CounterPlace, Hours, Service, Span, business_day, named
from lobby.queue.ticket import LIVE, State
from tests.builders import ANN, BOB, KIOSK, MIA, TUESDAY, VISITOR, Room, a_room, a_service, a_setup, moment


def a_full_house(room: Room) -> None:
    """One ticket in every state, a counter on a break."""
    for _ in range(7):
        room.issue()
    room.open(1, ANN)
    room.open(3, BOB)
    room.serve(1, ANN)
    room.do(c.Finish(1), ANN)  # A001 finished
    room.do(c.Cancel("A002"), VISITOR)  # A002 cancelled
    room.call(1, ANN)
    room.do(c.Recall(1), ANN)
    room.clock.forward(30)
    room.do(c.DeclareNoShow(1), ANN)  # A003 missed
    room.serve(1, ANN)
    room.do(c.Park(1), ANN)  # A004 parked
    room.serve(1, ANN)  # A005 served
    room.call(3, BOB)  # A006 called, A007 waits
    room.open(2, MIA)
    room.do(c.TakeBreak(2, "lunch"), MIA)


def states(room: Room) -> dict[str, str]:
    return {ticket.number: ticket.state.value for ticket in room.branch.tickets.values()}


def test_closing_the_day_ends_what_is_under_way_and_keeps_what_has_ended(room: Room) -> None:
    a_full_house(room)
    steps = {ticket.number: ticket.steps for ticket in room.branch.tickets.values()}
    room.clock.forward(60)
    assert room.do(c.CloseDay(), MIA) == [e.DayClosed("2024-03-05")]
    assert states(room) == {
        "A001": "finished",
        "A002": "cancelled",
        "A003": "no_show",
        "A004": "cancelled",
        "A005": "finished",
        "A006": "cancelled",
        "A007": "cancelled",
    }
    ended = {ticket.number: ticket.step.ended for ticket in room.branch.tickets.values()}
    assert [number for number, how in ended.items() if how == "left_at_close"] == ["A004", "A006", "A007"]
    assert ended["A005"] == "finished"
    for number in ("A001", "A002", "A003"):
        assert room.ticket(number).steps == steps[number]
    assert all(room.ticket(n).step.ended_at == room.clock() for n in ("A004", "A005", "A006", "A007"))


def test_closing_the_day_closes_every_counter(room: Room) -> None:
    a_full_house(room)
    room.do(c.CloseDay(), MIA)
    assert [counter for counter in room.branch.counters.values() if counter.open or counter.ticket] == []
    assert room.branch.undo == {}
    assert room.branch.waiting_tickets() == []


def test_who_is_still_being_served_at_the_close_counts_for_the_mean_serving_time_or_not_at_all(room: Room) -> None:
    room.issue()
    room.open()
    room.serve()
    room.do(c.CloseDay(), MIA)
    spent = room.branch.spent.get("cash")
    assert spent is None or (spent.count == 1) == (spent.total_ms > 0)


@pytest.mark.parametrize("opened", [False, True])
def test_a_day_is_closed_once(room: Room, opened: bool) -> None:
    if opened:
        room.issue()
        room.do(c.CloseDay(), MIA)
    before = room.branch.copy()
    with pytest.raises(errors.DayAlreadyClosed):
        room.do(c.CloseDay(), MIA)
    assert room.branch == before


def test_a_day_closed_too_early_is_opened_again_and_numbers_go_on(room: Room) -> None:
    room.issue()
    room.do(c.CloseDay(), MIA)
    assert room.do(c.ReopenDay(), MIA) == [e.DayReopened("2024-03-05")]
    assert room.issue() == "A002"
    assert room.ticket("A001").step.ended == "left_at_close"


def test_a_day_that_is_open_or_over_is_not_opened_again(room: Room) -> None:
    with pytest.raises(errors.DayNotClosed):
        room.do(c.ReopenDay(), MIA)
    room.issue()
    with pytest.raises(errors.DayNotClosed):
        room.do(c.ReopenDay(), MIA)
    room.do(c.CloseDay(), MIA)
    room.clock.forward(hours=24)
    with pytest.raises(errors.DayNotClosed):
        room.do(c.ReopenDay(), MIA)


def test_nobody_comes_back_into_a_closed_day(room: Room) -> None:
    a_full_house(room)
    room.do(c.CloseDay(), MIA)
    with pytest.raises(errors.BranchClosed):
        room.do(c.Return("A003"), KIOSK)
    assert [t.number for t in room.branch.tickets.values() if t.state in LIVE] == []


def test_the_first_number_of_a_new_day_closes_the_old_one(room: Room) -> None:
    a_full_house(room)
    room.clock.now = moment("2024-03-06 04:00")
    made = room.do(c.Issue("cash"), KIOSK)
    assert [type(event) for event in made] == [e.DayClosed, e.DayOpened, e.TicketIssued]
    assert states(room) == {"A001": "waiting"}
    assert not room.branch.counter(1).open
    assert room.branch.spent == {}


def test_one_millisecond_before_the_new_day_the_old_one_goes_on(room: Room) -> None:
    room.issue()
    room.clock.now = moment("2024-03-06 04:00") - 1
    assert room.issue() == "A002"
    room.clock.now += 1
    assert room.issue() == "A001"


def test_the_first_counter_of_a_new_day_closes_the_old_one(room: Room) -> None:
    a_full_house(room)
    room.clock.forward(hours=24)
    made = room.do(c.OpenCounter(1), BOB)
    assert [type(event) for event in made] == [e.DayClosed, e.DayOpened, e.CounterOpened]
    assert room.branch.counter(1).teller == "bob"
    assert room.branch.tickets == {}


def test_a_day_that_was_closed_by_hand_is_not_closed_again_by_the_next(room: Room) -> None:
    room.issue()
    room.do(c.CloseDay(), MIA)
    room.clock.forward(hours=24)
    assert [type(event) for event in room.do(c.Issue("cash"), KIOSK)] == [e.DayOpened, e.TicketIssued]


def test_no_ticket_is_lost_at_the_change_of_days() -> None:
    """Every ticket of a day has an end in the journal before the next day begins."""
    room = a_room()
    a_full_house(room)
    room.do(c.CloseDay(), MIA)
    with suppress(errors.LobbyError):
        room.do(c.Return("A003"), KIOSK)
    room.clock.forward(hours=24)
    live = {t.number for t in room.branch.tickets.values() if t.state in LIVE}
    made = room.do(c.Issue("cash"), KIOSK)
    assert not live or isinstance(made[0], e.DayClosed)


def test_an_evening_shift_stays_whole() -> None:
    room = a_room(at=moment("2024-03-05 23:30"))
    room.issue()
    room.clock.forward(hours=2)
    assert room.issue() == "A002"
    assert room.branch.day == "2024-03-05"


# -- which moments belong to a day


def test_a_day_has_24_hours_and_23_or_25_when_the_clocks_change() -> None:
    setup = a_setup()
    lengths = {}
    for date in ("2024-03-29", "2024-03-30", "2024-03-31", "2024-10-25", "2024-10-26", "2024-10-27"):
        day = business_day(setup, moment(f"{date} 12:00"))
        assert day.date == date
        lengths[date] = (day.end - day.start) / 3_600_000
    assert lengths == {
        "2024-03-29": 24,
        "2024-03-30": 23,
        "2024-03-31": 24,
        "2024-10-25": 24,
        "2024-10-26": 25,
        "2024-10-27": 24,
    }


YEARS = st.integers(moment("2020-01-01 00:00"), moment("2030-01-01 00:00"))
ZONES = st.sampled_from(
    ["Europe/London", "UTC", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Beirut", "Asia/Kathmandu"]
)


@given(at=YEARS, zone=ZONES, starts=st.integers(0, 24 * 60 - 1))
@example(at=moment("2024-03-31 02:10"), zone="Europe/London", starts=90)
@example(at=moment("2024-10-27 00:40") + 1_800_000, zone="Europe/London", starts=90)
@example(at=moment("2024-10-27 03:00", "UTC"), zone="Europe/London", starts=90)
@example(at=moment("2024-10-27 01:10", "UTC"), zone="Europe/London", starts=90)
def test_every_moment_lies_in_its_own_business_day(at: int, zone: str, starts: int) -> None:
    day = business_day(a_setup(zone=zone, day_starts_min=starts), at)
    assert day.start <= at < day.end


@given(at=YEARS, zone=ZONES, starts=st.integers(0, 24 * 60 - 1))
@example(at=moment("2024-10-27 01:10", "UTC"), zone="Europe/London", starts=90)
@example(at=moment("2024-03-31 01:10", "UTC"), zone="Europe/London", starts=90)
def test_days_follow_each_other_without_gap_or_overlap(at: int, zone: str, starts: int) -> None:
    setup = a_setup(zone=zone, day_starts_min=starts)
    day = business_day(setup, at)
    after = business_day(setup, day.end)
    before = business_day(setup, day.start - 1)
    assert (before.end, after.start) == (day.start, day.end)
    assert before.date < day.date < after.date


@pytest.mark.parametrize(
    ("start", "minutes"),
    [("2024-03-31 00:20", 150), ("2024-03-31 02:00", 60), ("2024-10-26 23:00", 300)],
    ids=["spring", "in the skipped hour", "autumn"],
)
def test_no_number_is_given_twice_in_the_night_when_the_clocks_change(start: str, minutes: int) -> None:
    """The day starts at half past one, an hour that is skipped in spring and comes twice in autumn."""
    room = a_room(a_setup(day_starts_min=90), at=moment(start))
    ids = []
    for _ in range(0, minutes, 10):
        ids.append(room.ticket(room.issue()).id)
        room.clock.forward(minutes=10)
    assert len(set(ids)) == len(ids)


# -- hours and names


def test_hours_are_half_open_and_by_weekday() -> None:
    hours = Hours({"tue": (Span(540, 720), Span(780, 1440))})
    setup = a_setup()
    open_at = {
        "2024-03-05 08:59": False,
        "2024-03-05 09:00": True,
        "2024-03-05 11:59": True,
        "2024-03-05 12:00": False,
        "2024-03-05 13:00": True,
        "2024-03-05 23:59": True,
        "2024-03-06 09:00": False,
    }
    assert {text: hours.open_at(setup.local(moment(text))) for text in open_at} == open_at
    assert [str(span) for span in hours.today(setup.local(TUESDAY))] == ["09:00-12:00", "13:00-24:00"]
    assert hours.today(setup.local(moment("2024-03-06 09:00"))) == ()


def test_a_name_falls_back_to_english_then_to_any_then_to_the_code() -> None:
    assert named({"en": "Cash", "ru": "Касса"}, "ru", "cash") == "Касса"
    assert named({"en": "Cash", "ru": "Касса"}, "zh", "cash") == "Cash"
    assert named({"ru": "Касса"}, "zh", "cash") == "Касса"
    assert named({}, "zh", "cash") == "cash"


def test_the_fold_takes_only_the_next_event(room: Room) -> None:
    room.issue()
    before = room.branch.copy()
    for seq in (0, 1, 2, 4):
        with pytest.raises(ValueError, match=f"event {seq} does not follow 2"):
            room.branch.apply(e.Recorded(seq, TUESDAY, "x", e.DayClosed("2024-03-05")))
    assert room.branch == before


def test_a_copy_of_the_branch_lives_its_own_life(room: Room) -> None:
    a_full_house(room)
    twin = room.branch.copy()
    before = room.branch.copy()
    room.do(c.Cancel("A007"), VISITOR)
    room.do(c.EndBreak(2), MIA)
    room.issue("loans")
    assert twin == before
    assert twin != room.branch


# -- rehearsal


def test_a_rehearsal_begins_on_an_unused_branch_only(room: Room) -> None:
    room.issue()
    with pytest.raises(errors.BranchIsLive):
        room.do(c.StartRehearsal(), MIA)


def test_a_rehearsal_brings_services_and_counters_besides(room: Room) -> None:
    room.do(c.StartRehearsal((a_service("tea", "T"),), (CounterPlace(9, services=("tea",)),)), MIA)
    assert room.issue("tea") == "T001"
    room.open(9)
    assert room.call(9) == "T001"
    assert room.issue("cash") == "A001"
    assert room.branch.rehearsal


def test_a_rehearsal_may_be_extended(room: Room) -> None:
    room.do(c.StartRehearsal((a_service("tea", "T"),)), MIA)
    room.do(c.StartRehearsal((a_service("milk", "M"),)), MIA)
    assert [room.issue("tea"), room.issue("milk")] == ["T001", "M001"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "tea", "prefix": "A"},  # the numbers of cash
        {"code": "tea", "prefix": "T", "target_s": 0.0},
        {"code": "tea", "prefix": "T", "first": 5, "last": 4},
        {"code": "tea", "prefix": "T", "mean_service_s": -1.0},
    ],
    ids=["numbers of another", "no target", "empty range", "negative mean"],
)
def test_a_rehearsal_brings_no_service_that_a_branch_file_could_not_hold(
    room: Room, wrong: dict[str, str | float]
) -> None:
    with pytest.raises(errors.Invalid):
        room.do(c.StartRehearsal((Service(names={"en": "Tea"}, **wrong),)), MIA)
    assert room.branch.seq == 0


def test_a_rehearsal_brings_no_counter_for_a_service_that_is_not_there(room: Room) -> None:
    with pytest.raises(errors.UnknownService):
        room.do(c.StartRehearsal((), (CounterPlace(9, services=("tea",)),)), MIA)


def test_states_after_the_close_are_ended_states(room: Room) -> None:
    a_full_house(room)
    room.do(c.CloseDay(), MIA)
    assert {t.state for t in room.branch.tickets.values()} == {State.FINISHED, State.CANCELLED, State.NO_SHOW}
