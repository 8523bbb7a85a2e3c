"""Every command: what it makes happen, and every refusal of it with its facts. A refusal changes nothing."""

from __future__ import annotations

from typing import get_args

import pytest

from lobby import errors
from lobby.care import commands as care
from lobby.errors import LobbyError
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.decisions import Actor
from lobby.queue.services import CounterPlace, Hours, Rules, Span
from lobby.queue.supervision import SetCounterSkills
from lobby.queue.ticket import STATE_NAMES, State
from tests.builders import (
    ANN,
    BOB,
    CARDS,
    CASH,
    KIOSK,
    LOANS,
    MIA,
    TUESDAY,
    VISITOR,
    Room,
    a_room,
    a_service,
    a_setup,
    moment,
)


def refused(room: Room, command: c.Command, refusal: type[LobbyError], actor: Actor = ANN) -> dict[str, str | int]:
    """Have `command` refused as `refusal`, with nothing changed, and give the facts."""
    before, seq = room.branch.copy(), room.branch.seq
    with pytest.raises(refusal) as caught:
        room.do(command, actor)
    assert type(caught.value) is refusal
    assert str(caught.value)
    assert room.branch == before
    assert room.branch.seq == seq
    return caught.value.facts


# -- take a number


def test_the_first_ticket_opens_the_day_and_gets_the_first_number(room: Room) -> None:
    made = room.do(c.Issue("cash"), KIOSK)
    assert [type(event) for event in made] == [e.DayOpened, e.TicketIssued]
    assert made[0] == e.DayOpened("2024-03-05", moment("2024-03-05 04:00"), moment("2024-03-06 04:00"))
    ticket = room.ticket("A001")
    assert ticket.id == "2024-03-05-A001"
    assert (ticket.state, ticket.arrived_at, ticket.since, ticket.ahead) == (State.WAITING, TUESDAY, TUESDAY, 0)


def test_numbers_go_up_by_service_each_behind_its_prefix(room: Room) -> None:
    services = ("cash", "loans", "cash", "cards", "loans")
    assert [room.issue(s) for s in services] == ["A001", "L001", "A002", "C001", "L002"]


def test_the_people_ahead_are_those_who_wait_for_the_same_service(room: Room) -> None:
    room.issue("cash")
    room.issue("loans")
    assert room.ticket(room.issue("cash")).ahead == 1


def test_a_number_range_starts_and_ends_where_the_branch_says() -> None:
    narrow = a_service("cash", "A", first=98, last=100)
    room = a_room(a_setup(services=(narrow,), counters=(CounterPlace(1),)))
    assert [room.issue() for _ in range(3)] == ["A098", "A099", "A100"]
    facts = refused(room, c.Issue("cash"), errors.NumbersExhausted, KIOSK)
    assert facts == {"service": "Cash"}


def test_an_exhausted_range_leaves_the_other_services_alone() -> None:
    room = a_room(a_setup(services=(a_service("cash", "A", last=1), CARDS), counters=(CounterPlace(1),)))
    room.issue("cash")
    refused(room, c.Issue("cash"), errors.NumbersExhausted, KIOSK)
    assert room.issue("cards") == "C001"


def test_two_services_share_a_prefix_with_ranges_that_lie_apart() -> None:
    low, high = a_service("low", "A", last=499), a_service("high", "A", first=500)
    room = a_room(a_setup(services=(low, high), counters=(CounterPlace(1),)))
    assert [room.issue("low"), room.issue("high"), room.issue("low")] == ["A001", "A500", "A002"]


def test_a_cancelled_number_is_not_given_again(room: Room) -> None:
    room.do(c.Cancel(room.issue()), KIOSK)
    assert room.issue() == "A002"


def test_numbers_start_again_with_the_new_day(room: Room) -> None:
    room.issue()
    room.clock.forward(hours=24)
    assert room.issue() == "A001"
    assert room.ticket("A001").id == "2024-03-06-A001"


def test_a_ticket_speaks_the_branchs_own_language_unless_asked(room: Room) -> None:
    assert room.ticket(room.issue()).language == "en"
    assert room.ticket(room.issue(language="zh")).language == "zh"


@pytest.mark.parametrize(
    ("command", "refusal", "facts"),
    [
        (c.Issue("mortgages"), errors.UnknownService, {"service": "mortgages"}),
        (c.Issue("cash", then=("cards", "tea")), errors.UnknownService, {"service": "tea"}),
        (c.Issue("cash", priority="king"), errors.UnknownPriority, {"priority": "king"}),
        (c.Issue("cash", language="xx"), errors.UnknownLanguage, {"language": "xx"}),
    ],
)
def test_no_number_for_what_the_branch_does_not_have(
    room: Room, command: c.Command, refusal: type[LobbyError], facts: dict[str, str]
) -> None:
    assert refused(room, command, refusal, KIOSK) == facts


