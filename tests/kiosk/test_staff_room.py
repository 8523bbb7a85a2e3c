"""The staff page over real printers and a real spool: what is shown, and what each button brings about."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hardware.document import Document, Number, Text, encode
from hardware.print_job import State
from hardware.virtual_device import VirtualPrinter
from kiosk.pin import StaffPin
from kiosk.printing import Printing
from kiosk.staff import PrinterLine, StaffState
from kiosk.staff_room import NoSuchPrinter, NoSuchSlip, PrintersRoom, SpoolUnusable
from lobby import errors
from lobby.config import PrinterSetup
from lobby.desk import Desk
from tests.builders import Clock, a_desk, a_setup
from tests.hardware.fake_printer import until
from tests.kiosk.builders import FakeKiosk

SLIP = Document((Number("A047"), Text("Cash")), "en")
MAIN = PrinterSetup("main", "none")


class Lobby:
    """A kiosk with these printers, and its staff page."""

    def __init__(self, folder: Path, printers: tuple[PrinterSetup, ...], desk: Desk, clock: Clock) -> None:
        self.kiosk = FakeKiosk(desk)
        self.printing = Printing(folder, printers, lambda work: work())
        self.pin = StaffPin(folder)
        self.offloaded = 0
        self.volumes: list[int] = []
        self.room = PrintersRoom(
            self.kiosk, self.printing, self.pin, clock, self.volumes.append, lambda: 3, self._offload
        )
        self._spool = folder / "spool.db"

    def _offload(self, work: Callable[[], None]) -> None:
        self.offloaded += 1
        work()

    def slip(self, state: State, document: Document = SLIP, ticket: str = "2024-03-05-A047") -> int:
        """A slip that has come to this state, and was never queued here, where a printer would take it; its id."""
        with closing(sqlite3.connect(self._spool)) as spool, spool:
            (id,) = spool.execute(
                "INSERT INTO job (ticket, copy, document, state, reason, created_at, changed_at) "
                "VALUES (?, 0, ?, ?, 'so it came', ?, ?) RETURNING id",
                (ticket, encode(document), state, time.time(), time.time()),
            ).fetchone()
        return int(id)

    def state_of(self, id: int) -> str:
        return next(job.state for job in self.printing.spool.jobs() if job.id == id)

    @contextmanager
    def disk_that_fails(self) -> Iterator[None]:
        """The spool can be neither read nor written meanwhile."""
        self._rename("job", "gone")
        try:
            yield
        finally:
            self._rename("gone", "job")

    def _rename(self, old: str, new: str) -> None:
        with closing(sqlite3.connect(self._spool)) as spool, spool:
            spool.execute(f"ALTER TABLE {old} RENAME TO {new}")


@pytest.fixture
def a_lobby(memory_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Lobby]]:
    """Makes a lobby with these printers."""
    made: list[Lobby] = []

    def make(*printers: PrinterSetup, **setup: Any) -> Lobby:
        folder = memory_folder / tmp_path.name
        folder.mkdir()
        made.append(Lobby(folder, printers or (MAIN,), a_desk(folder, clock=clock, setup=a_setup(**setup)), clock))
        return made[-1]

    yield make
    for lobby in made:
        lobby.printing.close()


@pytest.fixture
def lobby(a_lobby: Callable[..., Lobby]) -> Lobby:
    """A lobby whose printer is not set up: nothing in it moves by itself."""
    return a_lobby()


@pytest.fixture
def device(tmp_path: Path) -> Iterator[VirtualPrinter]:
    """A printer that listens."""
    printer = VirtualPrinter(tmp_path / "paper")
    printer.start()
    yield printer
    printer.stop()


# -- what is shown


def test_a_printer_is_shown_with_what_is_wrong_with_it(lobby: Lobby) -> None:
    until(lambda: lobby.room.state().printers[0].state == "trouble")
    assert lobby.room.state().printers == (PrinterLine("main", "trouble", "no printer is set up", "unknown", None),)


def test_a_printer_that_is_well_is_ready_with_its_paper_in_metres(
    a_lobby: Callable[..., Lobby], device: VirtualPrinter
) -> None:
    lobby = a_lobby(PrinterSetup("main", device.address, roll_m=80.0), PrinterSetup("spare", "none"))
    spare = PrinterLine("spare", "trouble", "no printer is set up", "unknown", None)
    until(lambda: lobby.room.state().printers == (PrinterLine("main", "ready", "", "ok", 80.0), spare))
    device.paper_near_end()
    lobby.room.paper_changed("main")
    until(lambda: lobby.room.state().printers == (PrinterLine("main", "ready", "", "near_end", 80.0), spare))


def test_only_slips_that_wait_for_a_decision_are_shown(lobby: Lobby) -> None:
    ids = {state: lobby.slip(state, ticket=f"t-{state}") for state in ("printed", "held", "dropped", "unknown")}
    shown = lobby.room.state().slips
    assert [(one.id, one.number, one.state, one.reason) for one in shown] == [
        (ids["held"], "A047", "held", "so it came"),
        (ids["unknown"], "A047", "unknown", "so it came"),
    ]


def test_a_slip_without_a_number_is_shown_by_what_it_is_called(lobby: Lobby) -> None:
    lobby.slip("held", Document((Text("Please bring:"),), "en"), "list-1")
    assert [one.number for one in lobby.room.state().slips] == ["list-1"]


def test_volume_connection_and_what_the_server_has_not_heard_of_are_shown(lobby: Lobby) -> None:
    lobby.kiosk.at_hand = False
    state = lobby.room.state()
    assert (state.volume, state.connected, state.unsent) == (60, False, 3)


# -- what the buttons do


def test_releasing_a_slip_prints_it_again_and_only_once(a_lobby: Callable[..., Lobby], device: VirtualPrinter) -> None:
    lobby = a_lobby(PrinterSetup("main", device.address))
    id = lobby.slip("unknown")
    lobby.room.release(id)
    until(lambda: lobby.state_of(id) == "printed")
    with pytest.raises(NoSuchSlip):
        lobby.room.release(id)
    assert len(device.tickets()) == 1


def test_a_dropped_slip_is_never_printed(lobby: Lobby) -> None:
    id = lobby.slip("held")
    lobby.room.drop(id)
    assert lobby.state_of(id) == "dropped"
    for again in (lobby.room.drop, lobby.room.release):
        with pytest.raises(NoSuchSlip):
            again(id)
    assert lobby.room.state().slips == ()


@pytest.mark.parametrize("id", [0, -1, 99, 2**53])
def test_a_slip_that_is_not_there_is_refused(lobby: Lobby, id: int) -> None:
    for decide in (lobby.room.release, lobby.room.drop):
        with pytest.raises(NoSuchSlip):
            decide(id)


@pytest.mark.parametrize("name", ["", "Main", "main ", "spare"])
def test_a_printer_that_is_not_there_is_refused_by_name_and_nothing_is_spooled(lobby: Lobby, name: str) -> None:
    for ask in (lobby.room.paper_changed, lobby.room.test_print):
        with pytest.raises(NoSuchPrinter, match=f"“{name}”"):
            ask(name)
    assert lobby.printing.spool.jobs() == []


def test_a_test_print_names_its_printer_in_the_branchs_own_language(lobby: Lobby) -> None:
    lobby.room.test_print("main")
    (job,) = lobby.printing.spool.jobs()
    texts = [element.text for element in job.document.elements if isinstance(element, Text)]
    assert texts[:2] == ["Test print", "main"]
    assert texts[2].endswith("09:00")
    assert job.wanted == "main"


def test_a_test_print_of_a_branch_whose_language_cannot_be_drawn_is_in_its_next_one(
    a_lobby: Callable[..., Lobby], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hardware.shaping.shaping_engine", lambda: "reshaper")
    lobby = a_lobby(languages=("hi", "ru", "en"))
    lobby.room.test_print("main")
    assert [job.document.language for job in lobby.printing.spool.jobs()] == ["ru"]


def test_the_volume_is_kept(lobby: Lobby) -> None:
    lobby.room.set_volume(35)
    assert lobby.volumes == [35]


def test_a_spool_that_fails_is_said_as_such_and_the_page_works_again_afterwards(lobby: Lobby) -> None:
    id = lobby.slip("held")
    room = lobby.room
    with lobby.disk_that_fails():
        for ask in (room.state, lambda: room.test_print("main"), lambda: room.release(id), lambda: room.drop(id)):
            with pytest.raises(SpoolUnusable):
                ask()
    assert [one.id for one in room.state().slips] == [id]
    room.drop(id)


# -- the PIN and the door


def test_the_pin_is_checked_away_from_the_servers_loop(lobby: Lobby) -> None:
    lobby.pin.set("246813")
    lobby.room.check_pin("246813")
    with pytest.raises(errors.WrongPin):
        lobby.room.check_pin("135792")
    assert lobby.offloaded == 2


def test_only_a_kiosk_is_allowed(lobby: Lobby) -> None:
    lobby.room.allowed()
    lobby.kiosk.signed_in = False
    with pytest.raises(errors.NotSignedIn):
        lobby.room.allowed()


def test_what_is_shown_can_be_sent(lobby: Lobby) -> None:
    lobby.slip("held")
    state = lobby.room.state()
    assert msgspec.json.decode(msgspec.json.encode(state), type=StaffState) == state
