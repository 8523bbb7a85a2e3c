"""Slips on their way to the spool: each once, in a language that can be drawn, whatever fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hardware.alerts import Alert
from hardware.document import Document, Items, Number, Text
from hardware.errors import DeviceError
from hardware.virtual_device import VirtualPrinter
from kiosk.printing import Printing, mistakes, paper_notes, paper_words
from lobby.config import PrinterSetup
from lobby.queue import commands as c
from lobby.views import BranchView, TicketView
from tests.builders import CASH, KIOSK, a_desk, a_service, a_setup
from tests.hardware.fake_printer import until

Work = Callable[[], Any]
SLIP = Document((Number("A001"),), "en")
OUT_OF_ORDER = PrinterSetup("main", "none")


def at_once(work: Work) -> None:
    work()


@pytest.fixture
def a_ticket(memory_folder: Path, tmp_path: Path) -> Callable[..., tuple[TicketView, BranchView]]:
    """Issues a ticket for cash in a language of a branch; the ticket and the branch."""

    def issue(language: str = "en", **setup: Any) -> tuple[TicketView, BranchView]:
        folder = memory_folder / tmp_path.name
        folder.mkdir()
        door = a_desk(folder, setup=a_setup(**setup)).door(KIOSK)
        ticket = door.submit(c.Issue("cash", language), key="tap").ticket
        assert ticket is not None
        return ticket, door.branch()

    return issue


@pytest.fixture
def printing(tmp_path: Path) -> Iterator[Printing]:
    """With a printer that is not set up: what is put is held."""
    with closing(Printing(tmp_path, (OUT_OF_ORDER,), at_once)) as printing:
        yield printing


@pytest.fixture
def device(tmp_path: Path) -> Iterator[VirtualPrinter]:
    """A printer that listens."""
    printer = VirtualPrinter(tmp_path / "paper")
    printer.start()
    yield printer
    printer.stop()


def without_raqm(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without libfribidi0."""
    monkeypatch.setattr("hardware.shaping.shaping_engine", lambda: "reshaper")