def test_no_number_outside_the_branchs_hours() -> None:
    room = a_room(a_setup(hours=Hours({"tue": (Span(9 * 60, 17 * 60),)})), at=moment("2024-03-05 08:59"))
    refused(room, c.Issue("cash"), errors.BranchClosed, KIOSK)
    room.clock.forward(minutes=1)
    assert room.issue() == "A001"
    room.clock.now = moment("2024-03-05 17:00")
    refused(room, c.Issue("cash"), errors.BranchClosed, KIOSK)
    room.clock.now = moment("2024-03-06 10:00")  # a Wednesday, not listed
    refused(room, c.Issue("cash"), errors.BranchClosed, KIOSK)


def test_no_number_for_a_service_outside_its_hours_and_the_hours_are_said() -> None:
    spans = (Span(9 * 60, 12 * 60), Span(13 * 60, 15 * 60 + 30))
    cash = a_service("cash", "A", names={"en": "Cash", "ru": "Касса"}, hours=Hours({"tue": spans}))
    room = a_room(a_setup(services=(cash, CARDS), counters=(CounterPlace(1),)), at=moment("2024-03-05 12:30"))
    facts = refused(room, c.Issue("cash", language="ru"), errors.ServiceClosed, KIOSK)
    assert facts == {"service": "Касса", "hours": "09:00-12:00, 13:00-15:30"}
    assert room.issue("cards") == "C001"
    room.clock.now = moment("2024-03-06 12:30")
    assert refused(room, c.Issue("cash"), errors.ServiceClosed, KIOSK)["hours"] == "-"


def test_no_number_after_the_day_was_closed(room: Room) -> None:
    room.issue()
    room.do(c.CloseDay(), MIA)
    refused(room, c.Issue("cash"), errors.BranchClosed, KIOSK)


# -- counters


def test_a_counter_opens_with_what_it_was_built_for(room: Room) -> None:
    made = room.do(c.OpenCounter(1), ANN)
    assert made[-1] == e.CounterOpened(1, "ann", ("cash", "cards"))
    counter = room.branch.counter(1)
    assert (counter.open, counter.teller, counter.on_break, counter.free_since) == (True, "ann", False, TUESDAY)


def test_a_counter_opens_for_fewer_services_when_asked(room: Room) -> None:
    room.open(1, services=("cards",))
    room.issue("cash")
    refused(room, c.CallNext(1), errors.NobodyWaiting)


def test_opening_an_open_counter_again_changes_nothing(room: Room) -> None:
    room.open(1)
    assert room.do(c.OpenCounter(1), ANN) == []
    assert room.do(c.OpenCounter(1, ("cash", "cards")), ANN) == []


def test_an_open_counter_can_change_its_services_and_keeps_its_customer(room: Room) -> None:
    room.open(1)
    number = (room.issue(), room.call())[1]
    made = room.do(c.OpenCounter(1, ("cards",)), ANN)
    assert made == [e.CounterOpened(1, "ann", ("cards",))]
    assert room.branch.counter(1).ticket == room.ticket(number).id


def test_a_counter_that_was_narrowed_can_be_opened_for_all_its_services_again(room: Room) -> None:
    room.open(1, services=("cards",))
    room.do(c.OpenCounter(1, ("cash", "cards")), ANN)
    room.issue("cash")
    assert room.call() == "A001"


@pytest.mark.parametrize(
    ("command", "refusal", "facts"),
    [
        (c.OpenCounter(9), errors.UnknownCounter, {"counter": 9}),
        (c.OpenCounter(1, ("tea",)), errors.UnknownService, {"service": "tea"}),
    ],
)
def test_no_counter_opens_for_what_is_not_there(
    room: Room, command: c.Command, refusal: type[LobbyError], facts: dict[str, str]
) -> None:
    assert refused(room, command, refusal) == facts


def test_no_counter_opens_for_a_service_that_it_cannot_give(room: Room) -> None:
    facts = refused(room, c.OpenCounter(1, ("cash", "loans")), errors.WrongService)
    assert facts == {"counter": 1, "service": "Loans"}


