"""Tickets that a kiosk issued without the server: they wait where they would have waited, each once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lobby import errors
from lobby.errors import LobbyError
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.page_marks import mark_of
from lobby.queue.services import Hours, Span
from lobby.queue.supervision import Reassign
from lobby.queue.ticket import State
from lobby.reports.visits import waited_ms
from lobby.views import queue_view
from tests.builders import (
    ANN,
    CARDS,
    KIOSK,
    LOANS,
    MIA,
    TUESDAY,
    VISITOR,
    Clock,
    Room,
    a_desk,
    a_room,
    a_service,
    a_setup,
    moment,
)
from tests.lobby.queue.papers import keep, paper, waiting
from tests.lobby.queue.test_commands import refused


def test_a_ticket_that_is_handed_in_waits_under_its_own_number_since_it_was_issued(room: Room) -> None:
    room.issue()
    keep(room)
    came = room.clock()
    room.clock.forward(minutes=7)
    command = paper(
        room, ago_s=420, language="ru", priority="by-law", then=("cards",), documents=True, token="of-the-paper"
    )
    [issued] = room.do(command, KIOSK)
    assert isinstance(issued, e.TicketIssued)
    ticket = room.ticket("A990")
    assert (ticket.id, ticket.state, ticket.arrived_at, ticket.since) == ("2024-03-05-A990", "waiting", came, came)
    assert (ticket.language, ticket.priority, ticket.then, ticket.documents) == ("ru", "by-law", ("cards",), True)
    assert (ticket.token, ticket.promise, ticket.step.queued_at) == (mark_of("of-the-paper"), None, came)
    assert room.branch.ticket_by("of-the-paper") is ticket
    assert room.branch.ticket_by(mark_of("of-the-paper")) is None, "a mark from the journal opens nothing"


def test_a_ticket_that_is_handed_in_moves_nobody_elses_number(room: Room) -> None:
    room.issue()
    keep(room)
    room.do(paper(room), KIOSK)
    assert [room.issue(), room.issue()] == ["A002", "A003"]


def test_a_ticket_that_is_handed_in_twice_is_in_the_queue_once(room: Room) -> None:
    keep(room)
    room.do(paper(room), KIOSK)
    room.clock.forward(60)
    assert room.do(paper(room, ago_s=60), KIOSK) == []
    assert waiting(room) == ["A990"]


def test_a_ticket_that_was_served_meanwhile_is_not_put_into_the_queue_again(room: Room) -> None:
    keep(room)
    room.do(paper(room), KIOSK)
    room.open()
    room.serve()
    room.do(c.Finish(1))
    assert room.do(paper(room), KIOSK) == []
    assert room.ticket("A990").state is State.FINISHED


def test_a_number_that_another_ticket_has_is_not_handed_in(room: Room) -> None:
    keep(room)
    room.do(paper(room), KIOSK)
    assert refused(room, paper(room, token="another"), errors.NumberTaken, KIOSK) == {"number": "A990"}


@pytest.mark.parametrize(
    "number", ["A001", "A989", "A980", "a990", "A0990", "A990 ", "990", "C990", "A1000", "A٩٩٠", "A-990", "A"]
)
def test_only_numbers_that_were_kept_for_this_kiosk_can_be_handed_in(room: Room, number: str) -> None:
    keep(room)
    keep(room, "two")
    assert refused(room, paper(room, number), errors.NumberNotLeased, KIOSK) == {"number": number}


def test_a_number_of_another_service_or_kiosk_cannot_be_handed_in(room: Room) -> None:
    keep(room)
    refused(room, paper(room, service="cards"), errors.NumberNotLeased, KIOSK)
    refused(room, paper(room, holder="two"), errors.NumberNotLeased, KIOSK)


def test_a_ticket_is_handed_in_after_its_lease_ran_out_as_long_as_nobody_else_has_the_numbers(room: Room) -> None:
    [(_, _, until)] = keep(room)
    room.clock.now = until + 1000
    room.do(paper(room, ago_s=600), KIOSK)
    assert waiting(room) == ["A990"]
    keep(room, "two")
    assert refused(room, paper(room, "A991"), errors.NumberNotLeased, KIOSK) == {"number": "A991"}


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"service": "tea"}, errors.UnknownService),
        ({"then": ("tea",)}, errors.UnknownService),
        ({"priority": "king"}, errors.UnknownPriority),
        ({"language": "xx"}, errors.UnknownLanguage),
    ],
)
def test_what_the_branch_does_not_offer_is_not_handed_in(
    room: Room, fields: dict[str, Any], refusal: type[LobbyError]
) -> None:
    keep(room)
    refused(room, paper(room, **fields), refusal, KIOSK)


def test_a_ticket_that_is_on_paper_comes_in_whatever_the_hours_and_limits_say_now() -> None:
    tuesdays = Hours({"tue": (Span(540, 550),)})
    room = a_room(a_setup(services=(a_service("cash", "A", daily_limit=1, hours=tuesdays), CARDS, LOANS)))
    keep(room)
    room.issue()
    room.clock.forward(minutes=20)
    refused(room, c.Issue("cash"), errors.ServiceClosed, KIOSK)
    room.do(paper(room, ago_s=900), KIOSK)
    assert waiting(room) == ["A001", "A990"]


def test_a_ticket_that_is_handed_in_counts_for_the_limit_of_the_day() -> None:
    room = a_room(a_setup(services=(a_service("cash", "A", daily_limit=2), CARDS, LOANS)))
    keep(room)
    room.do(paper(room), KIOSK)
    room.issue()
    refused(room, c.Issue("cash"), errors.DailyLimitReached, KIOSK)


def test_a_handed_in_ticket_is_found_in_small_letters_and_lives_like_any_other(room: Room) -> None:
    keep(room)
    room.do(paper(room), KIOSK)
    room.open()
    assert room.serve() == "A990"
    room.do(c.Park(1))
    room.do(c.Resume(1, "a990"))
    room.do(c.UndoStep(1))
    room.do(c.Cancel("a990"), VISITOR)
    assert room.ticket("a990").state is State.CANCELLED


def test_a_kiosks_clock_that_is_ahead_makes_nobody_come_in_the_future(room: Room) -> None:
    room.issue()
    keep(room)
    room.do(paper(room, ago_s=-3600), KIOSK)
    assert room.ticket("A990").arrived_at == room.clock()
    room.clock.forward(1)
    room.issue()
    assert waiting(room) == ["A001", "A990", "A002"]


@pytest.mark.parametrize("arrived_at", [0, 10**12, c.LATEST])
def test_a_kiosks_clock_that_is_wild_breaks_nothing(room: Room, arrived_at: int) -> None:
    room.issue()
    keep(room)
    command = paper(room, arrived_at=arrived_at)
    c.check(command)
    room.do(command, KIOSK)
    assert waiting(room) == (["A001", "A990"] if arrived_at > room.clock() else ["A001"])


@pytest.mark.parametrize("arrived_at", [-1, c.LATEST + 1, -(10**18), 10**30])
def test_a_time_that_no_clock_shows_is_refused(room: Room, arrived_at: int) -> None:
    with pytest.raises(errors.BadField) as refusal:
        c.check(paper(room, arrived_at=arrived_at))
    assert refusal.value.facts["field"] == "arrived_at"


def test_the_people_ahead_of_a_ticket_that_is_handed_in_are_those_who_came_before(room: Room) -> None:
    keep(room)
    room.issue()
    room.clock.forward(60)
    came = room.clock()
    room.clock.forward(60)
    room.issue()
    room.issue()
    room.do(paper(room, arrived_at=came), KIOSK)
    assert room.ticket("A990").ahead == 1


# -- days


def test_a_ticket_of_yesterday_is_noted_and_joins_no_queue(room: Room) -> None:
    room.issue()
    keep(room)
    came = room.clock()
    room.clock.forward(hours=24)
    room.issue()
    made = room.do(paper(room, arrived_at=came), KIOSK)
    assert made == [e.TicketHandedInLate("2024-03-05-A990", "A990", "cash", "en", came)]
    assert waiting(room) == ["A001"]


def test_a_ticket_of_yesterday_does_not_open_the_new_day(room: Room) -> None:
    room.issue()
    keep(room)
    came = room.clock()
    room.clock.forward(hours=24)
    made = room.do(paper(room, arrived_at=came), KIOSK)
    assert [type(event) for event in made] == [e.TicketHandedInLate]
    assert room.branch.day == "2024-03-05"
    assert room.issue() == "A001"


def test_the_first_ticket_of_a_day_may_be_one_that_is_handed_in(room: Room) -> None:
    room.issue()
    keep(room)
    room.clock.now = moment("2024-03-06 09:00")
    made = room.do(paper(room, ago_s=1800), KIOSK)
    assert [type(event) for event in made] == [e.DayClosed, e.DayOpened, e.TicketIssued]
    assert room.ticket("A990").id == "2024-03-06-A990"
    assert room.ticket("A990").arrived_at == moment("2024-03-06 08:30")
    assert room.issue() == "A001"


def test_the_first_ticket_of_a_branch_may_be_one_that_is_handed_in(room: Room) -> None:
    keep(room)
    made = room.do(paper(room, ago_s=1800), KIOSK)
    assert [type(event) for event in made] == [e.DayOpened, e.TicketIssued]
    assert waiting(room) == ["A990"]


@pytest.mark.parametrize(("before_ms", "late"), [(0, False), (1, True)])
def test_the_day_of_a_ticket_is_that_of_its_issue_to_the_millisecond(room: Room, before_ms: int, late: bool) -> None:
    keep(room)
    room.issue()
    starts = moment("2024-03-05 04:00")
    [made] = room.do(paper(room, arrived_at=starts - before_ms), KIOSK)
    assert isinstance(made, e.TicketHandedInLate) == late
    if isinstance(made, e.TicketHandedInLate):
        assert made.ticket == "2024-03-04-A990"


def test_after_the_day_was_closed_a_ticket_is_noted_and_in_a_reopened_day_it_waits(room: Room) -> None:
    room.issue()
    keep(room)
    room.do(c.CloseDay(), MIA)
    [noted] = room.do(paper(room), KIOSK)
    assert noted == e.TicketHandedInLate("2024-03-05-A990", "A990", "cash", "en", room.clock())
    room.do(c.ReopenDay(), MIA)
    room.do(paper(room, "A991"), KIOSK)
    assert waiting(room) == ["A991"]


def test_a_ticket_that_came_in_before_the_close_is_not_noted_late_when_it_is_handed_in_again(room: Room) -> None:
    keep(room)
    room.do(paper(room), KIOSK)
    room.do(c.CloseDay(), MIA)
    assert room.do(paper(room), KIOSK) == []


def test_the_same_number_is_given_anew_on_the_next_day(room: Room) -> None:
    keep(room)
    room.do(paper(room), KIOSK)
    room.clock.forward(hours=24)
    room.do(paper(room, token="of the next day"), KIOSK)
    assert room.ticket("A990").id == "2024-03-06-A990"


# -- two of one touch: the server had issued a ticket, and the kiosk, which never heard of it, another


def ghost(room: Room) -> str:
    """A ticket that the server issued and nobody knows of, thirty seconds ago; its id."""
    keep(room)
    number = room.issue()
    room.clock.forward(30)
    return room.ticket(number).id


def wait(room: Room) -> None:
    """It still waits."""


def call(room: Room) -> None:
    room.open()
    room.call()


def serve(room: Room) -> None:
    room.open()
    room.serve()


def park(room: Room) -> None:
    serve(room)
    room.do(c.Park(1))


def finish(room: Room) -> None:
    serve(room)
    room.do(c.Finish(1))


def miss(room: Room) -> None:
    call(room)
    room.do(c.Recall(1))
    room.clock.forward(30)
    room.do(c.DeclareNoShow(1))


def cancel(room: Room) -> None:
    room.do(c.Cancel("A001"), ANN)


STATES: dict[Callable[[Room], None], tuple[State, State]] = {
    wait: (State.WAITING, State.WAITING),
    call: (State.CALLED, State.CALLED),
    serve: (State.SERVING, State.SERVING),
    park: (State.PARKED, State.PARKED),
    finish: (State.FINISHED, State.FINISHED),
    miss: (State.NO_SHOW, State.WAITING),
}


@pytest.mark.parametrize("lead", STATES, ids=lambda lead: lead.__name__)
def test_the_ticket_gets_the_number_that_is_on_the_paper(room: Room, lead: Callable[[Room], None]) -> None:
    id = ghost(room)
    lead(room)
    before, after = STATES[lead]
    assert room.ticket(id).state is before
    old_mark = room.ticket(id).token
    room.do(paper(room, replaces=id), KIOSK)
    ticket = room.ticket(id)
    assert (ticket.number, ticket.token, ticket.state) == ("A990", mark_of("token-A990"), after)
    assert room.ticket("a990") is ticket
    assert list(room.branch.tickets) == [id], "one touch, one ticket"
    assert (room.branch.numbers, room.branch.tokens) == ({"A990": id}, {mark_of("token-A990"): id})
    assert old_mark != ticket.token
    with pytest.raises(errors.UnknownTicket):
        room.ticket("A001")
    assert room.issue() == "A002", "the ghost's number is not given again"


@pytest.mark.parametrize("lead", STATES, ids=lambda lead: lead.__name__)
def test_a_replacement_that_is_handed_in_again_changes_nothing(room: Room, lead: Callable[[Room], None]) -> None:
    id = ghost(room)
    lead(room)
    command = paper(room, replaces=id)
    room.do(command, KIOSK)
    assert room.do(command, KIOSK) == []
    assert room.do(paper(room, replaces=""), KIOSK) == []


@pytest.mark.parametrize("lead", [call, serve, park, finish, miss], ids=lambda lead: lead.__name__)
def test_no_step_is_taken_back_over_a_change_of_number(room: Room, lead: Callable[[Room], None]) -> None:
    id = ghost(room)
    lead(room)
    room.do(paper(room, replaces=id), KIOSK)
    assert refused(room, c.UndoStep(1), errors.NothingToUndo) == {"counter": 1}
    assert room.ticket(id).number == "A990"


def test_a_step_after_the_change_of_number_is_taken_back_and_the_number_stays(room: Room) -> None:
    room.do(paper(room, replaces=ghost(room)), KIOSK)
    room.open()
    room.call()
    room.do(c.UndoStep(1))
    assert waiting(room) == ["A990"]
    assert room.call() == "A990"


def test_a_customer_whose_ghost_was_called_in_vain_waits_again_at_the_old_place(room: Room) -> None:
    id = ghost(room)
    miss(room)
    room.issue()
    room.do(paper(room, replaces=id, ago_s=50), KIOSK)
    assert waiting(room) == ["A990", "A002"]
    assert room.call() == "A990"


def test_a_customer_whose_ghost_was_taken_out_of_the_queue_still_waits(room: Room) -> None:
    """Staff cancelled a number that nobody answered to; who holds the paper has not given up."""
    id = ghost(room)
    cancel(room)
    room.do(paper(room, replaces=id), KIOSK)
    assert waiting(room) == ["A990"]


def test_a_ghost_that_was_sent_to_another_service_meanwhile_still_gets_the_number_on_the_paper(room: Room) -> None:
    id = ghost(room)
    room.do(Reassign(id, "loans"), MIA)
    room.do(paper(room, replaces=id), KIOSK)
    assert (room.ticket("A990").id, room.ticket("A990").service) == (id, "loans")
    assert list(room.branch.tickets) == [id], "one touch, one ticket"


def test_a_paper_of_today_waits_when_its_ghost_was_of_yesterday(room: Room) -> None:
    """The touch came a moment before the day changed, the paper a moment after it."""
    room.clock.now = moment("2024-03-06 04:00") - 500
    keep(room)
    id = room.ticket(room.issue()).id
    room.clock.forward(3)
    came = room.clock()
    room.issue()
    room.do(paper(room, arrived_at=came, replaces=id), KIOSK)
    assert waiting(room) == ["A001", "A990"]


def test_a_replacement_whose_ghost_belongs_to_a_day_that_is_over_is_noted(room: Room) -> None:
    id = ghost(room)
    came = room.clock()
    room.clock.forward(hours=24)
    room.issue()
    [made] = room.do(paper(room, arrived_at=came, replaces=id), KIOSK)
    assert isinstance(made, e.TicketHandedInLate)


def test_nobody_waited_less_than_nothing_when_the_ghost_was_called_before_the_paper_came(room: Room) -> None:
    room.open()
    keep(room)
    id = room.ticket(room.issue()).id
    room.clock.forward(1)
    room.call()
    room.clock.forward(2)
    room.do(paper(room, replaces=id), KIOSK)
    ticket = room.ticket("A990")
    assert waited_ms(ticket, room.clock()) >= 0
    assert ticket.arrived_at == ticket.step.queued_at


def test_the_earlier_of_the_two_times_is_when_the_customer_came(room: Room) -> None:
    """The touch came before the server issued; whichever clock is right, nobody waits for longer than it says."""
    id = ghost(room)
    room.do(paper(room, ago_s=45, replaces=id), KIOSK)
    ticket = room.ticket("A990")
    assert ticket.arrived_at == ticket.since == ticket.step.queued_at == TUESDAY - 15_000
    id = room.ticket(room.issue()).id
    came = room.clock()
    room.clock.forward(20)
    room.do(paper(room, "A991", ago_s=5, replaces=id), KIOSK)
    assert room.ticket("A991").arrived_at == room.ticket("A991").since == came


def test_the_counter_shows_the_number_on_the_paper(room: Room) -> None:
    id = ghost(room)
    call(room)
    room.do(paper(room, replaces=id), KIOSK)
    [counter] = [place for place in queue_view(room.branch, room.clock()).counters if place.number == 1]
    assert counter.ticket
    assert counter.ticket.number == "A990"
    room.do(c.Start(1))
    room.do(c.Finish(1))
    assert room.ticket("A990").state is State.FINISHED


def test_a_further_service_keeps_the_number_on_the_paper(room: Room) -> None:
    keep(room)
    id = room.ticket(room.issue(then=("cards",))).id
    room.clock.forward(60)
    finish(room)
    room.do(paper(room, replaces=id, then=("cards",), ago_s=50), KIOSK)
    ticket = room.ticket("A990")
    assert (ticket.state, ticket.service, len(ticket.steps)) == (State.WAITING, "cards", 2)
    assert ticket.steps[0].queued_at == ticket.arrived_at < ticket.steps[1].queued_at


def test_an_appointment_keeps_its_slot_when_its_ticket_gets_another_number(room: Room) -> None:
    keep(room)
    slot = TUESDAY + 900_000
    id = room.ticket(room.issue(appointment=slot)).id
    room.do(paper(room, replaces=id), KIOSK)
    assert (room.ticket("A990").appointment, room.ticket("A990").since) == (slot, slot)


def test_the_same_key_tells_the_kiosk_that_the_server_had_issued_a_ticket(tmp_path: Path) -> None:
    clock = Clock()
    desk = a_desk(tmp_path, clock=clock)
    desk.submit(c.LeaseNumbers("cash", "one", 10), key="lease", actor=KIOSK)
    wish = c.Issue("cash", "ru")
    lost = desk.submit(wish, key="touch", actor=KIOSK).ticket
    ours = c.HandIn("A990", "cash", "one", "token", clock(), "ru")
    seq = desk.seq
    with pytest.raises(errors.KeyReused):
        desk.submit(ours, key="touch", actor=KIOSK)
    assert desk.seq == seq
    again = desk.submit(wish, key="touch", actor=KIOSK).ticket
    assert again == lost
    assert again
    changed = desk.submit(
        c.HandIn("A990", "cash", "one", "token", clock(), "ru", replaces=again.id), key="touch/paper", actor=KIOSK
    ).ticket
    assert changed
    assert (changed.id, changed.number, changed.token) == (again.id, "A990", "token")


def test_a_request_that_comes_after_the_hand_in_makes_no_second_ticket(tmp_path: Path) -> None:
    clock = Clock()
    desk = a_desk(tmp_path, clock=clock)
    desk.submit(c.LeaseNumbers("cash", "one", 10), key="lease", actor=KIOSK)
    ours = c.HandIn("A990", "cash", "one", "token", clock())
    first = desk.submit(ours, key="touch", actor=KIOSK)
    with pytest.raises(errors.KeyReused):
        desk.submit(c.Issue("cash"), key="touch", actor=KIOSK)
    assert desk.submit(ours, key="touch", actor=KIOSK) == first
    assert list(desk.state.numbers) == ["A990"]


def test_a_hand_in_with_another_key_answers_without_an_event(tmp_path: Path) -> None:
    clock = Clock()
    desk = a_desk(tmp_path, clock=clock)
    desk.submit(c.LeaseNumbers("cash", "one", 10), key="lease", actor=KIOSK)
    ours = c.HandIn("A990", "cash", "one", "token", clock())
    desk.submit(ours, key="1", actor=KIOSK)
    seq = desk.seq
    assert desk.submit(ours, key="2", actor=KIOSK).seq == 0
    assert desk.seq == seq


# -- in order

GIVEN = st.lists(
    st.tuples(st.integers(0, 5000), st.sampled_from(["server", "one", "two"])),
    min_size=1,
    max_size=10,
    unique_by=lambda one: one[0],
)


@settings(max_examples=60, deadline=None)
@given(GIVEN, st.randoms(use_true_random=False))
def test_the_queue_is_in_order_of_arrival_whatever_the_order_of_the_hand_ins(
    given: list[tuple[int, str]], chance: Random
) -> None:
    room = a_room()
    keep(room, "one", 20)
    keep(room, "two", 20)
    room.open()
    begin, papers, arrived = room.clock(), [], []
    upper = {"one": 980, "two": 960}
    for second, giver in sorted(given):
        room.clock.now = begin + second * 1000
        if giver == "server":
            number = room.issue()
        else:
            number = f"A{upper[giver]:03d}"
            upper[giver] += 1
            papers.append(paper(room, number, holder=giver))
        arrived.append(number)
    room.clock.now = begin + 5_001_000
    chance.shuffle(papers)
    for one in papers:
        room.do(one, KIOSK)
        room.clock.forward(0.001)
    assert waiting(room) == arrived
    called = []
    for _ in arrived:
        called.append(room.serve())
        room.do(c.Finish(1))
    assert called == arrived
