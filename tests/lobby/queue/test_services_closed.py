"""A service closed by hand: no new numbers for a while, and nobody who waits is sent away."""

from __future__ import annotations

import pytest

from lobby import errors
from lobby.board import board_view
from lobby.queue import commands as c
from lobby.queue.services import WEEKDAYS, Hours, Span
from lobby.queue.supervision import CloseService, OpenService
from lobby.queue.supervision_events import ServiceClosed, ServiceOpened
from lobby.views import ServiceView, branch_view
from tests.builders import KIOSK, MIA, TUESDAY, Room, a_room, a_setup, moment

NINE_TO_FIVE = Hours({day: (Span(9 * 60, 17 * 60),) for day in WEEKDAYS})
DAY_END = moment("2024-03-06 04:00")
NOON = moment("2024-03-05 12:00")


def cash(room: Room) -> ServiceView:
    return branch_view(room.branch, room.clock()).services[0]


def test_a_closed_service_gives_no_numbers_and_the_others_do(room: Room) -> None:
    assert room.do(CloseService("cash", "system"), MIA) == [ServiceClosed("cash", "system", DAY_END)]
    with pytest.raises(errors.ServiceClosedByHand) as refused:
        room.issue("cash", language="ar")
    assert refused.value.facts == {"service": "نقد"}
    assert room.issue("cards") == "C001"


def test_who_waits_for_it_is_called_all_the_same(room: Room) -> None:
    number = room.issue("cash")
    room.open()
    room.do(CloseService("cash", "full"), MIA)
    assert room.call() == number


def test_it_opens_by_itself_when_its_time_is_over(room: Room) -> None:
    room.do(CloseService("cash", "staff", NOON), MIA)
    room.clock.now = NOON - 1
    with pytest.raises(errors.ServiceClosedByHand):
        room.issue("cash")
    room.clock.now = NOON
    assert room.issue("cash") == "A001"


def test_it_opens_when_somebody_opens_it(room: Room) -> None:
    room.do(CloseService("cash", "staff"), MIA)
    assert room.do(OpenService("cash"), MIA) == [ServiceOpened("cash")]
    assert room.issue("cash") == "A001"
    assert room.do(OpenService("cash"), MIA) == []


def test_closing_it_again_changes_nothing_unless_something_is_different(room: Room) -> None:
    room.do(CloseService("cash", "staff", NOON), MIA)
    assert room.do(CloseService("cash", "staff", NOON), MIA) == []
    assert room.do(CloseService("cash", "system", NOON), MIA) == [ServiceClosed("cash", "system", NOON)]


def test_the_next_day_begins_with_every_service_open_unless_it_was_closed_for_longer(room: Room) -> None:
    room.issue("cards")
    room.do(CloseService("cash", "staff"), MIA)
    room.do(CloseService("loans", "system", DAY_END + 9 * 3_600_000), MIA)
    room.clock.forward(hours=24)
    assert room.issue("cash") == "A001"
    assert room.branch.closures.keys() == {"loans"}
    with pytest.raises(errors.ServiceClosedByHand):
        room.issue("loans")
    room.clock.forward(hours=24)
    assert room.issue("loans") == "L001"
    assert room.branch.closures == {}


def test_closing_a_service_opens_no_day(room: Room) -> None:
    room.do(CloseService("cash", "staff"), MIA)
    assert (room.branch.day, cash(room).closed_because) == ("", "staff")


def test_a_time_that_is_over_is_refused_and_so_is_a_service_that_nobody_knows(room: Room) -> None:
    with pytest.raises(errors.BadField) as refused:
        room.do(CloseService("cash", "staff", TUESDAY), MIA)
    assert refused.value.facts["field"] == "until"
    for command in (CloseService("tea", "staff"), OpenService("tea")):
        with pytest.raises(errors.UnknownService):
            room.do(command, MIA)


def test_who_has_an_appointment_is_let_in_and_who_is_late_for_one_is_not(room: Room) -> None:
    for code in ("AAAA", "BBBB"):
        room.do(c.Book("cash", TUESDAY + 600_000, code))
    room.do(CloseService("cash", "system"), MIA)
    assert room.do(c.CheckIn("AAAA"), KIOSK)
    room.clock.forward(minutes=21)
    with pytest.raises(errors.ServiceClosedByHand):
        room.do(c.CheckIn("BBBB"), KIOSK)


def test_a_ticket_that_a_kiosk_gave_out_alone_is_taken(room: Room) -> None:
    room.do(c.LeaseNumbers("cash", "one", 2), KIOSK)
    lease = room.branch.leases["cash"][0]
    room.do(CloseService("cash", "system"), MIA)
    number = f"A{lease.first:03d}"
    room.do(c.HandIn(number, "cash", "one", "paper-token", TUESDAY), KIOSK)
    assert room.ticket(number).service == "cash"


def test_kiosk_and_screen_see_that_it_is_closed_why_and_until_when() -> None:
    room = a_room(a_setup(hours=NINE_TO_FIVE))
    room.do(CloseService("cash", "system", NOON), MIA)
    assert (cash(room).open, cash(room).closed_because, cash(room).opens_at) == (False, "system", NOON)
    assert board_view(room.branch, TUESDAY).services[0] == cash(room)
    room.do(CloseService("cash", "full"), MIA)
    assert cash(room).opens_at == moment("2024-03-06 09:00")
    room.do(OpenService("cash"), MIA)
    assert (cash(room).open, cash(room).closed_because, cash(room).opens_at) == (True, "", None)


def test_a_closure_that_ends_at_night_is_over_when_the_branch_opens() -> None:
    room = a_room(a_setup(hours=NINE_TO_FIVE))
    room.do(CloseService("cash", "system", moment("2024-03-05 23:00")), MIA)
    assert cash(room).opens_at == moment("2024-03-06 09:00")


def test_a_service_closed_on_a_closed_day_opens_when_both_do(room: Room) -> None:
    room.issue("cards")
    room.do(CloseService("cash", "system", DAY_END + 12 * 3_600_000), MIA)
    room.do(c.CloseDay(), MIA)
    first, second, _ = branch_view(room.branch, TUESDAY).services
    assert (first.opens_at, second.opens_at) == (DAY_END + 12 * 3_600_000, DAY_END)
