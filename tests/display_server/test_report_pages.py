"""The report's page: which days it shows, how one goes to others, what can be taken away, how it prints."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from lobby.queue import commands as c
from tests.builders import ANN, BOB, KIOSK, MIA
from tests.display_server.care_house import CareHouse
from tests.display_server.staged import PATIENCE_MS
from tests.kiosk.accessibility import axe_violations

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
API = "/api/v1/branches/main-street/reports"
LANGUAGES = ("en", "ar", "zh", "ru")


@pytest.fixture(scope="module")
def office(memory_folder: Path) -> Iterator[CareHouse]:
    """A branch on Tuesday 5 March 2024, on Wednesday, and on the Tuesday after, which goes on."""
    office = CareHouse(memory_folder / "report-pages")
    for hours in (24, 24 * 6, 0):
        work(office)
        office.clock.forward(hours=hours)
    yield office
    office.close()


def work(office: CareHouse) -> None:
    """Part of a day at two counters: some are served, one gives up, one waits on."""
    begun = office.clock.now
    office.do(c.OpenCounter(1), ANN)
    office.do(c.OpenCounter(4), BOB)
    for number, service in enumerate(("cash", "cards", "loans", "cash", "accounts", "cash", "cash")):
        office.clock.forward(minutes=4)
        office.do(c.Issue(service, language=LANGUAGES[number % 4]), KIOSK)
        if number % 2:
            counter, teller = (4, BOB) if service in {"loans", "accounts"} else (1, ANN)
            office.do(c.CallNext(counter), teller)
            office.do(c.Start(counter), teller)
            office.clock.forward(minutes=6)
            office.do(c.Finish(counter), teller)
    office.do(c.Cancel(next(iter(office.server.desk.state.waiting_tickets())).id), MIA)
    office.clock.now = begun


Get = Callable[..., TestResponse]


@pytest.fixture
def get(office: CareHouse) -> Get:
    def get(path: str, name: str = "mia", **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {office.token(name)}", "Accept": "text/html"}
        return office.house.client().get(path, headers=sent | headers)

    return get


def link(html: str, name: str) -> str:
    found = re.search(rf'id="{name}" href="([^"]+)"', html)
    return found[1].replace("&amp;", "&") if found else ""


def test_the_page_begins_with_today_and_goes_to_the_days_on_which_something_happened(get: Get) -> None:
    today = get("/report").text
    assert "Tuesday, March 12, 2024" in today
    assert link(today, "after") == ""
    before = get(link(today, "before")).text
    assert "Wednesday, March 6, 2024" in before
    assert link(before, "after") == "/report?kind=day&day=2024-03-12"
    first = get(link(before, "before")).text
    assert "Tuesday, March 5, 2024" in first
    assert link(first, "before") == ""


@pytest.mark.parametrize(
    ("asked", "shown", "before"),
    [
        ("kind=week&day=2024-03-12", "March 11, 2024 – Sunday, March 17", "/report?kind=week&day=2024-03-04"),
        ("kind=month&day=2024-03-12", "March 1, 2024 – Sunday, March 31", ""),
        (
            "from=2024-03-06&to=2024-03-12",
            "March 6, 2024 – Tuesday, March 12",
            "/report?kind=range&from=2024-02-28&to=2024-03-05",
        ),
    ],
)
def test_a_page_shows_a_week_a_month_or_any_days(get: Get, asked: str, shown: str, before: str) -> None:
    answer = get(f"/report?{asked}")
    assert answer.status_code == 200
    assert shown in answer.text
    assert "By day" in answer.text
    assert link(answer.text, "before") == before


def test_every_figure_of_the_page_leads_to_its_definition(get: Get) -> None:
    html = get("/report?kind=week&day=2024-03-05").text
    linked = set(re.findall(r'href="#(definition-\w+)"', html))
    assert len(linked) > 40
    assert linked <= set(re.findall(r'id="(definition-\w+)"', html))


def test_a_day_without_anything_says_so_and_still_leads_on(get: Get) -> None:
    answer = get("/report?day=2024-03-08")
    assert answer.status_code == 404
    assert "There is nothing for this day." in answer.text
    assert link(answer.text, "after") == "/report?kind=day&day=2024-03-12"


@pytest.mark.parametrize(
    "asked",
    ["day=tomorrow", "day=20240305", "kind=year", "from=2024-03-05&to=2024-03-01", "from=2020-01-01&to=2024-01-01"],
)
def test_days_that_cannot_be_shown_are_refused_in_words(get: Get, asked: str) -> None:
    assert get(f"/report?{asked}").status_code == 422
    assert get(f"{API}/period?{asked}&kind=range" if "from" in asked else f"{API}/period?{asked}").status_code == 422


@pytest.mark.parametrize(
    "asked",
    [
        "kind=day&day=1970-01-01",
        "kind=month&day=1970-01-01",
        "kind=day&day=8999-12-31",
        "from=1970-01-01&to=1970-01-03",
        "from=8999-12-30&to=8999-12-31",
    ],
)
def test_at_the_calendars_ends_nothing_leads_beyond(get: Get, asked: str) -> None:
    """The weeks of these days begin before the first year of which there are reports, or end after the last."""
    answer = get(f"/report?{asked}")
    assert answer.status_code == 404
    assert "There is nothing for th" in answer.text
    nav = answer.text.partition('<nav class="report-kinds"')[2].partition("</nav>")[0]
    assert re.findall(r"kind=(\w+)", nav) == ["day", "month", "range"]
    assert link(answer.text, "after" if "8999" in asked else "before") == ""


def test_a_teller_sees_no_report(get: Get) -> None:
    assert get("/report", "ann").status_code == 403
    assert get(f"{API}/period", "ann").status_code == 403


def test_what_is_taken_away_is_what_is_shown(get: Get) -> None:
    html = get("/report?kind=week&day=2024-03-05&language=ru").text
    links = [found.replace("&amp;", "&") for found in re.findall(r'href="(/api/[^"]+)" download', html)]
    forms = {re.search(r"format=(\w+)", one)[1]: get(one) for one in links}  # type: ignore[index]
    assert set(forms) == {"xlsx", "csv", "json", "html"}
    book = load_workbook(BytesIO(forms["xlsx"].data))
    assert "4 марта" in str(book.worksheets[0]["A1"].value)
    assert forms["json"].json is not None
    assert forms["json"].json["overall"]["visits"]["issued"] == 14
    assert '"branch","issued"' in forms["csv"].text or "branch,issued" in forms["csv"].text
    assert '<html lang="ru"' in forms["html"].text


def test_the_language_stays_from_one_page_to_the_next(get: Get) -> None:
    html = get("/report?language=ar").text
    assert '<html lang="ar" dir="rtl">' in html
    assert link(html, "before").endswith("&language=ar")
    assert 'href="?kind=day&amp;day=2024-03-12&amp;language=zh"' in html


# -- in a browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real Chromium, started once for the module."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; the pages were not tried in a browser")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any, office: CareHouse) -> Iterator[Callable[..., Any]]:
    wrong: list[str] = []
    contexts = []

    def open_page(path: str, width: int = 1280, height: int = 900) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        context.add_cookies([{"name": "lobby", "value": office.token("mia"), "url": office.url}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(office.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [text for text in wrong if "unsafe-eval" not in text] == []


browser = pytest.mark.browser


@browser
def test_one_goes_from_a_day_to_a_week_and_to_another_date(open_page: Callable[..., Any]) -> None:
    page = open_page("/report")
    page.click("text=Week")
    page.wait_for_selector("text=Monday, March 11, 2024 – Sunday, March 17, 2024")
    page.fill("#day", "2024-03-06")
    page.click("text=Show")
    page.wait_for_selector("text=Monday, March 4, 2024 – Sunday, March 10, 2024")
    page.click("#after")
    page.wait_for_selector("text=Monday, March 11, 2024 – Sunday, March 17, 2024")


@browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_and_is_accessible(open_page: Callable[..., Any], width: int) -> None:
    page = open_page("/report?kind=week&day=2024-03-05&language=ar", width, 844)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe_violations(page) == []


@browser
def test_nothing_is_cut_off_on_paper(open_page: Callable[..., Any]) -> None:
    """A4 landscape without its margins is 273 mm wide, 1032 CSS pixels."""
    page = open_page("/report?kind=month&day=2024-03-05&language=ru", 1032, 700)
    page.emulate_media(media="print")
    cut = page.evaluate(
        "[...document.querySelectorAll('.report-grid')]"
        ".filter(grid => grid.scrollWidth > grid.parentElement.clientWidth)"
        ".map(grid => grid.closest('section').firstChild.textContent)"
    )
    assert cut == []
    assert not page.is_visible(".report-picker")
