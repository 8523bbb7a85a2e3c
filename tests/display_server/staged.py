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
from urllib.parse import urlsplit

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ROOT = Path(__file__).parents[2]
PATIENCE_MS = 8000
SURE = "body:not(.is-unsure)"
UNSURE = "body.is-unsure"

Open = Callable[..., Any]


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


def shows(page: Any, selector: str, text: str | re.Pattern[str]) -> None:
    """Wait until the first such element says exactly this."""
    from playwright.sync_api import expect  # only where there is a browser

    expect(page.locator(selector).first).to_have_text(text, timeout=PATIENCE_MS)


def rows(page: Any) -> list[str]:
    """The calls before the latest, as a screen shows them."""
    return list(page.locator(".row-number").all_inner_texts())
