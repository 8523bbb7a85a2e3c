"""Appointments from the file on a desk to the slip in a hand: commands, check-in at the kiosk, the branch's rules."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from werkzeug.test import TestResponse

from hardware.virtual_device import VirtualPrinter
from lobby.command_line.appointments import appointments
from lobby.errors import LobbyError
from lobby.queue import events as e
from tests.builders import moment
from tests.end_to_end.branch_process import ZONE, BranchProcess
from tests.end_to_end.house import House
from tests.end_to_end.paper_branch import PaperBranch, open_to_all, printed_by
from tests.kiosk.builders import Served

HEADING = "date,time,service,code,language,for\n"


class Office:
    """Someone who types `lobby appointments ...` against a server."""

    def __init__(self, server: str, token: str) -> None:
        self._where = ["--server", server, "--token", token]

    def __call__(self, *arguments: str | Path) -> Result:
        """The command's result; a refusal is its `exception`, as the command line catches it."""
        return CliRunner().invoke(appointments, [*map(str, arguments), *self._where])

    def book(self, at: str, service: str = "loans", **more: str) -> str:
        """Make an appointment for a local time; its code."""
        date, time = at.split()
        options = [part for name, value in more.items() for part in (f"--{name}", value)]
        done = self("book", "--service", service, "--date", date, "--time", time, *options)
        assert done.exit_code == 0, done.output or done.exception
        return str(done.output.strip())

    def known(self) -> list[dict[str, Any]]:
        done = self("list", "--json")
        assert done.exit_code == 0, done.output
        return list(json.loads(done.output))


def refusal(done: Result) -> str:
    """The name of the refusal that the command line says in one line."""
    assert isinstance(done.exception, LobbyError), done.output
    return done.exception.name


# -- by command and by file, at nine on a Tuesday


@pytest.fixture
def office(house: House) -> Iterator[Office]:
    """The office of the example branch, with a server to speak to."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    served = Served(house.app)
    yield Office(f"http://127.0.0.1:{served.port}", house.token("teller"))
    served.stop()


@pytest.fixture
def a_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of appointments."""

    def write(*lines: str, encoding: str = "utf-8", heading: str = HEADING) -> Path:
        file = tmp_path / "appointments.csv"
        file.write_bytes((heading + "\n".join(lines)).encode(encoding))
        return file

    return write


def test_what_was_booked_is_listed_and_can_be_cancelled(office: Office) -> None:
    first = office.book("2024-03-06 10:00")
    second = office.book("2024-03-05 14:30", "accounts", language="ru", **{"for": "Mrs Example"})
    listed = office("list").output.splitlines()
    assert listed == [f"{second}\t2024-03-05 14:30\taccounts\t-", f"{first}\t2024-03-06 10:00\tloans\t-"]
    assert office("cancel", second.lower()).output == f"{second.lower()} is cancelled\n"
    assert office("cancel", second).exit_code == 0, "cancelling twice is cancelling once"
    assert [one["cancelled"] for one in office.known()] == [True, False]
    assert office("list").output.splitlines()[0].endswith("\tcancelled")
    assert "Mrs Example" not in office("list", "--json").output


def test_a_code_that_is_booked_again_after_it_was_cancelled_can_be_cancelled_again(
    office: Office, house: House, a_file: Callable[..., Path]
) -> None:
    office("import", a_file("2024-03-05,10:00,loans,K7MQ2,,"))
    office("cancel", "K7MQ2")
    house.clock.forward(hours=24)
    house.issue()  # a new day has begun, and yesterday's appointments are gone
    assert office("import", a_file("2024-03-06,10:00,loans,K7MQ2,,")).exit_code == 0
    office("cancel", "K7MQ2")
    assert [one["cancelled"] for one in office.known()] == [True]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--date", "2024-03-31", "--time", "01:30"), "does not exist: the clocks change then"),
        (("--date", "5.3.2024", "--time", "10:00"), "is not a date and time"),
    ],
)
def test_a_time_that_is_none_books_nothing(office: Office, arguments: tuple[str, ...], says: str) -> None:
    done = office("book", "--service", "loans", *arguments)
    assert (done.exit_code, says in done.output) == (1, True)
    assert office.known() == []


