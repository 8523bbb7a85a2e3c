"""The official JavaScript Socket.IO client, in a real browser, on pages of the real server."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from lobby.queue import commands as c
from lobby.queue import supervision
from lobby.remote import RemoteDesk
from tests.end_to_end.branch_process import BRANCH, HANGS_S, BranchProcess, lobby, until

pytestmark = pytest.mark.browser

CLIENT = "/static/vendor/socket.io.esm.min.js"
SETTLE_MS = HANGS_S * 1000

PLAIN = """async (client) => {
    const { io } = await import(client);
    window.heard = [];
    window.socket = io("/display", { auth: { branch: "main-street" }, transports: ["websocket"],
                                     reconnectionDelay: 100, reconnectionDelayMax: 300 });
    for (const name of ["snapshot", "event", "beat"]) socket.on(name, (told) => heard.push([name, told]));
    for (const name of ["disconnect", "connect_error"]) socket.on(name, () => heard.push([name, null]));
}"""

LINE = """() => {
    window.sent = [];
    window.lost = [];
    window.losing = null;
    const Whole = WebSocket;
    window.WebSocket = class extends Whole {
        constructor(...given) {
            super(...given);
            this.addEventListener("message", (event) => {
                const torn = ['["event"', `"seq":${losing},`].every((part) => event.data.includes(part));
                if (!torn || lost.length) return;
                lost.push(event.data);
                event.stopImmediatePropagation();
            });
        }
        send(data) {
            sent.push(data);
            super.send(data);
        }
    };
}"""
"""The line loses the event with the number `losing`, once; keeps what the page says."""

FOLLOWING = """async () => {
    const { Live } = await import("/static/live.js");
    window.applied = [];
    window.snapshots = [];
    window.sure = null;
    window.live = new Live("/display", { branch: "main-street" }, {
        snapshot: (picture) => { snapshots.push(picture.seq); applied.push(picture.seq); },
        event: (event) => applied.push(event.seq),
        sure: (now) => { window.sure = now; },
    });
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def kiosk(branch: BranchProcess) -> Iterator[RemoteDesk]:
    with closing(branch.desks("kiosk", ["kiosk"])[0]) as desk:
        yield desk


@pytest.fixture
def teller(branch: BranchProcess) -> Iterator[RemoteDesk]:
    with closing(branch.desks("teller", ["teller"])[0]) as desk:
        desk.submit(c.OpenCounter(6), key="open")
        yield desk


@contextmanager
def a_screen(browser: Browser, branch: BranchProcess) -> Iterator[Page]:
    """A page of the server in a browser that was paired as a lobby screen."""
    with closing(browser.new_context()) as context:
        context.set_default_timeout(SETTLE_MS)
        page = context.new_page()
        made = lobby("pair", "--data", branch.folder, "--role", "display", "--name", "screen", "--server", branch.url)
        assert made.returncode == 0, made.stderr
        page.goto(made.stdout.split()[-1])
        page.wait_for_url(f"{branch.url}/screen")
        page.goto(f"{branch.url}/problems/NobodyWaiting")
        yield page


@pytest.fixture
def page(browser: Browser, branch: BranchProcess) -> Iterator[Page]:
    with a_screen(browser, branch) as page:
        yield page


def sees(page: Page, condition: str, about: Any = None) -> None:
    """Wait until a condition is true in the page. (Playwright's own way needs `eval`, which the pages forbid.)"""
    until(lambda: page.evaluate(condition, about), condition)


def heard(page: Page, name: str) -> list[Any]:
    return [told for kind, told in page.evaluate("heard") if kind == name]


def pictured(page: Page) -> Any:
    """The first snapshot, when it has come."""
    sees(page, "heard.some(([name]) => name === 'snapshot')")
    return heard(page, "snapshot")[0]


def numbers(page: Page, last: int) -> list[int]:
    """Those of the events heard, up to this one. What the server does by itself may follow."""
    return [event["seq"] for event in heard(page, "event") if event["seq"] <= last]


def issue(kiosk: RemoteDesk, count: int, name: str = "tap") -> int:
    """Take so many tickets; the number of the last event."""
    return [kiosk.submit(c.Issue("cash"), key=f"{name} {n}").seq for n in range(count)][-1]


def test_it_gets_the_snapshot_and_then_every_event_in_order_without_a_gap(
    page: Page, kiosk: RemoteDesk, teller: RemoteDesk
) -> None:
    taken = issue(kiosk, 3)
    page.evaluate(PLAIN, CLIENT)
    snapshot = pictured(page)
    assert set(snapshot) == {"epoch", "seq", "at", "board", "release"}
    assert taken <= snapshot["seq"] <= teller.queue().seq

    issue(kiosk, 30, "more")
    teller.submit(c.CallNext(6), key="next")
    last = teller.submit(c.Start(6), key="start").seq
    sees(page, "last => heard.some(([name, told]) => name === 'event' && told.seq >= last)", last)
    assert numbers(page, last) == list(range(snapshot["seq"] + 1, last + 1))
    (called,) = [event for event in heard(page, "event") if event["kind"] == "TicketCalled"]
    assert called.items() >= {"number": "A001", "counter": 6}.items()
    sees(page, "last => heard.some(([name, told]) => name === 'beat' && told.seq >= last)", last)


def a_morning(page: Page, branch: BranchProcess) -> Any:
    """What the client hears while things happen, one by one and in a rush, but for what chance and the clock make."""
    page.evaluate(PLAIN, CLIENT)
    pictured(page)
    (kiosk,), (teller,) = branch.desks("kiosk", ["tablet"]), branch.desks("manager", ["all hands"])
    with closing(kiosk), closing(teller):
        teller.submit(supervision.PostNotice({"en": "Café ☕", "ar": "نافذة"}, None), key="notice")
        opened = teller.submit(c.OpenCounter(6), key="open").seq
        issue(kiosk, 8)
        for number, command in enumerate((c.CallNext(6), c.Recall(6), c.Start(6), c.Finish(6))):
            last = teller.submit(command, key=str(number)).seq
    sees(page, "last => heard.some(([name, told]) => name === 'event' && told.seq >= last)", last)
    page.evaluate("after => { socket.emit('resync', { after }); }", opened)
    page.evaluate("socket.emit('resync', { after: 1e6 })")
    sees(page, "heard.filter(([name]) => name === 'snapshot').length === 2")
    sees(page, "last => heard.some(([name, told]) => name === 'beat' && told.seq >= last && told.services)", last)
    (beat,) = [told for told in heard(page, "beat") if "services" in told and told["seq"] >= last][:1]
    happened = [[name, told] for name, told in page.evaluate("heard") if name != "beat" and not by_itself(told)]
    return plain([*happened, ["beat", beat]])


def by_itself(told: Any) -> bool:
    """Whether it is an event that the server makes at a time of its own."""
    return told.get("kind") in {"AlertRaised", "AlertResolved", "PromiseRevised"}


BY_CHANCE = {"epoch", "seq", "wait", "longest_s", "ticket", "id", "opens_at"}


def plain(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: plain(value) for name, value in told.items() if name not in BY_CHANCE}
    if isinstance(told, list):
        return [plain(value) for value in told]
    return "a moment" if isinstance(told, int) and told > 1e12 else told


def test_it_hears_the_same_from_the_quick_sending_as_from_the_libraries_own(
    browser: Browser, a_branch: Callable[..., BranchProcess]
) -> None:
    """`display_server.live.broadcast` and `wire` write past the libraries' queues; nobody may be able to tell."""
    mornings: list[Any] = []
    for options in ([], ["--plain-sending"]):
        branch = a_branch(f"branch {len(mornings)}")
        branch.options = options
        branch.start()
        assert "the plain way" not in branch.stderr
        with a_screen(browser, branch) as page:
            mornings.append(a_morning(page, branch))
    assert mornings[0] == mornings[1]
    assert sum(name == "event" for name, _ in mornings[0]) > 20, "the morning, and most of it once more"


def test_it_asks_for_what_it_missed_and_gets_exactly_that(page: Page, kiosk: RemoteDesk) -> None:
    seq = issue(kiosk, 5)
    page.evaluate(PLAIN, CLIENT)
    pictured(page)
    page.evaluate("after => { heard.length = 0; socket.emit('resync', { after }); }", seq - 3)
    sees(page, "last => heard.some(([name, told]) => name === 'event' && told.seq >= last)", seq)
    assert numbers(page, seq) == [seq - 2, seq - 1, seq]
    assert heard(page, "snapshot") == []
    page.evaluate("after => socket.emit('resync', { after })", seq + 100)
    sees(page, "heard.some(([name]) => name === 'snapshot')")


def test_it_comes_back_by_itself_after_the_server_was_killed(
    page: Page, branch: BranchProcess, kiosk: RemoteDesk
) -> None:
    issue(kiosk, 2)
    page.evaluate(PLAIN, CLIENT)
    epoch = pictured(page)["epoch"]
    branch.kill()
    sees(page, "heard.some(([name]) => name === 'disconnect')")
    branch.start()
    sees(page, "epoch => heard.some(([name, told]) => name === 'snapshot' && told.epoch !== epoch)", epoch)
    page.evaluate("heard.splice(0, heard.findLastIndex(([name]) => name === 'snapshot'))")
    again = heard(page, "snapshot")[0]
    last = issue(kiosk, 1, "afterwards")
    sees(page, "last => heard.some(([name, told]) => name === 'event' && told.seq >= last)", last)
    assert numbers(page, last) == list(range(again["seq"] + 1, last + 1))


def test_a_browser_that_is_not_paired_is_refused_by_name(browser: Browser, branch: BranchProcess) -> None:
    with closing(browser.new_context()) as context:
        context.set_default_timeout(SETTLE_MS)
        page = context.new_page()
        page.goto(f"{branch.url}/pair")
        said = page.evaluate(
            f"""async () => {{
                const {{ io }} = await import("{CLIENT}");
                const socket = io("/display", {{ auth: {{ branch: "{BRANCH}" }}, transports: ["websocket"] }});
                return await new Promise((tell) => socket.on("connect_error", (error) => tell(error.message)));
            }}"""
        )
        assert said == "NotSignedIn"


@pytest.mark.parametrize("which", ["the first of many", "one in the middle", "the last"])
def test_the_pages_own_follower_notices_a_lost_event_asks_once_and_is_true_again(
    page: Page, kiosk: RemoteDesk, which: str
) -> None:
    page.clock.install()
    page.clock.pause_at(time.time() + 60)  # on its clock no time passes, and no line is silent for too long
    page.goto(page.url)
    page.evaluate(LINE)
    page.evaluate(FOLLOWING)
    asked = "sent.filter((said) => said.includes('resync'))"
    sees(page, f"sure === true && snapshots.length === 1 + {asked}.length")  # it asks for what comes before a snapshot
    start = page.evaluate("sent.length = applied.length = snapshots.length = 0, live.held")
    lost = start + {"the first of many": 2, "one in the middle": 5, "the last": 9}[which]  # a day opens first
    page.evaluate("lost => { window.losing = lost; }", lost)

    last = issue(kiosk, 8)
    sees(page, "last => live.held >= last", last)
    assert len(page.evaluate("lost")) == 1
    applied = page.evaluate("applied")
    assert applied == list(range(start + 1, start + 1 + len(applied))), "each event once, in order"
    (resync,) = page.evaluate(asked)
    assert f'"after":{lost - 1}' in resync
    assert page.evaluate("snapshots") == [], "it was healed by events, not by a new picture"
    sees(page, "sure === true")


def test_the_lobby_screen_shows_the_call_says_when_it_is_unsure_and_heals(
    page: Page, branch: BranchProcess, kiosk: RemoteDesk, teller: RemoteDesk
) -> None:
    page.goto(f"{branch.url}/screen?language=en")
    issue(kiosk, 3)
    teller.submit(c.CallNext(6), key="next")
    sees(page, "document.getElementById('number').textContent === 'A001'")
    sees(page, "!document.body.classList.contains('is-unsure')")
    assert page.text_content("#counter") == "6"
    branch.kill()
    sees(page, "document.body.classList.contains('is-unsure')")
    branch.start()
    teller.submit(c.Start(6), key="start")
    teller.submit(c.Finish(6), key="finish")
    teller.submit(c.CallNext(6), key="next again")
    sees(page, "document.getElementById('number').textContent === 'A002'")
    sees(page, "!document.body.classList.contains('is-unsure')")


def test_a_customers_page_follows_its_own_ticket(
    browser: Browser, branch: BranchProcess, kiosk: RemoteDesk, teller: RemoteDesk
) -> None:
    ticket = kiosk.submit(c.Issue("cash", "en"), key="tap").ticket
    assert ticket is not None
    with closing(browser.new_context()) as context:
        context.set_default_timeout(SETTLE_MS)
        page = context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"{branch.url}/t/{ticket.token}")
        page.wait_for_selector("text=Please wait")
        teller.submit(c.CallNext(6), key="next")
        page.wait_for_selector("text=It is your turn")
        page.wait_for_selector("text=Counter 6")
        until(lambda: "A001" in page.inner_text("body"), "the number")
        assert problems == []
