"""The screen that speaks, in a real browser against a real server: it plays what it is sent and says how that went; a
browser that refuses is seen on the screen and on record."""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest

from lobby.queue import commands as c
from lobby.queue.events import CallAnnounced, TicketCalled, TicketRecalled
from tests.display_server.staged import PATIENCE_MS
from tests.display_server.voice.hall import Hall
from tests.end_to_end.branch_process import until

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the voice is not tested in a browser"),
]

ALLOWED = "--autoplay-policy=no-user-gesture-required"
MARK = ".voice-mark:visible"
playwright.expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Page:
    """The hall's screen in a browser, and the messages that it sent and got, each by its name."""

    page: Any
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.page.on("websocket", self._listen)

    def _listen(self, socket: Any) -> None:
        for way in ("framereceived", "framesent"):
            socket.on(way, self._note)

    def _note(self, frame: Any) -> None:
        found = re.match(r"\d+/display,(\[.*\])$", str(frame), re.DOTALL)
        if found:
            name, *message = json.loads(found[1])
            self.messages[name] += message

    def heard(self, name: str) -> list[dict[str, Any]]:
        """The messages of this name so far."""
        self.page.wait_for_timeout(1)  # lets the driver hand over what it has; nothing is evaluated
        return self.messages[name]

    @property
    def sound(self) -> str:
        """How its sound is, as it said last; empty while it has said nothing."""
        return "".join(one["sound"] for one in self.heard("health")[-1:])


@pytest.fixture(scope="module")
def open_screen(hall: Hall) -> Iterator[Callable[..., Page]]:
    """Opens the hall's screen in a Chromium of its own, started with these arguments. Nothing is evaluated in it: that
    would count as a touch."""
    with playwright.sync_playwright() as driver:
        started = []

        def opened(*arguments: str, language: str = "en") -> Page:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *arguments])
            started.append(browser)
            context = browser.new_context(viewport={"width": 1280, "height": 720})
            context.set_default_timeout(PATIENCE_MS)
            context.add_cookies([{"name": "lobby-display", "value": hall.screen, "url": hall.server.url}])
            page = Page(context.new_page())
            page.page.goto(f"{hall.server.url}/screen?language={language}")
            return page

        yield opened
        for browser in started:
            browser.close()


def test_a_browser_that_allows_it_plays_each_call_to_its_end(hall: Hall, open_screen: Callable[..., Page]) -> None:
    screen = open_screen(ALLOWED)
    known, number = len(hall.noted), hall.call()
    first = hall.announced(known + 1)
    hall.do(c.Recall(1))
    second = hall.announced(known + 2)
    calls = [one.seq for one in hall.manager.events() if isinstance(one.event, TicketCalled | TicketRecalled)][-2:]
    for place, (one, called) in enumerate(zip((first, second), calls, strict=True), 1):
        assert one.event == CallAnnounced(f"{hall.day}-{number}", 1, place, called, "hall", "spoken", "", ("en",))
    until(lambda: len(screen.heard("said")) == 2, "what the screen said")  # the driver tells of it in its own time
    asked = screen.heard("say")
    assert screen.heard("said") == [{"id": say["id"], "outcome": "spoken"} for say in asked]
    recalled = next(one for one in hall.manager.events() if isinstance(one.event, TicketRecalled))
    assert second.at - recalled.at >= asked[1]["ms"]  # it was played to its end, and not only taken
    until(lambda: screen.sound == "on", "that its sound is on")
    assert screen.page.locator(MARK).count() == 0
    _a_sound_that_does_not_come_holds_up_no_other(hall, screen)
    _keeps_quiet(hall, screen)
    screen.page.context.browser.close()


def _a_sound_that_does_not_come_holds_up_no_other(hall: Hall, screen: Page) -> None:
    known = len(hall.noted)
    screen.page.route("**/voice/*.wav", lambda route: None)
    hall.do(c.Recall(1))
    assert hall.announced(known + 1).event.why == "failed"
    until(lambda: screen.heard("said")[-1]["outcome"] == "failed", "that the screen gave it up")
    screen.page.unroute("**/voice/*.wav")
    hall.do(c.Recall(1))
    assert hall.announced(known + 2).event.outcome == "spoken"
    until(lambda: screen.heard("said")[-1]["outcome"] == "spoken", "that the screen has said it")


def _keeps_quiet(hall: Hall, screen: Page) -> None:
    """Told to keep quiet from the manager's page, the screen says until when, and nothing is spoken."""
    known, asked = len(hall.noted), len(screen.heard("say"))
    with closing(screen.page.context.browser.new_context()) as context:
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "lobby", "value": hall.server.token("manager", "mo"), "url": hall.server.url}])
        manager = context.new_page()
        manager.goto(f"{hall.server.url}/manager?language=en")
        manager.click("#voice-quiet")
        manager.click("#quiet-voice [type=submit]")
        playwright.expect(manager.locator("#voice-state")).to_contain_text(f"not spoken, until {hall.day_ends}")
        playwright.expect(screen.page.locator(MARK)).to_contain_text(f"only shown, not spoken, until {hall.day_ends}")
        hall.call()
        assert hall.announced(known + 1).event.why == "quiet"
        manager.click("#voice-loud")
        playwright.expect(screen.page.locator(MARK)).to_have_count(0)
        assert len(screen.heard("say")) == asked


def test_a_browser_that_refuses_is_on_record_and_on_the_screen_and_a_touch_helps(
    hall: Hall, open_screen: Callable[..., Page]
) -> None:
    screen = open_screen()
    until(lambda: "off" in [one["sound"] for one in screen.heard("health")], "that its sound is off")
    known = len(hall.noted)
    hall.call()
    refused = hall.announced(known + 1).event
    assert (refused.outcome, refused.why) == ("skipped", "refused")
    mark = screen.page.locator(MARK)
    playwright.expect(mark).to_contain_text("The sound is off")
    mark.click()
    playwright.expect(mark).to_have_count(0)
    until(lambda: screen.sound == "on", "that its sound is on")
    hall.do(c.Recall(1))
    assert hall.announced(known + 2).event.outcome == "spoken"
    screen.page.context.browser.close()
