"""A counter is handed over with whoever is there; and nobody takes a customer away from who serves them."""

from __future__ import annotations

import pytest

from lobby import errors
from lobby.care import commands as care
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.ticket import State
from lobby.queue.ticket_decisions import served_by
from tests.builders import ANN, BOB, CEM, MIA, Room
from tests.lobby.queue.test_commands import refused


def serving(room: Room) -> None:
    """Ann serves A001 at counter 1."""
    room.issue()
    room.issue()
    room.open(1, ANN)
    room.serve()


# -- handing over


@pytest.mark.parametrize("named", ["bob", ""])
def test_a_colleague_goes_on_with_the_customer_who_is_there(room: Room, named: str) -> None:
    serving(room)
    assert room.do(c.OfferCounter(1, named)) == [e.CounterOffered(1, named)]
    assert room.do(c.OpenCounter(1), BOB) == [e.CounterTakenOver(1, "bob")]
    counter = room.branch.counter(1)
    assert (counter.open, counter.teller, counter.offered, counter.offered_to) == (True, "bob", False, "")
    assert (counter.ticket, counter.services) == ("2024-03-05-A001", ("cash", "cards"))
    assert room.ticket("A001").state is State.SERVING
    room.do(c.Finish(1, "done"), BOB)
    assert room.ticket("A001").state is State.FINISHED
    assert room.call(1, BOB) == "A002"


def test_who_handed_over_is_not_at_the_counter_any_more(room: Room) -> None:
    serving(room)
    room.do(c.OfferCounter(1))
    room.do(c.OpenCounter(1), BOB)
    assert refused(room, c.Finish(1), errors.CounterTaken, ANN) == {"counter": 1, "teller": "bob"}
    assert refused(room, c.OpenCounter(1), errors.CounterTaken, ANN) == {"counter": 1, "teller": "bob"}


def test_until_somebody_comes_the_teller_goes_on(room: Room) -> None:
    serving(room)
    room.do(c.OfferCounter(1, "bob"))
    assert room.do(c.OpenCounter(1), ANN) == []
    room.do(c.Finish(1, "done"))
    assert room.call() == "A002"
    assert room.branch.counter(1).offered


def test_a_counter_offered_to_one_is_not_taken_by_another(room: Room) -> None:
    serving(room)
    room.do(c.OfferCounter(1, "bob"))
    for other in (CEM, MIA):
        assert refused(room, c.OpenCounter(1), errors.CounterOffered, other) == {"counter": 1, "teller": "bob"}
    room.do(c.OpenCounter(1), BOB)
    assert room.branch.counter(1).teller == "bob"


def test_a_counter_that_is_not_offered_is_not_taken(room: Room) -> None:
    serving(room)
    refused(room, c.OpenCounter(1), errors.CounterTaken, BOB)
    room.do(c.OfferCounter(1))
    assert room.do(c.KeepCounter(1)) == [e.CounterKept(1)]
    assert room.do(c.KeepCounter(1)) == []
    refused(room, c.OpenCounter(1), errors.CounterTaken, BOB)


def test_an_offer_may_name_somebody_else_and_is_made_once(room: Room) -> None:
    serving(room)
    room.do(c.OfferCounter(1, "bob"))
    assert room.do(c.OfferCounter(1, "bob")) == []
    assert room.do(c.OfferCounter(1, "cem")) == [e.CounterOffered(1, "cem")]
    assert room.do(c.OfferCounter(1)) == [e.CounterOffered(1, "")]
    room.do(c.OpenCounter(1), BOB)
    assert room.branch.counter(1).teller == "bob"


def test_a_counter_is_not_handed_over_to_who_is_there(room: Room) -> None:
    serving(room)
    facts = refused(room, c.OfferCounter(1, "ann"), errors.BadField)
    assert facts == {"field": "to_teller", "problem": "this colleague is at the counter already"}
    assert refused(room, c.OfferCounter(1, "ann"), errors.BadField, MIA) == facts


def test_only_who_is_there_or_a_supervisor_may_offer_and_keep(room: Room) -> None:
    for command in (c.OfferCounter(1), c.KeepCounter(1)):
        refused(room, command, errors.CounterNotOpen)
    serving(room)
    for command in (c.OfferCounter(1, "bob"), c.KeepCounter(1)):
        refused(room, command, errors.CounterTaken, BOB)
    assert room.do(c.OfferCounter(1, "bob"), MIA) == [e.CounterOffered(1, "bob")]
    assert room.do(c.KeepCounter(1), MIA) == [e.CounterKept(1)]


def test_a_free_counter_and_one_on_a_break_are_handed_over_as_they_are(room: Room) -> None:
    room.open(1, ANN)
    room.do(c.TakeBreak(1, "lunch"))
    room.do(c.OfferCounter(1))
    room.do(c.OpenCounter(1), BOB)
    counter = room.branch.counter(1)
    assert (counter.teller, counter.on_break) == ("bob", True)
    room.do(c.EndBreak(1), BOB)
    room.issue()
    assert room.call(1, BOB) == "A001"


