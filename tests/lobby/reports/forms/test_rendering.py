"""The report as table, page, sheet and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from html import escape
from html.parser import HTMLParser

import msgspec
import pytest
from rich.console import Console

from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from lobby.reports.day import day_record
from lobby.reports.definitions import FIGURES
from lobby.reports.figures import figures_of_days
from lobby.reports.forms import breaches, chain_contents, contents, opinion_layout
from lobby.reports.forms.rendering import as_csv, as_html, as_html_body, as_json, as_table
from lobby.reports.forms.shown import NOTHING, duration, shown
from lobby.reports.period import PeriodFigures
from lobby.words import words
from tests.builders import KIOSK, a_room, moment
from tests.lobby.reports.ten_tickets import DAY, ten_tickets

EN = words("en")


@pytest.fixture(scope="module")
def ten() -> PeriodFigures:
    room = ten_tickets()
    record = day_record(room.branch.setup, room.history, DAY)
    assert record is not None
    return figures_of_days([record], room.branch.at)


class Page(HTMLParser):
    """Collects tags and attributes, and checks that they are closed in the order in which they were opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in {"meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def on_terminal(figures: PeriodFigures, width: int = 110) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(as_table(figures, EN))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def sheet(figures: PeriodFigures) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(figures), newline="")))


def test_the_table_shows_figures_grids_and_definitions(ten: PeriodFigures) -> None:
    text = on_terminal(ten)
    assert "Test branch: Tuesday, March 5, 2024" in text
    assert re.search(r"Mean wait +6:30", text)
    assert re.search(r"Service level +55.6%", text)
    assert "By counter: time" in text
    assert "Serving time as a share of the staffed time" in text


def test_the_table_keeps_to_the_width_of_a_terminal(ten: PeriodFigures) -> None:
    assert max(map(len, on_terminal(ten, 80).splitlines())) <= 80


def test_the_fragment_has_no_script_no_style_and_no_page_around_it(ten: PeriodFigures) -> None:
    page = Page(as_html_body(ten, EN))
    assert not {"html", "body", "script", "style", "link"} & set(page.tags)
    assert "style" not in dict(page.attributes)
    assert page.tags[0] == "article"


def test_the_page_stands_alone_with_one_style_element_and_nothing_from_elsewhere(ten: PeriodFigures) -> None:
    html = as_html(ten, EN)
    page = Page(html)
    assert page.tags.count("style") == 1
    assert not {"script", "link", "img"} & set(page.tags)
    assert "http" not in html
    assert "@media print" in html


def test_every_figure_on_the_page_leads_to_its_definition(ten: PeriodFigures) -> None:
    html = as_html_body(ten, EN)
    linked = re.findall(r'href="#definition-(\w+)"', html)
    assert {"wait_mean_s", "mix", "busy"} <= set(linked)
    for key in linked:
        assert f'<dt id="definition-{key}">' in html
        assert escape(FIGURES[key].definition) in html


def test_every_figure_that_is_defined_is_in_some_report() -> None:
    listed = vars(contents) | vars(chain_contents)
    parts = [part for name, part in listed.items() if name.isupper() and isinstance(part, tuple)]
    shown = {key for part in parts for one in part for key in getattr(one, "keys", ())}
    shown |= {*contents.STILL_HERE, *contents.COMPARED, *breaches.KEYS, "breaches", *opinion_layout.NAMED}
    assert FIGURES.keys() - shown == {
        "longest_s",
        "open_counters",
        "mix_share",
    }  # of the manager's page; by its services


def test_a_page_in_arabic_runs_from_right_to_left(ten: PeriodFigures) -> None:
    class Arabic:
        language, direction, locale = "ar", "rtl", EN.locale

        def __call__(self, message: str, **facts: object) -> str:
            return message % facts if facts else message

    html = as_html(ten, Arabic())
    assert '<html lang="ar" dir="rtl">' in html
    assert "نقد" in html  # the service's own name in that language
    assert "text-align: start" in html
    assert not re.search(r"(margin|padding|border|text-align)[a-z-]*: ?(left|right)|-(left|right):", html)


def test_a_name_cannot_put_tags_on_the_page(ten: PeriodFigures) -> None:
    evil = msgspec.structs.replace(ten.tellers[0], key="<script>alert(1)</script>")
    html = as_html(msgspec.structs.replace(ten, tellers=(evil,)), EN)
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_sheet_has_one_row_a_figure_with_unit_and_definition(ten: PeriodFigures) -> None:
    rows = sheet(ten)
    by_key = {(row["scope"], row["key"]): row for row in rows}
    assert len(by_key) == len(rows)
    mean = by_key["branch", "wait_mean_s"]
    assert (mean["value"], mean["unit"], mean["name"]) == ("390.0", "s", "Mean wait")
    assert mean["definition"] == FIGURES["wait_mean_s"].definition
    assert by_key["service/cards", "wait_p90_s"]["value"] == ""
    assert by_key["counter/1", "mix/cash"]["name"] == "Services finished: 1 One: Cash"
    assert by_key["report", "day"]["value"] == DAY


def test_a_sheet_runs_no_formula_that_came_in_a_name() -> None:
    room = a_room()
    room.open(1, Actor('=HYPERLINK("x")', "teller"))
    room.issue()
    record = day_record(room.branch.setup, room.history, DAY)
    assert record is not None
    figures = msgspec.structs.replace(figures_of_days([record], room.branch.at), branch="@evil")
    cells = [cell for row in sheet(figures) for cell in row.values()]
    assert "'@evil" in cells
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "@", "\t", "\r"}]


