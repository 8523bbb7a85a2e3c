"""What stands beside the calls on a real screen page: pictures, videos, rates and fees, and nothing out of date."""

from __future__ import annotations

import base64
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.display_server.staged import CHROMIUM, PATIENCE_MS, SURE
from tests.end_to_end.branch_process import BranchProcess
from tests.kiosk.accessibility import axe_violations

playwright = pytest.importorskip("playwright.sync_api")
playwright.expect.set_options(timeout=PATIENCE_MS)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: what stands beside the calls is not tried"),
]

SCREENS = """
[[screens]]
name = "pictures"
beside = ["media"]
[[screens]]
name = "rates"
beside = ["information"]
[[screens]]
name = "loans"
services = ["loans"]
beside = ["information"]
"""

PLAYLIST = """
[[items]]
file = "a.svg"
seconds = 1
[[items]]
file = "broken.mp4"
[[items]]
file = "clip.webm"
[[items]]
file = "half.png"
"""

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9" width="1600" height="900">'
    '<rect width="16" height="9" fill="#0b4a45" onclick="alert(1)"/></svg>'
)

FEES = (
    'title = {{ en = "Charges", ar = "الرسوم", zh = "收费标准", ru = "Тарифы" }}\nowner = "Desk"\nservices = ["cash"]\n'
    '[[columns]]\nname = {{ en = "Service", ar = "الخدمة", zh = "项目", ru = "Услуга" }}\n'
    '[[columns]]\nname = {{ en = "Charge", ar = "الرسم", zh = "收费", ru = "Плата" }}\n'
    "[[versions]]\nvalid_from = 2024-01-15\nrows = [\n{rows}\n]\n"
)
ROW = '[{{ en = "Service {n}", ar = "خدمة {n}", zh = "项目 {n}", ru = "Длинная услуга номер {n}" }}, "0.20–{n}.00"],'

CLIP = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 90 });
  const paint = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm;codecs=vp8" });
  const parts = [];
  recorder.ondataavailable = ({ data }) => { if (data.size) parts.push(data); };
  const over = new Promise((stopped) => { recorder.onstop = stopped; });
  recorder.start(100);
  for (let frame = 0; frame < 12 || parts.length < 4; frame += 1) {
    paint.fillStyle = frame % 2 ? "#0b4a45" : "#e9bd53";
    paint.fillRect(0, 0, 160, 90);
    await new Promise((next) => setTimeout(next, 50));
  }
  recorder.stop();
  await over;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""
"""Records a video of half a second in the browser itself, or longer where it is slow to begin."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory, chromium: Any) -> Iterator[BranchProcess]:
    """A running branch with pictures, a video, a broken one of each, and a long table of fees."""
    branch = BranchProcess(tmp_path_factory.mktemp("beside") / "branch")
    page = chromium.new_page()
    clip = base64.b64decode(page.evaluate(CLIP))
    page.close()
    shutil.rmtree(branch.folder / "media")
    media, rates = branch.folder / "media", branch.folder / "knowledge" / "rates"
    media.mkdir()
    rates.mkdir(parents=True)
    for name, content in {
        "a.svg": DRAWING.encode(),
        "broken.mp4": b"\0\0\0\x18ftypmp42" + bytes(400),
        "clip.webm": clip,
        "half.png": b"\x89PNG\r\n\x1a\n",
        "playlist.toml": PLAYLIST.encode(),
    }.items():
        (media / name).write_bytes(content)
    rows = "\n".join(ROW.format(n=number) for number in range(1, 21))
    (rates / "fees.toml").write_text(FEES.format(rows=rows), "utf-8")
    with branch.file.open("a", encoding="utf-8") as file:
        file.write(SCREENS)
    branch.start()
    yield branch
    branch.close()


Open = Callable[..., Any]


@pytest.fixture
def open_screen(chromium: Any, branch: BranchProcess) -> Iterator[Open]:
    """Open a screen; what went wrong in it (script, policy, another host) fails the test at its end."""
    wrong: list[str] = []
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    token = branch.token("display", "screen")
    context.add_cookies([{"name": "lobby-display", "value": token, "url": branch.url}])

    def open_screen(name: str, language: str = "en", before: Callable[[Any], None] = lambda page: None) -> Any:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: "Content Security Policy" in said.text and wrong.append(said.text))
        page.on("request", lambda sent: sent.url.startswith(branch.url) or wrong.append(sent.url))
        before(page)
        page.goto(f"{branch.url}/screen/{name}?language={language}")
        page.wait_for_selector(SURE)
        return page

    yield open_screen
    context.close()
    assert wrong == []


def soon(page: Any, condition: Callable[[], object], what: str) -> None:
    """Wait until it is so; by asking, as the page's policy lets no waiting be handed in."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        page.wait_for_timeout(20)


