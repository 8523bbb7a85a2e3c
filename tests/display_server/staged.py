"""The invented branch of `fake_branch` in a process of its own, to be told what to do; and what its pages are asked."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.end_to_end.branch_process import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).parents[2]
PATIENCE_MS = 60_000
"""For what a page is waited for. Only a fault takes so long."""
SURE = "body:not(.is-unsure)"
UNSURE = "body.is-unsure"

Open = Callable[..., Any]


class Branch:
    """The fake branch in its own process; `order` tells it what to do."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self.url = ""
        self._port = free_port()
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.display_server.fake_branch", str(self._port)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        ready = self._process.stdout.readline().split()
        assert ready, f"it ended with {self._process.wait()} before it was ready"
        self.url = ready[1]

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.communicate()

    def order(self, **what: Any) -> dict[str, Any]:
        body = json.dumps(what).encode()
        asked = urllib.request.Request(f"{self.url}/order", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=PATIENCE_MS / 1000) as answer:
            return json.load(answer)

    def call(self, number: str, counter: int, *, language: str = "en", calls: int = 1, lost: bool = False) -> int:
        kind = "TicketRecalled" if calls > 1 else "TicketCalled"
        event = {"number": number, "counter": counter, "language": language, "calls": calls, "service": "cash"}
        return self.order(event={"kind": kind, **event}, lost=lost)["seq"]

    def heard(self, what: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/heard", timeout=PATIENCE_MS / 1000) as answer:
            return [message for message in json.load(answer) if message["what"] == what]


def shows(page: Any, selector: str, text: str | re.Pattern[str]) -> None:
    """Wait until the first such element says exactly this."""
    from playwright.sync_api import expect  # only where there is a browser

    expect(page.locator(selector).first).to_have_text(text, timeout=PATIENCE_MS)


def stand_still(page: Any) -> None:
    """Before it is opened: the page's time stands still until `page.clock` moves it. However slow the machine is, the
    page holds nothing for old. It is painted at once, as one that nobody looks at, since its frames stand still too."""
    page.add_init_script("window.untouchedTimeout = setTimeout")  # for axe
    page.add_init_script("Object.defineProperty(document, 'hidden', { get: () => true })")
    page.clock.install(time=0)
    page.clock.pause_at(1)


def rows(page: Any) -> list[str]:
    """The calls before the latest, as a screen shows them."""
    return list(page.locator(".row-number").all_inner_texts())