def test_what_the_branch_refuses_is_said(office: Office) -> None:
    def book(service: str, date: str) -> Result:
        return office("book", "--service", service, "--date", date, "--time", "10:00")

    assert refusal(book("gold", "2024-03-06")) == "UnknownService"
    assert refusal(book("loans", "2024-03-04")) == "BadField"
    assert refusal(office("cancel", "K7MQ2")) == "UnknownAppointment"


def test_a_file_with_a_byte_order_mark_is_brought_in_and_each_code_is_printed(
    office: Office, a_file: Callable[..., Path]
) -> None:
    file = a_file("2024-03-05,10:00,loans,K7MQ2,ar,Ann\r", "2024-03-05,10:15,accounts,,,Bob\r", encoding="utf-8-sig")
    done = office("import", file)
    assert done.exit_code == 0, done.output
    (first, second) = (line.split("\t") for line in done.output.splitlines())
    assert first == ["K7MQ2", "loans", "Ann"]
    assert second[1:] == ["accounts", "Bob"]
    assert [(one["code"], one["slot"], one["language"]) for one in office.known()] == [
        ("K7MQ2", moment("2024-03-05 10:00"), "ar"),
        (second[0], moment("2024-03-05 10:15"), ""),
    ]


def test_a_file_that_is_brought_in_twice_is_brought_in_once(office: Office, a_file: Callable[..., Path]) -> None:
    file = a_file("2024-03-05,10:00,loans,K7MQ2,,Ann", "2024-03-05,10:15,accounts,,,Bob")
    first = office("import", file)
    again = office("import", file)
    assert (again.exit_code, again.output) == (0, first.output)
    assert len(office.known()) == 2


def test_a_mistake_in_a_file_keeps_all_of_it_out(office: Office, a_file: Callable[..., Path]) -> None:
    file = a_file("2024-03-05,10:00,loans,,,Ann", "5.3.2024,10:00,loans,,,Bob", "2024-03-31,01:30,loans,,,Cem")
    done = office("import", file)
    assert done.exit_code == 1
    said = done.output.splitlines()
    assert said[0] == f"Error: {file}: nothing was brought in"
    assert [line.split(":")[0] for line in said[1:]] == ["line 3", "line 4"]
    assert office.known() == []


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_file_that_is_not_utf8_is_refused(office: Office, a_file: Callable[..., Path], encoding: str) -> None:
    done = office("import", a_file("2024-03-05,10:00,loans,,,Jörg", encoding=encoding))
    assert (done.exit_code, "nothing was brought in" in done.output) == (1, True)
    assert isinstance(done.exception, SystemExit), done.exception


def test_a_field_that_is_longer_than_a_file_may_hold_is_refused(office: Office, a_file: Callable[..., Path]) -> None:
    done = office("import", a_file("2024-03-05,10:00,loans,,," + "x" * 200_000))
    assert (done.exit_code, "nothing was brought in" in done.output) == (1, True)
    assert isinstance(done.exception, SystemExit), done.exception


def test_rows_that_the_branch_refuses_are_named_and_the_others_are_in(
    office: Office, a_file: Callable[..., Path]
) -> None:
    office.book("2024-03-05 12:00")
    office("import", a_file("2024-03-05,10:00,loans,K7MQ2,,"))
    done = office(
        "import",
        a_file(
            "2024-03-05,11:00,gold,,,",
            "2024-03-05,11:00,loans,,,Ann",
            "2024-03-05,11:00,loans,K7MQ2,,",
            "2024-03-05,10:00,loans,K7MQ2,ru,",
            "2024-03-04,11:00,loans,,,",
        ),
    )
    assert done.exit_code == 1
    said = done.output.splitlines()
    assert [line.split(":")[0] for line in said if line.startswith("line")] == ["line 2", "line 4", "line 5", "line 6"]
    assert "line 5: it is in already, with another language" in said
    assert said[-1] == "Error: 4 of 5 were refused; the others are in"
    assert len(office.known()) == 3