def plays(page: Any) -> None:
    running = (
        "[...document.querySelectorAll('#beside video')].some(({ currentTime, muted }) => currentTime > 0 && muted)"
    )
    soon(page, lambda: page.evaluate(running), "a video runs, without a sound")


def test_pictures_and_videos_take_turns_and_the_broken_ones_are_passed_over_and_named(open_screen: Open) -> None:
    sent: list[str] = []

    def listen(page: Any) -> None:
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))

    page = open_screen("pictures", before=listen)
    page.wait_for_selector("#beside img[src*='a.svg']")
    plays(page)
    page.wait_for_selector("#beside img[src*='a.svg']")
    playwright.expect(page.locator(".media-item")).to_have_count(1)
    plays(page)

    def faults() -> list[str]:
        told = [json.loads(frame[frame.index("[") :]) for frame in sent if '"health"' in frame]
        return sorted(fault for fault in told[-1][1]["faults"] if fault.startswith("media:")) if told else []

    soon(page, lambda: faults() == ["media:broken.mp4", "media:half.png"], "the faults are told")


@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru"])
def test_rates_are_shown_in_each_language_with_their_day_whole_and_accessible(open_screen: Open, language: str) -> None:
    page = open_screen("rates", language)
    title = {"en": "Charges", "ar": "الرسوم", "zh": "收费标准", "ru": "Тарифы"}[language]
    playwright.expect(page.locator(".sheet-title")).to_have_text(title)
    page.evaluate("document.fonts.ready")
    foot = page.inner_text(".sheet-foot")
    assert re.search(r"\b15\b.*2024|2024.*15", foot), foot
    assert re.search(r"\b1/\d", foot), foot
    assert page.locator("td bdi[dir=ltr]").first.inner_text() == "0.20–1.00"
    first, second = (page.locator("tbody tr").first.locator("td").nth(at).bounding_box() for at in (0, 1))
    assert (first["x"] > second["x"]) == (language == "ar")
    part = page.locator(".is-information")
    assert part.evaluate("part => part.scrollHeight <= part.clientHeight && part.scrollWidth <= part.clientWidth")
    rows, foot_box = page.locator("tbody tr").last.bounding_box(), page.locator(".sheet-foot").bounding_box()
    assert rows["y"] + rows["height"] <= foot_box["y"] + 1
    assert [line for line in axe_violations(page) if "beside" in line or "sheet" in line] == []


def test_a_page_is_shown_for_a_while_and_then_the_next_one(open_screen: Open) -> None:
    page = open_screen("rates", before=lambda page: page.clock.install())
    playwright.expect(page.locator(".sheet-number")).to_have_text(re.compile("^1/"))
    page.clock.fast_forward(16_000)
    playwright.expect(page.locator(".sheet-number")).to_have_text(re.compile("^2/"))
    assert page.locator("tbody tr").first.inner_text().split("\t")[0] != "Service 1"


def test_a_zone_shows_the_rates_of_its_services_alone(open_screen: Open) -> None:
    with_rates = open_screen("rates")
    with_rates.wait_for_selector("body.has-beside")
    with_rates.close()
    page = open_screen("loans")
    page.wait_for_load_state("networkidle")
    assert page.is_hidden("#beside")


def test_rates_of_a_day_that_is_over_are_not_shown(open_screen: Open) -> None:
    asked: list[str] = []
    ahead_ms = 0

    def pass_on(socket: Any) -> None:
        def of_another_day(said: str) -> str:
            return re.sub(r'"at":(\d+)', lambda at: f'"at":{int(at[1]) + ahead_ms}', said)

        socket.connect_to_server().on_message(lambda said: socket.send(of_another_day(said)))

    def watch(page: Any) -> None:
        page.route_web_socket("**", pass_on)
        page.on("request", lambda sent: asked.append(sent.url) if sent.url.endswith("/information") else None)

    page = open_screen("rates", before=watch)
    page.wait_for_selector("body.has-beside")
    ahead_ms = 2 * 24 * 3_600_000
    page.wait_for_selector("body:not(.has-beside)")
    soon(page, lambda: len(asked) >= 2, "those of the new day are asked for")
    assert page.is_hidden("#beside")