def test_no_one_opens_a_counter_where_a_colleague_is(room: Room) -> None:
    room.open(1, ANN)
    assert refused(room, c.OpenCounter(1), errors.CounterTaken, BOB) == {"counter": 1, "teller": "ann"}


def test_no_counter_opens_after_the_day_was_closed(room: Room) -> None:
    room.open()
    room.do(c.CloseDay(), MIA)
    refused(room, c.OpenCounter(1), errors.BranchClosed)


def test_a_closed_counter_belongs_to_nobody(room: Room) -> None:
    room.open()
    assert room.do(c.CloseCounter(1)) == [e.CounterClosed(1)]
    assert not room.branch.counter(1).open
    room.open(1, BOB)
    assert room.branch.counter(1).teller == "bob"


def test_a_counter_closes_on_a_break(room: Room) -> None:
    room.open()
    room.do(c.TakeBreak(1, "lunch"))
    room.do(c.CloseCounter(1))
    room.open()
    assert not room.branch.counter(1).on_break


def test_no_counter_closes_over_a_customer(room: Room) -> None:
    room.open()
    room.issue()
    room.call()
    assert refused(room, c.CloseCounter(1), errors.CounterBusy) == {"counter": 1, "number": "A001"}


def test_a_break_keeps_its_reason_and_ends(room: Room) -> None:
    room.open()
    room.clock.forward(60)
    assert room.do(c.TakeBreak(1, "lunch")) == [e.BreakStarted(1, "lunch")]
    counter = room.branch.counter(1)
    assert (counter.on_break, counter.break_reason, counter.since) == (True, "lunch", TUESDAY + 60_000)
    room.clock.forward(600)
    assert room.do(c.EndBreak(1)) == [e.BreakEnded(1)]
    counter = room.branch.counter(1)
    assert (counter.on_break, counter.break_reason, counter.free_since) == (False, "", TUESDAY + 660_000)


def test_no_break_over_a_customer(room: Room) -> None:
    room.open()
    room.issue()
    room.serve()
    assert refused(room, c.TakeBreak(1), errors.CounterBusy) == {"counter": 1, "number": "A001"}


def test_no_second_break_in_a_break(room: Room) -> None:
    room.open()
    room.do(c.TakeBreak(1))
    assert refused(room, c.TakeBreak(1), errors.CounterOnBreak) == {"counter": 1}


def test_no_end_of_a_break_that_never_began(room: Room) -> None:
    room.open()
    assert refused(room, c.EndBreak(1), errors.CounterNotOnBreak) == {"counter": 1}


AT_AN_OPEN_COUNTER: tuple[c.CounterCommand, ...] = (
    c.CloseCounter(1),
    c.TakeBreak(1),
    c.EndBreak(1),
    c.CallNext(1),
    c.WaitForNext(1),
    c.StopWaiting(1),
    c.OfferCounter(1),
    c.KeepCounter(1),
    c.CallTicket(1, "A001", "asked"),
    c.Recall(1),
    c.Start(1),
    c.AddService(1, "cards"),
    c.Finish(1),
    c.Park(1),
    c.Resume(1, "A001"),
    c.Transfer(1, "loans"),
    c.DeclareNoShow(1),
    c.UndoStep(1),
)
WHILE_WORKING = tuple(
    verb
    for verb in AT_AN_OPEN_COUNTER
    if not isinstance(
        verb,
        (c.CloseCounter, c.TakeBreak, c.EndBreak, c.UndoStep, c.StopWaiting, c.OfferCounter, c.KeepCounter),
    )
)
WITH_A_CUSTOMER = (
    c.Recall(1),
    c.Start(1),
    c.AddService(1, "cards"),
    c.Finish(1),
    c.Park(1),
    c.Transfer(1, "loans"),
    c.DeclareNoShow(1),
)
WITHOUT_A_CUSTOMER = (
    c.TakeBreak(1),
    c.CallNext(1),
    c.WaitForNext(1),
    c.CallTicket(1, "A002", "asked"),
    c.Resume(1, "A002"),
)


def named(command: c.Command) -> str:
    return type(command).__name__


def test_the_lists_of_this_file_leave_no_counter_verb_out() -> None:
    verbs = {kind for kind in get_args(c.AnyCommand) if issubclass(kind, c.CounterCommand)}
    assert {type(verb) for verb in AT_AN_OPEN_COUNTER} | {c.OpenCounter, SetCounterSkills} == verbs
    assert set(c.COUNTER_VERBS.values()) == verbs


