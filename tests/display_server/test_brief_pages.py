"""The briefs' page: made in the background, kept, refused where there is nothing to say; how it looks in a browser."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from display_server.manager import briefs
from display_server.manager.briefs import FRESH_MS, BriefFailed, BriefRoom, by_command
from lobby.command_line.branch import write_example
from lobby.config import load
from lobby.records.journal import Journal
from lobby.records.store import Store
from lobby.waits.planning.arrivals import Forecast, Range
from lobby.waits.planning.brief import Evening, Morning
from tests.builders import Clock
from tests.display_server.care_house import CareHouse
from tests.kiosk.accessibility import axe_violations
from tests.lobby.waits.planning.made_up_days import events_of, made_up_days

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE_MS = 240_000
"""The command that makes a brief goes after all else on this machine."""
TODAY, YESTERDAY = date(2024, 3, 5), date(2024, 3, 4)

Get = Callable[..., TestResponse]


@pytest.fixture(scope="module")
def office(memory_folder: Path) -> Iterator[CareHouse]:
    """A branch on Tuesday 5 March 2024 with five days behind it."""
    folder = memory_folder / "briefs"
    write_example(folder)
    shutil.rmtree(folder / "knowledge")
    setup = load(folder).setup
    store = Store.in_folder(folder)
    days = made_up_days(setup, "2024-02-27", 5, per_hour={"cash": 2, "loans": 0.5}, counters=1)
    Journal(store, setup.id).append(events_of(days))
    store.close()
    office = CareHouse(folder)
    yield office
    office.close()


@pytest.fixture
def get(office: CareHouse) -> Get:
    def get(path: str, name: str = "mia") -> TestResponse:
        sent = {"Authorization": f"Bearer {office.token(name)}", "Accept": "text/html"}
        return office.house.client().get(path, headers=sent)

    return get


# -- the room


class Work:
    """Work that is started, and done when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, work: Callable[[], None]) -> None:
        self.waiting.append(work)

    def do(self) -> None:
        self.waiting.pop()()


def closed(day: date) -> Morning:
    """The brief of a day on which nobody is expected."""
    nobody = Range(0, 0, 0)
    return Morning(day.isoformat(), Forecast(day.isoformat(), "closed", 1, 0, 0, False, nobody, ()), {})


def test_a_brief_is_begun_once_and_shown_when_it_is_made() -> None:
    work, clock = Work(), Clock()
    room = BriefRoom(lambda kind, day: closed(day), clock, work)
    assert room.ask("evening", YESTERDAY, over=True) is None
    assert room.ask("evening", YESTERDAY, over=True) is None
    assert len(work.waiting) == 1
    work.do()
    made = room.ask("evening", YESTERDAY, over=True)
    assert made is not None
    assert made.day == "2024-03-04"
    clock.forward(FRESH_MS)
    assert room.ask("evening", YESTERDAY, over=True) is made
    assert work.waiting == []


def test_the_brief_of_a_day_that_goes_on_is_made_anew_after_a_while_and_shown_until_then() -> None:
    work, clock = Work(), Clock()
    room = BriefRoom(lambda kind, day: closed(day), clock, work)
    room.ask("morning", TODAY, over=False)
    work.do()
    first = room.ask("morning", TODAY, over=False)
    assert (first is not None, work.waiting) == (True, [])
    clock.forward(FRESH_MS / 1000)
    assert room.ask("morning", TODAY, over=False) is first
    work.do()
    assert room.ask("morning", TODAY, over=False) is not first


def test_a_brief_that_could_not_be_made_is_said_once_and_then_tried_again() -> None:
    work = Work()
    room = BriefRoom(lambda kind, day: None, Clock(), work)
    assert room.ask("morning", TODAY, over=False) is None
    work.do()
    with pytest.raises(BriefFailed):
        room.ask("morning", TODAY, over=False)
    assert room.ask("morning", TODAY, over=False) is None
    assert len(work.waiting) == 1


def test_what_breaks_while_a_brief_is_made_does_not_keep_it_from_being_made_again() -> None:
    def breaks(kind: str, day: date) -> Morning:
        raise OSError("no process can be started")

    work = Work()
    room = BriefRoom(breaks, Clock(), work)
    room.ask("morning", TODAY, over=False)
    with pytest.raises(OSError, match="no process"):
        work.do()
    with pytest.raises(BriefFailed):
        room.ask("morning", TODAY, over=False)
    assert room.ask("morning", TODAY, over=False) is None
    assert len(work.waiting) == 1


def test_what_the_command_says_is_the_brief_and_a_day_without_one_is_none(office: CareHouse) -> None:
    found = by_command(office.server.folder, "evening", YESTERDAY)
    assert isinstance(found, Evening)
    assert (found.day, found.came == found.served) == ("2024-03-04", True)
    assert by_command(office.server.folder, "evening", date(2024, 3, 3)) is None


def test_a_brief_that_hangs_is_given_up(
    office: CareHouse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(briefs, "COMMAND", (sys.executable, "-c", "import time; time.sleep(600)"))
    monkeypatch.setattr(briefs, "LONGEST_S", 0.1)
    assert by_command(office.server.folder, "evening", YESTERDAY) is None
    assert "was not made within 0.1 s" in caplog.text


# -- the page


def test_while_it_is_made_the_page_says_so_and_looks_again(get: Get) -> None:
    page = get("/brief?kind=evening")
    assert "The brief is being made." in page.text
    assert page.headers["Refresh"] == "3"


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("/brief?day=2024-02-27", 409, "there is nothing to forecast from"),
        ("/brief?day=2024-12-03", 409, "there is nothing to forecast from"),
        ("/brief?kind=evening&day=2024-03-03", 404, "There is no such thing here."),
        ("/brief?kind=noon", 422, "morning, evening"),
        ("/brief?day=today", 422, "a date such as"),
        ("/brief?day=9999-12-31", 422, "a date such as"),
    ],
)
def test_where_there_is_nothing_to_say_the_page_says_why(get: Get, path: str, code: int, said: str) -> None:
    answer = get(path)
    assert answer.status_code == code
    assert said in answer.text


def test_a_teller_does_not_see_the_briefs(get: Get) -> None:
    assert get("/brief", "ann").status_code == 403


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


@pytest.mark.browser
def test_the_brief_comes_by_itself_fits_a_phone_and_is_accessible(chromium: Any, office: CareHouse) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    context.add_cookies([{"name": "lobby", "value": office.token("mia"), "url": office.url}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{office.url}/brief?kind=evening")
    page.wait_for_selector("text=Main Street, evening brief: Monday, March 4, 2024")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe_violations(page) == []
    context.close()
