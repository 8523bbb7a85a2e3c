"""Whose ticket may be seen by whom: the token opens it, until the day is over; who guesses waits, others do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lobby.errors import TooManyAttempts, UnknownTicket
from tests.builders import Clock
from tests.end_to_end.house import House, a_house

LOBBY, HOME = "192.0.2.7", "192.0.2.8"


@pytest.fixture
def house(memory_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[House]:
    house = a_house(memory_folder / tmp_path.name, clock)
    yield house
    house.server.close()


def opens(house: House, token: str, address: str = LOBBY) -> str:
    """The number of the ticket, or why it is not shown."""
    try:
        return house.server.ticket_tokens.ticket(token, address).number
    except (UnknownTicket, TooManyAttempts) as refusal:
        return refusal.name


def guesses(house: House, times: int, address: str = LOBBY) -> list[str]:
    return [opens(house, f"guess-{n}", address) for n in range(times)]


def issue(house: House) -> Any:
    return house.issue(print=False)["token"]


def test_a_token_opens_its_ticket_and_nothing_else_does(house: House) -> None:
    ticket = house.issue(print=False)
    assert opens(house, ticket["token"]) == "A001"
    for other in ("", "A001", ticket["id"], ticket["token"][:-1], ticket["token"].swapcase()):
        assert opens(house, other, f"of {other}") == "UnknownTicket"


def test_a_token_is_over_with_its_day_although_nothing_has_happened_in_the_next(house: House) -> None:
    token = issue(house)
    ticket = house.server.ticket_tokens.ticket(token, LOBBY)
    house.clock.now = house.server.desk.state.day_end - 1
    assert (opens(house, token), house.server.ticket_tokens.is_over(ticket.id)) == ("A001", False)
    house.clock.forward(0.001)
    assert (opens(house, token), house.server.ticket_tokens.is_over(ticket.id)) == ("UnknownTicket", True)


def test_who_guesses_waits_and_nobody_else_does(house: House) -> None:
    """A lobby has one address for all phones in it, and so has everybody behind a proxy."""
    mine = issue(house)
    assert guesses(house, 7) == ["UnknownTicket"] * 5 + ["TooManyAttempts"] * 2
    assert opens(house, mine) == opens(house, mine, HOME) == "A001"
    assert guesses(house, 1) == ["TooManyAttempts"], "who has a ticket may not guess either"
    assert guesses(house, 1, HOME) == ["UnknownTicket"]
    house.clock.forward(60)
    assert guesses(house, 1) == ["UnknownTicket"]


def test_many_phones_with_a_page_of_yesterday_lock_nobody_out(house: House) -> None:
    guesses(house, 40)
    assert opens(house, issue(house)) == "A001"


def test_a_page_of_yesterday_that_is_loaded_again_and_again_is_no_guess(house: House) -> None:
    assert {opens(house, "yesterday's") for _ in range(20)} == {"UnknownTicket"}
    assert opens(house, issue(house)) == "A001"