@pytest.mark.parametrize("command", AT_AN_OPEN_COUNTER, ids=named)
def test_nothing_happens_at_a_closed_counter(room: Room, command: c.Command) -> None:
    room.issue()
    assert refused(room, command, errors.CounterNotOpen) == {"counter": 1}


@pytest.mark.parametrize("command", AT_AN_OPEN_COUNTER, ids=named)
def test_nothing_happens_at_a_counter_that_does_not_exist(room: Room, command: c.Command) -> None:
    room.issue()
    elsewhere = type(command)(**{name: getattr(command, name) for name in command.__struct_fields__} | {"counter": 77})
    assert refused(room, elsewhere, errors.UnknownCounter) == {"counter": 77}


@pytest.mark.parametrize("command", AT_AN_OPEN_COUNTER, ids=named)
def test_a_teller_does_nothing_at_a_colleagues_counter(room: Room, command: c.Command) -> None:
    room.issue()
    room.open(1, ANN)
    assert refused(room, command, errors.CounterTaken, BOB) == {"counter": 1, "teller": "ann"}


@pytest.mark.parametrize("command", WHILE_WORKING, ids=named)
def test_nobody_is_served_on_a_break(room: Room, command: c.Command) -> None:
    room.issue()
    room.open()
    room.do(c.TakeBreak(1))
    assert refused(room, command, errors.CounterOnBreak) == {"counter": 1}


@pytest.mark.parametrize("command", WITH_A_CUSTOMER, ids=named)
def test_nothing_is_done_to_a_customer_who_is_not_there(room: Room, command: c.Command) -> None:
    room.open()
    assert refused(room, command, errors.NothingAtCounter) == {"counter": 1}


@pytest.mark.parametrize("command", WITHOUT_A_CUSTOMER, ids=named)
def test_no_second_customer_at_a_counter(room: Room, command: c.Command) -> None:
    room.issue()
    room.issue()
    room.open()
    room.call()
    assert refused(room, command, errors.CounterBusy) == {"counter": 1, "number": "A001"}


@pytest.mark.parametrize("command", [c.AddService(1, "cards"), c.Finish(1), c.Park(1)], ids=named)
def test_what_needs_a_service_in_progress_is_refused_right_after_the_call(room: Room, command: c.Command) -> None:
    room.issue()
    room.open()
    room.call()
    assert refused(room, command, errors.WrongState) == {"number": "A001", "state": STATE_NAMES[State.CALLED]}


@pytest.mark.parametrize("command", [c.Recall(1), c.Start(1), c.DeclareNoShow(1)], ids=named)
def test_what_needs_a_called_customer_is_refused_while_serving(room: Room, command: c.Command) -> None:
    room.issue()
    room.open()
    room.serve()
    room.clock.forward(hours=1)
    assert refused(room, command, errors.WrongState) == {"number": "A001", "state": STATE_NAMES[State.SERVING]}


def test_a_manager_acts_at_a_tellers_counter_in_the_tellers_name(room: Room) -> None:
    room.issue()
    room.open(1, ANN)
    made = room.do(c.CallNext(1), MIA)
    assert isinstance(made[0], e.TicketCalled)
    assert made[0].teller == "ann"


# -- call


def test_a_call_takes_the_ticket_to_the_counter_and_says_why(room: Room) -> None:
    room.issue()
    room.clock.forward(60)
    room.issue()
    room.open()
    room.clock.forward(240)
    made = room.do(c.CallNext(1))
    expected = e.TicketCalled(
        "2024-03-05-A001", 1, "ann", "index", waited_s=300, target_s=600, index=0.5, runner_up="A002"
    )
    assert made == [expected]
    ticket = room.ticket("A001")
    assert (ticket.state, ticket.counter, ticket.step.calls, ticket.step.teller) == (State.CALLED, 1, 1, "ann")
    assert room.branch.counter(1).ticket == ticket.id
    assert room.branch.waiting["cash"] == {"2024-03-05-A002": None}


def test_nobody_is_called_when_nobody_waits_for_this_counter(room: Room) -> None:
    room.open(2)
    room.issue("cash")
    assert refused(room, c.CallNext(2), errors.NobodyWaiting) == {}


def test_a_given_ticket_is_called_out_of_order_with_the_reason_and_who_was_due(room: Room) -> None:
    room.issue()
    room.clock.forward(30)
    room.issue()
    room.open()
    room.clock.forward(30)
    made = room.do(c.CallTicket(1, "a002", "is faint"))
    assert made == [
        e.TicketCalled("2024-03-05-A002", 1, "ann", "by_hand", 30, 600, 0.05, runner_up="A001", reason="is faint")
    ]


