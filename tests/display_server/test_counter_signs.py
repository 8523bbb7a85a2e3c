"""The signs over the counters follow the journal; what is wrong with one is an alert; a stuck one holds nobody up."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from display_server.signs.follower import CounterSigns, SignAlert, text_over
from hardware import counter_sign_wire
from hardware.counter_sign import Line, SignAddress
from hardware.counter_sign_wire import ModbusWire, SignWire
from lobby.config import BadBranchFile
from lobby.desk import Desk
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.signage import LedSign
from tests.builders import ANN, KIOSK, MIA, Clock, a_desk, a_room
from tests.end_to_end.branch_process import BranchProcess, lobby, until
from tests.end_to_end.house import House, a_house
from tests.hardware.sign_line import SignsOnAPty, soon

PATIENCE_S = 120.0


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[SignsOnAPty]:
    """The signs 1, 2 and 3; here none counts as silent that this machine only lets wait."""
    monkeypatch.setattr(counter_sign_wire, "ANSWER_S", PATIENCE_S)
    signs = SignsOnAPty(1, 2, 3)
    yield signs
    signs.close()


@pytest.fixture
def house(memory_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[House]:
    """The example branch, without a process."""
    made = a_house(memory_folder / tmp_path.name, clock)
    yield made
    made.server.close()


@pytest.fixture
def branch(tmp_path: Path) -> Iterator[BranchProcess]:
    """The example branch, its server not started yet."""
    made = BranchProcess(tmp_path / "branch")
    yield made
    made.close()


def signs_on(line: SignsOnAPty, *counters: int) -> list[LedSign]:
    """A sign for each counter, its unit the counter's number."""
    return [LedSign(number, f"modbus://{line.device}?baud=115200&unit={number}") for number in counters]


def does(desk: Desk, command: c.Command, actor: object = ANN) -> None:
    desk.submit(command, key=f"{desk.seq}-{type(command).__name__}", actor=actor)  # type: ignore[arg-type]


def test_a_sign_shows_whom_its_counter_has_called_and_serves() -> None:
    room = a_room()
    room.issue()
    shown: list[str] = []

    def look() -> None:
        shown.append(text_over(room.branch, 1, room.clock()))

    look()
    room.open()
    look()
    number = room.call()
    look()
    room.do(c.Start(1))
    look()
    room.do(c.Park(1))
    look()
    room.do(c.TakeBreak(1, "lunch"))
    look()
    assert shown == ["--", "", number, number, "", "--"]


def test_a_sign_shows_no_number_of_a_day_that_is_over() -> None:
    room = a_room()
    room.issue()
    room.open()
    number = room.call()
    assert text_over(room.branch, 1, room.branch.day_end - 1) == number
    assert text_over(room.branch, 1, room.branch.day_end) == "--"


def test_signs_follow_the_desk(tmp_path: Path, clock: Clock, line: SignsOnAPty) -> None:
    desk = a_desk(tmp_path, clock=clock)
    does(desk, c.OpenCounter(1))
    signs = CounterSigns(signs_on(line, 1, 3), desk, noted=lambda: None, clock=clock)
    desk.follow(signs.look)
    signs.start()
    assert soon(lambda: (line.text(1), line.text(3)) == ("    ", "  --"))
    does(desk, c.Issue("cash"), KIOSK)
    does(desk, c.CallNext(1))
    assert soon(lambda: line.text(1) == "A001")
    does(desk, c.UndoStep(1))
    assert soon(lambda: line.text(1) == "    ")
    signs.stop(PATIENCE_S)
    assert line.text(3) == "    "
    signs.start()  # as a process does that is on duty again
    assert soon(lambda: line.text(3) == "  --")
    signs.stop(PATIENCE_S)
    desk.close()


class Stuck:
    """The line of a sign that keeps whoever writes to it until it lets go."""

    def __init__(self) -> None:
        self.tried, self.let_go = threading.Event(), threading.Event()
        self.hangs = True

    def write(self, sign: SignAddress, values: Sequence[int]) -> None:
        self.tried.set()
        self.let_go.wait(PATIENCE_S)
        self.hangs = False

    def close(self) -> None:
        pass


