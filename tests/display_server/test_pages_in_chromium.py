"""The branch server's pages in a real browser, against a branch that loses events, falls silent and restarts."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from display_server import sentences

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: the pages are not tested in a browser"),
]

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "display_server" / "static"
PATIENCE_MS = 8000
SURE = "body:not(.is-unsure)"
UNSURE = "body.is-unsure"
CAP_HEIGHT = 0.71
"""How high the digits of the shipped font are, as a share of the type size."""

FIGURES: dict[str, Any] = {
    "day": "2024-03-05",
    "waiting": 2,
    "longest_s": 1260,
    "open_counters": 1,
    "counters_total": 6,
    "served": 84,
    "left": 3,
    "left_by": {"no_show": 2, "cancelled_by_customer": 1, "cancelled_by_staff": 0, "left_at_close": 0},
    "mean_wait_s": 412,
    "p90_wait_s": None,
    "service_level": 0.81,
    "service_level_target_s": 600,
    "promised": 80,
    "promise_kept": None,
    "services": [
        {
            "code": "cash",
            "name": "Cash",
            "waiting": 2,
            "longest_s": 1260,
            "served": 84,
            "left": 3,
            "mean_wait_s": 412,
            "p90_wait_s": None,
            "service_level": 0.81,
            "wait": None,
        }
    ],
    "counters": [
        {"number": 1, "name": "", "state": "serving", "teller": "Maria", "ticket": "A045", "since": 1_709_629_000_000},
        {"number": 2, "name": "", "state": "closed", "teller": "", "ticket": "", "since": 0},
    ],
}


class Branch:
    """The fake branch in its own process; `order` tells it what to do."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self.url = ""
        self.start()

    def start(self) -> None:
        port = urlsplit(self.url).port if self.url else 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.display_server.fake_branch", str(port)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().split()[1]

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.communicate()

    def order(self, **what: Any) -> dict[str, Any]:
        body = json.dumps(what).encode()
        asked = urllib.request.Request(f"{self.url}/order", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return json.load(answer)

    def call(self, number: str, counter: int, *, language: str = "en", calls: int = 1, lost: bool = False) -> int:
        kind = "TicketRecalled" if calls > 1 else "TicketCalled"
        event = {"number": number, "counter": counter, "language": language, "calls": calls, "service": "cash"}
        return self.order(event={"kind": kind, **event}, lost=lost)["seq"]

    def heard(self, what: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/heard", timeout=5) as answer:
            return [message for message in json.load(answer) if message["what"] == what]


@pytest.fixture(scope="module")
def process() -> Iterator[Branch]:
    process = Branch()
    yield process
    process.kill()


@pytest.fixture
def branch(process: Branch) -> Branch:
    """The branch at nine in the morning; nothing happened yet."""
    process.order(reset=True)
    return process


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


Open = Callable[..., Any]


@pytest.fixture
def open_page(chromium: Any, branch: Branch) -> Iterator[Open]:
    """Open a page of the branch; what went wrong in it (script, policy, another host) fails the test at its end."""
    wrong: list[str] = []
    contexts = []

    def open_page(path: str, width: int = 1920, height: int = 1080, *, sure: bool = True, **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: "Content Security Policy" in said.text and wrong.append(said.text))
        page.on("request", lambda sent: sent.url.startswith(branch.url) or wrong.append(sent.url))
        page.goto(branch.url + path)
        if sure:
            page.wait_for_selector(SURE)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def shows(page: Any, selector: str, text: str | re.Pattern[str]) -> None:
    """Wait until the first such element says exactly this."""
    playwright.expect(page.locator(selector).first).to_have_text(text, timeout=PATIENCE_MS)


def rows(page: Any) -> list[str]:
    return page.locator(".row-number").all_inner_texts()


# -- the lobby screen


def test_a_call_is_shown_with_its_counter_and_the_one_before_moves_aside(branch: Branch, open_page: Open) -> None:
    branch.call("A046", 2)
    page = open_page("/screen?language=en")
    branch.call("A047", 3)
    shows(page, "#number", "A047")
    assert page.inner_text("#counter") == "3"
    assert page.inner_text("#please") == "Please go to counter 3"
    assert rows(page) == ["A046"]
    assert page.locator("#now.is-fresh").count() == 1


def test_a_fresh_call_becomes_calm_by_the_time_of_the_branch(branch: Branch, open_page: Open) -> None:
    page = open_page("/screen")
    branch.call("A047", 3)
    page.wait_for_selector("#now.is-fresh")
    branch.order(forward_ms=10_000)
    page.wait_for_selector("#now:not(.is-fresh)")


def test_a_recall_says_so(branch: Branch, open_page: Open) -> None:
    page = open_page("/screen?language=en")
    branch.call("A047", 3)
    page.wait_for_selector("#call:not([hidden])")
    assert page.is_hidden("#again")
    branch.call("A047", 3, calls=2)
    page.wait_for_selector("#again:not([hidden])")
    assert page.inner_text("#again") == "Called again"
    assert rows(page) == []


def test_a_call_that_was_undone_leaves_the_screen(branch: Branch, open_page: Open) -> None:
    branch.call("A046", 2)
    branch.call("A047", 3)
    page = open_page("/screen")
    branch.order(event={"kind": "StepUndone", "number": "A047", "counter": 3, "calls": 0})
    shows(page, "#number", "A046")


def test_a_lost_event_is_asked_for_and_applied_in_order(branch: Branch, open_page: Open) -> None:
    page = open_page("/screen")
    held = branch.call("A046", 2)
    page.wait_for_selector("#call:not([hidden])")
    branch.call("A047", 3, lost=True)
    branch.call("A048", 1)
    shows(page, "#number", "A048")
    assert rows(page) == ["A047", "A046"]
    assert {message["after"] for message in branch.heard("resync")} == {held}


def test_an_event_that_is_not_for_the_lobby_is_counted_and_leaves_no_gap(branch: Branch, open_page: Open) -> None:
    page = open_page("/screen")
    branch.call("A046", 2)
    branch.order(event={"kind": "Other"})
    branch.call("A047", 3)
    shows(page, "#number", "A047")
    assert rows(page) == ["A046"]
    assert branch.heard("resync") == []


def test_the_loss_of_the_last_event_is_noticed_by_the_beat(branch: Branch, open_page: Open) -> None:
    page = open_page("/screen")
    branch.call("A047", 3, lost=True)
    shows(page, "#number", "A047")
    assert page.locator(UNSURE).count() == 0


def test_a_gap_that_stays_open_is_not_shown_as_live_although_the_beat_goes_on(branch: Branch, open_page: Open) -> None:
    page = open_page("/screen?language=en")
    branch.order(deaf=True)
    branch.call("A047", 3, lost=True)
    page.wait_for_selector(UNSURE)
    branch.order(deaf=False)
    page.wait_for_selector(SURE)
    assert page.inner_text("#number") == "A047"


def test_a_silent_server_makes_the_screen_say_within_four_seconds_that_it_is_connecting(
    branch: Branch, open_page: Open
) -> None:
    branch.call("A047", 3)
    page = open_page("/screen?language=en")
    branch.order(silent=True)
    page.evaluate("window.began = performance.now()")
    page.wait_for_selector(UNSURE)
    assert page.evaluate("performance.now() - window.began") < 4000
    assert page.inner_text(".doubt-head") == "Connecting…"
    assert page.inner_text("#clock") == ""
    assert "line-through" in page.evaluate("getComputedStyle(document.getElementById('number')).textDecorationLine")
    assert float(page.evaluate("getComputedStyle(document.getElementById('now')).opacity")) < 0.5
    branch.order(silent=False)
    page.wait_for_selector(SURE)


def test_after_a_restart_the_screen_shows_what_the_server_knows_and_not_what_it_remembered(
    branch: Branch, open_page: Open
) -> None:
    branch.call("A046", 2)
    page = open_page("/screen?language=en")
    branch.kill()
    page.wait_for_selector(UNSURE, timeout=1500)
    branch.start()
    page.wait_for_selector(SURE)
    assert page.is_hidden("#call")
    branch.call("B001", 4)
    shows(page, "#number", "B001")


def test_a_screen_that_is_refused_says_whom_to_ask(branch: Branch, open_page: Open) -> None:
    branch.order(refuse="NotSignedIn")
    page = open_page("/screen?language=en", sure=False)
    shows(page, "#doubt-text", re.compile("not allowed"))


def test_the_clock_is_the_branch_s_and_not_the_machine_s(branch: Branch, open_page: Open) -> None:
    branch.order(forward_ms=102 * 60_000)
    page = open_page("/screen", timezone_id="Asia/Tokyo")
    shows(page, "#clock", "10:42")


def test_the_customer_s_language_comes_first_and_arabic_is_mirrored(branch: Branch, open_page: Open) -> None:
    branch.call("A047", 3, language="ar")
    english = open_page("/screen?language=en")
    assert english.get_attribute("#please", "lang") == "ar"
    assert english.get_attribute("#please-second", "lang") == "en"
    assert english.locator("#number").bounding_box()["x"] < english.locator("#counter").bounding_box()["x"]
    arabic = open_page("/screen?language=ar")
    assert arabic.locator("#number").bounding_box()["x"] > arabic.locator("#counter").bounding_box()["x"]
    assert arabic.evaluate("getComputedStyle(document.querySelector('#call .arrow')).transform") == (
        "matrix(-1, 0, 0, 1, 0, 0)"
    )


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (1080, 1920), (1366, 768)])
def test_numbers_keep_the_rule_of_distance(branch: Branch, open_page: Open, width: int, height: int) -> None:
    for counter, number in enumerate(("A044", "A045", "A046", "W088"), 1):
        branch.call(number, counter)
    page = open_page("/screen", width, height)
    page.evaluate("document.fonts.ready")

    def share(selector: str) -> float:
        size = page.evaluate(f"parseFloat(getComputedStyle(document.querySelector('{selector}')).fontSize)")
        return size * CAP_HEIGHT / min(width, height)

    assert share("#number") >= 0.12
    assert share(".row-number") >= 0.06
    assert share("#please") >= 0.03
    call = page.evaluate(
        "(({scrollWidth, clientWidth}) => [scrollWidth, clientWidth])(document.getElementById('call'))"
    )
    assert call[0] <= call[1]
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_nothing_moves_for_people_who_asked_for_less_motion(branch: Branch, open_page: Open) -> None:
    branch.call("A046", 2)
    page = open_page("/screen", reduced_motion="reduce")
    branch.call("A047", 3)
    shows(page, "#number", "A047")
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_services_show_who_waits_and_how_long(branch: Branch, open_page: Open) -> None:
    page = open_page("/screen?language=en")
    branch.order(service={"code": "cash", "waiting": 6, "wait": {"low_s": 480, "high_s": 840}})
    shows(page, ".service-waiting", "6")
    assert page.inner_text(".service-wait >> nth=0") == "8–14 min"
    branch.order(service={"code": "cash", "waiting": 1, "wait": None})
    shows(page, ".service-wait", "not known yet")


