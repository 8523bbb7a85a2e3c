"""The ten-ticket day as it is reckoned by hand in docs/reports.md, against the report as people read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lobby.reports.day import day_record
from lobby.reports.figures import figures_of_days
from lobby.reports.forms.document import Document
from lobby.reports.forms.rendering import document
from lobby.words import words
from tests.lobby.reports.ten_tickets import DAY, ten_tickets

DOCS = Path(__file__).parents[3] / "docs" / "reports.md"

BY_HAND = {
    "issued": "10",
    "called": "7",
    "served": "6",
    "left": "4",
    "left_share": "40%",
    "no_show": "1",
    "no_show_share": "10%",
    "cancelled_by_customer": "1",
    "cancelled_by_staff": "1",
    "left_at_close": "1",
    "appointments": "0",
    "transferred": "1",
    "wait_mean_s": "6:30",
    "wait_median_s": "5:30",
    "wait_p90_s": "12:30",
    "wait_max_s": "15:00",
    "last_call_mean_s": "6:30",
    "service_level": "55.6%",
    "within_of_all": "50%",
    "within_of_served": "83.3%",
    "steps": "8",
    "handling_mean_s": "4:45",
    "handling_median_s": "5:00",
    "handling_p90_s": "6:18",
    "visit_handling_mean_s": "6:20",
    "in_one_place": "83.3%",
    "staffed_s": "2:45:00",
    "break_s": "15:00",
    "serving_s": "38:00",
    "counters_open": "1.7",
    "counters_serving": "0.4",
    "occupancy": "25.3%",
    "customers": "6",
    "per_hour": "2.4",
    "mix": "Cash 5, Cards 2",
}
BY_LINE = {
    ("half_hour", "09:00"): {
        "issued": "7",
        "left": "3",
        "wait_mean_s": "5:45",
        "service_level": "66.7%",
        "open_on_average": "2",
        "busy": "41.7%",
    },
    ("half_hour", "09:30"): {
        "issued": "3",
        "left": "1",
        "wait_mean_s": "8:00",
        "service_level": "33.3%",
        "open_on_average": "1.5",
        "busy": "28.9%",
    },
    ("half_hour", "10:00"): {"issued": "0", "wait_mean_s": "–", "open_on_average": "1.5", "busy": "0%"},
    ("service", "cash"): {
        "issued": "8",
        "called": "5",
        "served": "4",
        "left": "4",
        "wait_mean_s": "6:45",
        "wait_p90_s": "–",
        "service_level": "42.9%",
        "within_of_all": "37.5%",
        "within_of_served": "75%",
        "handling_mean_s": "4:24",
        "handling_median_s": "5:00",
        "handling_p90_s": "5:36",
    },
    ("service", "cards"): {"issued": "1", "wait_mean_s": "2:00", "steps": "2", "handling_mean_s": "4:30"},
    ("service", "loans"): {"issued": "1", "wait_mean_s": "10:00", "handling_mean_s": "7:00", "in_one_place": "0%"},
    ("counter", "1"): {
        "called": "6",
        "no_show": "1",
        "customers": "5",
        "wait_mean_s": "6:45",
        "handling_mean_s": "4:24",
        "staffed_s": "1:30:00",
        "serving_s": "22:00",
        "occupancy": "24.4%",
        "per_hour": "3.3",
        "mix": "Cash 5",
    },
    ("counter", "3"): {
        "called": "3",
        "no_show": "0",
        "customers": "2",
        "wait_mean_s": "6:00",
        "handling_mean_s": "5:20",
        "staffed_s": "1:15:00",
        "break_s": "15:00",
        "serving_s": "16:00",
        "occupancy": "26.7%",
        "per_hour": "2",
        "mix": "Cards 2",
    },
}


@pytest.fixture(scope="module")
def report() -> Document:
    room = ten_tickets()
    record = day_record(room.branch.setup, room.history, DAY)
    assert record is not None
    return document(figures_of_days([record], room.branch.at), words("en"))


def test_the_figures_of_the_day_are_those_reckoned_by_hand(report: Document) -> None:
    shown = {figure.key: figure.now.text for headline in report.headlines for figure in headline.figures}
    assert {key: shown[key] for key in BY_HAND} == BY_HAND
    nothing = {key: text for key, text in shown.items() if key not in BY_HAND}
    assert set(nothing.values()) <= {"0", "0%", "–"}  # no promises, lists, answers, complaints on that day


def test_the_lines_are_those_reckoned_by_hand(report: Document) -> None:
    shown: dict[tuple[str, str], dict[str, str]] = {}
    for grid in report.grids:
        for line in grid.lines:
            cells = {column.key: cell.text for column, cell in zip(grid.columns, line.cells, strict=True)}
            shown.setdefault((grid.scope, line.key), {}).update(cells)
    for where, figures in BY_LINE.items():
        assert {key: shown[where][key] for key in figures} == figures, where
    assert shown["teller", "ann"] == shown["counter", "1"]


def test_the_docs_print_every_time_and_share_of_the_day() -> None:
    by_hand = DOCS.read_text(encoding="utf-8").partition("## Ten tickets by hand")[2].partition("## In code")[0]
    printed = set(re.findall(r"\d+:[\d:]+|[\d.]+ %", by_hand))
    texts = {text for figures in (BY_HAND, *BY_LINE.values()) for text in figures.values()}
    told = {text for text in texts if re.fullmatch(r"[\d:.]+%?", text) and set(text) & set(":%")}
    assert {text.replace("%", " %") for text in told} <= printed