def test_who_may_not_keep_appointments_is_told_once_and_not_for_each_row(
    house: House, a_file: Callable[..., Path]
) -> None:
    served = Served(house.app)
    kiosk = Office(f"http://127.0.0.1:{served.port}", house.token("kiosk"))
    done = kiosk("import", a_file("2024-03-05,10:00,loans,,,Ann", "2024-03-05,10:15,loans,,,Bob"))
    assert (refusal(done), done.output) == ("NotAllowed", "")
    stranger = Office(f"http://127.0.0.1:{served.port}", "nobody")
    assert refusal(stranger("list")) == "NotSignedIn"
    served.stop()
    assert refusal(kiosk("list")) == "ServerUnreachable"


# -- check-in at the kiosk, by the branch's rules


class Screen:
    """A kiosk of the house."""

    def __init__(self, house: House) -> None:
        self._client = house.client()
        self._token = house.token("kiosk")
        self._taps = count()

    def check_in(self, code: str, key: str = "", **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": key or f"tap-{next(self._taps)}"}
        return self._client.post("/kiosk/check-in", json={"code": code, **more}, headers=headers)

    def refused(self, code: str, language: str = "") -> tuple[int, str, str]:
        """Status, name and sentence of a refusal."""
        answer = self.check_in(code, language=language)
        said = answer.get_json(force=True)
        return answer.status_code, said["title"], said["detail"]


@pytest.fixture
def screen(house: House) -> Screen:
    return Screen(house)


@pytest.mark.parametrize("minutes", [-30, 0, 10])
def test_who_comes_in_time_gets_the_number_of_the_appointment(
    office: Office, house: House, screen: Screen, minutes: int
) -> None:
    code = office.book("2024-03-05 14:30", language="ar")
    house.clock.now = moment("2024-03-05 14:30") + minutes * 60_000
    answer = screen.check_in(code)
    assert answer.status_code == 201, answer.text
    ticket, said = answer.json["ticket"], answer.json["said"]  # type: ignore[index]
    assert (ticket["number"], ticket["service"], ticket["language"]) == ("L001", "loans", "ar")
    assert ticket["appointment"] == moment("2024-03-05 14:30")
    assert said["en"]["appointment"] == "Appointment at 14:30"
    assert office("list").output.split() == [code, "2024-03-05", "14:30", "loans", "L001"]


def test_who_comes_too_early_is_told_when_to_come_and_may_come_then(
    office: Office, house: House, screen: Screen
) -> None:
    code = office.book("2024-03-05 14:30")
    house.clock.now = moment("2024-03-05 13:59")
    status, name, said = screen.refused(code)
    assert (status, name) == (409, "AppointmentTooEarly")
    assert "14:30" in said
    assert "14:00" in said
    house.clock.forward(minutes=1)
    assert screen.check_in(code).status_code == 201


def test_who_comes_late_is_a_walk_in_without_the_time_of_the_appointment(
    office: Office, house: House, screen: Screen
) -> None:
    code = office.book("2024-03-05 14:30")
    house.clock.now = moment("2024-03-05 14:41")
    answer = screen.check_in(code)
    assert answer.status_code == 201
    assert answer.json["ticket"]["number"] == "L001"  # type: ignore[index]
    assert answer.json["ticket"]["appointment"] is None  # type: ignore[index]


def test_a_branch_that_refuses_who_comes_late_says_so(a_house_of: Callable[..., House]) -> None:
    house = a_house_of("strict", edit=lambda text: text.replace("[rules]", '[rules]\nappointment_late = "refuse"'))
    served = Served(house.app)
    code = Office(f"http://127.0.0.1:{served.port}", house.token("teller")).book("2024-03-05 14:30")
    served.stop()
    house.clock.now = moment("2024-03-05 14:41")
    status, name, said = Screen(house).refused(code)
    assert (status, name, "14:30" in said) == (409, "AppointmentTooLate", True)


def test_an_appointment_that_was_used_says_its_number_and_takes_no_second(office: Office, screen: Screen) -> None:
    code = office.book("2024-03-05 09:10")
    first = screen.check_in(code, "one touch")
    assert first.status_code == 400, "a key has no space in it"
    first = screen.check_in(code, "one-touch")
    assert screen.check_in(code, "one-touch").json == first.json
    status, name, said = screen.refused(code)
    assert (status, name, "L001" in said) == (409, "AppointmentUsed", True)
    assert refusal(office("cancel", code)) == "AppointmentUsed"


@pytest.mark.parametrize(
    "code", ["K7MQ2", "K7M Q2", "00000", "", "   ", "\x00\x1b[31m", "x" * 4000, "二维码", "?" * 400]
)
def test_whatever_a_scanner_types_is_an_appointment_or_a_kind_no(house: House, screen: Screen, code: str) -> None:
    answer = screen.check_in(code)
    assert answer.status_code in {404, 413, 422}
    assert answer.mimetype == "application/problem+json"
    assert house.issue()["number"] == "A001"


def test_a_code_is_taken_as_typed_spoken_or_scanned_from_a_link(office: Office, house: House, screen: Screen) -> None:
    for number, around in enumerate(("{}", " {} ", "https://lobby.example/a/{}", "https://lobby.example/?code={}"), 1):
        code = office.book(f"2024-03-05 09:0{number}")
        answer = screen.check_in(around.format(code.lower()))
        assert answer.json["ticket"]["number"] == f"L00{number}"  # type: ignore[index]


def test_a_cancelled_appointment_and_one_of_another_day_are_refused_by_name(
    office: Office, house: House, screen: Screen
) -> None:
    cancelled, tomorrow = office.book("2024-03-05 09:10"), office.book("2024-03-06 09:10")
    office("cancel", cancelled)
    assert screen.refused(cancelled)[:2] == (409, "AppointmentIsCancelled")
    assert screen.refused(tomorrow)[:2] == (409, "AppointmentOnAnotherDay")
    english, russian = (screen.refused(tomorrow, language)[2] for language in ("en", "ru"))
    assert english != russian
    assert "09:10" in russian


# -- over a real server, onto paper


Lobby = tuple[PaperBranch, VirtualPrinter, Office]


@pytest.fixture
def lobby(a_branch: Callable[..., BranchProcess], tmp_path: Path) -> Iterator[Lobby]:
    """A running branch with a printer."""
    printer = VirtualPrinter(tmp_path / "printed")
    with ExitStack() as open_:
        printer.start()
        open_.callback(printer.stop)
        branch = a_branch(printer=printer.address)
        branch.edit('public_url = ""', 'public_url = "https://lobby.example"')
        branch.start()
        yield open_.enter_context(open_to_all(branch)), printer, Office(branch.url, branch.token("teller", "office"))


def test_an_appointment_is_brought_in_checked_in_and_printed_once(lobby: Lobby, a_file: Callable[..., Path]) -> None:
    branch, printer, office = lobby
    at = (datetime.now(UTC) + timedelta(minutes=10)).astimezone(ZONE)
    file = a_file(f"{at:%Y-%m-%d,%H:%M},loans,K7MQ2,ru,Ann", f"{at:%Y-%m-%d,%H:%M},accounts,,,Bob")
    for _ in range(2):
        assert office("import", file).exit_code == 0
    assert len(office.known()) == 2
    touches = [branch.post("/kiosk/check-in", {"code": "k7m-q2"}, "one-touch").json() for _ in range(3)]
    assert len({json.dumps(touch["ticket"], sort_keys=True) for touch in touches}) == 1
    branch.comes_to("printed", touches[0])
    assert touches[0]["ticket"]["language"] == "ru"
    assert touches[0]["said"]["ru"]["appointment"].endswith(f"{at:%H:%M}")
    assert branch.post("/kiosk/check-in", {"code": "K7MQ2"}).json()["title"] == "AppointmentUsed"
    branch.comes_to("printed", branch.tap())
    assert printed_by(printer)[touches[0]["url"]] == 1
    booked = [r.event for r in branch.branch.journal().read() if isinstance(r.event, e.AppointmentBooked)]
    assert [event.service for event in booked] == ["loans", "accounts"]
    assert "Ann" not in str(booked)
