"""A counter's skills changed while it works: teller and customer stay, and so does what may be undone."""

from __future__ import annotations

import msgspec
import pytest

from lobby import errors
from lobby.queue import commands as c
from lobby.queue.supervision import SetCounterSkills
from lobby.queue.supervision_events import CounterSkillsSet
from tests.builders import MIA, Room


def test_the_counter_gives_other_services_and_keeps_teller_and_customer(room: Room) -> None:
    room.issue()
    room.open()
    room.serve()
    room.clock.forward(60)
    before = room.branch.counters[1]
    assert room.do(SetCounterSkills(1, ("cards",)), MIA) == [CounterSkillsSet(1, ("cards",))]
    assert room.branch.counters[1] == msgspec.structs.replace(before, services=("cards",))


def test_from_then_on_it_calls_for_these_services_only(room: Room) -> None:
    room.issue("cash")
    card = room.issue("cards")
    room.open()
    room.do(SetCounterSkills(1, ("cards",)), MIA)
    assert room.call() == card


def test_none_named_means_all_that_the_counter_can_give(room: Room) -> None:
    room.open(1, services=("cards",))
    assert room.do(SetCounterSkills(1), MIA) == [CounterSkillsSet(1, ("cash", "cards"))]
    assert room.do(SetCounterSkills(1, ("cards", "cash")), MIA) == []


def test_a_service_that_is_named_twice_is_given_once(room: Room) -> None:
    """How many services a counter gives decides which of the free ones is called to first."""
    room.open(1, services=("cards", "cash", "cards"))
    assert room.branch.counters[1].services == ("cards", "cash")
    assert room.do(c.OpenCounter(1, ("cards", "cards", "cash"))) == []
    assert room.do(SetCounterSkills(1, ("cards", "cards")), MIA) == [CounterSkillsSet(1, ("cards",))]


def test_a_step_that_is_undone_afterwards_does_not_bring_the_old_services_back(room: Room) -> None:
    number = room.issue()
    room.open()
    room.call()
    room.do(SetCounterSkills(1, ("cards",)), MIA)
    room.do(c.UndoStep(1))
    assert room.branch.counters[1].services == ("cards",)
    assert room.ticket(number).state == "waiting"


def test_the_next_opening_begins_with_all_that_the_counter_can_give(room: Room) -> None:
    room.open()
    room.do(SetCounterSkills(1, ("cards",)), MIA)
    room.do(c.CloseCounter(1))
    room.open()
    assert room.branch.counters[1].services == ("cash", "cards")


def test_what_the_counter_cannot_give_is_refused_and_so_is_a_closed_one(room: Room) -> None:
    for command, refusal in (
        (SetCounterSkills(1, ("cards",)), errors.CounterNotOpen),
        (SetCounterSkills(77), errors.UnknownCounter),
        (SetCounterSkills(1, ("tea",)), errors.UnknownService),
    ):
        with pytest.raises(refusal):
            room.do(command, MIA)
    room.open()
    with pytest.raises(errors.WrongService):
        room.do(SetCounterSkills(1, ("loans",)), MIA)
