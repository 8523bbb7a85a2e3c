"""The kiosk machine's own web server answers the browser on the same machine, and nobody else."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import cast

import pytest
from flask.testing import FlaskClient

from kiosk.machine import KioskMachine
from kiosk.serve import create_app
from tests.builders import Clock
from tests.kiosk.builders import KioskBranch

PORT = 8090


@pytest.fixture(scope="module")
def branch(memory_folder: Path) -> KioskBranch:
    folder = memory_folder / "served to the browser here"
    folder.mkdir()
    return KioskBranch(folder, clock=Clock())


@pytest.fixture(scope="module")
def browser(branch: KioskBranch) -> FlaskClient:
    return create_app(cast(KioskMachine, branch.kiosk)).test_client()


def tap(browser: FlaskClient, **headers: str) -> int:
    """Take a number; the status of the answer."""
    sent = {"Idempotency-Key": secrets.token_hex(8), "Host": f"127.0.0.1:{PORT}"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.post("/kiosk/tickets", json={"service": "cash"}, headers=sent).status_code


def test_a_watchdog_is_told_that_the_machine_answers(browser: FlaskClient) -> None:
    answer = browser.get("/healthz", headers={"Host": "localhost"})
    assert (answer.status_code, answer.text) == (200, "ok\n")


@pytest.mark.parametrize("host", ["127.0.0.1", f"127.0.0.1:{PORT}", "localhost", f"localhost:{PORT}"])
def test_the_page_is_served_under_this_machines_own_names(browser: FlaskClient, host: str) -> None:
    assert browser.get("/", headers={"Host": host}).location == "/kiosk/"
    assert browser.get("/kiosk/", headers={"Host": host}).status_code == 200
    assert tap(browser, Host=host) == 201


@pytest.mark.parametrize(
    "host",
    [
        "lobby.example",
        f"rebound.example:{PORT}",
        "127.0.0.1.example",
        "192.0.2.1",
        "localhost.example",
        f"example@127.0.0.2:{PORT}",
        "[::1]x",
        "",
    ],
)
def test_a_foreign_name_that_was_made_to_point_here_gets_nothing(
    browser: FlaskClient, branch: KioskBranch, host: str
) -> None:
    before = branch.tickets()
    for path in ("/", "/kiosk/", "/kiosk/offer", "/look/tokens.css"):
        answer = browser.get(path, headers={"Host": host})
        assert 400 <= answer.status_code < 500
        assert b"Main Street" not in answer.data
    assert 400 <= tap(browser, Host=host) < 500
    assert branch.tickets() == before


@pytest.mark.parametrize(
    "origin",
    ["https://shop.example", "null", f"http://127.0.0.1:{PORT + 1}", f"http://localhost:{PORT}", "http://[", ""],
)
def test_a_page_of_another_origin_gets_nothing(browser: FlaskClient, branch: KioskBranch, origin: str) -> None:
    before = branch.tickets()
    assert tap(browser, Origin=origin) == 403
    assert branch.tickets() == before


def test_the_pages_own_origin_gets_a_number(browser: FlaskClient, branch: KioskBranch) -> None:
    before = len(branch.tickets())
    assert tap(browser, Origin=f"http://127.0.0.1:{PORT}") == 201
    assert len(branch.tickets()) == before + 1


def test_a_body_that_no_page_sends_is_refused(browser: FlaskClient, branch: KioskBranch) -> None:
    before = branch.tickets()
    answer = browser.post(
        "/kiosk/tickets",
        data=b"{" + b" " * 100_000 + b"}",
        headers={"Idempotency-Key": "tap", "Host": "127.0.0.1", "Content-Type": "application/json"},
    )
    assert answer.status_code == 413
    assert branch.tickets() == before
