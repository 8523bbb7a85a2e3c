"""Pages in a real browser, against an invented branch that loses events, falls silent and restarts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.display_server.staged import CHROMIUM, PATIENCE_MS, SURE, Branch, Open, stand_still


@pytest.fixture(scope="module")
def process() -> Iterator[Branch]:
    process = Branch()
    yield process
    process.kill()


@pytest.fixture
def branch(process: Branch) -> Branch:
    """The branch at nine in the morning; nothing happened yet."""
    if not process.runs:  # a test failed that had ended it
        process.start()
    process.order(reset=True)
    return process


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with pytest.importorskip("playwright.sync_api").sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any, branch: Branch) -> Iterator[Open]:
    """Open a page of the branch, whose time may stand `still`; what went wrong in it (script, policy, another host)
    fails the test at its end."""
    wrong: list[str] = []
    contexts = []

    def open_page(
        path: str, width: int = 1920, height: int = 1080, *, sure: bool = True, still: bool = False, **options: Any
    ) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: "Content Security Policy" in said.text and wrong.append(said.text))
        page.on("request", lambda sent: sent.url.startswith(branch.url) or wrong.append(sent.url))
        if still:
            stand_still(page)
        page.goto(branch.url + path)
        if sure:
            page.wait_for_selector(SURE)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []
