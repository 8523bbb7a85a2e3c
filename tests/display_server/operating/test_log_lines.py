"""A line of the log, for people, for journald and for programs."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Response

from display_server.operating.log_lines import (
    HEADER,
    REQUEST,
    ROUTE,
    Form,
    in_journal,
    mark,
    note_request,
    request_id,
    write_log,
)

Written = Callable[[Form], io.StringIO]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """Begins a log in one form; afterwards the log is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []

    def begin(form: Form) -> io.StringIO:
        stream = io.StringIO()
        write_log(form, stream)
        return stream

    yield begin
    root.handlers = handlers
    root.setLevel(level)


@pytest.fixture
def app() -> Flask:
    app = Flask("tried")
    app.after_request(mark)

    @app.get("/t/<token>")
    def page(token: str) -> Response:
        logging.getLogger("lobby.tried").warning("looked at")
        return Response(request_id(), 500 if token == "broken" else 200)

    return app


def test_a_json_line_is_one_line_whatever_is_said(written: Written) -> None:
    log = written("json")
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        logging.getLogger("lobby.tried").exception("it failed\nbadly, 队列")
    (line,) = log.getvalue().splitlines()
    said = json.loads(line)
    assert said["message"] == "it failed\nbadly, 队列"
    assert (said["level"], said["logger"]) == ("error", "lobby.tried")
    assert said["at"].endswith("Z")
    assert "ValueError: first\nsecond" in said["exception"]
    assert "request" not in said


def test_a_text_line_has_its_time_and_level(written: Written) -> None:
    log = written("text")
    logging.getLogger("lobby.tried").warning("%s is %s", "paper", "low")
    assert log.getvalue().endswith("Z warning lobby.tried: paper is low\n")


def test_journald_gets_a_priority_for_each_line(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = os.fstat(2)
    monkeypatch.setenv("JOURNAL_STREAM", f"{stderr.st_dev}:{stderr.st_ino}")
    log = written("text")
    logging.getLogger("lobby.tried").error("first\nsecond")
    assert log.getvalue() == "<3>lobby.tried: first\n<3>second\n"


def test_a_terminal_that_a_service_opened_is_not_journald(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "1:1")
    assert not in_journal()


def test_all_lines_of_a_request_carry_its_id_and_a_failed_answer_too(written: Written, app: Flask) -> None:
    log = written("json")
    answer = app.test_client().get("/t/broken")
    assert json.loads(log.getvalue())["request"] == answer.headers[HEADER] == answer.text


def test_an_answer_that_is_well_carries_no_id(written: Written, app: Flask) -> None:
    written("json")
    assert HEADER not in app.test_client().get("/t/well").headers


@pytest.mark.parametrize(
    ("sent", "taken"), [("a-proxy.made_it-1", True), ("short", False), ("with space here", False), ("x" * 65, False)]
)
def test_a_proxys_id_is_taken_over_when_it_looks_like_one(written: Written, app: Flask, sent: str, taken: bool) -> None:
    written("json")
    assert (app.test_client().get("/t/broken", headers={HEADER: sent}).text == sent) is taken


def test_the_route_is_told_and_not_the_address(written: Written, app: Flask) -> None:
    written("text")
    route: list[str] = []
    app.test_client().get("/t/secret-of-a-customer", environ_overrides={ROUTE: route})
    assert route == ["/t/<token>"]


def test_the_line_of_a_failed_answer_carries_the_id_that_the_answer_carries(written: Written, app: Flask) -> None:
    log, taken = written("json"), list[str]()
    answer = app.test_client().get("/t/broken", environ_overrides={REQUEST: taken})
    note_request("GET", "/t/<token>", 500, 0.1, *taken)  # as the server does when the request's context is gone
    assert json.loads(log.getvalue().splitlines()[-1])["request"] == answer.headers[HEADER]


def test_only_what_failed_or_took_long_is_logged(written: Written) -> None:
    log = written("text")
    note_request("GET", "/t/<token>", 404, 0.1)
    note_request("GET", "/readyz", 503, 0.1)  # asked for every second; the pulse says once why
    assert log.getvalue() == ""
    note_request("POST", "/api/v1/branches/<branch>/tickets", 503, 0.1)
    note_request("GET", "", 200, 4.0)
    first, second = log.getvalue().splitlines()
    assert "error lobby.requests: POST /api/v1/branches/<branch>/tickets answered 503 after 0.10 s" in first
    assert "warning lobby.requests: GET ? answered 200 after 4.00 s" in second
