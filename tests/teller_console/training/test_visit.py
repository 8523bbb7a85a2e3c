"""The journal cut into visits: whose is what, what was undone, how long it took."""

from __future__ import annotations

from lobby.care.events import ComplaintReceived
from lobby.happened import Happened
from lobby.queue import events as e
from lobby.queue.events import Recorded
from teller_console.training.visit import LookUp, Visit, cut

MAX, ELENA = "max", "elena"


def journal(*rows: tuple[float, Happened], actor: str = MAX) -> list[Recorded]:
    """Events of one actor at these seconds."""
    return [Recorded(seq, round(at * 1000), actor, event) for seq, (at, event) in enumerate(rows, 1)]  # type: ignore[arg-type]


def called(ticket: str, teller: str = MAX) -> e.TicketCalled:
    return e.TicketCalled(ticket, 3, teller, "longest", 0, 600, 0.0)


def a_complaint(ticket: str = "") -> ComplaintReceived:
    return ComplaintReceived("C-1", "counter", "en", 0, None, True, "p", ticket=ticket, category="fees")


def visit_of(*rows: tuple[float, Happened]) -> Visit:
    return cut(journal(*rows), [], {"t": "en"}, MAX)["t"]


def test_times_run_from_call_to_start_and_from_start_to_end() -> None:
    visit = visit_of((10, called("t")), (14.5, e.ServiceStarted("t", 3)), (74.5, e.ServiceFinished("t", 3)))
    assert visit.call_to_start_s == 4.5
    assert visit.handling_s == 60


def test_time_parked_is_not_time_at_the_counter() -> None:
    visit = visit_of(
        (0, called("t")),
        (1, e.ServiceStarted("t", 3)),
        (11, e.TicketParked("t", 3)),
        (500, e.TicketResumed("t", 3, MAX)),
        (505, e.ServiceFinished("t", 3)),
    )
    assert visit.handling_s == 15


def test_two_services_are_added_up() -> None:
    visit = visit_of(
        (0, called("t")),
        (1, e.ServiceStarted("t", 3)),
        (11, e.ServiceFinished("t", 3)),
        (20, called("t")),
        (22, e.ServiceStarted("t", 3)),
        (30, e.ServiceFinished("t", 3)),
    )
    assert visit.call_to_start_s == 1
    assert visit.handling_s == 18


def test_there_is_nothing_to_measure_in_a_visit_that_never_began() -> None:
    visit = visit_of((0, called("t")), (30, e.NoShowDeclared("t", 3)))
    assert visit.was_called
    assert (visit.call_to_start_s, visit.handling_s) == (None, None)


def test_a_visit_that_is_not_over_has_no_handling_time() -> None:
    parked = visit_of((0, called("t")), (1, e.ServiceStarted("t", 3)), (9, e.TicketParked("t", 3)))
    assert parked.handling_s is None


def test_an_undone_step_never_was() -> None:
    visit = visit_of(
        (0, called("t")),
        (1, e.ServiceStarted("t", 3)),
        (5, e.ServiceFinished("t", 3)),
        (6, e.StepUndone("t", 3, "ServiceFinished")),
        (41, e.ServiceFinished("t", 3)),
    )
    assert len(visit.all(e.ServiceFinished)) == 1
    assert visit.handling_s == 40


def test_only_the_trainees_own_steps_count() -> None:
    rows = journal((0, called("t"))) + journal((5, e.ServiceStarted("t", 5)), actor=ELENA)
    assert cut(rows, [], {"t": "en"}, MAX)["t"].call_to_start_s is None


def test_a_call_that_the_counter_made_by_itself_is_the_trainees() -> None:
    rows = journal((0, called("t")), (1, called("u", ELENA)), actor="kiosk")
    visits = cut(rows, [], {"t": "en", "u": "en"}, MAX)
    assert [visits[ticket].was_called for ticket in "tu"] == [True, False]


def test_what_names_no_ticket_belongs_to_whoever_was_called_last() -> None:
    rows = journal((0, called("t")), (9, called("u")), (10, a_complaint()), (11, a_complaint("t")))
    visits = cut(rows, [], {"t": "en", "u": "en"}, MAX)
    assert [len(visits[ticket].all(ComplaintReceived)) for ticket in "tu"] == [1, 1]


def test_what_was_read_belongs_to_whoever_was_called_last() -> None:
    read = [LookUp(500, "too early"), LookUp(5000, "fees"), LookUp(9500, "lost-card", "ru")]
    visits = cut(journal((1, called("t")), (9, called("u"))), read, {"t": "en", "u": "ru"}, MAX)
    assert [[one.what for one in visits[ticket].look_ups] for ticket in "tu"] == [["fees"], ["lost-card"]]


def test_other_customers_are_nobodys() -> None:
    rows = journal((0, called("stranger")), (1, e.ServiceStarted("stranger", 3)))
    assert not cut(rows, [], {"t": "en"}, MAX)["t"].happened