COINS = {
    "en": "The coin machine is out of order today. For coins please take a number for Cash: counter 3 waits for you.",
    "ar": "آلة العملات المعدنية معطلة اليوم. للعملات المعدنية يرجى أخذ رقم لخدمة النقد، وسيساعدكم زميلنا عند الشباك 3.",
    "ru": "Аппарат для монет сегодня не работает. Чтобы сдать монеты, возьмите номер в кассу: вам помогут в окне три.",
}


def notices(*texts: dict[str, str]) -> list[dict[str, Any]]:
    return [{"id": str(place), "texts": one, "since": 0, "until": 2**50} for place, one in enumerate(texts)]


def test_a_notice_is_shown_in_the_language_of_the_screen_until_it_is_taken_down(
    branch: Branch, open_page: Open
) -> None:
    branch.order(notices=notices(COINS))
    page = open_page("/screen?language=ar")
    shows(page, "#notice-text", COINS["ar"])
    assert page.get_attribute("#notice-text", "dir") == "rtl"
    branch.order(notices=notices({"ru": COINS["ru"]}))
    shows(page, "#notice-text", COINS["ru"])
    assert page.get_attribute("#notice-text", "lang") == "ru"
    branch.order(notices=[])
    page.wait_for_selector("#notice", state="hidden")