def test_a_given_ticket_that_was_due_anyway_passes_nobody_over(room: Room) -> None:
    room.issue()
    room.issue()
    room.open()
    made = room.do(c.CallTicket(1, "A001", "asked"))
    assert isinstance(made[0], e.TicketCalled)
    assert made[0].runner_up == ""


def test_no_call_of_a_ticket_that_does_not_exist(room: Room) -> None:
    room.open()
    assert refused(room, c.CallTicket(1, "A009", "asked"), errors.UnknownTicket) == {"ticket": "A009"}


def test_no_call_of_a_ticket_for_a_service_the_counter_does_not_give(room: Room) -> None:
    room.open(1)
    room.issue("loans")
    facts = refused(room, c.CallTicket(1, "L001", "asked"), errors.WrongService)
    assert facts == {"counter": 1, "service": "Loans"}


def test_no_call_of_a_ticket_that_is_called_elsewhere(room: Room) -> None:
    room.issue()
    room.open(1, ANN)
    room.open(3, BOB)
    room.call(1, ANN)
    facts = refused(room, c.CallTicket(3, "A001", "asked"), errors.WrongState, BOB)
    assert facts == {"number": "A001", "state": "called"}


@pytest.mark.parametrize("kept", [{"to_counter": 2}, {"to_teller": "bob"}])
def test_no_call_of_a_ticket_kept_for_someone_else(room: Room, kept: dict[str, int | str]) -> None:
    room.issue()
    room.open(1, ANN)
    room.open(3, MIA)
    room.serve()
    room.do(c.Transfer(1, **kept))
    assert refused(room, c.CallTicket(3, "A001", "asked"), errors.NotYourTicket, MIA) == {"number": "A001"}
    refused(room, c.CallNext(1), errors.NobodyWaiting)


# -- recall, start, no-show, return


def test_a_recall_counts_and_does_not_restart_the_wait(room: Room) -> None:
    room.issue()
    room.open()
    room.clock.forward(60)
    room.call()
    room.clock.forward(20)
    assert room.do(c.Recall(1)) == [e.TicketRecalled("2024-03-05-A001", 1)]
    step = room.ticket("A001").step
    assert (step.called_at, step.last_called_at, step.calls) == (TUESDAY + 60_000, TUESDAY + 80_000, 2)
    assert room.ticket("A001").since == TUESDAY


def test_a_service_starts_when_the_customer_is_there(room: Room) -> None:
    room.issue()
    room.open()
    room.call()
    room.clock.forward(15)
    assert room.do(c.Start(1)) == [e.ServiceStarted("2024-03-05-A001", 1)]
    assert room.ticket("A001").step.started_at == TUESDAY + 15_000


def test_a_no_show_needs_its_recalls_and_its_grace() -> None:
    room = a_room(a_setup(rules=Rules(recalls=2, no_show_grace_s=30)))
    room.issue()
    room.open()
    room.call()
    assert refused(room, c.DeclareNoShow(1), errors.TooSoonForNoShow) == {"recalls": 2, "seconds": 30}
    room.clock.forward(40)
    assert refused(room, c.DeclareNoShow(1), errors.TooSoonForNoShow) == {"recalls": 2, "seconds": 0}
    room.do(c.Recall(1))
    room.clock.forward(1)
    room.do(c.Recall(1))
    room.clock.forward(29.5)
    assert refused(room, c.DeclareNoShow(1), errors.TooSoonForNoShow) == {"recalls": 0, "seconds": 1}
    room.clock.forward(0.5)
    assert room.do(c.DeclareNoShow(1)) == [e.NoShowDeclared("2024-03-05-A001", 1)]
    ticket = room.ticket("A001")
    assert (ticket.state, ticket.counter, ticket.step.ended) == (State.NO_SHOW, None, "no_show")
    assert room.branch.counter(1).ticket is None


def test_a_no_show_is_immediate_where_the_branch_wants_no_recall_and_no_grace() -> None:
    room = a_room(a_setup(rules=Rules(recalls=0, no_show_grace_s=0)))
    room.issue()
    room.open()
    room.call()
    room.do(c.DeclareNoShow(1))
    assert room.ticket("A001").state is State.NO_SHOW


def a_missed_call(room: Room) -> str:
    number = room.issue()
    room.open()
    room.call()
    room.do(c.Recall(1))
    room.clock.forward(30)
    room.do(c.DeclareNoShow(1))
    return number


