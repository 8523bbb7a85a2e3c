"""The report of a chain in a browser: its tables put in order by keyboard, each definition one step away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from display_server.head_office.app import COOKIE, create_app
from display_server.head_office.office_server import OfficeServer
from lobby.access import MANAGER
from lobby.head_office.office_file import EXAMPLE, FILE
from lobby.records.tokens import SESSION
from tests.builders import Clock, moment
from tests.display_server.served import served
from tests.display_server.staged import CHROMIUM
from tests.lobby.head_office.branches import arrive
from tests.lobby.head_office.generated import generated

DAYS = tuple(f"2024-03-0{day}" for day in (4, 5, 6, 7, 8))
NOW = moment("2024-03-09 12:00")
ISSUED = {"harbour": 20, "market": 8, "station": 14}


@pytest.fixture(scope="module")
def page(empty_store: Path, memory_folder: Path) -> Iterator[Any]:
    """The report of a week of three branches; what goes wrong in it fails the last test."""
    folder = copytree(empty_store, memory_folder / "chain report")
    (folder / FILE).write_text(EXAMPLE, encoding="utf-8")
    house = OfficeServer(folder, clock=Clock(NOW))
    for seed, (branch, customers) in enumerate(ISSUED.items()):
        arrive(house.received, generated(branch, seed, DAYS, customers), NOW)
    house.look()
    token = house.tokens.create(SESSION, "mia", MANAGER, NOW, 10**9)
    running = served(create_app(house))
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{running.port}"
    with pytest.importorskip("playwright.sync_api").sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": COOKIE, "value": token, "url": url}])
        page = context.new_page()
        page.wrong = []
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("console", lambda said: said.type == "error" and page.wrong.append(said.text))
        page.goto(f"{url}/report?kind=range&from={DAYS[0]}&to={DAYS[-1]}&language=en")
        page.wait_for_selector(".report-order")
        yield page
        browser.close()
    running.shutdown()
    thread.join()
    running.server_close()
    house.close()


def lines(page: Any, table: int) -> list[str]:
    """The branches of a table in their order."""
    names: list[str] = page.locator("table[data-order]").nth(table).locator("tbody th").all_inner_texts()
    return names


def test_a_column_of_numbers_puts_every_table_of_branches_in_its_order(page: Any) -> None:
    assert lines(page, 0) == ["Harbour", "Market", "Station"]  # no rank: by name
    by_issued = page.get_by_role("button", name="Order by: Issued")
    by_issued.focus()
    page.keyboard.press("Enter")
    assert lines(page, 0) == lines(page, 3) == ["Harbour", "Station", "Market"]
    assert page.locator("[aria-sort]").count() == 1
    assert page.locator("[aria-sort=descending]").inner_text().startswith("Issued")
    page.keyboard.press("Space")
    assert lines(page, 0) == lines(page, 3) == ["Market", "Station", "Harbour"]
    assert page.evaluate("document.activeElement.textContent") == "▲"
    page.locator("table[data-order]").nth(2).get_by_role("button", name="Order by: Branch").click()
    assert lines(page, 0) == ["Harbour", "Market", "Station"]


def test_what_there_is_nothing_to_say_of_comes_last_either_way(page: Any) -> None:
    table = page.locator("table[data-order]").nth(0)
    table.locator("tbody tr", has_text="Harbour").locator("td").nth(0).evaluate("cell => delete cell.dataset.value")
    for first in ("Station", "Market"):
        table.get_by_role("button", name="Order by: Issued").click()
        assert lines(page, 0)[0] == first
        assert lines(page, 0)[-1] == "Harbour"


def test_words_have_no_order_and_every_title_leads_to_its_definition(page: Any) -> None:
    beside = page.locator("table[data-order]", has_text="Complaints by category")
    assert beside.locator(".report-order").count() == 1  # the branch's name
    title = page.locator("table[data-order] thead a").first
    key = title.get_attribute("href")
    title.click()
    assert page.evaluate("location.hash") == key
    assert page.locator(key).is_visible()


def test_nothing_went_wrong_in_the_page(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.wrong == []
