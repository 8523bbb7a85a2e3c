"""Screens and phones that lose the server: within two seconds they say so, within two seconds of its return they are
true again, and at no moment does an outdated call look live. In a real Chromium, over a wire that can go dark."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from display_server.gate.access import DEVICE_COOKIES
from lobby.queue import commands as c
from lobby.remote import RemoteDesk
from tests.end_to_end.branch_process import HANGS_S, LOOK_S, BranchProcess, until
from tests.end_to_end.listener import Listener
from tests.end_to_end.offline_wire import Wire
from tests.postgres import about_the_file

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: no page was cut off"),
]

TOLD_S = 2.0
"""Within this time a page says that it has lost the server, and is true again when the server is back."""

LOOKS_S = 0.04
"""A look at the page that takes longer waits for this machine, and not for the page."""

FRAME_S = 0.3
"""From its being so to our seeing it."""

LATE_S = 1.0
"""What is later than that is outdated to a page that has heard something in a tenth of a second."""

HOUR_MS = 3_600_000
JUDGED_MS = 200
"""A page judges what it knows more often than that."""

COUNTER = 1

WATCH = """selector => {
  window.seen = [];
  let last = "";
  const look = () => {
    const live = !document.body.classList.contains("is-unsure");
    const now = JSON.stringify([live, document.querySelector(selector)?.textContent ?? ""]);
    if (now !== last) seen.push(JSON.parse(now));
    last = now;
  };
  const all = { attributes: true, childList: true, characterData: true, subtree: true };
  new MutationObserver(look).observe(document.body, all);
  look();
}"""
"""Keeps how the page looked after each change: [whether it looked live, what it said there]."""


MEASURE = """
  window.quickest = Infinity;
  const Plain = WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      quickest = Infinity;
      this.addEventListener("message", ({ data }) => {
        const at = /"at":(\\d+)/.exec(data);
        if (at) quickest = Math.min(quickest, Date.now() - Number(at[1]));
      });
    }
  };