def test_a_missed_customer_returns_once_to_the_old_place(room: Room) -> None:
    number = a_missed_call(room)
    room.issue()
    room.clock.forward(900)
    assert room.do(c.Return(number), KIOSK) == [e.TicketReturned("2024-03-05-A001")]
    ticket = room.ticket(number)
    assert (ticket.state, ticket.arrived_at, ticket.since, ticket.returned) == (State.WAITING, TUESDAY, TUESDAY, True)
    assert len(ticket.steps) == 2
    assert room.call() == number
    room.do(c.Recall(1))
    room.clock.forward(30)
    room.do(c.DeclareNoShow(1))
    assert refused(room, c.Return(number), errors.TooLateToReturn, KIOSK) == {"number": number}


def test_a_missed_customer_who_comes_too_late_takes_a_new_number(room: Room) -> None:
    number = a_missed_call(room)
    room.clock.forward(900.001)
    assert refused(room, c.Return(number), errors.TooLateToReturn, KIOSK) == {"number": number}


def test_only_a_missed_call_can_be_returned_to(room: Room) -> None:
    number = room.issue()
    assert refused(room, c.Return(number), errors.WrongState, KIOSK) == {"number": number, "state": "waiting"}
    assert refused(room, c.Return("A404"), errors.UnknownTicket, KIOSK) == {"ticket": "A404"}


def test_a_missed_customer_who_was_kept_for_a_counter_comes_back_to_that_counter(room: Room) -> None:
    room.issue()
    room.open(1, ANN)
    room.open(2, BOB)
    room.serve(1, ANN)
    room.do(c.Transfer(1, "cash", to_counter=2))
    room.call(2, BOB)
    room.do(c.Recall(2), BOB)
    room.clock.forward(30)
    room.do(c.DeclareNoShow(2), BOB)
    room.do(c.Return("A001"), KIOSK)
    assert room.ticket("A001").for_counter == 2


# -- finish, add a service, park, resume


def test_a_finish_keeps_outcome_and_reference_of_the_note(room: Room) -> None:
    room.issue()
    room.open()
    room.serve()
    room.clock.forward(120)
    made = room.do(c.Finish(1, "done", "came with her brother"))
    id = "2024-03-05-A001"
    recorded = e.InteractionRecorded(id, 1, "done", "note-5", service="cash")
    assert made == [recorded, e.ServiceFinished(id, 1, "done", recorded=True)]
    ticket = room.ticket("A001")
    assert (ticket.state, ticket.step.ended, ticket.step.outcome) == (State.FINISHED, "finished", "done")
    assert room.branch.spent["cash"].count == 1
    assert room.branch.spent["cash"].total_ms == 120_000
    counter = room.branch.counter(1)
    assert (counter.ticket, counter.free_since) == (None, TUESDAY + 120_000)


def test_a_finish_without_a_word_records_no_interaction(room: Room) -> None:
    room.issue()
    room.open()
    room.serve()
    assert [type(event) for event in room.do(c.Finish(1))] == [e.ServiceFinished]


def test_a_visit_goes_through_its_services_in_order_on_one_ticket(room: Room) -> None:
    room.issue("cash", then=("cards", "loans"))
    room.open(3, ANN)
    for service in ("cash", "cards", "loans"):
        assert room.ticket("A001").service == service
        room.clock.forward(60)
        assert room.serve(3, ANN) == "A001"
        room.clock.forward(60)
        room.do(c.Finish(3), ANN)
    ticket = room.ticket("A001")
    assert ticket.state is State.FINISHED
    assert [(step.service, step.ended) for step in ticket.steps] == [
        ("cash", "finished"),
        ("cards", "finished"),
        ("loans", "finished"),
    ]
    assert [step.queued_at for step in ticket.steps] == [TUESDAY, TUESDAY + 120_000, TUESDAY + 240_000]
    assert ticket.arrived_at == ticket.since == TUESDAY
    assert ticket.first_called_at == TUESDAY + 60_000


def test_a_teller_adds_a_service_to_the_visit(room: Room) -> None:
    room.issue("cash", then=("cards",))
    room.open(1)
    room.serve()
    assert room.do(c.AddService(1, "loans")) == [e.ServiceAdded("2024-03-05-A001", 1, "loans")]
    assert room.ticket("A001").then == ("cards", "loans")
    assert refused(room, c.AddService(1, "tea"), errors.UnknownService) == {"service": "tea"}


