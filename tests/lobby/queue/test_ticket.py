"""The state table: every state times every event, as the queue's diagram has it, written down a second time here."""

from __future__ import annotations

from typing import get_args

import pytest

from lobby.errors import WrongState
from lobby.queue import events as e
from lobby.queue.ticket import AT_COUNTER, LIVE, STATE_NAMES, State, Step, Ticket

EVENTS: tuple[type[e.Happened], ...] = get_args(e.Event)

LEADS_TO = {
    ("waiting", "TicketCalled"): "called",
    ("waiting", "TicketReassigned"): "waiting",
    ("waiting", "TicketHeld"): "waiting",
    ("waiting", "TicketReleased"): "waiting",
    ("waiting", "TicketCancelled"): "cancelled",
    ("waiting", "DayClosed"): "cancelled",
    ("called", "TicketRecalled"): "called",
    ("called", "ServiceStarted"): "serving",
    ("called", "TicketTransferred"): "waiting",
    ("called", "NoShowDeclared"): "no_show",
    ("called", "TicketCancelled"): "cancelled",
    ("called", "DayClosed"): "cancelled",
    ("serving", "ServiceAdded"): "serving",
    ("serving", "ServiceFinished"): "finished",
    ("serving", "TicketParked"): "parked",
    ("serving", "TicketTransferred"): "waiting",
    ("serving", "DayClosed"): "finished",
    ("parked", "TicketResumed"): "serving",
    ("parked", "TicketCancelled"): "cancelled",
    ("parked", "DayClosed"): "cancelled",
    ("no_show", "TicketReturned"): "waiting",
}


def a_ticket(state: State) -> Ticket:
    return Ticket("2024-03-05-A001", "A001", "cash", "en", "token", 0, 0, (Step("cash", 0),), state)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
@pytest.mark.parametrize("state", State)
def test_an_event_leads_where_the_table_says_and_is_refused_everywhere_else(
    state: State, event: type[e.Happened]
) -> None:
    ticket = a_ticket(state)
    expected = LEADS_TO.get((state.value, event.__name__))
    if expected is None:
        with pytest.raises(WrongState) as refused:
            ticket.after(event)
        assert refused.value.facts == {"number": "A001", "state": STATE_NAMES[state]}
    else:
        assert ticket.after(event) == expected
    assert ticket == a_ticket(state)


def test_a_ticket_that_ended_stays_ended_unless_a_missed_customer_returns() -> None:
    ended = set(State) - LIVE
    assert ended == {State.FINISHED, State.NO_SHOW, State.CANCELLED}
    ways_back = [(state, event) for state, event in LEADS_TO if state in ended]
    assert ways_back == [("no_show", "TicketReturned")]


def test_every_state_has_a_name_that_a_person_reads() -> None:
    assert set(STATE_NAMES) == set(State)
    assert len(set(STATE_NAMES.values())) == len(State)


def test_only_called_and_served_tickets_are_at_a_counter() -> None:
    assert {State.CALLED, State.SERVING} == AT_COUNTER