@pytest.mark.parametrize("end", [c.CloseCounter(1), c.CloseDay()], ids=["closed", "day"])
def test_an_offer_ends_with_the_counter(room: Room, end: c.Command) -> None:
    room.open(1, ANN)
    room.do(c.OfferCounter(1, "bob"))
    room.do(end, MIA)
    assert not room.branch.counter(1).offered
    if isinstance(end, c.CloseCounter):
        room.open(1, CEM)
        assert room.branch.counter(1).teller == "cem"
    else:
        refused(room, c.OpenCounter(1), errors.BranchClosed, BOB)


def test_an_offer_of_yesterday_is_over(room: Room) -> None:
    room.open(1, ANN)
    room.do(c.OfferCounter(1, "bob"))
    room.clock.forward(hours=24)
    room.open(1, CEM)
    counter = room.branch.counter(1)
    assert (counter.teller, counter.offered) == ("cem", False)


def test_the_customer_is_from_then_on_the_new_tellers(room: Room) -> None:
    """Whoever finishes is who served: for praise, ratings and one's own day."""
    serving(room)
    assert served_by(room.ticket("A001")) == "ann"
    room.clock.forward(120)
    room.do(c.OfferCounter(1))
    room.do(c.OpenCounter(1), BOB)
    assert served_by(room.ticket("A001")) == "bob"
    room.do(c.Finish(1, "done"), BOB)
    assert room.ticket("A001").step.handled_ms == 120_000
    room.call(1, BOB)
    room.do(c.OfferCounter(1), BOB)
    room.do(c.OpenCounter(1), CEM)
    room.do(c.Start(1), CEM)
    assert served_by(room.ticket("A002")) == "cem"


# -- taking back


def test_the_step_of_who_has_gone_is_not_taken_back(room: Room) -> None:
    serving(room)
    room.do(c.OfferCounter(1))
    room.do(c.OpenCounter(1), BOB)
    assert refused(room, c.UndoStep(1), errors.NothingToUndo, BOB) == {"counter": 1}


def test_an_offer_outlives_a_step_taken_back(room: Room) -> None:
    serving(room)
    room.do(c.OfferCounter(1, "bob"))
    room.do(c.UndoStep(1))
    counter = room.branch.counter(1)
    assert (counter.offered, counter.offered_to) == (True, "bob")
    assert room.ticket("A001").state is State.CALLED


def test_an_offer_withdrawn_is_not_made_again_by_a_step_taken_back(room: Room) -> None:
    room.issue()
    room.open(1, ANN)
    room.call()
    room.do(c.OfferCounter(1, "bob"))
    room.do(c.Start(1))
    room.do(c.KeepCounter(1))
    room.do(c.UndoStep(1))
    assert not room.branch.counter(1).offered
    refused(room, c.OpenCounter(1), errors.CounterTaken, BOB)


def test_the_new_teller_takes_their_own_steps_back(room: Room) -> None:
    serving(room)
    room.do(c.OfferCounter(1))
    room.do(c.OpenCounter(1), BOB)
    room.do(c.Finish(1, "done"), BOB)
    room.do(c.UndoStep(1), BOB)
    counter = room.branch.counter(1)
    assert (counter.teller, counter.ticket) == ("bob", "2024-03-05-A001")


def test_a_record_taken_back_with_its_step_is_not_reviewed(room: Room) -> None:
    serving(room)
    room.do(c.RecordInteraction("A001", "asked"))
    room.do(c.Finish(1, "done"))
    first, second = room.branch.care.records
    room.do(c.UndoStep(1))
    assert set(room.branch.care.records) == {first}  # made at the same moment, and not with the step
    refused(room, care.ReviewRecord(second), errors.UnknownRecord, MIA)


# -- a customer being served


def test_a_supervisor_does_not_take_a_customer_away_from_who_serves_them(room: Room) -> None:
    serving(room)
    facts = refused(room, c.Transfer(1, to_counter=3), errors.TicketInService, MIA)
    assert facts == {"number": "A001", "counter": 1, "teller": "ann"}
    for command in (c.Transfer(1, "loans"), c.Transfer(1, to_teller="bob")):
        refused(room, command, errors.TicketInService, MIA)
    assert room.ticket("A001").state is State.SERVING


def test_who_serves_the_customer_sends_them_on_also_a_supervisor_at_a_counter(room: Room) -> None:
    serving(room)
    room.do(c.Transfer(1, "loans"))
    assert room.ticket("A001").service == "loans"
    room.open(3, MIA)
    room.serve(3, MIA)
    room.do(c.Transfer(3, "cards"), MIA)


def test_a_supervisor_sends_a_customer_on_who_was_called_only(room: Room) -> None:
    room.issue()
    room.open(1, ANN)
    room.call()
    room.do(c.Transfer(1, to_counter=3), MIA)
    assert room.ticket("A001").for_counter == 3


def test_after_the_counter_was_handed_over_its_new_teller_sends_the_customer_on(room: Room) -> None:
    serving(room)
    room.do(c.OfferCounter(1, "mia"))
    room.do(c.OpenCounter(1), MIA)
    room.do(c.Transfer(1, "loans"), MIA)
    assert room.ticket("A001").state is State.WAITING
