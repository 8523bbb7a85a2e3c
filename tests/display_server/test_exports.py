"""Tables for other programs over HTTP: which days they are of, and that nothing of a request comes into a header."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from display_server.running.pieces import LINES, in_pieces
from tests.builders import Clock
from tests.end_to_end.house import House, a_house

KINDS = ("interactions", "complaints", "follow-ups", "feedback")


@pytest.fixture
def house(memory_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[House]:
    house = a_house(memory_folder / tmp_path.name, clock)
    yield house
    house.server.close()


@pytest.mark.parametrize("what", KINDS)
def test_a_table_of_today_is_given_before_anything_happened(house: House, what: str) -> None:
    answer = house.get(f"/exports/{what}.csv")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{what}-2024-03-05-2024-03-05.csv"'
    assert len(answer.text.splitlines()) == 1


def test_a_table_is_of_both_days_and_those_between(house: House, clock: Clock) -> None:
    for _ in range(3):
        assert house.post("/complaints", {"text": "It took an hour"}, "teller").status_code == 200
        clock.forward(hours=24)
    answer = house.get("/exports/complaints.csv?from=2024-03-06&to=2024-03-07")
    assert len(answer.text.splitlines()) == 3
    assert "an hour" not in answer.text


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize(
    "asked",
    [
        *("2026-11-17\n10:00", "2026-11-17\r\nX-Evil: 1", '2026-11-17"10:00', "2026-11-17;10:00", "2026-11-17T10:00"),
        *("2026-11-17\N{GRINNING FACE}10:00", "20261117", "2026-W47-2", "2026-11-17 ", "9999-12-31", "2026-02-30"),
    ],
)
def test_what_is_no_day_is_refused(house: House, name: str, asked: str) -> None:
    answer = house.get(f"/exports/complaints.csv?{name}={quote(asked)}")
    assert answer.status_code == 422
    assert "Content-Disposition" not in answer.headers
    assert name in answer.text


@pytest.mark.parametrize("asked", ["from=2024-03-06&to=2024-03-05", "from=2020-01-01&to=2024-03-05"])
def test_days_the_wrong_way_round_and_more_than_two_years_are_refused(house: House, asked: str) -> None:
    answer = house.get(f"/exports/complaints.csv?{asked}")
    assert answer.status_code == 422
    assert "Content-Disposition" not in answer.headers


def test_a_long_table_is_made_in_pieces_off_the_loop_and_begins_only_when_it_can() -> None:
    made: list[int] = []

    def offload(work: Callable[[], object]) -> object:
        made.append(len(made))
        return work()

    text = in_pieces((f"{n}\n" for n in range(3 * LINES + 1)), offload)
    assert made == [0], "what hinders the beginning is known before the answer"
    assert "".join(text).split() == [f"{n}" for n in range(3 * LINES + 1)]
    assert len(made) == 5, "and nothing is left"
    with pytest.raises(ZeroDivisionError):
        in_pieces((f"{1 // n}" for n in (0, 1)), offload)
