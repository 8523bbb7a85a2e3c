"""What whoever leads the branch does over HTTP, and what customers and colleagues see of it."""

from __future__ import annotations

from typing import Any

import pytest

from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from tests.end_to_end.house import House
from tests.end_to_end.test_http_contract import assert_problem

COINS = {"en": "The coin machine is out of order.", "ar": "آلة العملات المعدنية معطلة."}
ANN = Actor("ann", "teller")


def service(house: House, code: str) -> dict[str, Any]:
    branch = house.get("", "kiosk").json
    return next(one for one in branch["services"] if one["code"] == code)  # type: ignore[index]


def test_a_closed_service_is_refused_at_the_kiosk_in_its_language_until_it_is_opened(house: House) -> None:
    until = house.clock() + 3_600_000
    house.post("/close-service", {"service": "cash", "reason": "system", "until": until})
    told = assert_problem(house.post("/tickets", {"service": "cash"}, "kiosk"), 409, "ServiceClosedByHand")
    assert told["facts"] == {"service": "Cash"}
    seen = service(house, "cash")
    assert (seen["open"], seen["closed_because"], seen["opens_at"]) == (False, "system", until)
    house.post("/open-service", {"service": "cash"})
    assert house.issue()["number"] == "A001"


def test_a_notice_is_on_the_board_until_it_is_taken_down(house: House) -> None:
    assert house.post("/notices", {"texts": COINS}).status_code == 200
    (notice,) = house.get("/board", "display").json["notices"]  # type: ignore[index]
    assert notice["texts"] == COINS
    assert house.post("/take-notice-down", {"notice": notice["id"]}).status_code == 200
    assert house.get("/board", "display").json["notices"] == []  # type: ignore[index]


def test_a_reassigned_ticket_and_changed_skills_are_answered_as_they_are_now(house: House) -> None:
    number = house.issue("loans")["number"]
    moved = house.post(f"/tickets/{number}/reassign", {"service": "cash", "reason": "wrong line"}).json
    assert moved["ticket"]["service"] == "cash"  # type: ignore[index]
    house.server.desk.submit(c.OpenCounter(1), key="open", actor=ANN)
    changed = house.post("/counters/1/skills", {"services": ["cash"]}).json
    assert (changed["counter"]["services"], changed["counter"]["teller"]) == (["cash"], "ann")  # type: ignore[index]


def test_nobody_is_sent_to_a_colleague_whom_nobody_knows(house: House) -> None:
    number = house.issue()["number"]
    sent = house.post(f"/tickets/{number}/reassign", {"to_teller": "ann"})
    assert assert_problem(sent, 422, "UnknownColleague")["facts"] == {"name": "ann"}
    house.member("ann", "teller")
    assert house.post(f"/tickets/{number}/reassign", {"to_teller": "ann"}).status_code == 200


def test_an_alert_has_a_story_from_the_watch_to_its_end(house: House) -> None:
    number = house.issue("loans")["number"]
    house.clock.forward(minutes=3)
    house.server.watching.look_at_queue()
    (alert,) = house.get("/alerts").json["open"]  # type: ignore[index]
    assert (alert["device"], alert["problem"], alert["subject"]) == ("queue", "nobody_open", "loans")
    assert (alert["detail"], alert["owner"], alert["seen_by"]) == (number, "", "")
    named = {"device": "queue", "problem": "nobody_open", "subject": "loans"}
    house.member("lea", "supervisor")
    assert house.post("/acknowledge-alert", named).status_code == 200
    assert house.post("/take-alert", named | {"owner": "lea"}).status_code == 200
    assert_problem(house.post("/take-alert", named | {"owner": "zoe"}), 422, "UnknownColleague")
    house.post(f"/tickets/{number}/cancel")
    house.clock.forward(minutes=1)
    house.server.watching.look_at_queue()
    told = house.get("/alerts", "auditor").json
    assert told["open"] == []  # type: ignore[index]
    (over,) = told["over"]  # type: ignore[index]
    assert (over["seen_by"], over["owner"], over["resolved_at"]) == ("manager", "lea", house.clock())
    assert_problem(house.post("/acknowledge-alert", named), 404, "AlertIsOver")


@pytest.mark.parametrize("role", ["kiosk", "display", "teller", "auditor"])
def test_who_does_not_lead_does_not_steer(house: House, role: str) -> None:
    for path, body in (
        ("/close-service", {"service": "cash", "reason": "system"}),
        ("/counters/1/skills", {}),
        ("/tickets/A001/reassign", {"service": "cash"}),
        ("/notices", {"texts": COINS}),
        ("/take-alert", {"device": "queue", "problem": "age_cap"}),
    ):
        assert_problem(house.post(path, body, role), 403, "NotAllowed")
