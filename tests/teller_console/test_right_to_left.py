"""Right-to-left phrases are isolated, each for itself, and take no room."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from teller_console.right_to_left import PDI, RLI, Isolate, isolated


@pytest.mark.parametrize("text", ["", "Cash  12 min", "Касса", "现金业务"])
def test_other_scripts_are_left_as_they_are(text: str) -> None:
    assert isolated(text) == [text]


def test_columns_stay_where_they_are() -> None:
    row = "القروض    10 min   الحسابات "
    pieces = [f"{RLI}القروض{PDI}", "    ", "10 min", "   ", f"{RLI}الحسابات{PDI}", " "]
    assert isolated(row) == pieces
    assert cell_len("".join(pieces)) == cell_len(row)


def test_a_phrase_keeps_its_single_spaces_and_numbers() -> None:
    assert isolated("الأطول 14 دقيقة (B002)") == [f"{RLI}الأطول 14 دقيقة (B002){PDI}"]


def test_each_piece_of_a_line_is_isolated_for_itself() -> None:
    segments = [Segment("نقد"), Segment(" │ "), Segment("بطاقات")]
    assert [s.text for s in Isolate().apply(segments, Color(0, 0, 0))] == [f"{RLI}نقد{PDI}", " │ ", f"{RLI}بطاقات{PDI}"]