def test_a_negative_number_in_a_sheet_stays_a_number(ten: PeriodFigures) -> None:
    promises = msgspec.structs.replace(ten.honesty.overall, promise_error_mean_s=-12.5)
    figures = msgspec.structs.replace(ten, honesty=msgspec.structs.replace(ten.honesty, overall=promises))
    assert {row["value"] for row in sheet(figures) if row["key"] == "promise_error_mean_s"} >= {"-12.5"}


def test_json_carries_figures_and_definitions(ten: PeriodFigures) -> None:
    told = json.loads(as_json(ten, EN))
    assert told["overall"]["visits"]["wait"]["wait_mean_s"] == 390
    assert told["definitions"]["occupancy"]["unit"] == "share"


def test_every_report_can_be_made_of_a_day_without_anyone() -> None:
    room = a_room(at=moment(f"{DAY} 09:00"))
    room.open(1)
    record = day_record(room.branch.setup, room.history, DAY)
    assert record is not None
    figures = figures_of_days([record], room.branch.at)
    assert NOTHING in on_terminal(figures)
    Page(as_html(figures, EN))
    assert sheet(figures)
    assert "The day is still open" in on_terminal(figures) or "the day is still open" in on_terminal(figures)


def test_a_report_can_be_made_in_every_language_there_is(ten: PeriodFigures) -> None:
    from lobby.words import LANGUAGES

    for language in LANGUAGES:
        assert f'lang="{language}"' in as_html(ten, words(language))


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (245, "4:05"), (3845, "1:04:05"), (-12, "−0:12"), (-0.2, "0:00")]
)
def test_a_duration_reads_as_minutes_and_seconds(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_mean_rating_reads_as_a_number_of_one_to_five_and_nothing_as_a_dash() -> None:
    assert shown("rating_mean", 3.75, words("en"), {}) == "3.8"
    assert shown("rating_mean", 3.75, words("ru"), {}) == "3,8"
    assert shown("rating_mean", None, words("en"), {}) == NOTHING
    assert shown("ratings", 1234, words("en"), {}) == "1,234"


def test_what_customers_left_besides_is_in_every_form_of_the_report() -> None:
    room = ten_tickets()
    room.do(c.TakeList("cash"), KIOSK)
    room.do(c.GiveFeedback(4), KIOSK)
    record = day_record(room.branch.setup, room.history, DAY)
    assert record is not None
    figures = figures_of_days([record], room.branch.at)
    body = as_html_body(figures, words("en"))
    for key in ("lists_taken", "ratings", "rating_mean"):
        assert FIGURES[key].title in body
        assert FIGURES[key].definition in body
        assert f"{key}," in as_csv(figures, words("en"))
    overall = json.loads(as_json(figures))["overall"]
    assert (overall["lists_taken"], overall["opinions"]["ratings"], overall["opinions"]["rating_mean"]) == (1, 1, 4.0)


def test_figures_read_by_their_unit() -> None:
    assert shown("occupancy", 0.9231, EN, {}) == "92.3%"
    assert shown("issued", 1234, EN, {}) == "1,234"
    assert shown("wait_mean_s", None, EN, {}) == NOTHING
    assert shown("mix", {"cash": 3, "old": 1}, EN, {"cash": "Cash"}) == "Cash 3, old 1"


def test_names_that_run_both_ways_do_not_pull_each_others_numbers_over() -> None:
    counts, both = {"loans": 747, "cash": 1481}, {"loans": "Loans", "cash": "نقد"}
    apart = "\u2068Loans 747\u2069, \u2068نقد 1,481\u2069"
    assert shown("mix", counts, words("ar"), both) == f"\u2067{apart}\u2069"
    assert shown("mix", counts, EN, both) == f"\u2066{apart}\u2069"
    assert shown("mix", {}, words("ar"), both) == NOTHING


def test_a_counter_on_its_own_is_called_by_its_number_and_name(ten: PeriodFigures) -> None:
    assert '<th scope="row"><bdi>1 One</bdi></th>' in as_html_body(ten, EN)
