"""The door's contract for what a kiosk asks besides tickets: appointments, kept numbers, lists, opinions, alerts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lobby import errors
from lobby.errors import LobbyError
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.decisions import Actor
from lobby.queue.leases import LASTS_MS, Lease
from lobby.queue.ticket import State
from tests.builders import ANN, BOB, KIOSK, MIA, TUESDAY
from tests.contract.houses import House, Visit

AUDITOR = Actor("ida", "auditor")
CODE = "7F2K9QM"


def paper(number: str = "A990", **fields: object) -> c.HandIn:
    """A ticket that the kiosk `one` issued at nine without the server."""
    said = {"service": "cash", "holder": "one", "token": f"token-{number}", "arrived_at": TUESDAY} | fields
    return c.HandIn(number, **said)  # type: ignore[arg-type]


# -- verbs


def test_an_appointment_from_booking_to_check_in(house: House, do: Visit) -> None:
    slot = TUESDAY + 20 * 60_000
    booked = do(ANN, c.Book("loans", slot, "7f2-k9qm", "ru", "a private word")).appointment
    assert booked
    assert (booked.code, booked.service, booked.slot, booked.language) == (CODE, "loans", slot, "ru")
    assert (booked.ticket, booked.cancelled) == ("", False)
    came = do(KIOSK, c.CheckIn(" 7f2 k9qm ", priority="by-law", documents=True))
    assert came.seq == 3
    assert came.ticket
    assert (came.ticket.number, came.ticket.language, came.ticket.priority) == ("L001", "ru", "by-law")
    assert (came.ticket.appointment, came.ticket.documents, came.ticket.state) == (slot, True, State.WAITING)
    assert came.ticket.token
    assert house.door(ANN).ticket("l001").appointment == slot


def test_an_appointment_without_a_code_gets_one_and_can_be_cancelled(do: Visit) -> None:
    booked = do(MIA, c.Book("cash", TUESDAY + 60_000)).appointment
    assert booked
    assert do(MIA, c.CancelAppointment(booked.code)).seq == 2
    assert do(MIA, c.CancelAppointment(booked.code)).seq == 0
    with pytest.raises(errors.AppointmentIsCancelled):
        do(KIOSK, c.CheckIn(booked.code))


def test_numbers_are_kept_and_their_tickets_handed_in_in_order_of_arrival(house: House, do: Visit) -> None:
    kept = do(KIOSK, c.LeaseNumbers("cash", "one", 10))
    until = TUESDAY + LASTS_MS
    assert kept.leases == (Lease("one", "cash", 990, 999, until),)
    again = do(KIOSK, c.LeaseNumbers("cash", "one", 10))
    assert (again.seq, again.leases) == (0, kept.leases)
    house.clock.forward(60)
    do(KIOSK, c.Issue("cash"))
    came = do(KIOSK, paper("A991", language="ru", then=("loans",), documents=True, arrived_at=TUESDAY + 30_000)).ticket
    assert came
    assert (came.number, came.token, came.arrived_at) == ("A991", "token-A991", TUESDAY + 30_000)
    assert (came.language, came.then, came.documents) == ("ru", ("loans",), True)
    do(KIOSK, paper("A990", arrived_at=TUESDAY + 20_000))
    do(KIOSK, paper("A992", arrived_at=TUESDAY + 600_000))
    waiting = house.door(ANN).queue().waiting
    assert [ticket.number for ticket in waiting] == ["A990", "A991", "A001", "A992"]
    assert waiting[-1].arrived_at == house.clock(), "a clock that is ahead brings nobody from the future"


def test_a_paper_that_is_handed_in_twice_is_one_ticket(house: House, do: Visit) -> None:
    do(KIOSK, c.LeaseNumbers("cash", "one", 10))
    do(KIOSK, paper())
    assert do(KIOSK, paper()).seq == 0
    assert [ticket.number for ticket in house.door(ANN).queue().waiting] == ["A990"]


def test_a_lost_answer_is_found_out_by_its_key_and_the_ticket_gets_the_number_on_the_paper(
    house: House, do: Visit
) -> None:
    do(KIOSK, c.LeaseNumbers("cash", "one", 10))
    kiosk = house.door(KIOSK)
    lost = kiosk.submit(c.Issue("cash"), key="touch").ticket
    before = house.door(MIA).events()
    with pytest.raises(errors.KeyReused):
        kiosk.submit(paper(), key="touch")
    assert house.door(MIA).events() == before
    again = kiosk.submit(c.Issue("cash"), key="touch").ticket
    assert again
    assert again == lost
    do(ANN, c.OpenCounter(1))
    do(ANN, c.CallNext(1))
    changed = kiosk.submit(paper(replaces=again.id), key="touch/paper").ticket
    assert changed
    assert (changed.id, changed.number, changed.token) == (again.id, "A990", "token-A990")
    assert kiosk.submit(paper(replaces=again.id), key="touch/paper").ticket == changed
    assert [call.number for call in kiosk.board().calls] == ["A990"]
    with pytest.raises(errors.UnknownTicket):
        house.door(ANN).ticket("A001")


def test_a_ticket_of_yesterday_is_noted_and_no_ticket_comes_back(house: House, do: Visit) -> None:
    do(KIOSK, c.LeaseNumbers("cash", "one", 10))
    house.clock.forward(hours=24)
    do(KIOSK, c.Issue("cash"))
    noted = do(KIOSK, paper())
    assert noted.ticket is None
    assert isinstance(house.door(MIA).events(noted.seq - 1)[0].event, e.TicketHandedInLate)


def test_a_list_an_opinion_and_an_alert_are_taken_note_of(house: House, do: Visit) -> None:
    for actor, command in [
        (KIOSK, c.TakeList("cash", "ru")),
        (KIOSK, c.GiveFeedback(4, "en", "cash", ("wait",))),
        (KIOSK, c.RaiseAlert("printer-1", "paper_out", "A001", "roll")),
        (MIA, c.ResolveAlert("printer-1", "paper_out", "A001")),
    ]:
        answer = do(actor, command)
        assert (answer.ticket, answer.counter, answer.leases, answer.appointment) == (None, None, (), None)
    assert [r.event for r in house.door(MIA).events(1)] == [
        e.DocumentListTaken("cash", "ru"),
        e.FeedbackGiven(4, "kiosk", "en", "cash", ("wait",)),
        e.AlertRaised("printer-1", "paper_out", "A001", "roll"),
        e.AlertResolved("printer-1", "paper_out", "A001"),
    ]


def test_an_alert_that_is_open_already_and_one_that_is_not_open_change_nothing(do: Visit) -> None:
    assert do(KIOSK, c.RaiseAlert("printer-1", "offline")).seq == 1
    assert do(KIOSK, c.RaiseAlert("printer-1", "offline")).seq == 0
    assert do(KIOSK, c.ResolveAlert("printer-2", "offline")).seq == 0


# -- refusals

BOOKED = (ANN, c.Book("cash", TUESDAY, CODE))
LATER = (ANN, c.Book("cash", TUESDAY + 3 * 3_600_000, CODE))
TOMORROW = (ANN, c.Book("cash", TUESDAY + 24 * 3_600_000, CODE))
KEPT = (KIOSK, c.LeaseNumbers("cash", "one", 10))
Script = list[tuple[Actor, c.Command]]
REFUSALS: list[tuple[Script, Actor, c.Command, type[LobbyError], dict[str, str | int]]] = [
    ([], ANN, c.Book("tea", TUESDAY), errors.UnknownService, {"service": "tea"}),
    ([], ANN, c.Book("cash", TUESDAY, "", "xx"), errors.UnknownLanguage, {"language": "xx"}),
    ([], ANN, c.Book("cash", TUESDAY - 1), errors.BadField, {"field": "slot", "problem": "it is in the past"}),
    ([BOOKED], ANN, c.Book("loans", TUESDAY, "7f2-k9qm"), errors.CodeTaken, {"code": CODE}),
    ([BOOKED], KIOSK, c.CheckIn("no such code"), errors.UnknownAppointment, {}),
    ([BOOKED, (KIOSK, c.CheckIn(CODE))], KIOSK, c.CheckIn(CODE), errors.AppointmentUsed, {"number": "A001"}),
    ([BOOKED, (KIOSK, c.CheckIn(CODE))], ANN, c.CancelAppointment(CODE), errors.AppointmentUsed, {"number": "A001"}),
    ([BOOKED, (ANN, c.CancelAppointment(CODE))], KIOSK, c.CheckIn(CODE), errors.AppointmentIsCancelled, {}),
    ([], ANN, c.CancelAppointment(CODE), errors.UnknownAppointment, {}),
    ([LATER], KIOSK, c.CheckIn(CODE), errors.AppointmentTooEarly, {"time": "12:00", "opens": "11:30"}),
    ([TOMORROW], KIOSK, c.CheckIn(CODE), errors.AppointmentOnAnotherDay, {"date": "2024-03-06", "time": "09:00"}),
    ([], KIOSK, c.LeaseNumbers("tea", "one", 1), errors.UnknownService, {"service": "tea"}),
    ([], KIOSK, c.LeaseNumbers("loans", "one", 2), errors.NoNumbersToLease, {"service": "Loans"}),
    ([KEPT], KIOSK, paper("A001"), errors.NumberNotLeased, {"number": "A001"}),
    ([KEPT], KIOSK, paper(holder="two"), errors.NumberNotLeased, {"number": "A990"}),
    ([KEPT, (KIOSK, paper())], KIOSK, paper(token="another"), errors.NumberTaken, {"number": "A990"}),
    ([KEPT], KIOSK, paper(priority="king"), errors.UnknownPriority, {"priority": "king"}),
    ([], KIOSK, c.TakeList("tea"), errors.UnknownService, {"service": "tea"}),
    ([], KIOSK, c.GiveFeedback(3, "", "tea"), errors.UnknownService, {"service": "tea"}),
]


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
    assert house.door(MIA).events() == before


@pytest.mark.parametrize(
    ("actor", "command"),
    [
        (KIOSK, c.CheckIn("")),
        (KIOSK, c.CheckIn("A" * 401)),
        (KIOSK, c.LeaseNumbers("cash", "one", 0)),
        (KIOSK, c.LeaseNumbers("cash", "", 5)),
        (KIOSK, c.LeaseNumbers("cash", "one", 10_001)),
        (KIOSK, c.HandIn("A990", "cash", "one", "", 0)),
        (KIOSK, c.HandIn("A990", "cash", "one", "t" * 65, 0)),
        (ANN, c.Book("cash", TUESDAY, "", "", "x" * 4001)),
        (KIOSK, c.GiveFeedback(0)),
        (KIOSK, c.GiveFeedback(6)),
        (KIOSK, c.GiveFeedback(3, "", "", ("wait",) * 11)),
        (KIOSK, c.RaiseAlert("", "offline")),
        (KIOSK, c.RaiseAlert("printer", "offline", "", "x" * 201)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_command_of_a_wrong_shape_is_invalid_before_anything_else(
    house: House, do: Visit, actor: Actor, command: c.Command
) -> None:
    with pytest.raises(errors.BadField):
        do(actor, command)
    assert house.door(MIA).events() == []


# -- once


def test_the_same_key_gives_the_same_answer_once(house: House) -> None:
    for actor, command in [
        (ANN, c.Book("cash", TUESDAY + 60_000, CODE, "", "a private word")),
        (ANN, c.Book("cash", TUESDAY + 60_000)),
        (KIOSK, c.CheckIn(CODE)),
        (KIOSK, c.LeaseNumbers("cash", "one", 10)),
        (KIOSK, paper()),
        (KIOSK, c.TakeList("cash")),
        (KIOSK, c.GiveFeedback(5)),
        (KIOSK, c.RaiseAlert("printer-1", "offline")),
        (MIA, c.ResolveAlert("printer-1", "offline")),
    ]:
        first = house.door(actor).submit(command, key=f"once {command}"[:90])
        before = house.door(MIA).events()
        house.clock.forward(5)
        assert house.door(actor).submit(command, key=f"once {command}"[:90]) == first
        assert house.door(MIA).events() == before


def test_kiosks_hand_in_while_others_take_tickets_and_each_is_in_the_queue_once(house: House) -> None:
    machines = [Actor(f"machine-{n}", "kiosk") for n in range(2)]
    kept = {
        who: house.door(who).submit(c.LeaseNumbers("cash", who.name, 10), key="lease").leases[0].first
        for who in machines
    }

    def hand_in(who: Actor) -> list[str]:
        numbers = [f"A{kept[who] + n:03d}" for n in range(6)]
        for number in [*numbers, *numbers]:  # each answer was lost once
            house.door(who).submit(paper(number, holder=who.name), key=number)
        return numbers

    def take(who: Actor) -> list[str]:
        answers = [house.door(who).submit(c.Issue("cash"), key=f"k{n}") for n in range(6)]
        return [answer.ticket.number for answer in answers if answer.ticket]

    with ThreadPoolExecutor(3) as pool:
        given = [*pool.map(hand_in, machines), *pool.map(take, [KIOSK])]
    numbers = sorted(number for some in given for number in some)
    assert sorted(ticket.number for ticket in house.door(ANN).queue().waiting) == numbers
    assert len(numbers) == 18


# -- views


def test_a_service_is_shown_as_full_once_its_tickets_of_the_day_are_given(house: House, do: Visit) -> None:
    do(KIOSK, c.Issue("notary"))
    view = house.door(KIOSK).branch()
    assert {service.code: service.full for service in view.services} == {
        "cash": False, "loans": False, "sundays": False, "notary": True,
    }  # fmt: skip


def test_a_private_word_about_an_appointment_is_in_no_view_and_no_event(house: House, do: Visit) -> None:
    answer = do(ANN, c.Book("cash", TUESDAY, CODE, "", "a private word"))
    do(KIOSK, c.CheckIn(CODE))
    do(BOB, c.OpenCounter(3))
    called = do(BOB, c.CallNext(3))
    door = house.door(MIA)
    for seen in (answer, called, door.queue(), door.board(), door.branch(), door.ticket("A001"), door.events()):
        assert "private word" not in repr(seen)
