"""The record of a day, against a second, obvious reckoning of the same events."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from lobby.errors import LobbyError
from lobby.queue import commands as c
from lobby.queue.events import Recorded
from lobby.queue.past import BREAK, OPEN, SERVING
from lobby.queue.services import CounterPlace
from lobby.queue.ticket import State
from lobby.reports.day import DayRecord, day_record, day_records
from lobby.reports.figures import figures_of_days
from lobby.reports.visits import visit_figures, waited_ms
from tests.builders import ANN, BOB, CEM, KIOSK, MIA, VISITOR, Room, a_room, a_service, moment
from tests.lobby.queue.papers import keep, paper
from tests.lobby.reports.second_reckoning import Reckoning, Sums, reckon
from tests.lobby.reports.ten_tickets import DAY, ten_tickets

TELLERS = {1: ANN, 2: CEM, 3: BOB}


def the_same(record: DayRecord, other: Reckoning) -> None:
    """The record says what the other reckoning says, of every ticket and every counter."""
    assert [t.id for t in record.tickets] == list(other.slips)
    for ticket in record.tickets:
        slip = other.slips[ticket.id]
        assert (ticket.steps[0].service, ticket.arrived_at) == (slip.service, slip.arrived)
        assert ticket.first_called_at == slip.first_call
        if ticket.state is State.FINISHED:
            assert slip.end == "served"
        elif ticket.state in {State.NO_SHOW, State.CANCELLED}:
            assert (slip.end, slip.ended_at) == (ticket.step.ended, ticket.step.ended_at)
        else:
            assert slip.end == {"called": "at counter", "serving": "at counter"}.get(ticket.state, ticket.state)
        assert slip.services == [
            (step.service, step.counter, ms / 1000, step.ended == "finished")
            for step in ticket.steps
            if (ms := step.handled_ms) is not None
        ]
    assert record.lists_taken == other.lists
    assert [opinion.rating for opinion in record.opinions] == other.ratings
    for counter in {span.counter for span in record.spans} | other.counters.keys():
        sums = other.counters.get(counter, Sums())
        for kind, want in ((OPEN, sums.staffed), (BREAK, sums.breaks), (SERVING, sums.serving)):
            spans = [span for span in record.spans if span.counter == counter and span.kind == kind]
            assert sum(span.end - span.start for span in spans if span.end is not None) == want, (counter, kind)


def the_day(room: Room, day: str = DAY) -> DayRecord:
    record = day_record(room.branch.setup, room.history, day)
    assert record is not None
    return record


def test_the_record_of_a_ten_ticket_day_equals_the_second_reckoning() -> None:
    room = ten_tickets()
    the_same(the_day(room), reckon(room.history))


def test_the_record_holds_the_tickets_as_the_branch_had_them_at_close() -> None:
    room = ten_tickets()
    record = the_day(room)
    assert record.tickets == tuple(room.branch.tickets.values())
    assert record.closed
    assert len(record.tickets) == 10


def test_yesterdays_tickets_are_in_yesterdays_record_and_in_no_other() -> None:
    room = ten_tickets()
    alone = the_day(room)
    room.clock.now = moment("2024-03-06 09:00")
    room.open(1, ANN)
    room.issue()
    assert the_day(room) == alone
    today = the_day(room, "2024-03-06")
    assert [ticket.number for ticket in today.tickets] == ["A001"]
    assert not today.closed
    assert [record.day for record in day_records(room.branch.setup, room.history)] == [DAY, "2024-03-06"]


def test_a_part_of_the_journal_that_begins_with_the_day_is_enough() -> None:
    room = ten_tickets()
    room.clock.now = moment("2024-03-06 09:00")
    room.issue()
    whole = the_day(room, "2024-03-06")
    first = next(r.seq for r in reversed(room.history) if type(r.event).__name__ == "DayOpened")
    assert day_record(room.branch.setup, room.history[first - 1 :], "2024-03-06") == whole


def test_a_day_that_is_not_in_the_journal_has_no_record() -> None:
    assert day_record(ten_tickets().branch.setup, ten_tickets().history, "2024-03-07") is None


def test_the_events_are_read_once_and_not_kept() -> None:
    room = ten_tickets()

    def once() -> Iterator[Recorded]:
        yield from room.history

    assert day_record(room.branch.setup, once(), DAY) == the_day(room)


def test_a_rehearsals_own_services_and_counters_are_known_in_the_record() -> None:
    room = a_room()
    room.do(c.StartRehearsal((a_service("coins", "K"),), (CounterPlace(9, "Nine"),)), MIA)
    room.issue("coins")
    record = the_day(room)
    assert "coins" in record.setup.services
    assert record.setup.counters[9].name == "Nine"


def test_what_was_booked_kept_and_raised_on_other_days_breaks_no_days_record() -> None:
    room = a_room()
    keep(room)
    room.do(c.RaiseAlert("printer-1", "paper_out"), KIOSK)
    tomorrow = moment("2024-03-06 09:00")
    for booked in CODES:
        room.do(c.Book("loans", tomorrow, booked), ANN)
    ghost = room.ticket(room.issue()).id
    room.clock.now = tomorrow
    room.do(c.CheckIn("AAAA"), KIOSK)
    room.do(c.CancelAppointment("BBBB"), ANN)
    room.do(c.ResolveAlert("printer-1", "paper_out"), KIOSK)
    room.do(paper(room, ago_s=60), KIOSK)
    room.do(paper(room, "A991", arrived_at=moment("2024-03-05 10:00"), replaces=ghost), KIOSK)
    keep(room, count=20)
    first, second = day_records(room.branch.setup, room.history)
    assert [ticket.number for ticket in first.tickets] == ["A001"]
    assert [ticket.number for ticket in second.tickets] == ["L001", "A990"]
    assert second.tickets == tuple(room.branch.tickets.values())
    assert second.tickets[1].arrived_at == tomorrow - 60_000


def test_lists_and_opinions_are_counted_on_their_day_and_together_over_several() -> None:
    room = a_room()
    for rating in (5, 5, 2):
        room.do(c.GiveFeedback(rating), KIOSK)
    room.do(c.TakeList("cash"), KIOSK)
    room.clock.forward(hours=24)
    room.do(c.TakeList("loans"), KIOSK)
    room.do(c.TakeList("cash"), KIOSK)
    room.do(c.GiveFeedback(2), KIOSK)
    records = list(day_records(room.branch.setup, room.history))
    assert [(record.lists_taken, [one.rating for one in record.opinions]) for record in records] == [
        (1, [5, 5, 2]),
        (2, [2]),
    ]
    both = figures_of_days(records, room.branch.at).overall
    assert (both.lists_taken, both.opinions.ratings, both.opinions.rating_mean) == (3, 4, 3.5)


def test_a_finish_that_was_undone_leaves_one_service_without_a_gap() -> None:
    spans = [s for s in the_day(ten_tickets()).spans if s.kind == SERVING and s.counter == 1]
    assert (spans[1].start, spans[1].end) == (moment(f"{DAY} 09:10"), moment(f"{DAY} 09:16"))


def handed_over(room: Room) -> tuple[int, int]:
    """Ann serves A001 at counter 1 and after ten minutes hands over to Bob; when she began, and when he did."""
    room.open(1, ANN)
    room.issue()
    room.serve(1)
    began = room.clock()
    room.clock.forward(minutes=10)
    room.do(c.OfferCounter(1, "bob"))
    room.do(c.OpenCounter(1), BOB)
    return began, room.clock()


def told(room: Room) -> list[tuple[str, str, int, int | None]]:
    return [(span.kind, span.teller, span.start, span.end) for span in the_day(room).spans]


def test_a_counter_that_is_handed_over_is_from_then_on_the_other_tellers_time() -> None:
    room = a_room()
    began, handed = handed_over(room)
    room.clock.forward(minutes=5)
    room.do(c.Finish(1, "done"), BOB)
    finished = room.clock()
    room.do(c.CloseCounter(1), BOB)
    assert told(room) == [
        (OPEN, "ann", began, handed),
        (SERVING, "ann", began, handed),
        (OPEN, "bob", handed, finished),
        (SERVING, "bob", handed, finished),
    ]


def test_a_break_that_is_handed_over_ends_for_one_and_begins_for_the_other() -> None:
    room = a_room()
    room.open(1, ANN)
    began = room.clock()
    room.do(c.TakeBreak(1, "lunch"))
    room.do(c.OfferCounter(1))
    room.clock.forward(minutes=10)
    handed = room.clock()
    room.do(c.OpenCounter(1), BOB)
    room.clock.forward(minutes=5)
    room.do(c.EndBreak(1), BOB)
    assert told(room) == [
        (OPEN, "ann", began, handed),
        (BREAK, "ann", began, handed),
        (OPEN, "bob", handed, None),
        (BREAK, "bob", handed, room.clock()),
    ]


def test_an_offer_that_nobody_took_changes_no_time() -> None:
    room = a_room()
    room.open(1, ANN)
    room.do(c.OfferCounter(1, "bob"))
    room.clock.forward(minutes=10)
    room.do(c.KeepCounter(1))
    assert [(span.kind, span.teller, span.end) for span in the_day(room).spans] == [(OPEN, "ann", None)]


def test_a_finish_after_a_hand_over_that_was_undone_goes_on_for_who_took_over() -> None:
    room = a_room()
    began, handed = handed_over(room)
    room.clock.forward(minutes=5)
    room.do(c.Finish(1, "done"), BOB)
    room.do(c.UndoStep(1), BOB)
    room.clock.forward(seconds=5)
    room.do(c.Finish(1, "done"), BOB)
    assert [one for one in told(room) if one[0] == SERVING] == [
        (SERVING, "ann", began, handed),
        (SERVING, "bob", handed, room.clock()),
    ]


def test_a_start_that_was_undone_is_no_service() -> None:
    room = a_room()
    room.open(1)
    room.issue()
    room.serve(1)
    room.do(c.UndoStep(1))
    assert [span.kind for span in the_day(room).spans] == [OPEN]


verbs = st.sampled_from(
    [
        "issue",
        "issue",
        "issue",
        "visit",
        "open",
        "open",
        "next",
        "next",
        "start",
        "start",
        "finish",
        "finish",
        "park",
        "resume",
        "transfer",
        "add",
        "recall",
        "no-show",
        "return",
        "cancel",
        "give-up",
        "break",
        "back",
        "close",
        "undo",
        "undo",
        "close-day",
        "reopen",
        "alone",
        "alone",
        "ghost",
        "ghost",
        "met",
        "called-off",
        "list",
        "rate",
    ]
)
doings = st.lists(st.tuples(verbs, st.integers(1, 3), st.integers(0, 7), st.integers(0, 45)), min_size=8, max_size=70)


CODES = ("AAAA", "BBBB", "CCCC")


def perform(room: Room, verb: str, counter: int, pick: int) -> None:
    numbers = [ticket.number for ticket in room.branch.tickets.values()] or ["A001"]
    number = numbers[pick % len(numbers)]
    code = ("cash", "cards", "loans")[pick % 3]
    teller = TELLERS[counter]
    printed = f"A{970 + sum(other >= 'A970' for other in numbers):03d}"
    ghosts = [ticket.id for ticket in room.branch.tickets.values() if ticket.number < "A970"] or [""]
    booked = CODES[pick % len(CODES)]
    command, actor = {
        "issue": (c.Issue(code), VISITOR),
        "visit": (c.Issue("cash", then=("cards",)), VISITOR),
        "open": (c.OpenCounter(counter), teller),
        "next": (c.CallNext(counter), teller),
        "start": (c.Start(counter), teller),
        "finish": (c.Finish(counter), teller),
        "park": (c.Park(counter), teller),
        "resume": (c.Resume(counter, number), teller),
        "transfer": (c.Transfer(counter, code), teller),
        "add": (c.AddService(counter, code), teller),
        "recall": (c.Recall(counter), teller),
        "no-show": (c.DeclareNoShow(counter), teller),
        "return": (c.Return(number), MIA),
        "cancel": (c.Cancel(number), MIA),
        "give-up": (c.Cancel(number), VISITOR),
        "break": (c.TakeBreak(counter), teller),
        "back": (c.EndBreak(counter), teller),
        "close": (c.CloseCounter(counter), teller),
        "undo": (c.UndoStep(counter), teller),
        "close-day": (c.CloseDay(), MIA),
        "reopen": (c.ReopenDay(), MIA),
        "alone": (paper(room, printed, ago_s=pick * 5), KIOSK),
        "ghost": (paper(room, printed, ago_s=pick, replaces=ghosts[pick % len(ghosts)]), KIOSK),
        "met": (c.CheckIn(booked), KIOSK),
        "called-off": (c.CancelAppointment(booked), teller),
        "list": (c.TakeList(code), KIOSK),
        "rate": (c.GiveFeedback(1 + pick % 5), KIOSK),
    }[verb]
    try:
        room.do(command, actor)
    except LobbyError:
        return


@settings(max_examples=150, deadline=None)
@given(doings)
def test_any_day_equals_the_second_reckoning_and_nobody_is_lost(doing: list[tuple[str, int, int, int]]) -> None:
    room = a_room()
    keep(room, count=30)
    for number, booked in enumerate(CODES):
        room.do(c.Book("loans", room.clock() + number * 600_000, booked), ANN)
    room.do(c.OpenCounter(1), ANN)
    for verb, counter, pick, seconds in doing:
        room.clock.forward(seconds)
        perform(room, verb, counter, pick)
    record = the_day(room)
    the_same(record, reckon(room.history))
    assert all(waited_ms(ticket, record.at) >= 0 for ticket in record.tickets)
    figures = visit_figures(record.tickets, 600, record.at)
    assert figures.issued == figures.served + figures.left + figures.waiting + figures.at_counter + figures.parked
    ways = (figures.no_show, figures.cancelled_by_customer, figures.cancelled_by_staff, figures.left_at_close)
    assert figures.left == sum(ways)
