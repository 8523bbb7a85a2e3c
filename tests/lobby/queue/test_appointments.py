"""Appointments: booked beforehand, checked in by a code on their day, early, in time or late by the branch's rules."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby import errors
from lobby.errors import LobbyError
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.appointments import CODE_LENGTH, LETTERS, Appointment, read_code
from lobby.queue.services import Hours, Rules, Span
from lobby.queue.ticket import State
from lobby.records.journal import Journal
from lobby.records.people import People
from lobby.views import appointment_views
from tests.builders import (
    ANN,
    CARDS,
    KIOSK,
    LOANS,
    MIA,
    TUESDAY,
    Clock,
    Room,
    a_desk,
    a_room,
    a_service,
    a_setup,
    moment,
    words_under,
)
from tests.lobby.queue.test_commands import refused

CODE = "7F2K9QM"
AT_TEN = moment("2024-03-05 10:00")


def book(room: Room, slot: int = AT_TEN, code: str = CODE, service: str = "loans", **fields: str) -> Appointment:
    room.do(c.Book(service, slot, code, **fields), ANN)
    return room.branch.appointments[code]


def check_in(room: Room, code: str = CODE, **fields: object) -> str:
    """Check in; the number is what comes back."""
    made = room.do(c.CheckIn(code, **fields), KIOSK)[-1]  # type: ignore[arg-type]
    assert isinstance(made, e.TicketIssued)
    return made.number


# -- codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (CODE, CODE),
        ("7f2k9qm", CODE),
        (" 7F2 K9-QM ", CODE),
        ("\t7F2K9QM\r\n", CODE),
        ("https://bank.example/appointments/7F2K9QM", CODE),
        ("https://bank.example/a?code=7f2k9qm", CODE),
        ("https://bank.example/a#7F2K9QM", CODE),
        ("7F2-\u00a0K9QM", CODE),
        ("ABCD", "ABCD"),
        ("A" * 16, "A" * 16),
        ("ABC", ""),
        ("A" * 17, ""),
        ("7F2K9Q0", ""),
        ("7F2K9QI", ""),
        ("7F2K9QU", ""),
        ("7F2K9Q\u041c", ""),
        ("\uff17F2K9QM", ""),
        ("7F2.K9QM", ""),
        ("", ""),
        (" - ", ""),
        ("https://bank.example/", ""),
        ("]C17F2K9QM\x00", ""),
        ("x" * 400, ""),
    ],
)
def test_a_code_is_read_however_it_was_typed_or_scanned(text: str, code: str) -> None:
    assert read_code(text) == code


CODES = st.text(LETTERS, min_size=4, max_size=16)


@given(CODES, st.lists(st.tuples(st.integers(0, 16), st.sampled_from([" ", "-", "  "]))), st.booleans(), st.booleans())
def test_a_code_survives_spaces_hyphens_small_letters_and_a_link(
    code: str, breaks: list[tuple[int, str]], small: bool, link: bool
) -> None:
    text = code.lower() if small else code
    for at, sign in breaks:
        text = text[: at % len(text)] + sign + text[at % len(text) :]
    assert read_code(f"https://bank.example/c?code={text}" if link else text) == code


@given(st.text(max_size=40))
def test_whatever_is_scanned_is_a_code_or_nothing(text: str) -> None:
    code = read_code(text)
    assert code == "" or (4 <= len(code) <= 16 and set(code) <= set(LETTERS))
    assert read_code(code) == code


def test_a_code_has_no_two_signs_that_are_taken_for_one_another() -> None:
    assert len(LETTERS) == len(set(LETTERS))
    for one, other in ("0O", "1I", "UV"):
        assert not (one in LETTERS and other in LETTERS)


# -- booking


def test_an_appointment_is_booked_under_its_code_and_opens_no_day(room: Room) -> None:
    made = room.do(c.Book("loans", AT_TEN, "7f2-k9qm", "ru", "Mrs Example"), ANN)
    assert made == [e.AppointmentBooked(CODE, "loans", AT_TEN, "ru", "note-1")]
    assert room.branch.appointments == {CODE: Appointment(CODE, "loans", AT_TEN, "ru", "note-1")}
    assert room.branch.day == ""


def test_an_appointment_without_a_code_gets_one_that_can_be_read_out(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    codes = []
    for n in range(20):
        made = desk.submit(c.Book("loans", AT_TEN), key=str(n), actor=ANN).appointment
        assert made
        codes.append(made.code)
        assert len(made.code) == CODE_LENGTH
        assert read_code(made.code) == made.code
    assert len(set(codes)) == 20
    assert list(desk.state.appointments) == codes


@pytest.mark.parametrize(
    ("command", "refusal", "facts"),
    [
        (c.Book("tea", AT_TEN, CODE), errors.UnknownService, {"service": "tea"}),
        (c.Book("loans", AT_TEN, CODE, "xx"), errors.UnknownLanguage, {"language": "xx"}),
        (c.Book("loans", TUESDAY - 1, CODE), errors.BadField, {"field": "slot"}),
        (c.Book("loans", AT_TEN, "O0I1"), errors.BadField, {"field": "code"}),
        (c.Book("loans", AT_TEN, "ABC"), errors.BadField, {"field": "code"}),
        (c.Book("loans", AT_TEN, "   "), errors.BadField, {"field": "code"}),
        (c.Book("loans", AT_TEN, "TAKEN2"), errors.CodeTaken, {"code": "TAKEN2"}),
        (c.Book("loans", AT_TEN, "taken-2"), errors.CodeTaken, {"code": "TAKEN2"}),
    ],
)
def test_what_cannot_be_booked_is_refused(
    room: Room, command: c.Book, refusal: type[LobbyError], facts: dict[str, str]
) -> None:
    book(room, code="TAKEN2")
    assert refused(room, command, refusal).items() >= facts.items()


@pytest.mark.parametrize("slot", [-1, c.LATEST + 1, 2**63 - 1, 10**30])
def test_an_appointment_outside_the_calendar_is_refused(slot: int) -> None:
    with pytest.raises(errors.BadField) as refusal:
        c.check(c.Book("loans", slot, CODE))
    assert refusal.value.facts["field"] == "slot"


def test_the_latest_appointment_that_can_be_booked_still_has_a_day(room: Room) -> None:
    command = c.Book("loans", c.LATEST, CODE)
    c.check(command)
    room.do(command, ANN)
    date = refused(room, c.CheckIn(CODE), errors.AppointmentOnAnotherDay, KIOSK)["date"]
    assert str(date).startswith("9987-")


# -- checking in


def test_who_comes_in_time_gets_a_number_and_waits_since_then(room: Room) -> None:
    book(room, language="ru")
    room.clock.now = AT_TEN + 60_000
    assert check_in(room, "7f2 k9qm", priority="premium", documents=True) == "L001"
    ticket = room.ticket("L001")
    assert (ticket.service, ticket.appointment, ticket.since) == ("loans", AT_TEN, room.clock())
    assert (ticket.language, ticket.priority, ticket.documents) == ("ru", "premium", True)
    assert room.branch.appointments[CODE].ticket == ticket.id
    issued = room.history[-1].event
    assert isinstance(issued, e.TicketIssued)
    assert issued.code == CODE


def test_the_language_at_the_kiosk_goes_before_that_of_the_booking(room: Room) -> None:
    book(room, slot=TUESDAY, language="ru")
    check_in(room, language="zh")
    assert room.ticket("L001").language == "zh"


def test_who_comes_early_waits_from_the_slot_on(room: Room) -> None:
    book(room)
    room.clock.now = AT_TEN - 20 * 60_000
    check_in(room)
    assert (room.ticket("L001").since, room.ticket("L001").appointment) == (AT_TEN, AT_TEN)
    assert room.ticket("L001").arrived_at == room.clock()


@pytest.mark.parametrize(("minutes", "early"), [(30, False), (30.001, True), (120, True)])
def test_half_an_hour_early_is_early_enough_and_the_refusal_says_when(room: Room, minutes: float, early: bool) -> None:
    book(room, slot=moment("2024-03-05 14:30"))
    room.clock.now = moment("2024-03-05 14:30") - round(minutes * 60_000)
    if early:
        facts = refused(room, c.CheckIn(CODE), errors.AppointmentTooEarly, KIOSK)
        assert facts == {"time": "14:30", "opens": "14:00"}
        room.clock.now = moment("2024-03-05 14:00")
    assert check_in(room) == "L001"


@pytest.mark.parametrize(("minutes", "late"), [(10, False), (10.001, True), (90, True)])
def test_who_comes_late_is_a_walk_in(room: Room, minutes: float, late: bool) -> None:
    book(room)
    room.clock.now = AT_TEN + round(minutes * 60_000)
    check_in(room)
    ticket = room.ticket("L001")
    assert ticket.appointment == (None if late else AT_TEN)
    assert ticket.since == room.clock()
    assert room.branch.appointments[CODE].ticket == ticket.id, "it is used all the same"


@pytest.mark.parametrize(("minutes", "late"), [(10, False), (10.001, True)])
def test_a_branch_may_refuse_who_comes_late(minutes: float, late: bool) -> None:
    room = a_room(a_setup(rules=Rules(appointment_late="refuse")))
    book(room)
    room.clock.now = AT_TEN + round(minutes * 60_000)
    if late:
        assert refused(room, c.CheckIn(CODE), errors.AppointmentTooLate, KIOSK) == {"time": "10:00"}
        assert room.issue("loans") == "L001", "a ticket can be taken instead"
    else:
        assert check_in(room) == "L001"


def test_an_appointment_is_used_once_and_its_number_is_said(room: Room) -> None:
    book(room, slot=TUESDAY)
    check_in(room)
    assert refused(room, c.CheckIn(CODE), errors.AppointmentUsed, KIOSK) == {"number": "L001"}
    room.do(c.Cancel("L001"), KIOSK)
    assert refused(room, c.CheckIn(CODE), errors.AppointmentUsed, KIOSK) == {"number": "L001"}


@pytest.mark.parametrize("text", ["7F2K9QN", "", "O0I1", "https://bank.example/", "\x00\x01", "7F2K9QM7F2K9QM"])
def test_a_code_that_is_not_known_or_none_at_all_is_unknown(room: Room, text: str) -> None:
    book(room, slot=TUESDAY)
    assert refused(room, c.CheckIn(text), errors.UnknownAppointment, KIOSK) == {}


def test_a_service_that_is_closed_refuses_and_the_appointment_can_be_checked_in_later() -> None:
    afternoons = a_service("loans", "L", hours=Hours({"tue": (Span(600, 900),)}))
    room = a_room(a_setup(services=(afternoons, CARDS)))
    book(room)
    room.clock.now = AT_TEN - 60_000
    refused(room, c.CheckIn(CODE), errors.ServiceClosed, KIOSK)
    room.clock.now = AT_TEN
    assert check_in(room) == "L001"
    room.do(c.CloseDay(), MIA)
    room.branch.appointments["QQQQ"] = Appointment("QQQQ", "loans", AT_TEN)
    refused(room, c.CheckIn("QQQQ"), errors.BranchClosed, KIOSK)


def test_an_appointment_in_time_is_weighed_by_the_target_for_appointments(room: Room) -> None:
    book(room)
    room.clock.now = AT_TEN - 12 * 60_000
    room.issue("loans")  # target 20 minutes
    room.clock.now = AT_TEN - 60_000
    check_in(room)  # target 5 minutes, from the slot on
    room.open(3)
    room.clock.now = AT_TEN + 4 * 60_000
    assert room.call(3) == "L001"
    room.do(c.UndoStep(3))
    room.clock.now = AT_TEN + 5 * 60_000
    assert room.call(3) == "L002"


# -- cancelling


def test_a_cancelled_appointment_cannot_be_checked_in(room: Room) -> None:
    book(room, slot=TUESDAY)
    assert room.do(c.CancelAppointment("7f2-k9qm"), ANN) == [e.AppointmentCancelled(CODE)]
    assert room.do(c.CancelAppointment(CODE), ANN) == []
    assert refused(room, c.CheckIn(CODE), errors.AppointmentIsCancelled, KIOSK) == {}
    assert refused(room, c.Book("loans", AT_TEN, CODE), errors.CodeTaken) == {"code": CODE}


def test_an_appointment_that_was_used_or_is_not_known_cannot_be_cancelled(room: Room) -> None:
    book(room, slot=TUESDAY)
    check_in(room)
    assert refused(room, c.CancelAppointment(CODE), errors.AppointmentUsed) == {"number": "L001"}
    refused(room, c.CancelAppointment("QQQQ"), errors.UnknownAppointment)


# -- days


def test_an_appointment_for_tomorrow_is_checked_in_tomorrow_as_the_first_of_the_day(room: Room) -> None:
    room.issue("loans")
    tomorrow = moment("2024-03-06 09:30")
    book(room, slot=tomorrow)
    facts = refused(room, c.CheckIn(CODE), errors.AppointmentOnAnotherDay, KIOSK)
    assert facts == {"date": "2024-03-06", "time": "09:30"}
    room.clock.now = moment("2024-03-06 09:10")
    made = room.do(c.CheckIn(CODE), KIOSK)
    assert [type(event) for event in made] == [e.DayClosed, e.DayOpened, e.TicketIssued]
    assert room.branch.appointments[CODE].ticket == "2024-03-06-L001"
    assert (room.ticket("L001").appointment, room.ticket("L001").since) == (tomorrow, tomorrow)
    assert refused(room, c.CheckIn(CODE), errors.AppointmentUsed, KIOSK) == {"number": "L001"}


def test_with_a_new_day_past_appointments_leave_and_coming_ones_stay(room: Room) -> None:
    room.issue()
    book(room, code="PAST")
    book(room, code="MET2", slot=TUESDAY)
    book(room, code="NEAR", slot=moment("2024-03-06 04:00"))
    book(room, code="LATER", slot=moment("2024-04-30 09:00"))
    check_in(room, "MET2")
    room.clock.now = moment("2024-03-06 09:00")
    assert set(room.branch.appointments) == {"PAST", "MET2", "NEAR", "LATER"}, "not before the day begins"
    assert refused(room, c.CheckIn("PAST"), errors.AppointmentOnAnotherDay, KIOSK)["date"] == "2024-03-05"
    room.issue()
    assert set(room.branch.appointments) == {"NEAR", "LATER"}
    refused(room, c.CheckIn("PAST"), errors.UnknownAppointment, KIOSK)
    assert book(room, code="PAST", slot=moment("2024-03-06 10:00")).ticket == "", "the code is free again"


def test_an_appointment_after_midnight_belongs_to_the_evening_before() -> None:
    room = a_room(at=moment("2024-03-05 23:40"))
    book(room, slot=moment("2024-03-06 00:05"))
    check_in(room)
    assert room.ticket("L001").id == "2024-03-05-L001"


def test_an_appointment_before_midnight_is_late_after_it_and_not_on_another_day() -> None:
    room = a_room(at=moment("2024-03-05 23:00"))
    book(room, slot=moment("2024-03-05 23:55"))
    room.clock.now = moment("2024-03-06 00:06")
    check_in(room)
    assert (room.ticket("L001").id, room.ticket("L001").appointment) == ("2024-03-05-L001", None)


@pytest.mark.parametrize("date", ["2024-03-31", "2024-10-27"], ids=["clocks forward", "clocks back"])
def test_on_the_day_of_a_clock_change_times_are_those_on_the_wall(date: str) -> None:
    room = a_room(at=moment(f"{date} 00:30"))
    slot = moment(f"{date} 09:00")
    book(room, slot=slot)
    assert refused(room, c.CheckIn(CODE), errors.AppointmentOnAnotherDay, KIOSK) == {"date": date, "time": "09:00"}
    room.clock.now = moment(f"{date} 08:00")
    assert refused(room, c.CheckIn(CODE), errors.AppointmentTooEarly, KIOSK) == {"time": "09:00", "opens": "08:30"}
    room.clock.now = slot - 30 * 60_000
    assert check_in(room) == "L001"
    assert room.ticket("L001").since == slot


def test_the_hour_that_comes_twice_has_two_slots() -> None:
    room = a_room(at=moment("2024-10-27 00:45"))
    first, second = moment("2024-10-27 01:30"), moment("2024-10-27 01:30") + 3_600_000
    book(room, first, "FRST")
    book(room, second, "SECND")
    room.clock.now = first
    refused(room, c.CheckIn("SECND"), errors.AppointmentTooEarly, KIOSK)
    assert check_in(room, "FRST") == "L001"
    room.clock.now = second
    assert check_in(room, "SECND") == "L002"


# -- what is kept


def test_appointments_are_there_after_a_restart_with_a_snapshot_and_without(tmp_path: Path) -> None:
    clock = Clock()
    desk = a_desk(tmp_path, clock=clock)
    for n, command in enumerate(
        (
            c.Book("loans", TUESDAY, CODE, "ru", "Mrs Example"),
            c.Book("cash", AT_TEN, "LEFT"),
            c.Book("cash", moment("2024-03-06 10:00"), "NEXT"),
            c.CheckIn(CODE),
            c.CancelAppointment("LEFT"),
        )
    ):
        desk.submit(command, key=str(n), actor=KIOSK)
    known = desk.state.appointments
    assert a_desk(tmp_path, clock=clock).state.appointments == known
    desk.close()
    again = a_desk(tmp_path, clock=clock)
    assert again.journal.snapshots.newest() is not None
    assert again.state == desk.state
    with pytest.raises(errors.AppointmentUsed):
        again.submit(c.CheckIn(CODE), key="again", actor=KIOSK)
    clock.now = moment("2024-03-06 09:45")
    assert again.submit(c.CheckIn("next"), key="tomorrow", actor=KIOSK).ticket


def test_a_snapshot_of_the_shape_before_appointments_is_left_aside(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    desk.submit(c.Book("loans", AT_TEN, CODE), key="1", actor=ANN)
    desk.close()
    with sqlite3.connect(tmp_path / "lobby.db") as connection:
        connection.execute("UPDATE snapshots SET format = '1', body = '{}'")
    connection.close()
    again = a_desk(tmp_path)
    assert again.journal.snapshots.newest() is None
    assert set(again.state.appointments) == {CODE}


NAME = "Mrs Whitcombe about her mortgage"


def test_for_whom_an_appointment_is_stands_among_the_people_and_nowhere_else(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    booked = desk.submit(c.Book("loans", TUESDAY, CODE, "", NAME), key="1", actor=ANN).appointment
    ticket = desk.submit(c.CheckIn(CODE), key="2", actor=KIOSK).ticket
    desk.close()
    assert booked
    assert ticket
    assert NAME not in f"{booked} {ticket} {desk.door(ANN).queue()} {desk.events()}"
    with sqlite3.connect(tmp_path / "lobby.db") as connection:
        for table in ("events", "receipts", "snapshots"):
            for row in connection.execute(f"SELECT * FROM {table}").fetchall():
                assert all(
                    NAME not in (value.decode(errors="replace") if isinstance(value, bytes) else str(value))
                    for value in row
                ), table
        assert connection.execute("SELECT kind, body, reference FROM people").fetchall() == [
            ("Book", NAME, booked.note)
        ]
    connection.close()


def test_erasing_for_whom_it_is_leaves_the_appointment_and_the_journal_alone(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    booked = desk.submit(c.Book("loans", TUESDAY, CODE, "", NAME), key="1", actor=ANN).appointment
    assert booked
    journal = desk.journal
    people = People(journal._store, journal.branch)
    assert words_under(people, booked.note) == NAME
    assert people.erase({booked.note})
    assert words_under(people, booked.note) is None
    assert journal.verify() == desk.seq
    assert isinstance(journal, Journal)
    assert desk.submit(c.CheckIn(CODE), key="2", actor=KIOSK).ticket
    assert NAME.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("lobby.db*"))


def test_the_staff_see_appointments_in_the_order_of_their_slots_with_what_became_of_them(room: Room) -> None:
    book(room, code="LAST", slot=AT_TEN + 1)
    book(room, code="BBBB")
    book(room, code="AAAA", language="ar")
    book(room, code="FRST", slot=TUESDAY)
    room.do(c.CancelAppointment("BBBB"), ANN)
    check_in(room, "FRST")
    seen = appointment_views(room.branch, room.clock())
    assert [(one.code, one.number, one.cancelled) for one in seen] == [
        ("FRST", "L001", False),
        ("AAAA", "", False),
        ("BBBB", "", True),
        ("LAST", "", False),
    ]
    assert (seen[1].service, seen[1].slot, seen[1].language) == ("loans", AT_TEN, "ar")


def test_a_visit_by_appointment_is_served_like_any_other(room: Room) -> None:
    book(room, slot=TUESDAY, service="cash")
    check_in(room)
    room.open()
    assert room.serve() == "A001"
    room.do(c.Finish(1))
    assert room.ticket("A001").state is State.FINISHED


def test_the_builders_loans_are_those_that_these_tests_assume() -> None:
    assert (LOANS.target_s, LOANS.appointment_target_s) == (1200, 300)
    rules = Rules()
    assert (rules.appointment_early_s, rules.appointment_grace_s, rules.appointment_late) == (1800, 600, "walk_in")
