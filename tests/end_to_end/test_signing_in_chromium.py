"""Signing in by single sign-on, and pairing, in a real browser at the real server. The provider is another site to it
(`localhost`, and not `127.0.0.1`), as it is in a bank."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.display_server.provider import CLIENT, SECRET, FakeProvider
from tests.end_to_end.branch_process import HANGS_S, BranchProcess, lobby

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SETTLE_MS = HANGS_S * 1000
SETUP = f"""
[single_sign_on]
issuer = "ISSUER"
client_id = "{CLIENT}"
client_secret_file = "sso-secret"
roles.manager = ["managers"]

[server]
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    provider = FakeProvider(lambda: time.time_ns() // 1_000_000, "localhost")
    provider.claims["groups"] = ["managers"]
    yield provider
    provider.close()


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider) -> Iterator[BranchProcess]:
    branch = BranchProcess(tmp_path_factory.mktemp("signing") / "branch")
    secret = branch.folder / "sso-secret"
    secret.write_text(SECRET, encoding="utf-8")
    secret.chmod(0o600)
    branch.edit("\n[server]\n", SETUP.replace("ISSUER", provider.issuer))
    branch.start()
    yield branch
    branch.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian package chromium)")
    with pytest.importorskip("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with closing(browser.new_context()) as context:
        context.set_default_timeout(SETTLE_MS)
        page = context.new_page()
        wrong: list[str] = []
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        yield page
        assert wrong == []


def test_a_person_comes_from_the_provider_to_the_page_they_wanted_and_goes_there_to_sign_out(
    page: Page, branch: BranchProcess, provider: FakeProvider
) -> None:
    page.goto(f"{branch.url}/report")
    page.get_by_role("link", name="Single sign-on").click()
    page.wait_for_url(f"{branch.url}/report")
    page.goto(f"{branch.url}/manager")
    assert page.url == f"{branch.url}/manager"
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies.keys() == {"lobby"}, "the journey's own cookie is gone"
    assert (cookies["lobby"].get("sameSite"), cookies["lobby"].get("httpOnly")) == ("Strict", True)
    page.goto(branch.url)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{provider.issuer}/end?**")
    page.goto(f"{branch.url}/manager")
    assert "/sign-in" in page.url


def test_a_code_is_typed_on_a_touchscreen_or_comes_with_a_link(page: Page, branch: BranchProcess) -> None:
    made = lobby("pair", "--data", branch.folder, "--role", "display", "--name", "hall", "--server", branch.url)
    page.goto(f"{branch.url}/pair")
    keys = page.locator("#letters")
    keys.get_by_role("button", name="X", exact=True).click()
    keys.get_by_role("button", name="Delete the last letter").click()
    for letter in made.stdout.split()[0].replace("-", ""):
        keys.get_by_role("button", name=letter, exact=True).click()
    page.get_by_role("button", name="Pair this device").click()
    page.wait_for_url(f"{branch.url}/screen")
    made = lobby("pair", "--data", branch.folder, "--role", "kiosk", "--name", "k", "--server", branch.url)
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(made.stdout.split()[1])
    page.wait_for_url(f"{branch.url}/kiosk/")
    assert not [url for url in requested if made.stdout.split()[0] in url.partition("#")[0]]
