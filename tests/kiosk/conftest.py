"""Fixtures for the kiosk's tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.builders import Clock
from tests.kiosk.builders import KioskBranch, Served
from tests.kiosk.customer import Customer
from tests.kiosk.touch import Screen, Touch

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def branch(memory_folder: Path, tmp_path: Path, clock: Clock) -> KioskBranch:
    """The example branch at nine on a Tuesday, with a counter open for everything."""
    folder = memory_folder / tmp_path.name
    folder.mkdir()
    branch = KioskBranch(folder, clock=clock)
    branch.open_counter()
    return branch


@pytest.fixture(scope="module")
def address() -> Iterator[Served]:
    """Where the module's branches are served, one after the other."""
    served = Served(Flask("nobody yet"))
    yield served
    served.stop()


@pytest.fixture
def served(address: Served, branch: KioskBranch) -> Served:
    """The branch's kiosk on a port."""
    address.take_over(branch.app)
    return address


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A real Chromium, started once for the module: its driver holds an event loop, which other modules want too."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; the kiosk was not tried in a browser")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def screen(chromium: object) -> Iterator[Screen]:
    """The module's screen."""
    screen = Screen(chromium)
    yield screen
    screen.close()


@pytest.fixture
def touch(screen: Screen, served: Served) -> Iterator[Touch]:
    """A customer's finger on the start page of a portrait screen. Fails the test if the page's scripts failed."""
    touch = Touch(screen, served.url)
    yield touch
    touch.close()
    assert touch.faults == []


@pytest.fixture
def customer(screen: Screen, served: Served) -> Iterator[Customer]:
    """A customer of a branch that offers every way. Fails the test if the page's scripts failed."""
    customer = Customer(screen, served.url)
    yield customer
    customer.close()
    assert customer.faults == []