def test_several_notices_take_turns(branch: Branch, open_page: Open) -> None:
    branch.order(notices=notices({"en": "one"}, {"en": "two"}))
    page = open_page("/screen?language=en", sure=False)
    page.clock.install()
    page.reload()
    shows(page, "#notice-text", "one")
    page.clock.run_for(8000)
    shows(page, "#notice-text", "two")
    page.clock.run_for(8000)
    shows(page, "#notice-text", "one")


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920)])
def test_with_a_notice_numbers_keep_the_rule_of_distance_and_nothing_is_cut(
    branch: Branch, open_page: Open, width: int, height: int, many: bool
) -> None:
    branch.call("C012", 5)
    branch.call("A047", 12)
    branch.order(notices=notices(COINS))
    if many:
        service = {"names": {"ru": "Бизнес-клиенты и другие"}, "open": True, "waiting": 3, "wait": None}
        branch.order(services=[service | {"code": code, "prefix": code} for code in "ABCDEFGH"])
    page = open_page("/screen?language=ru", width, height)
    page.wait_for_selector("#notice-text:not(:empty)")
    page.evaluate("document.fonts.ready")
    found = page.evaluate(
        """() => {
          const size = (id) => parseFloat(getComputedStyle(document.querySelector(id)).fontSize);
          const over = (id) => document.querySelector(id).scrollHeight - document.querySelector(id).clientHeight;
          return { number: size("#number"), notice: size("#notice-text"), now: over("#now"), text: over("#notice-text"),
                   page: over("html"), row: document.querySelector(".row").clientHeight - size(".row-number") * 0.71 };
        }"""
    )
    assert found["number"] * CAP_HEIGHT / min(width, height) >= 0.12
    assert found["notice"] * CAP_HEIGHT / min(width, height) >= 0.03
    assert (found["now"], found["page"]) == (0, 0)
    assert found["text"] < found["notice"] / 2  # letters reach below the line, no line is cut
    assert found["row"] > 0