def test_a_stuck_sign_delays_no_call_and_no_other_line(tmp_path: Path, clock: Clock, line: SignsOnAPty) -> None:
    desk, stuck = a_desk(tmp_path, clock=clock), Stuck()

    def wire(on: Line) -> SignWire:
        return ModbusWire(on) if on.device == line.device else stuck

    signs = CounterSigns(
        [LedSign(1, "modbus:///dev/stuck?unit=1"), *signs_on(line, 2)], desk, noted=lambda: None, clock=clock, wire=wire
    )
    desk.follow(signs.look)
    signs.start()
    assert stuck.tried.wait(PATIENCE_S)
    does(desk, c.Issue("loans"), KIOSK)
    does(desk, c.OpenCounter(2))
    does(desk, c.CallNext(2))
    assert soon(lambda: line.text(2) == "L001")
    assert stuck.hangs
    stuck.let_go.set()
    signs.stop(PATIENCE_S)
    desk.close()


def alerts(branch: Branch) -> list[tuple[str, str]]:
    return sorted((alert.device, alert.problem) for alert in branch.alerts.values())


def test_a_sign_that_is_gone_is_an_alert_in_the_journal_once(house: House) -> None:
    for _ in range(2):
        house.server.signs.alerts.append(SignAlert(c.RaiseAlert("sign 3", "sign_silent", "", "why"), "raise-3"))
    house.server.watching.tell_alerts()
    assert alerts(house.server.desk.state) == [("sign 3", "sign_silent")]
    raised = [one for one in house.server.desk.events(0) if isinstance(one.event, e.AlertRaised)]
    assert [one.actor for one in raised] == ["signs"]


def test_the_alert_of_a_sign_that_is_named_no_more_is_resolved(tmp_path: Path, clock: Clock, line: SignsOnAPty) -> None:
    desk = a_desk(tmp_path, clock=clock)
    for name in ("sign 2", "sign 3"):
        does(desk, c.RaiseAlert(name, "sign_silent"), MIA)
    told: list[int] = []
    signs = CounterSigns(signs_on(line, 3), desk, noted=lambda: told.append(1), clock=clock)
    signs.start()
    assert [alert.command for alert in signs.alerts] == [c.ResolveAlert("sign 2", "sign_silent")]
    assert told == [1]
    signs.stop(PATIENCE_S)
    desk.close()


def test_two_signs_at_one_counter_have_names_of_their_own(tmp_path: Path, clock: Clock, line: SignsOnAPty) -> None:
    desk = a_desk(tmp_path, clock=clock)
    front, back = f"modbus://{line.device}?unit=1", f"modbus://{line.device}?unit=2"
    signs = CounterSigns([LedSign(1, front), LedSign(1, back)], desk, noted=lambda: None, clock=clock)
    signs.start()
    assert soon(lambda: (line.text(1), line.text(2)) == ("  --", "  --"))
    signs.stop(PATIENCE_S)
    desk.close()


def test_a_wrong_address_stops_the_start_with_one_clear_line(tmp_path: Path) -> None:
    def edit(text: str) -> str:
        return f'{text}\n[[signs]]\ncounter = 1\naddress = "modbus:///dev/ttyUSB0"\n'

    with pytest.raises(BadBranchFile, match=r"signs\[0\]\.address: 'modbus:///dev/ttyUSB0' is not a sign's address"):
        a_house(tmp_path, Clock(), edit)


def test_a_running_server_shows_calls_on_its_signs_and_leaves_them_blank(
    branch: BranchProcess, line: SignsOnAPty
) -> None:
    with branch.file.open("a", encoding="utf-8") as file:
        for sign in signs_on(line, 1, 2):
            file.write(f'\n[[signs]]\ncounter = {sign.counter}\naddress = "{sign.address}"\n')
    tried = lobby("signs", "test", "--data", branch.folder, "--seconds", "0")
    assert tried.stdout == "sign 1: ok\nsign 2: ok\n"
    branch.start()
    until(lambda: line.text(1) == "  --", "the sign of a closed counter")
    (desk,) = branch.desks("manager", ["mia"])
    with closing(desk):
        number = desk.submit(c.Issue("cash"), key="1").ticket.number
        desk.submit(c.OpenCounter(1), key="2")
        desk.submit(c.CallNext(1), key="3")
        until(lambda: line.text(1) == number, "the called number")
    branch.stop()
    assert (line.text(1), line.text(2)) == ("    ", "    ")
