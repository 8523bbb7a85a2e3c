"""Why a ticket was called, over HTTP: who may ask, in which language, and what is no ticket and no day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import Clock
from tests.end_to_end.house import House, a_house


@pytest.fixture(scope="module")
def called(memory_folder: Path) -> Iterator[House]:
    """A001 waits while A002 goes before it by law."""
    clock = Clock()
    house = a_house(memory_folder / "why", clock)
    assert house.post("/counters/1/open", {}, "teller").status_code == 200
    house.issue("cash")
    clock.forward(60)
    house.issue("cash", priority="priority")
    clock.forward(60)
    assert house.post("/counters/1/next", {}, "teller").status_code == 200
    yield house
    house.server.close()


def test_the_answer_is_given_in_the_language_that_is_asked_for(called: House) -> None:
    found = called.get("/tickets/A001/why", "teller", Accept_Language="en").json
    assert found is not None
    assert (found["number"], found["state"], found["calls"]) == ("A001", "waiting", [])
    [overtake] = found["overtaken"]
    assert (overtake["by_number"], overtake["rule"], overtake["later_s"], overtake["bound_s"]) == (
        "A002",
        "statutory",
        60.0,
        None,
    )
    assert overtake["line"] == "A002 goes before others by law."
    first = called.get("/tickets/a002/why", "teller", Accept_Language="ru").json
    assert first is not None
    [call] = first["calls"]
    assert [place["number"] for place in call["ranked"]] == ["A002", "A001"]
    assert call["line"].isascii() is False


@pytest.mark.parametrize(("role", "status"), [("teller", 200), ("auditor", 200), ("kiosk", 403), ("display", 403)])
def test_who_may_see_the_queue_may_ask(called: House, role: str, status: int) -> None:
    assert called.get("/tickets/A001/why", role).status_code == status


@pytest.mark.parametrize(("role", "status"), [("manager", 200), ("auditor", 200), ("teller", 403), ("kiosk", 403)])
def test_who_may_see_figures_may_see_the_ledger(called: House, role: str, status: int) -> None:
    answer = called.get("/fairness", role)
    assert answer.status_code == status
    if status == 200:
        assert answer.json is not None
        assert (answer.json["calls"], answer.json["by_rule"], answer.json["broken"]) == (1, {"statutory": 1}, [])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tickets/A404/why", 404),
        ("/tickets/A001/why?day=2024-03-04", 404),
        ("/tickets/A001/why?day=yesterday", 422),
        ("/tickets/A001/why?day=9999-12-31", 422),
        ("/fairness?from=2024-3-5", 422),
        ("/fairness?from=2024-03-05&to=2024-03-04", 422),
    ],
)
def test_what_is_no_ticket_and_what_is_no_day_is_said(called: House, path: str, status: int) -> None:
    answer = called.get(path)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_before_anything_happened_there_is_no_day_to_ask_about(memory_folder: Path, clock: Clock) -> None:
    house = a_house(memory_folder / "why-nothing", clock)
    assert house.get("/tickets/A001/why").status_code == 422
    house.server.close()
