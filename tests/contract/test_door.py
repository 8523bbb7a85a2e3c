"""The door's contract, over every implementation of it: verbs, refusals with their facts, idempotency, views."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lobby import errors
from lobby.errors import LobbyError
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.decisions import Actor
from lobby.queue.services import KioskOptions, Service
from lobby.queue.ticket import State
from tests.builders import ANN, BOB, KIOSK, MIA, TUESDAY, moment
from tests.contract.houses import House, Visit

AUDITOR = Actor("ida", "auditor")

# -- verbs


def test_issue_gives_a_ticket_with_all_that_the_paper_needs(house: House, do: Visit) -> None:
    answer = do(KIOSK, c.Issue("cash", "ru", "premium", TUESDAY + 60_000, ("loans",)))
    ticket = answer.ticket
    assert ticket
    assert answer.seq == 2
    assert (ticket.id, ticket.number, ticket.service, ticket.service_name) == (
        "2024-03-05-A001", "A001", "cash", "Касса",
    )  # fmt: skip
    assert (ticket.language, ticket.priority, ticket.appointment, ticket.then) == (
        "ru", "premium", TUESDAY + 60_000, ("loans",),
    )  # fmt: skip
    assert (ticket.state, ticket.arrived_at, ticket.ahead, ticket.promise) == (State.WAITING, TUESDAY, 0, None)
    assert ticket.token


def test_a_day_at_a_counter(house: House, do: Visit) -> None:
    opened = do(ANN, c.OpenCounter(1))
    assert opened.counter
    assert (opened.counter.open, opened.counter.teller, opened.counter.services) == (True, "ann", ("cash",))
    do(KIOSK, c.Issue("cash"))
    do(KIOSK, c.Issue("cash"))
    house.clock.forward(300)
    called = do(ANN, c.CallNext(1))
    assert called.ticket
    assert called.why
    assert called.counter
    assert (called.ticket.number, called.ticket.state, called.ticket.counter) == ("A001", State.CALLED, 1)
    assert (called.why.rule, called.why.waited_s, called.why.target_s, called.why.index, called.why.runner_up) == (
        "index", 300, 600, 0.5, "A002",
    )  # fmt: skip
    assert called.counter.ticket == called.ticket
    assert called.ticket.token == ""
    assert (recalled := do(ANN, c.Recall(1)).ticket)
    assert recalled.calls == 2
    assert (started := do(ANN, c.Start(1)).ticket)
    assert (started.state, started.started_at) == (State.SERVING, TUESDAY + 300_000)
    assert (added := do(ANN, c.AddService(1, "loans")).ticket)
    assert added.then == ("loans",)
    assert (parked := do(ANN, c.Park(1, "papers")).ticket)
    assert (parked.state, parked.counter) == (State.PARKED, None)
    assert (resumed := do(ANN, c.Resume(1, "A001")).ticket)
    assert resumed.state is State.SERVING
    assert (moved := do(ANN, c.Finish(1, "done", "a note")).ticket)
    assert (moved.state, moved.service, moved.arrived_at) == (State.WAITING, "loans", TUESDAY)
    assert (undone := do(ANN, c.UndoStep(1)).ticket)
    assert (undone.state, undone.counter) == (State.SERVING, 1)
    assert (sent := do(ANN, c.Transfer(1, to_counter=2, reason="the expert")).ticket)
    assert (sent.state, sent.for_counter) == (State.WAITING, 2)
    assert (by_hand := do(ANN, c.CallTicket(1, "A002", "asked nicely")))
    assert by_hand.why
    assert (by_hand.why.rule, by_hand.why.reason) == ("by_hand", ""), "what was typed is in the erasable store"
    for _ in range(2):
        do(ANN, c.Recall(1))
    house.clock.forward(30)
    assert (missed := do(ANN, c.DeclareNoShow(1)).ticket)
    assert (missed.state, missed.ended) == (State.NO_SHOW, "no_show")
    assert missed.return_until == house.clock() + 900_000
    assert (back := do(ANN, c.Return("A002")).ticket)
    assert (back.state, back.may_hold, back.return_until) == (State.WAITING, True, None)
    assert (away := do(ANN, c.Hold("A002")).ticket)
    assert (away.held_until, away.may_hold) == (house.clock() + 300_000, False)
    assert not do(ANN, c.Hold("A002")).seq
    assert (there := do(ANN, c.Release("A002")).ticket)
    assert there.held_until is None
    on_break = do(ANN, c.TakeBreak(1, "lunch")).counter
    assert on_break
    assert (on_break.on_break, on_break.break_reason) == (True, "lunch")
    assert (again := do(ANN, c.EndBreak(1)).counter)
    assert not again.on_break
    assert (gone := do(ANN, c.Cancel("A002")).ticket)
    assert (gone.state, gone.ended) == (State.CANCELLED, "cancelled_by_staff")
    assert (asked := do(ANN, c.RecordInteraction("A002", "asked", "a note")).ticket)
    assert asked.number == "A002"
    assert (closed := do(ANN, c.CloseCounter(1)).counter)
    assert not closed.open
    assert do(MIA, c.CloseDay()).seq
    assert do(MIA, c.ReopenDay()).seq


def test_a_reprint_gives_the_same_ticket_with_its_token(do: Visit) -> None:
    issued = do(KIOSK, c.Issue("cash")).ticket
    printed = do(KIOSK, c.Reprint("a001")).ticket
    assert issued
    assert printed
    assert (printed.copies, printed.token) == (1, issued.token)


def test_a_command_that_changes_nothing_answers_with_no_event(do: Visit) -> None:
    do(ANN, c.OpenCounter(1))
    again = do(ANN, c.OpenCounter(1))
    assert again.seq == 0
    assert again.counter
    assert again.counter.teller == "ann"


def test_a_rehearsal_takes_its_time_from_outside(house: House) -> None:
    door, long_ago = house.door(MIA), 917_942_400_000
    tea = Service("tea", {"en": "Tea"}, prefix="T")
    door.submit(c.StartRehearsal((tea,)), key="1", at=long_ago)
    answer = door.submit(c.Issue("tea"), key="2", at=long_ago + 1000)
    assert answer.ticket
    assert (answer.ticket.number, answer.ticket.arrived_at) == ("T001", long_ago + 1000)
    assert door.branch().rehearsal
    assert door.branch().day == "1999-02-02"


def test_a_walk_in_is_given_a_number_and_called_by_one_command(do: Visit) -> None:
    do(ANN, c.OpenCounter(1))
    ticket = do(ANN, c.Issue("cash", at_counter=1)).ticket
    assert ticket is not None
    assert (ticket.number, ticket.state, ticket.counter, bool(ticket.token)) == ("A001", "called", 1, True)


# -- refusals

OPEN, SERVED = (ANN, c.OpenCounter(1)), (KIOSK, c.Issue("cash"))
CALLED = [OPEN, SERVED, (ANN, c.CallNext(1))]
SERVING = [*CALLED, (ANN, c.Start(1))]

Script = list[tuple[Actor, c.Command]]
REFUSALS: list[tuple[Script, Actor, c.Command, type[LobbyError], dict[str, str | int]]] = [
    ([], KIOSK, c.Issue("tea"), errors.UnknownService, {"service": "tea"}),
    ([], KIOSK, c.Issue("cash", then=("tea",)), errors.UnknownService, {"service": "tea"}),
    ([], KIOSK, c.Issue("cash", language="xx"), errors.UnknownLanguage, {"language": "xx"}),
    ([], KIOSK, c.Issue("cash", priority="king"), errors.UnknownPriority, {"priority": "king"}),
    ([], KIOSK, c.Issue("sundays"), errors.ServiceClosed, {"service": "Sundays only", "hours": "-"}),
    ([(KIOSK, c.Issue("loans"))] * 2, KIOSK, c.Issue("loans"), errors.NumbersExhausted, {"service": "Loans"}),
    ([(KIOSK, c.Issue("notary"))], KIOSK, c.Issue("notary"), errors.DailyLimitReached, {"service": "Notary"}),
    ([SERVED, (MIA, c.CloseDay())], KIOSK, c.Issue("cash"), errors.BranchClosed, {}),
    ([SERVED, (MIA, c.CloseDay())], ANN, c.OpenCounter(1), errors.BranchClosed, {}),
    ([OPEN], KIOSK, c.Issue("cash", at_counter=1), errors.NotAllowed, {"role": "kiosk"}),
    ([OPEN], BOB, c.Issue("cash", at_counter=1), errors.CounterTaken, {"counter": 1, "teller": "ann"}),
    ([], ANN, c.OpenCounter(9), errors.UnknownCounter, {"counter": 9}),
    ([], ANN, c.OpenCounter(1, ("tea",)), errors.UnknownService, {"service": "tea"}),
    ([OPEN], BOB, c.OpenCounter(1), errors.CounterTaken, {"counter": 1, "teller": "ann"}),
    ([OPEN], BOB, c.CallNext(1), errors.CounterTaken, {"counter": 1, "teller": "ann"}),
    ([], ANN, c.CallNext(1), errors.CounterNotOpen, {"counter": 1}),
    ([OPEN, (ANN, c.TakeBreak(1))], ANN, c.CallNext(1), errors.CounterOnBreak, {"counter": 1}),
    ([OPEN], ANN, c.EndBreak(1), errors.CounterNotOnBreak, {"counter": 1}),
    ([OPEN], ANN, c.CallNext(1), errors.NobodyWaiting, {}),
    ([OPEN], ANN, c.Start(1), errors.NothingAtCounter, {"counter": 1}),
    (CALLED, ANN, c.CallNext(1), errors.CounterBusy, {"counter": 1, "number": "A001"}),
    (CALLED, ANN, c.Finish(1), errors.WrongState, {"number": "A001", "state": "called"}),
    (SERVING, ANN, c.Start(1), errors.WrongState, {"number": "A001", "state": "being served"}),
    (SERVING, KIOSK, c.Reprint("A009"), errors.UnknownTicket, {"ticket": "A009"}),
    (CALLED, ANN, c.DeclareNoShow(1), errors.TooSoonForNoShow, {"recalls": 2, "seconds": 25}),
    ([OPEN, SERVED], ANN, c.Return("A001"), errors.WrongState, {"number": "A001", "state": "waiting"}),
    (CALLED, ANN, c.Hold("A001"), errors.CalledAlready, {"number": "A001", "counter": 1}),
    ([SERVED, (ANN, c.Hold("A001")), (ANN, c.Release("A001"))], ANN, c.Hold("A001"), errors.HeldBefore,
     {"number": "A001"}),
    ([OPEN, (KIOSK, c.Issue("loans"))], ANN, c.CallTicket(1, "L001", "x"), errors.WrongService,
     {"counter": 1, "service": "Loans"}),
    ([*SERVING, (ANN, c.Transfer(1, to_counter=2))], ANN, c.CallTicket(1, "A001", "x"), errors.NotYourTicket,
     {"number": "A001"}),
    (SERVING, ANN, c.Transfer(1), errors.BadField,
     {"field": "service", "problem": "a service, a counter or a colleague is needed"}),
    ([OPEN], ANN, c.UndoStep(1), errors.NothingToUndo, {"counter": 1}),
    ([], MIA, c.CloseDay(), errors.DayAlreadyClosed, {}),
    ([], MIA, c.ReopenDay(), errors.DayNotClosed, {}),
    ([SERVED], MIA, c.StartRehearsal(), errors.BranchIsLive, {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("script", "actor", "command", "refusal", "facts"),
    REFUSALS,
    ids=[f"{refusal.__name__}-{type(command).__name__}" for _, _, command, refusal, _ in REFUSALS],
)
def test_a_refusal_says_which_it_is_with_its_facts_and_changes_nothing(
    house: House,
    do: Visit,
    script: Script,
    actor: Actor,
    command: c.Command,
    refusal: type[LobbyError],
    facts: dict[str, str | int],
) -> None:
    for who, step in script:
        do(who, step)
    before = house.door(MIA).events()
    with pytest.raises(LobbyError) as refused:
        do(actor, command)
    assert type(refused.value) is refusal
    assert refused.value.facts == facts
    assert str(refused.value) == refusal.message % facts
    assert house.door(MIA).events() == before


def test_what_came_too_late_is_refused_by_its_name(house: House, do: Visit) -> None:
    for who, step in CALLED:
        do(who, step)
    house.clock.forward(31)
    with pytest.raises(errors.TooLateToUndo):
        do(ANN, c.UndoStep(1))
    for _ in range(2):
        do(ANN, c.Recall(1))
    house.clock.forward(31)
    do(ANN, c.DeclareNoShow(1))
    house.clock.forward(901)
    with pytest.raises(errors.TooLateToReturn) as refused:
        do(ANN, c.Return("A001"))
    assert refused.value.facts == {"number": "A001"}


def test_a_live_branch_takes_no_time_from_outside(house: House) -> None:
    with pytest.raises(errors.NotARehearsal):
        house.door(MIA).submit(c.Issue("cash"), key="1", at=TUESDAY)


@pytest.mark.parametrize(
    "command",
    [
        c.CallTicket(1, "A001", ""),
        c.CallTicket(1, "A001", "x" * 201),
        c.Park(1, "x" * 201),
        c.Finish(1, "done", "x" * 4001),
        c.RecordInteraction("A001", "x" * 201),
        c.Issue("x" * 65),
        c.Issue("cash", then=("cash",) * 6),
        c.Transfer(1, "", None, "x" * 201),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_command_of_a_wrong_shape_is_invalid_before_anything_else(
    house: House, do: Visit, command: c.Command
) -> None:
    do(ANN, c.OpenCounter(1))
    do(KIOSK, c.Issue("cash"))
    if isinstance(command, (c.Park, c.Finish, c.Transfer)):
        do(ANN, c.CallNext(1))
        do(ANN, c.Start(1))
    before = house.door(MIA).events()
    with pytest.raises(errors.Invalid):
        do(KIOSK if isinstance(command, c.Issue) else ANN, command)
    assert house.door(MIA).events() == before


STRANGE = ["A404", "no such", "a/b", "a?b", "a#b", "%41001", "..", "билет", "x" * 64]


@pytest.mark.parametrize("reference", STRANGE)
def test_a_ticket_that_is_not_there_is_unknown_however_it_is_spelled(house: House, do: Visit, reference: str) -> None:
    do(KIOSK, c.Issue("cash"))
    door = house.door(ANN)
    for ask in (lambda: door.ticket(reference), lambda: door.submit(c.Cancel(reference), key="k")):
        with pytest.raises(errors.UnknownTicket) as refused:
            ask()
        assert refused.value.facts == {"ticket": reference}
    assert door.ticket("A001").state is State.WAITING


# -- idempotency


def test_the_same_key_gives_the_same_answer_once(house: House, do: Visit) -> None:
    do(ANN, c.OpenCounter(1))
    for actor, command in [(KIOSK, c.Issue("cash", "ru")), (ANN, c.CallNext(1)), (ANN, c.Start(1)), (ANN, c.Park(1))]:
        door = house.door(actor)
        first = door.submit(command, key="again") if actor is KIOSK else door.submit(command, key=repr(command))
        events = house.door(MIA).events()
        house.clock.forward(5)
        again = door.submit(command, key="again") if actor is KIOSK else door.submit(command, key=repr(command))
        assert again == first
        assert house.door(MIA).events() == events


def test_a_key_used_for_something_else_is_refused(house: House) -> None:
    door = house.door(KIOSK)
    door.submit(c.Issue("cash"), key="k")
    for other in (c.Issue("loans"), c.Issue("cash", "ru"), c.Reprint("A001")):
        with pytest.raises(errors.KeyReused):
            door.submit(other, key="k")


def test_a_key_is_the_actors_own(house: House) -> None:
    one = house.door(KIOSK).submit(c.Issue("cash"), key="k").ticket
    other = house.door(Actor("kiosk-2", "kiosk")).submit(c.Issue("cash"), key="k").ticket
    assert one
    assert other
    assert (one.number, other.number) == ("A001", "A002")


def test_a_refused_command_may_be_tried_again_with_its_key(house: House, do: Visit) -> None:
    door = house.door(ANN)
    with pytest.raises(errors.CounterNotOpen):
        door.submit(c.CallNext(1), key="k")
    do(ANN, c.OpenCounter(1))
    with pytest.raises(errors.NobodyWaiting):
        door.submit(c.CallNext(1), key="k")
    do(KIOSK, c.Issue("cash"))
    assert door.submit(c.CallNext(1), key="k").ticket


def test_eight_kiosks_at_once_take_different_and_gapless_numbers(house: House) -> None:
    doors = [house.door(Actor(f"kiosk-{n}", "kiosk")) for n in range(8)]

    def take(n: int) -> list[str]:
        answers = [doors[n].submit(c.Issue("cash"), key=f"k{i}") for i in range(5)]
        return [answer.ticket.number for answer in answers if answer.ticket]

    with ThreadPoolExecutor(8) as pool:
        given = [number for numbers in pool.map(take, range(8)) for number in numbers]
    assert sorted(given) == [f"A{n:03d}" for n in range(1, 41)]


def test_two_tellers_never_call_one_customer(house: House, do: Visit) -> None:
    do(ANN, c.OpenCounter(1))
    do(BOB, c.OpenCounter(3))
    for _ in range(10):
        do(KIOSK, c.Issue("cash"))

    def work(actor: Actor, counter: int) -> list[str]:
        called = []
        for n in range(20):
            try:
                answer = house.door(actor).submit(c.CallNext(counter), key=f"call-{n}")
            except errors.NobodyWaiting:
                break
            assert answer.ticket
            called.append(answer.ticket.number)
            house.door(actor).submit(c.Start(counter), key=f"start-{n}")
            house.door(actor).submit(c.Finish(counter), key=f"finish-{n}")
        return called

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(work, ANN, 1), pool.submit(work, BOB, 3)
        assert sorted(one.result() + other.result()) == [f"A{n:03d}" for n in range(1, 11)]


# -- views


def test_the_branch_shows_what_it_offers(house: House, do: Visit) -> None:
    do(ANN, c.OpenCounter(1))
    do(KIOSK, c.Issue("cash"))
    house.clock.forward(120)
    view = house.door(KIOSK).branch()
    assert (view.id, view.name, view.names["ru"], view.zone) == (
        "contract", "Contract branch", "Отделение", "Europe/London",
    )  # fmt: skip
    assert view.languages == ("en", "ru", "ar", "zh")
    assert (view.day, view.open, view.rehearsal) == ("2024-03-05", True, False)
    cash, loans, sundays, notary = view.services
    assert (cash.code, cash.waiting, cash.longest_s, cash.open, cash.group) == ("cash", 1, 120, True, "everyday")
    assert cash.documents == {"en": ("Passport",)}
    assert cash.wait is not None
    assert (loans.waiting, loans.wait) == (0, None)
    assert not sundays.open
    assert (sundays.hours, sundays.opens_at) == ("", moment("2024-03-10 10:00"))
    assert (cash.opens_at, cash.full, notary.full) == (None, False, False)
    assert (view.hours, view.opens_at, view.legal_wait_min, view.at) == ("", None, 0, house.clock())
    assert view.kiosk == KioskOptions(screen_inches=21.5, feedback=True)
    assert [(counter.number, counter.open) for counter in view.counters] == [(1, True), (2, False), (3, False)]
    assert [(p.code, p.declared) for p in view.priorities] == [("by-law", True), ("premium", False)]
    assert [group.code for group in view.groups] == ["everyday"]
    assert view.break_reasons == ("lunch",)
    assert (view.recalls, view.no_show_grace_s) == (2, 25.0)


def test_a_counter_shows_that_it_waits_for_whoever_comes(house: House, do: Visit) -> None:
    do(ANN, c.OpenCounter(1))
    asked = do(ANN, c.WaitForNext(1))
    assert asked.counter
    assert (asked.counter.ready, asked.ticket, asked.why) == (True, None, None)
    assert [counter.ready for counter in house.door(ANN).queue().counters] == [True, False, False]
    do(ANN, c.StopWaiting(1))
    assert not house.door(ANN).queue().counters[0].ready
    do(KIOSK, c.Issue("cash"))
    house.clock.forward(60)
    called = do(ANN, c.WaitForNext(1))
    assert called.ticket
    assert called.why
    assert called.counter
    assert (called.ticket.number, called.why.waited_s, called.counter.ready) == ("A001", 60, False)


def test_a_call_by_itself_is_known_to_who_took_the_number_and_to_the_counter(house: House, do: Visit) -> None:
    do(ANN, c.OpenCounter(1))
    do(ANN, c.WaitForNext(1))
    issued = do(KIOSK, c.Issue("cash"))
    assert issued.ticket
    assert (issued.ticket.state, issued.ticket.counter, issued.why, issued.counter) == (State.CALLED, 1, None, None)
    assert issued.ticket.token
    counter = house.door(ANN).queue().counters[0]
    assert counter.ticket
    assert (counter.ticket.number, counter.ready) == ("A001", False)


@pytest.mark.parametrize("to", ["bob", ""])
def test_a_counter_shows_that_it_is_to_be_handed_over_and_to_whom(house: House, do: Visit, to: str) -> None:
    do(ANN, c.OpenCounter(1))

    def shown() -> tuple[str, bool, str]:
        counter = house.door(BOB).branch().counters[0]
        assert counter == house.door(BOB).queue().counters[0]
        return counter.teller, counter.offered, counter.offered_to

    assert shown() == ("ann", False, "")
    do(ANN, c.OfferCounter(1, to))
    assert shown() == ("ann", True, to)
    do(ANN, c.KeepCounter(1))
    assert shown() == ("ann", False, "")
    do(ANN, c.OfferCounter(1, to))
    do(BOB, c.OpenCounter(1))
    assert shown() == ("bob", False, "")


def test_who_missed_the_call_is_shown_while_they_may_come_back_the_latest_first(house: House, do: Visit) -> None:
    do(ANN, c.OpenCounter(1))
    for _ in range(2):
        do(KIOSK, c.Issue("cash"))
    for _ in range(2):
        do(ANN, c.CallNext(1))
        for _ in range(2):
            do(ANN, c.Recall(1))
        house.clock.forward(30)
        do(ANN, c.DeclareNoShow(1))

    def missed() -> list[str]:
        return [ticket.number for ticket in house.door(ANN).queue().missed]

    assert missed() == ["A002", "A001"]
    do(ANN, c.Return("A002"))
    assert missed() == ["A001"]
    house.clock.forward(minutes=14, seconds=30)
    assert missed() == ["A001"]
    house.clock.forward(0.001)
    assert missed() == []
    with pytest.raises(errors.TooLateToReturn):
        do(ANN, c.Return("A001"))


def test_who_came_back_once_and_missed_the_call_again_is_not_shown(house: House, do: Visit) -> None:
    do(ANN, c.OpenCounter(1))
    do(KIOSK, c.Issue("cash"))
    for again in (False, True):
        if again:
            do(ANN, c.Return("A001"))
        do(ANN, c.CallNext(1))
        for _ in range(2):
            do(ANN, c.Recall(1))
        house.clock.forward(30)
        do(ANN, c.DeclareNoShow(1))
    assert house.door(ANN).queue().missed == ()


def test_the_board_shows_the_latest_calls_first(house: House, do: Visit) -> None:
    do(ANN, c.OpenCounter(1))
    do(BOB, c.OpenCounter(3))
    for _ in range(2):
        do(KIOSK, c.Issue("cash", "ru"))
    do(ANN, c.CallNext(1))
    house.clock.forward(5)
    do(BOB, c.CallNext(3))
    board = house.door(KIOSK).board()
    assert [(call.number, call.counter, call.language, call.calls) for call in board.calls] == [
        ("A002", 3, "ru", 1),
        ("A001", 1, "ru", 1),
    ]
    house.clock.forward(5)
    do(ANN, c.Recall(1))
    board = house.door(KIOSK).board()
    assert [(call.number, call.at, call.calls) for call in board.calls] == [
        ("A001", TUESDAY + 10_000, 2),
        ("A002", TUESDAY + 5000, 1),
    ]
    assert board.seq == house.door(MIA).events()[-1].seq
    do(BOB, c.UndoStep(3))
    assert [call.number for call in house.door(KIOSK).board().calls] == ["A001"]


def test_the_board_names_the_service_that_was_called_for_not_the_next_one(house: House, do: Visit) -> None:
    do(ANN, c.OpenCounter(1))
    do(KIOSK, c.Issue("cash", then=("loans",)))
    do(ANN, c.CallNext(1))
    do(ANN, c.Start(1))
    do(ANN, c.Finish(1))
    assert [(call.number, call.service) for call in house.door(KIOSK).board().calls] == [("A001", "cash")]


def test_the_queue_is_in_the_order_in_which_they_are_called(house: House, do: Visit) -> None:
    do(BOB, c.OpenCounter(3))
    do(KIOSK, c.Issue("loans"))
    house.clock.forward(60)
    do(KIOSK, c.Issue("cash"))
    do(KIOSK, c.Issue("cash", priority="premium"))
    do(KIOSK, c.Issue("cash", priority="by-law"))
    house.clock.forward(400)
    queue = house.door(BOB).queue()
    assert [ticket.number for ticket in queue.waiting] == ["A003", "A002", "A001", "L001"]
    assert (queue.longest_s, queue.parked) == (460, ())
    called = []
    for _ in queue.waiting:
        answer = do(BOB, c.CallNext(3))
        assert answer.ticket
        called.append(answer.ticket.number)
        do(BOB, c.Start(3))
        do(BOB, c.Park(3))
    assert called == [ticket.number for ticket in queue.waiting]
    assert sorted(t.number for t in house.door(BOB).queue().parked) == sorted(called)


def test_a_ticket_is_found_by_id_and_by_number_without_its_token(house: House, do: Visit) -> None:
    do(KIOSK, c.Issue("cash"))
    do(KIOSK, c.Issue("cash"))
    door = house.door(ANN)
    assert door.ticket("A002") == door.ticket("a002") == door.ticket("2024-03-05-A002")
    assert (door.ticket("A002").ahead, door.ticket("A002").token) == (1, "")
    do(ANN, c.Cancel("A001"))
    assert door.ticket("A002").ahead == 0


def test_the_journal_is_read_from_any_place(house: House, do: Visit) -> None:
    for _ in range(4):
        do(KIOSK, c.Issue("cash"))
    door = house.door(AUDITOR)
    everything = door.events()
    assert [type(r.event) for r in everything] == [e.DayOpened, *[e.TicketIssued] * 4]
    assert [r.seq for r in everything] == [1, 2, 3, 4, 5]
    assert {r.actor for r in everything} == {"kiosk-1"}
    assert door.events(2) == everything[2:]
    assert door.events(1, 2) == everything[1:3]
    assert door.events(5) == door.events(99) == door.events(0, 0) == []
