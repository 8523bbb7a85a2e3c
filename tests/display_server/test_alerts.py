"""What printers need, on its way from their threads into the journal and onto the manager's page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from hardware.alerts import Alert
from kiosk.alerting import LONGEST
from lobby import errors
from lobby.desk import Desk
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.alerts import PROBLEMS
from lobby.reports.live import live_figures
from lobby.words import words
from tests.builders import Clock
from tests.end_to_end.branch_process import until
from tests.end_to_end.house import House, a_house


@pytest.fixture
def a_house_with(memory_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[Callable[..., House]]:
    """Opens the branch with a printer at this address; again it is the same branch."""
    with ExitStack() as closed:

        def make(address: str = "none") -> House:
            def edit(text: str) -> str:
                return text.replace('address = "virtual"', f'address = "{address}"')

            house = a_house(memory_folder / tmp_path.name, clock, edit, printers=True)
            closed.callback(house.server.close)
            return house

        yield make


@pytest.fixture
def house(a_house_with: Callable[..., House]) -> House:
    """The branch; its printer is not set up, so that it raises nothing by itself."""
    return a_house_with()


def an_alert(device: str = "ticket", kind: Any = "paper_out", subject: str = "", detail: str = "why") -> Alert:
    return Alert(device, kind, subject, 1709629200.25, detail)


def told(house: House) -> list[e.Event]:
    """What the journal says of alerts, in order."""
    return [
        recorded.event
        for recorded in house.server.desk.events()
        if isinstance(recorded.event, e.AlertRaised | e.AlertResolved)
    ]


def shown(house: House) -> list[tuple[str, str]]:
    """The open alerts of the manager's page."""
    house.server.watching.tell_alerts()
    figures = live_figures(house.server.desk.state, house.clock())
    return [(one.device, one.problem) for one in figures.alerts]