def test_a_service_closed_by_hand_says_until_when(branch: Branch, open_page: Open) -> None:
    page = open_page("/screen?language=en")
    closed = {"code": "cash", "open": False, "closed_because": "system", "hours": "09:00-17:00"}
    soon = branch.order()["at"] + 2 * 3_600_000
    branch.order(service=closed | {"opens_at": soon})
    shows(page, ".service-closed", "closed until 11:00")
    branch.order(service=closed | {"opens_at": soon + 22 * 3_600_000})
    shows(page, ".service-closed", "closed")


# -- the manager's page


def test_the_manager_sees_figures_exceptions_and_what_is_not_known_yet(branch: Branch, open_page: Open) -> None:
    branch.order(figures=FIGURES)
    page = open_page("/manager", 1440, 900)
    assert page.inner_text("[data-tile=waiting] [data-figure]") == "2"
    assert page.inner_text("#services td[data-column=mean_wait_s]") == "7 min"
    assert page.locator("[data-tile=longest_s].is-late").count() == 1
    assert page.inner_text("[data-tile=longest_s] [data-note]") == "over 10 min"
    assert page.locator("[data-tile=promise_kept] [aria-hidden] >> text=–").count() == 1
    assert page.inner_text("[data-tile=promise_kept] .for-ears") == "not enough data yet"
    assert page.get_attribute("#to-report", "href") == "/report?day=2024-03-05"
    branch.order(figures=FIGURES | {"waiting": 3})
    shows(page, "[data-tile=waiting] [data-figure]", "3")


def test_a_definition_opens_and_closes_with_the_keyboard(branch: Branch, open_page: Open) -> None:
    branch.order(figures=FIGURES)
    page = open_page("/manager", 1440, 900)
    page.focus("[data-tile=service_level] .why")
    page.keyboard.press("Enter")
    page.wait_for_selector("#definition:popover-open")
    assert page.inner_text("#definition-text") == "Served within the target, as a share."
    page.keyboard.press("Escape")
    page.wait_for_selector("#definition:not(:popover-open)", state="hidden")
    assert page.evaluate("document.activeElement.dataset.define") == "service_level"


@pytest.mark.parametrize(("width", "height"), [(390, 844), (820, 1180), (1440, 900)])
def test_the_manager_s_page_fits(branch: Branch, open_page: Open, width: int, height: int) -> None:
    branch.order(figures=FIGURES)
    page = open_page("/manager", width, height)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_figures_of_a_silent_server_are_marked(branch: Branch, open_page: Open) -> None:
    branch.order(figures=FIGURES)
    page = open_page("/manager", 1440, 900)
    assert page.is_hidden("#doubt")
    branch.order(silent=True)
    page.wait_for_selector("#doubt:not([hidden])")
    assert "Connecting…" in page.inner_text("#doubt")


# -- the customer's page

TICKET: dict[str, Any] = {
    "number": "A052",
    "service": "cash",
    "service_name": "Cash",
    "language": "en",
    "state": "waiting",
    "arrived_at": 1_709_629_200_000,
    "ahead": 6,
    "promise": {"low_s": 480, "high_s": 840},
    "call_from": 1_709_629_680_000,
    "call_to": 1_709_630_040_000,
    "counter": None,
    "calls": 0,
}


