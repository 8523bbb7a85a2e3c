"""What the demo prints for trying it: the codes, the PIN and the links open what they say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from display_server.app import create_app
from display_server.branch_server import BranchServer
from display_server.demo.branch import Demo, DemoClock, date_rates
from display_server.demo.people import Simulated
from lobby import errors
from lobby.care.knowledge.rates import read_rates
from lobby.command_line.branch import write_example
from lobby.queue import commands as c
from lobby.queue import events as e
from tests.builders import KIOSK, moment

URL = "http://127.0.0.1:8080"


@pytest.fixture
def demo(memory_folder: Path, tmp_path: Path) -> Iterator[Demo]:
    """The demo branch at eleven, its clock standing still, without people and printers."""
    folder = memory_folder / tmp_path.name
    folder.mkdir()
    example = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")
    (folder / "branch.toml").write_text(example, encoding="utf-8")
    clock = DemoClock(1.0)
    clock.set(moment("2024-03-05 11:00"))
    server = BranchServer(folder, clock=clock, printers=False)
    yield Demo(server, clock, 1, [])
    server.close()


@pytest.fixture
def browser(demo: Demo) -> FlaskClient:
    return create_app(demo.house).test_client()


def printed(demo: Demo, what: str) -> list[str]:
    """What stands behind the name of a link."""
    return [how for name, how in demo.links(URL) if name == what]


def test_one_appointment_can_be_checked_in_now_and_the_other_is_for_later(demo: Demo) -> None:
    now, later = (how.split()[0] for how in printed(demo, "Appointment code"))
    door = demo.house.desk.door(KIOSK)
    ticket = door.submit(c.CheckIn(now), key="now").ticket
    assert ticket is not None
    assert (ticket.service, ticket.appointment) == ("loans", moment("2024-03-05 11:10"))
    with pytest.raises(errors.AppointmentTooEarly, match="14:00"):
        door.submit(c.CheckIn(later), key="later")


def test_the_times_that_are_printed_are_the_branchs_own(demo: Demo) -> None:
    assert [how.partition(" ")[2] for how in printed(demo, "Appointment code")] == [
        "(loans at 11:10)",
        "(accounts at 14:00)",
    ]


def paired(browser: FlaskClient, link: str) -> None:
    """What the page for pairing does with the link."""
    browser.post("/pair", data={"code": link.rpartition("#")[2]})


def test_the_kiosks_link_and_the_pin_open_its_staff_page(demo: Demo, browser: FlaskClient) -> None:
    links = dict(demo.links(URL))
    paired(browser, links["Kiosk"])
    pin = links["Kiosk's staff page"].rsplit(" ", 1)[1]
    answer = browser.post("/kiosk/staff/sign-in", json={"pin": pin}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 200, answer.text


def test_each_start_makes_its_own_pin_and_codes(demo: Demo, browser: FlaskClient) -> None:
    first, second = dict(demo.links(URL)), dict(demo.links(URL))
    for what in ("Kiosk", "Kiosk's staff page", "Appointment code"):
        assert first[what] != second[what]
    paired(browser, second["Kiosk"])
    statuses = []
    for links in (first, second):
        pin = {"pin": links["Kiosk's staff page"].rsplit(" ", 1)[1]}
        answer = browser.post("/kiosk/staff/sign-in", json=pin, headers={"Origin": "http://localhost"})
        statuses.append(answer.status_code)
    assert statuses == [401, 200]


def test_money_is_exchanged_at_rates_of_today(tmp_path: Path) -> None:
    write_example(tmp_path)
    date_rates(tmp_path, moment("2027-06-30 11:00"))
    rates = tmp_path / "knowledge" / "rates" / "exchange.toml"
    (version,) = read_rates("rates/exchange.toml", rates.read_text(encoding="utf-8")).versions
    assert version.valid_from == date(2027, 6, 30)


def test_people_go_on_over_the_change_of_days(demo: Demo) -> None:
    desk = demo.house.desk
    demo.clock.set(moment("2024-03-06 03:00"))
    people = Simulated(desk, 1, [1, 2, 3])
    demo._live(people, moment("2024-03-06 03:00"), moment("2024-03-06 06:00"))
    called = [one.at for one in desk.events(0, 10_000) if isinstance(one.event, e.TicketCalled)]
    for hour in (3, 4, 5):
        assert sum(moment(f"2024-03-06 0{hour}:00") <= at < moment(f"2024-03-06 0{hour + 1}:00") for at in called) > 3