class RefusingDesk:
    """A desk that refuses while told to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.fault: errors.LobbyError | None = None

    def submit(self, command: c.Command, **more: Any) -> Answer:
        if self.fault is not None:
            raise self.fault
        return self._desk.submit(command, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)


# -- into the journal


def test_an_alert_is_on_the_managers_page_until_it_is_over(house: House) -> None:
    house.server.watching.printer_alert(an_alert(), True)
    assert told(house) == [], "a printer's thread never touches the journal"
    assert shown(house) == [("ticket", "paper_out")]
    house.server.watching.printer_alert(an_alert(), False)
    assert shown(house) == []
    assert told(house) == [e.AlertRaised("ticket", "paper_out", "", "why"), e.AlertResolved("ticket", "paper_out", "")]


def test_whoever_tells_is_woken_once_for_each(house: House) -> None:
    woken: list[int] = []
    house.server.watching.alerted = lambda: woken.append(1)
    house.server.watching.printer_alert(an_alert(), True)
    house.server.watching.printer_alert(an_alert(), False)
    assert len(woken) == 2


def test_two_printers_that_need_the_same_at_the_same_moment_are_two_alerts(house: House) -> None:
    for device in ("ticket", "spare"):
        house.server.watching.printer_alert(an_alert(device, "roll_low"), True)
    house.server.watching.printer_alert(an_alert("ticket", "cover_open"), True)
    assert shown(house) == [("ticket", "roll_low"), ("spare", "roll_low"), ("ticket", "cover_open")]


def test_a_journal_that_cannot_be_written_is_told_later_in_the_same_order(house: House) -> None:
    desk = RefusingDesk(house.server.desk)
    house.server.desk = desk  # type: ignore[assignment]
    desk.fault = errors.StorageFull()
    house.server.watching.printer_alert(an_alert(), True)
    house.server.watching.printer_alert(an_alert(kind="cover_open"), True)
    assert shown(house) == []
    house.server.watching.printer_alert(an_alert(), False)
    desk.fault = None
    assert shown(house) == [("ticket", "cover_open")]
    assert [type(event) for event in told(house)] == [e.AlertRaised, e.AlertRaised, e.AlertResolved]


def test_a_sentence_of_any_length_is_told(house: House) -> None:
    house.server.watching.printer_alert(an_alert(detail="x" * 5000), True)
    shown(house)
    assert [len(event.detail) for event in told(house)] == [LONGEST]  # type: ignore[union-attr]


# -- over a restart


def test_what_is_over_when_the_server_starts_again_is_resolved_and_what_others_told_is_left_to_them(
    a_house_with: Callable[..., House],
) -> None:
    house = a_house_with()
    house.server.watching.printer_alert(an_alert(), True)
    house.server.watching.printer_alert(an_alert("spool", "spool"), True)
    shown(house)
    kiosk = [("kiosk-2 printer 1", "paper_out"), ("kiosk-2 spool", "spool")]
    for device, problem in kiosk:
        answer = house.post("/alerts", {"device": device, "problem": problem}, "kiosk")
        assert answer.status_code == 200, answer.text
    house.server.close()
    again = a_house_with()
    until(lambda: shown(again) == kiosk, "what is over is resolved")
    assert sum(isinstance(event, e.AlertRaised) for event in told(again)) == 4


# -- the spool's disk


def test_a_full_disk_of_the_spool_keeps_no_number_back_and_staff_are_told(house: House) -> None:
    file = house.server.printing.spool._file
    until(lambda: shown(house) == [], "it is calm")
    (pages,) = file.read("PRAGMA page_count")[0]
    file.read(f"PRAGMA max_page_count = {pages}")
    screen = {"Authorization": f"Bearer {house.token('kiosk')}"}
    states = {}
    for tap in range(60):
        answer = house.client().post(
            "/kiosk/tickets", json={"service": "cash"}, headers=screen | {"Idempotency-Key": f"tap-{tap}"}
        )
        assert (answer.status_code, answer.json["ticket"]["number"]) == (201, f"A{tap + 1:03d}")  # type: ignore[index]
        states[tap] = answer.json["paper"]  # type: ignore[index]
        if house.server.printing.spool.trouble:
            break
    assert states[tap] == "held", "the screen shows number and code instead of paper"
    until(lambda: shown(house) == [("spool", "spool")], "staff are told")
    assert "is full" in told(house)[-1].detail  # type: ignore[union-attr]
    file.read("PRAGMA max_page_count = 100000")
    until(lambda: shown(house) == [], "the disk has room again")


# -- the sentences


@pytest.mark.slow
def test_something_else_at_the_printers_address_is_named_as_such(a_house_with: Callable[..., House]) -> None:
    class Website(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    website = HTTPServer(("127.0.0.1", 0), Website)
    serving = Thread(target=website.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        house = a_house_with(f"tcp://127.0.0.1:{website.server_port}")
        ticket = house.issue()
        room = house.server.printing.room
        until(lambda: room.view().printers[0].trouble, "a first look")
        room.paper_changed("ticket")  # a second look, at once
        until(lambda: shown(house) == [("ticket", "wrong_device")], "the website is no printer")
        assert house.server.printing.state(ticket["id"]) == "held"
        (raised,) = [one for one in told(house) if one.problem == "wrong_device"]  # type: ignore[union-attr]
        assert f"something answers at 127.0.0.1:{website.server_port}, but not as a receipt printer" in raised.detail  # type: ignore[union-attr]
    finally:
        website.shutdown()
        serving.join()
        website.server_close()


def test_the_managers_page_has_each_problems_sentence_in_the_readers_language(house: House) -> None:
    for language in house.server.config.setup.languages:
        headers = {"Authorization": f"Bearer {house.token('manager')}", "Accept-Language": language}
        html = house.client().get("/manager", headers=headers).text
        (data,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', html)
        page = json.loads(data)
        assert page["problems"] == {code: words(language)(sentence) for code, sentence in PROBLEMS.items()}