def test_parked_time_is_not_serving_time(room: Room) -> None:
    room.issue()
    room.open()
    room.serve()
    room.clock.forward(60)
    assert room.do(c.Park(1, "fetches a paper")) == [e.TicketParked("2024-03-05-A001", 1, "fetches a paper")]
    ticket = room.ticket("A001")
    assert (ticket.state, ticket.counter, ticket.step.parked_at) == (State.PARKED, None, TUESDAY + 60_000)
    assert room.branch.counter(1).ticket is None
    room.clock.forward(1000)
    assert room.do(c.Resume(1, "A001")) == [e.TicketResumed("2024-03-05-A001", 1, "ann")]
    step = room.ticket("A001").step
    assert (step.parked_at, step.parked_ms) == (None, 1_000_000)
    room.clock.forward(30)
    room.do(c.Finish(1))
    assert room.branch.spent["cash"].total_ms == 90_000


def test_a_colleague_takes_up_a_parked_customer(room: Room) -> None:
    room.issue()
    room.open(1, ANN)
    room.open(3, BOB)
    room.serve(1, ANN)
    room.do(c.Park(1), ANN)
    room.do(c.Resume(3, "A001"), BOB)
    ticket = room.ticket("A001")
    assert (ticket.counter, ticket.step.counter, ticket.step.teller) == (3, 3, "bob")


def test_others_are_served_while_one_is_parked(room: Room) -> None:
    room.issue()
    room.issue()
    room.open()
    room.serve()
    room.do(c.Park(1))
    assert room.call() == "A002"


def test_only_a_parked_customer_is_resumed(room: Room) -> None:
    room.issue()
    room.open()
    assert refused(room, c.Resume(1, "A001"), errors.WrongState) == {"number": "A001", "state": "waiting"}
    assert refused(room, c.Resume(1, "A404"), errors.UnknownTicket) == {"ticket": "A404"}


# -- transfer


def test_a_transfer_to_a_service_keeps_the_arrival(room: Room) -> None:
    room.issue("cash")
    room.open(1, ANN)
    room.open(2, BOB)
    room.serve()
    room.clock.forward(300)
    made = room.do(c.Transfer(1, "loans", reason="wants a loan"))
    assert made == [e.TicketTransferred("2024-03-05-A001", 1, "loans", None, "", "wants a loan")]
    ticket = room.ticket("A001")
    assert (ticket.state, ticket.service, ticket.arrived_at, ticket.since) == (State.WAITING, "loans", TUESDAY, TUESDAY)
    assert ticket.steps[0].ended == "transferred"
    assert ticket.step.queued_at == TUESDAY + 300_000
    room.clock.forward(1)
    room.issue("loans")
    assert room.call(2, BOB) == "A001"


def test_a_transfer_to_a_counter_is_called_there_whatever_it_serves(room: Room) -> None:
    room.issue("cash")
    room.open(1, ANN)
    room.open(2, BOB)
    room.open(3, MIA)
    room.serve()
    room.do(c.Transfer(1, to_counter=2))
    assert room.ticket("A001").service == "cash"
    refused(room, c.CallNext(3), errors.NobodyWaiting, MIA)
    assert room.call(2, BOB) == "A001"


def test_a_transfer_to_a_colleague_follows_the_colleague(room: Room) -> None:
    room.issue("cash")
    room.open(1, ANN)
    room.serve()
    room.do(c.Transfer(1, to_teller="bob"))
    room.do(c.CloseCounter(1))
    room.open(3, MIA)
    refused(room, c.CallNext(3), errors.NobodyWaiting, MIA)
    room.open(1, BOB)
    assert room.call(1, BOB) == "A001"


def test_a_kept_ticket_is_free_again_for_the_next_service(room: Room) -> None:
    room.issue("cash", then=("cards",))
    room.open(1, ANN)
    room.open(2, BOB)
    room.serve(1, ANN)
    room.do(c.Transfer(1, to_counter=2))
    room.serve(2, BOB)
    room.do(c.Finish(2), BOB)
    ticket = room.ticket("A001")
    assert (ticket.service, ticket.for_counter) == ("cards", None)
    assert room.call(1, ANN) == "A001"


def test_a_called_customer_can_be_transferred_before_the_service_starts(room: Room) -> None:
    room.issue("cash")
    room.open(1)
    room.call()
    room.do(c.Transfer(1, "loans"))
    assert room.ticket("A001").service == "loans"