def without_any_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where nothing draws Arabic as it is written."""

    def refuse() -> None:
        raise DeviceError("Arabic cannot be drawn.", permanent=True)

    monkeypatch.setattr("hardware.shaping.shaping_engine", refuse)


# -- each slip once


def test_the_same_tap_sent_twice_before_either_reaches_the_spool_is_one_slip(
    tmp_path: Path, device: VirtualPrinter, a_ticket: Callable[..., tuple[TicketView, BranchView]]
) -> None:
    ticket, branch = a_ticket()
    waiting: list[Work] = []
    with closing(Printing(tmp_path, (PrinterSetup("main", device.address),), waiting.append)) as printing:
        for _ in range(2):
            printing.send(ticket, branch, "")
        assert printing.state(ticket.id) == "queued"
        for work in waiting:
            work()
        until(lambda: printing.state(ticket.id) == "printed")
        assert len(printing.spool.jobs()) == 1
    assert len(device.tickets()) == 1


def test_a_slip_is_not_waited_for_while_no_printer_can_print_and_comes_out_when_one_can(
    tmp_path: Path, device: VirtualPrinter
) -> None:
    device.paper_out()
    with closing(Printing(tmp_path, (PrinterSetup("main", device.address),), at_once)) as printing:
        until(lambda: not printing.room.can_print())
        printing.send_slip("list-1", SLIP)
        assert printing.state("list-1") == "held"
        assert [job.state for job in printing.spool.jobs()] == ["queued"]
        device.heal()
        printing.room.paper_changed("main")
        until(lambda: printing.state("list-1") == "printed")


def test_a_copy_is_a_slip_of_its_own_with_the_same_number(
    printing: Printing, a_ticket: Callable[..., tuple[TicketView, BranchView]]
) -> None:
    ticket, branch = a_ticket()
    for copies in (0, 1, 1):
        printing.send(msgspec.structs.replace(ticket, copies=copies), branch, "")
    jobs = printing.spool.jobs()
    assert [(job.ticket, job.copy, job.number) for job in jobs] == [(ticket.id, 0, "A001"), (ticket.id, 1, "A001")]
    assert [Text("COPY", 34, True, "center") in job.document.elements for job in jobs] == [False, True]


def test_a_slip_that_is_no_ticket_is_put_once_too(printing: Printing) -> None:
    for _ in range(2):
        printing.send_slip("list-1", SLIP)
    assert [(job.ticket, job.copy) for job in printing.spool.jobs()] == [("list-1", 0)]
    until(lambda: printing.state("list-1") == "held")


def test_of_a_slip_that_nobody_sent_there_is_none(printing: Printing) -> None:
    assert printing.state("2024-03-05-A001") == "none"
    printing.send_slip("list-1", SLIP)
    assert printing.state("list-1", 1) == "none"


# -- whatever fails


def test_a_spool_that_refuses_holds_the_slip_and_the_same_tap_again_prints_it(
    printing: Printing, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "spool.db")) as spool:
        with spool:
            spool.execute("ALTER TABLE job RENAME TO gone")
        printing.send_slip("list-1", SLIP)
        assert printing.state("list-1") == "held"
        assert printing.state("list-2") == "unknown", "a spool that cannot be read knows nothing"
        with spool:
            spool.execute("ALTER TABLE gone RENAME TO job")
    printing.send_slip("list-1", SLIP)
    assert [job.ticket for job in printing.spool.jobs()] == ["list-1"]


def test_where_nothing_can_be_drawn_a_slip_is_held_and_whoever_sent_it_goes_on(
    printing: Printing,
    a_ticket: Callable[..., tuple[TicketView, BranchView]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ticket, branch = a_ticket("ar")
    without_any_engine(monkeypatch)
    printing.send(ticket, branch, "")
    assert printing.state(ticket.id) == "held"
    printing.warm_up(branch.languages, branch.zone)
    assert paper_notes(branch.languages) == ["No slip can be printed on this machine. Arabic cannot be drawn."]


def test_an_alert_of_an_earlier_start_is_over_when_its_printer_is_not_there_any_more(tmp_path: Path) -> None:
    told: list[tuple[Alert, bool]] = []
    earlier = Alert("old printer", "paper_out", "", 1.0, "out of paper")
    with closing(Printing(tmp_path, (OUT_OF_ORDER,), at_once, lambda *alert: told.append(alert), [earlier])):
        until(lambda: told)
    assert told == [(earlier, False)]


# -- the languages of the paper


def documents_of(printing: Printing) -> list[Document]:
    return [job.document for job in printing.spool.jobs()]


def test_a_language_that_cannot_be_drawn_is_printed_in_the_branchs_own(
    printing: Printing,
    a_ticket: Callable[..., tuple[TicketView, BranchView]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ticket, branch = a_ticket("hi", languages=("ru", "en", "hi", "ar"))
    without_raqm(monkeypatch)
    for language in ("hi", "ar"):
        printing.send(msgspec.structs.replace(ticket, id=language, language=language), branch, "")
    assert [document.language for document in documents_of(printing)] == ["ru", "ar"]
    assert paper_notes(branch.languages) == [
        "Slips in the language hi are printed in ru: its letters cannot be drawn right on this machine. "
        "Install the Debian package libfribidi0."
    ]


def test_with_raqm_every_language_is_printed_and_nothing_is_said(
    printing: Printing,
    a_ticket: Callable[..., tuple[TicketView, BranchView]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ticket, branch = a_ticket("hi", languages=("en", "hi"))
    monkeypatch.setattr("hardware.shaping.shaping_engine", lambda: "raqm")
    printing.send(ticket, branch, "")
    assert [document.language for document in documents_of(printing)] == ["hi"]
    assert paper_notes(branch.languages) == []


def test_a_language_without_catalogue_has_english_sentences_and_its_own_names_and_documents(
    printing: Printing, a_ticket: Callable[..., tuple[TicketView, BranchView]]
) -> None:
    cash = msgspec.structs.replace(
        CASH, names={"en": "Cash", "sw": "Fedha"}, documents={"en": ("Passport",), "sw": ("Pasipoti",)}
    )
    services = (cash, a_service("cards", "C", names={"en": "Cards", "sw": "Kadi"}))
    names = {"en": "Main Street", "sw": "Barabara Kuu"}
    ticket, branch = a_ticket(
        "sw", services=services, counters=(), groups={}, names=names, languages=("en", "sw"), jurisdiction="br-manaus"
    )
    printing.send(msgspec.structs.replace(ticket, then=("cards",)), branch, "")
    (document,) = documents_of(printing)
    assert document.language == "sw"
    texts = [element.text for element in document.elements if isinstance(element, Text)]
    assert texts[:4] == ["Barabara Kuu", "Fedha", "Then: Kadi", "The wait is not known yet."]
    assert Items("Please have ready:", ("Pasipoti",), "sw") in document.elements


@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru", "hi"])
def test_the_words_of_a_slip_are_those_of_the_customers_language(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hardware.shaping.shaping_engine", lambda: "raqm")
    said = paper_words(language, ("en",))
    assert said.language == language
    assert (said("Test print") == "Test print") == (language == "en")


# -- what is wrong with a printer of the branch file


@pytest.mark.parametrize("address", ["virtual", "none", "tcp://192.0.2.7:9100", "serial:///dev/ttyUSB0?baud=115200"])
def test_an_address_that_can_be_used_has_no_mistake(address: str) -> None:
    assert list(mistakes(PrinterSetup("p", address))) == []


@pytest.mark.parametrize(
    ("address", "profile", "keys"),
    [
        ("", "80mm", ["address"]),
        ("192.0.2.7", "80mm", ["address"]),
        ("tcp://192.0.2.7:port", "80mm", ["address"]),
        ("virtual", "papyrus", ["profile"]),
        ("carrier-pigeon://loft", "papyrus", ["profile", "address"]),
    ],
)
def test_each_mistake_is_named_by_its_key(address: str, profile: str, keys: list[str]) -> None:
    assert [key for key, _ in mistakes(PrinterSetup("p", address, profile))] == keys


def test_a_second_virtual_printer_keeps_its_slips_in_a_folder_of_its_own(tmp_path: Path) -> None:
    printers = (PrinterSetup("main", "virtual"), PrinterSetup("spare", "virtual"))
    with closing(Printing(tmp_path, printers, at_once)) as printing:
        for name in ("main", "spare"):
            printing.room.test_print(name, SLIP)
        until(lambda: [job.state for job in printing.spool.jobs()] == ["printed", "printed"])
        assert printing.names == {"main", "spare"}
        assert [path.name for path in printing.pictures.glob("*.png")] == ["0001.png"]
        assert [path.name for path in (printing.pictures / "spare").glob("*.png")] == ["0001.png"]
