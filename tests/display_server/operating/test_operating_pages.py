"""/healthz, /readyz and /metrics over a branch server without a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from display_server.live.presence import Device
from display_server.operating.seen import Audience
from lobby.errors import StorageAway, StorageFull
from lobby.queue import commands as c
from lobby.queue.given import Actor
from tests.builders import Clock
from tests.end_to_end.house import House, a_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[House]:
    house = a_house(tmp_path_factory.mktemp("house") / "branch", Clock(), template=empty_store)
    yield house
    house.server.close()


def metrics(house: House) -> dict[tuple[str, ...], float]:
    """Each sample by its name and its labels' values."""
    answer = house.client().get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_server_that_lives_says_so(house: House) -> None:
    assert house.client().get("/healthz").text == "ok\n"


def test_a_server_that_cannot_write_is_alive_and_not_ready_and_says_why(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = house.client().get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"ready": True, "reasons": []})

    def full() -> None:
        raise StorageFull()

    monkeypatch.setattr(house.server.pulse, "_write", full)
    house.server.pulse.beat()
    answer = house.client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["reasons"][0]["cause"] == "StorageFull"
    assert metrics(house)["lobby_ready",] == 0
    assert house.client().get("/healthz").status_code == 200
    monkeypatch.undo()
    house.server.pulse.beat()
    assert house.client().get("/readyz").status_code == 200


def test_what_happens_in_the_branch_is_in_the_metrics(house: House) -> None:
    before = metrics(house)
    house.issue("cash")
    house.issue("loans")
    house.post("/counters/3/open", {}, "teller")
    called = house.post("/counters/3/next", {}, "teller")
    assert called.status_code == 200, called.text
    after = metrics(house)
    waiting = sum(value for key, value in after.items() if key[0] == "lobby_waiting")
    assert waiting == 1
    assert after["lobby_events_total", "TicketIssued"] - before.get(("lobby_events_total", "TicketIssued"), 0) == 2
    assert after["lobby_events_total", "TicketCalled"] == 1
    assert after["lobby_counters", "called"] == 1
    assert after["lobby_journal_events_total",] == house.server.desk.seq
    assert after["lobby_commit_seconds_count",] - before["lobby_commit_seconds_count",] == 4
    assert after["lobby_disk_free_bytes",] > 0
    assert after["lobby_database_bytes",] > 0


def test_a_commit_that_failed_is_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object) -> None:
        raise StorageFull()

    before = metrics(house)["lobby_commits_failed_total",]
    with monkeypatch.context() as patch:
        patch.setattr(house.server.desk.journal, "append", full)
        assert house.post("/tickets", {"service": "cash"}, "kiosk").status_code == 503
    assert metrics(house)["lobby_commits_failed_total",] == before + 1


def test_who_listens_and_which_devices_are_well_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    there = Audience({"display": 3, "ticket": 40}, (Device("screen", "hall", True), Device("printer", "ticket", False)))
    monkeypatch.setattr(house.server, "audience", lambda: there)
    found = metrics(house)
    assert found["lobby_listeners", "ticket"] == 40
    assert found["lobby_device_ok", "screen", "hall"] == 1
    assert found["lobby_device_ok", "printer", "ticket"] == 0


def test_no_person_and_no_number_is_in_the_metrics(house: House) -> None:
    house.member("wilhelmina", "teller")
    ticket = house.issue("cash")
    text = house.client().get("/metrics").text
    for secret in ("wilhelmina", ticket["id"], ticket["number"], ticket["token"]):
        assert secret not in text


def test_figures_are_for_whoever_may_see_them_and_for_machines_that_the_branch_file_names(house: House) -> None:
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    client = house.client()
    assert client.get("/metrics", environ_overrides=elsewhere).status_code == 401
    for role, code in (("kiosk", 403), ("teller", 403), ("auditor", 200), ("manager", 200)):
        sent = {"Authorization": f"Bearer {house.token(role)}"}
        assert client.get("/metrics", headers=sent, environ_overrides=elsewhere).status_code == code, role
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "::1"}).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_a_proxy_on_this_machine_does_not_open_the_figures_to_the_world(house: House, header: str) -> None:
    assert house.client().get("/metrics", headers={header: "127.0.0.1"}).status_code == 401


def test_requests_are_counted_by_route_and_a_clients_inventions_get_no_label(house: House) -> None:
    house.server.metrics.request("GET", "/t/<token>", 200, 0.01)
    found = metrics(house)
    assert found["lobby_http_requests_total", "200", "GET", "/t/<token>"] == 1
    assert found["lobby_http_request_seconds_count", "GET"] == 1


def test_what_was_written_though_the_line_was_cut_before_the_answer_is_seen_soon(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, server = house.server.desk.journal, house.server
    append = journal.append

    def cut_off(*written: Any) -> None:
        append(*written)
        journal._seq, journal._hash = before
        raise StorageAway()

    before = journal.head()
    with monkeypatch.context() as line:
        line.setattr(journal, "append", cut_off)
        with pytest.raises(StorageAway):
            server.desk.submit(c.Issue("cash"), key="cut off", actor=Actor("kiosk-1", "kiosk"))
    assert server.desk.seq == before[0]
    for _ in range(2):  # the first sees that something was written since the last
        server.pulse.beat()
    assert server.desk.seq == journal.head()[0] > before[0]