@pytest.mark.parametrize(
    ("fields", "refusal", "facts"),
    [
        ({"service": "tea"}, errors.UnknownService, {"service": "tea"}),
        ({"to_counter": 99}, errors.UnknownCounter, {"counter": 99}),
        (
            {"reason": "no idea"},
            errors.BadField,
            {"field": "service", "problem": "a service, a counter or a colleague is needed"},
        ),
    ],
)
def test_no_transfer_to_nowhere(
    room: Room, fields: dict[str, str | int], refusal: type[LobbyError], facts: dict[str, str]
) -> None:
    room.issue()
    room.open()
    room.serve()
    assert refused(room, c.Transfer(1, **fields), refusal) == facts


# -- cancel, reprint, interactions


@pytest.mark.parametrize(("actor", "by"), [(KIOSK, "customer"), (VISITOR, "customer"), (ANN, "staff"), (MIA, "staff")])
def test_a_cancelled_ticket_says_who_gave_up(room: Room, actor: Actor, by: str) -> None:
    room.issue()
    assert room.do(c.Cancel("A001", "too long"), actor) == [e.TicketCancelled("2024-03-05-A001", by, "too long")]
    ticket = room.ticket("A001")
    assert (ticket.state, ticket.step.ended) == (State.CANCELLED, f"cancelled_by_{by}")
    assert room.branch.waiting_tickets() == []


def test_staff_may_note_that_the_customer_gave_up_and_a_kiosk_speaks_for_the_customer_only(room: Room) -> None:
    room.issue()
    room.issue()
    assert room.do(c.Cancel("A001", by="customer"), ANN) == [e.TicketCancelled("2024-03-05-A001", "customer")]
    assert room.do(c.Cancel("A002", by="staff"), KIOSK) == [e.TicketCancelled("2024-03-05-A002", "customer")]


def test_a_cancelled_call_frees_the_counter(room: Room) -> None:
    room.issue()
    room.open()
    room.call()
    room.clock.forward(5)
    room.do(c.Cancel("A001"), VISITOR)
    counter = room.branch.counter(1)
    assert (counter.ticket, counter.free_since) == (None, TUESDAY + 5000)
    refused(room, c.UndoStep(1), errors.NothingToUndo)


def test_a_parked_customer_may_give_up(room: Room) -> None:
    room.issue()
    room.open()
    room.serve()
    room.do(c.Park(1))
    room.clock.forward(50)
    room.do(c.Cancel("A001"), VISITOR)
    step = room.ticket("A001").step
    assert (step.parked_at, step.parked_ms) == (None, 50_000)


def test_no_cancel_while_being_served_or_after_the_end(room: Room) -> None:
    room.issue()
    room.open()
    room.serve()
    assert refused(room, c.Cancel("A001"), errors.WrongState)["state"] == "being served"
    room.do(c.Finish(1))
    assert refused(room, c.Cancel("A001"), errors.WrongState)["state"] == "finished"
    assert refused(room, c.Cancel("A404"), errors.UnknownTicket) == {"ticket": "A404"}


def test_a_reprint_counts_the_copies(room: Room) -> None:
    room.issue()
    assert room.do(c.Reprint("A001"), KIOSK) == [e.TicketReprinted("2024-03-05-A001", 1)]
    assert room.do(c.Reprint("2024-03-05-A001"), KIOSK) == [e.TicketReprinted("2024-03-05-A001", 2)]
    assert room.ticket("A001").copies == 2
    assert refused(room, c.Reprint("A404"), errors.UnknownTicket, KIOSK) == {"ticket": "A404"}


def test_an_interaction_is_recorded_with_the_counter_it_happened_at(room: Room) -> None:
    room.issue()
    made = room.do(c.RecordInteraction("A001", "asked"), ANN)
    assert made == [e.InteractionRecorded("2024-03-05-A001", 0, "asked", service="cash")]
    room.open()
    room.call()
    assert room.do(c.RecordInteraction("A001", "done", "x"), ANN)[0] == e.InteractionRecorded(
        "2024-03-05-A001", 1, "done", "note-5", service="cash"
    )
    assert refused(room, c.RecordInteraction("A404", "done"), errors.UnknownTicket) == {"ticket": "A404"}


def test_every_command_has_a_verb_and_every_verb_a_command() -> None:
    every = set(get_args(c.AnyCommand))
    care_doors = {*care.COMPLAINT_VERBS.values(), *care.FOLLOW_UP_VERBS.values()}
    doors = {*c.COUNTER_VERBS.values(), *c.TICKET_VERBS.values(), *c.BRANCH_VERBS.values(), *care_doors}
    assert doors == every


def test_the_services_of_the_builders_are_the_ones_these_tests_assume() -> None:
    assert (CASH.target_s, LOANS.target_s, LOANS.appointment_target_s) == (600, 1200, 300)