"""
"""Keeps how long (ms) the quickest message of the connection was on its way: by that a page judges the others."""


class Branch:
    """A branch whose pages come over a wire, and what it did when."""

    def __init__(self, process: BranchProcess, ended: ExitStack) -> None:
        self.process = process
        self._ended = ended
        self._kiosk, self._teller = (process.desks(role, [role])[0] for role in ("kiosk", "teller"))
        for desk in (self._kiosk, self._teller):
            ended.callback(desk.close)
        self.screen = process.token("display", "hall")
        self._manager = process.token("manager", "manager")
        self.wire = Wire(process.url)
        ended.callback(self.wire.close)
        self._keys = 0
        self._called = False
        self._do(self._teller, c.OpenCounter(COUNTER))

    def _do(self, desk: RemoteDesk, command: c.Command) -> Any:
        self._keys += 1
        return desk.submit(command, key=f"cut off {self._keys}")

    def issue(self) -> Any:
        return self._do(self._kiosk, c.Issue("cash")).ticket

    def call(self, *, issue: bool = True) -> str:
        """Call a customer, new unless `issue` says otherwise, and let whoever was there go; the number."""
        if issue:
            self.issue()
        if self._called:
            self._do(self._teller, c.Start(COUNTER))
            self._do(self._teller, c.Finish(COUNTER))
        self._called = True
        return str(self._do(self._teller, c.CallNext(COUNTER)).ticket.number)

    def troubles(self, screen: str) -> dict[str, str]:
        """What a manager is told that is wrong with a screen: codes, and more about each."""
        with Listener(self.process.url, "/dashboard", {"token": self._manager}) as manager:
            (device,) = (one for one in manager.first("snapshot")["devices"] if one["name"] == screen)
            return {trouble["code"]: trouble["about"] for trouble in device["troubles"]}


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    with ExitStack() as ended:
        process = BranchProcess(tmp_path_factory.mktemp("cut") / "branch")
        ended.callback(process.close)
        process.start()
        yield Branch(process, ended)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


Open = Callable[..., Any]


@pytest.fixture
def open_page(chromium: Any, branch: Branch) -> Iterator[Open]:
    """Open a page of the branch over the wire; a script that fails in it fails the test."""
    wrong: list[str] = []
    with ExitStack() as closed:

        def open_one(path: str, watched: str = "", **clock: Any) -> Any:
            context = chromium.new_context()
            closed.callback(context.close)
            context.set_default_timeout(HANGS_S * 1000)
            cookie = {"name": DEVICE_COOKIES["display"], "value": branch.screen, "url": branch.wire.url}
            context.add_cookies([cookie])
            context.add_init_script(MEASURE)
            page = context.new_page()
            page.on("pageerror", lambda error: wrong.append(str(error)))
            if clock:
                page.clock.install(**clock)
            page.goto(branch.wire.url + path)
            until(lambda: live(page) and page.evaluate("quickest < 100"), f"{path} is live, and knows its line")
            if watched:
                page.evaluate(WATCH, watched)
            return page

        yield open_one
    assert wrong == []


def live(page: Any) -> bool:
    return not page.evaluate("document.body.classList.contains('is-unsure')")


def says(page: Any, selector: str) -> str:
    """What it says there as long as it looks live; else nothing."""
    look = "at => document.body.classList.contains('is-unsure') ? '' : document.querySelector(at)?.innerText ?? ''"
    return str(page.evaluate(look, selector))


def soon(condition: Callable[[], bool], what: str) -> None:
    """It is so within the time that is promised, of which a look counts `LOOKS_S` at most."""
    waited_s, begun = 0.0, time.monotonic()
    while not condition():
        assert waited_s < TOLD_S + FRAME_S, f"waited {waited_s:g} s in vain: {what}"
        time.sleep(LOOK_S)
        ended = time.monotonic()
        waited_s, begun = waited_s + min(ended - begun, LOOKS_S), ended


def shows(page: Any, number: str) -> bool:
    return says(page, "#number") == number


def turned(phone: Any) -> bool:
    return "It is your turn" in says(phone, "body")


def looked_live(page: Any) -> set[str]:
    """What it said, while it looked live, since it is watched."""
    return {number for was_live, number in page.evaluate("seen") if was_live}


# -- the network


def test_a_screen_and_a_phone_that_are_cut_off_say_so_and_are_true_again_when_the_network_is(
    branch: Branch, open_page: Open
) -> None:
    first, ticket = branch.call(), branch.issue()
    screen, phone = open_page("/screen?language=en", "#number"), open_page(f"/t/{ticket.token}?language=en")
    until(lambda: shows(screen, first), "the first call is shown")
    branch.wire.go_dark()
    dark = time.monotonic()
    soon(lambda: not live(screen) and not live(phone), "both say that they are connecting")
    second = branch.call(issue=False)
    until(lambda: time.monotonic() - dark > 5, "five seconds in the dark")
    assert not live(screen)
    assert not live(phone)
    screen.evaluate("seen.length = 0")
    branch.wire.mend()
    soon(lambda: shows(screen, second) and turned(phone), "both are true again")
    assert second == ticket.number
    assert looked_live(screen) == {second}


def test_what_lay_on_the_way_and_comes_late_does_not_make_an_old_call_look_live(
    branch: Branch, open_page: Open
) -> None:
    branch.call()
    screen = open_page("/screen?language=en", "#number")
    branch.wire.go_dark()
    second = branch.call()
    called = time.monotonic()
    soon(lambda: not live(screen) and time.monotonic() - called > LATE_S, "it says that it is connecting")
    screen.evaluate("seen.length = 0")
    branch.wire.mend(late=True)
    soon(lambda: shows(screen, second), "it is true again")
    assert looked_live(screen) == {second}


@pytest.mark.parametrize("away_s", [60, 600])
def test_it_is_the_same_after_a_minute_and_after_ten(branch: Branch, open_page: Open, away_s: int) -> None:
    branch.call()
    screen = open_page("/screen?language=en", time=time.time())
    branch.wire.go_dark()
    screen.clock.run_for(away_s * 1000)
    assert not live(screen)
    second = branch.call()
    assert not live(screen)
    branch.wire.mend()
    soon(lambda: shows(screen, second), "it is true again")


# -- the server


def test_a_server_that_was_killed_is_missed_and_found_again_by_screen_and_phone(
    branch: Branch, open_page: Open
) -> None:
    first, ticket = branch.call(), branch.issue()
    screen, phone = open_page("/screen?language=en", "#number"), open_page(f"/t/{ticket.token}?language=en")
    until(lambda: shows(screen, first), "the first call is shown")
    branch.process.kill()
    soon(lambda: not live(screen) and not live(phone), "both say that they are connecting")
    branch.wire.cut()  # neither finds the server again before there is something new
    branch.process.start()
    second = branch.call(issue=False)
    screen.evaluate("seen.length = 0")
    branch.wire.mend()
    soon(lambda: shows(screen, second) and turned(phone), "both are true again")
    assert looked_live(screen) == {second}


@about_the_file
def test_a_server_that_comes_back_with_an_older_journal_is_believed(
    branch: Branch, open_page: Open, tmp_path: Path
) -> None:
    first = branch.call()
    branch.process.stop()
    shutil.copytree(branch.process.folder, tmp_path / "kept")
    branch.process.start()
    screen = open_page("/screen?language=en", "#number")
    second = branch.call()
    soon(lambda: shows(screen, second), "the second call is shown")
    branch.process.kill()
    shutil.rmtree(branch.process.folder)
    shutil.copytree(tmp_path / "kept", branch.process.folder)
    branch.process.start()
    soon(lambda: shows(screen, first), "what the server knows is shown")


# -- the clocks


def test_a_screen_that_slept_says_nothing_old_when_it_wakes(branch: Branch, open_page: Open) -> None:
    branch.call()
    screen = open_page("/screen?language=en", "#number", time=time.time())
    screen.clock.fast_forward(HOUR_MS)
    assert not all(was_live for was_live, _ in screen.evaluate("seen"))
    second = branch.call()
    soon(lambda: shows(screen, second), "it is true again")


def test_a_screen_whose_ticks_stood_still_while_it_slept_knows_by_its_clock(branch: Branch, open_page: Open) -> None:
    branch.call()
    screen = open_page("/screen?language=en", time=time.time())
    branch.wire.go_dark()
    screen.clock.set_system_time(time.time() + 6)
    screen.clock.run_for(JUDGED_MS)
    assert not live(screen), "it says at once that it is connecting"
    second = branch.call()
    screen.evaluate(WATCH, "#number")
    branch.wire.mend(late=True)
    soon(lambda: shows(screen, second), "it is true again")
    assert looked_live(screen) == {second}


def test_a_screen_whose_clock_is_wrong_shows_the_truth_and_the_manager_is_told(branch: Branch, open_page: Open) -> None:
    first = branch.call()
    screen = open_page("/screen?language=en", time=time.time() - 3 * 3600)
    until(lambda: shows(screen, first), "the first call is shown")
    wrong = pytest.approx(-3 * 3600, abs=HANGS_S)
    until(lambda: int(branch.troubles("hall").get("clock", 0)) == wrong, "the manager is told")
    for set_to in (time.time() + 3 * 3600, time.time() - 7 * 24 * 3600):
        screen.clock.set_system_time(set_to)
        second = branch.call()
        soon(lambda second=second: shows(screen, second), "the next call is shown")  # type: ignore[misc]