def test_the_phone_says_who_is_before_and_when_and_then_where_to_go(branch: Branch, open_page: Open) -> None:
    branch.order(ticket=TICKET)
    page = open_page("/t/token-of-a052", 390, 844)
    shows(page, "#ahead", "6")
    assert page.inner_text("#expected").strip("\u2066\u2069") == "09:08–09:14"
    branch.order(ticket=TICKET | {"state": "called", "counter": 3, "calls": 1})
    page.wait_for_selector("[data-state=called]")
    assert page.inner_text("#word") == "It is your turn"
    assert page.inner_text("#counter") == "Counter 3"
    assert page.title() == "A052 · Counter 3"
    assert [c["auth"] for c in branch.heard("connect")] == [{"ticket": "token-of-a052"}]


def test_a_promise_that_broke_is_admitted(branch: Branch, open_page: Open) -> None:
    branch.order(ticket=TICKET | {"call_from": None, "call_to": None}, forward_ms=20 * 60_000)
    page = open_page("/t/x", 390, 844)
    shows(page, "#advice", re.compile("^It takes longer"))
    assert page.inner_text("#expected") == "not known yet"


def test_a_promise_that_will_not_hold_is_admitted_with_the_new_time_before_it_is_over(
    branch: Branch, open_page: Open
) -> None:
    later = {"call_from": 1_709_630_400_000, "call_to": 1_709_630_700_000, "revised": True}
    branch.order(ticket=TICKET | later)
    page = open_page("/t/x", 390, 844)
    shows(page, "#advice", re.compile("^It takes longer"))
    assert page.inner_text("#expected").strip("\u2066\u2069") == "09:20–09:25"
    sooner = {"call_from": 1_709_629_320_000, "call_to": 1_709_629_500_000, "revised": True}
    branch.order(ticket=TICKET | sooner)
    shows(page, "#advice", re.compile("^It goes faster"))


def test_how_it_was_is_asked_as_soon_as_somebody_serves(branch: Branch, open_page: Open) -> None:
    branch.order(ticket=TICKET)
    page = open_page("/t/x?language=en", 390, 844)
    assert page.is_hidden("#opinion")
    assert page.is_hidden("#praise")
    branch.order(ticket=TICKET | {"state": "serving", "counter": 3})
    page.wait_for_selector("#opinion:not([hidden])")
    assert page.is_visible("#praise")


def test_the_phone_page_is_small(branch: Branch, open_page: Open) -> None:
    branch.order(ticket=TICKET)
    page = open_page("/t/x", 390, 844)
    loaded = page.evaluate("performance.getEntriesByType('resource').map(({name}) => name)")
    bodies = []
    for address in {page.url, *(name for name in loaded if name.startswith("http"))}:
        with urllib.request.urlopen(address, timeout=5) as answer:
            bodies.append(answer.read())
    assert len(bodies) >= 6
    assert sum(len(gzip.compress(body)) for body in bodies) < 30_000
    assert sum(map(len, bodies)) < 64_000


# -- all of them


@pytest.mark.parametrize(
    "path", ["/sign-in?error=No.", "/show/home", "/show/pair", "/show/new_password", "/show/problem"]
)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_small_page_fits_a_phone_and_keeps_the_policy(open_page: Open, path: str, language: str) -> None:
    page = open_page(f"{path}{'&' if '?' in path else '?'}language={language}", 390, 844, sure=False)
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    ("script", "listed"),
    [
        ("screen", sentences.SCREEN),
        ("manager", sentences.MANAGER),
        ("ticket", sentences.TICKET),
        ("care", sentences.CARE),
    ],
)
def test_every_sentence_of_a_script_is_in_its_list_and_the_other_way_round(
    script: str, listed: tuple[str, ...]
) -> None:
    own = "".join(file.read_text("utf-8") for file in sorted(STATIC.glob(f"{script}*.js")))
    text = own + (STATIC / "page.js").read_text("utf-8")
    spoken = re.findall(r'data-say="([^"]+)"', (STATIC.parent / "templates" / f"{script}.html").read_text("utf-8"))
    asked = re.findall(r'(?:told|say)\((?:language, )?"([^"]+)"', text) + spoken
    assert [sentence for sentence in asked if sentence not in listed] == []
    assert [sentence for sentence in listed if f'"{sentence}"' not in text and sentence not in spoken] == []
