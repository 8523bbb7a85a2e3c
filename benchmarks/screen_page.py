"""Ten thousand events into one real screen page: whether memory, document and frame rate stay level.

    python -m benchmarks.screen_page        prints what was measured after each thousand events, as JSON

The branch server and Chromium are real, and so are the events: tickets issued, called, started, finished at four
counters as fast as the server takes them. Memory is JavaScript's heap after a forced collection.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.branch_folder import LOBBY, lobby, running
from benchmarks.figures import Figure
from display_server.gate.access import DEVICE_COOKIES
from lobby.access import DISPLAY
from lobby.errors import NobodyWaiting
from lobby.queue import commands as c
from lobby.remote import RemoteDesk

EVENTS, STEP = 10_000, 1000
COUNTERS = (1, 2, 3, 6)
"""Those that give the service that everybody asks for: nobody is left waiting, and the server stays as quick."""
LOOK_MS = 50

FRAMES = """() => {
  const frames = window.frames_seen = [];
  let last = performance.now();
  const frame = (now) => { frames.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""


def run() -> list[Figure]:
    """Each figure is that of the last thousand events, its baseline that of the second: the first warms up."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.screen_page"], check=True, stdout=subprocess.PIPE, text=True
    )
    steps = json.loads(done.stdout)
    early, late = steps[1], steps[-1]

    def level(name: str, key: str, unit: str, target: str) -> Figure:
        ratio = round(late[key] / early[key], 3) if early[key] else None
        return Figure(f"a screen page after {EVENTS} events: {name}", late[key], unit, early[key], ratio, target)

    return [
        level("JavaScript heap", "heap_kb", "kB", "ratio <= 1.1"),
        level("nodes of the document", "nodes", "", "ratio 1"),
        level("listeners", "listeners", "", "ratio 1"),
        level("frames a second", "fps", "1/s", "ratio >= 0.95"),
        level("the longest frame but one in a hundred", "frame_p99_ms", "ms", ""),
        level("processor time an event", "cpu_ms", "ms", "ratio <= 1.1"),
    ]


class Customers(threading.Thread):
    """One counter and who comes to it, one after the other, until enough. `seq`: how far the journal is."""

    def __init__(self, url: str, token: str, counter: int, enough: int) -> None:
        super().__init__()
        self.desk = RemoteDesk(url, token, "main-street")
        self.counter = counter
        self.enough = enough
        self.seq = 0
        self._keys = count()

    def run(self) -> None:
        with closing(self.desk):
            self._do(c.OpenCounter(self.counter))
            while self.seq < self.enough:
                self._do(c.Issue("cash"))
                with suppress(NobodyWaiting):  # a colleague was quicker
                    for command in (c.CallNext, c.Start, c.Finish):
                        self._do(command(self.counter))

    def _do(self, command: c.Command) -> None:
        self.seq = self.desk.submit(command, key=f"{self.counter} {next(self._keys)}").seq


def measure(folder: Path) -> list[dict[str, Any]]:
    """What was measured after each `STEP` events."""
    lobby("init", str(folder))
    file = folder / "branch.toml"
    example = file.read_text(encoding="utf-8").replace('"virtual"', '"none"')
    file.write_text(example.replace('prefix = "A"', 'prefix = "A"\nlast = 99999', 1), encoding="utf-8")
    token = {
        role: lobby("token", "create", "--data", str(folder), "--role", role, "--name", role).strip()
        for role in ("display", "manager")
    }
    with running([*LOBBY, "serve", "--data", str(folder), "--port", "0"]) as server, sync_playwright() as driver:
        url = next(line.split()[1] for line in iter(server.readline, "") if line.startswith("ready"))
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        context.add_cookies([{"name": DEVICE_COOKIES[DISPLAY], "value": token["display"], "url": url}])
        page = context.new_page()
        page.goto(f"{url}/screen")
        page.wait_for_selector("body:not(.is-unsure)")
        counters = [Customers(url, token["manager"], number, EVENTS) for number in COUNTERS]
        for counter in counters:
            counter.start()
        steps = _watch(page, counters)
        for counter in counters:
            counter.join()
        page.wait_for_selector("body:not(.is-unsure)")
        browser.close()
    return steps


def _watch(page: Page, counters: list[Customers]) -> list[dict[str, Any]]:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.evaluate(FRAMES)
    steps: list[dict[str, Any]] = []
    cpu_s = 0.0
    for events in range(STEP, EVENTS + 1, STEP):
        while max(counter.seq for counter in counters) < events:
            if not any(counter.is_alive() for counter in counters):
                raise RuntimeError("nobody comes any more")
            page.wait_for_timeout(LOOK_MS)
        frames = sorted(page.evaluate("frames_seen.splice(0)"))
        for _ in range(2):  # what the first sets free, the second finds
            devtools.send("HeapProfiler.collectGarbage")
        now = {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}
        steps.append(
            {
                "events": events,
                "heap_kb": round(now["JSHeapUsedSize"] / 1024),
                "nodes": now["Nodes"],
                "listeners": now["JSEventListeners"],
                "fps": round(len(frames) / sum(frames) * 1000, 1),
                "frame_p99_ms": round(frames[int(len(frames) * 0.99)], 1),
                "cpu_ms": round((now["TaskDuration"] - cpu_s) / STEP * 1000, 3),
            }
        )
        cpu_s = now["TaskDuration"]
    return steps


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=".") as scratch:
        print(json.dumps(measure(Path(scratch) / "branch")))
