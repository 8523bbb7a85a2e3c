"""From a tap to paper and to the manager's page, over a real server and printers that fail as they are told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from hardware.virtual_device import VirtualPrinter
from lobby.queue import events as e
from tests.end_to_end.branch_process import HANGS_S, BranchProcess, until
from tests.end_to_end.paper_branch import MAIN, SPARE, PaperBranch, open_to_all, printed_by

RAISED, RESOLVED = e.AlertRaised, e.AlertResolved


class ForgetfulPrinter(VirtualPrinter):
    """Told to, it loses its line right after it has cut a slip: it is on paper, and nobody can know."""

    forgets = False

    def _save(self, strip: Image.Image) -> None:
        super()._save(strip)
        if self.forgets:
            self._faults = replace(self._faults, silent_after=0, hanging_up=True)


@contextmanager
def a_printer(folder: Path) -> Iterator[ForgetfulPrinter]:
    printer = ForgetfulPrinter(folder)
    printer.start()
    try:
        yield printer
    finally:
        printer.stop()


@contextmanager
def a_lobby(folder: Path, main: VirtualPrinter, spare: VirtualPrinter | None = None) -> Iterator[PaperBranch]:
    """A running branch with these printers, its staff page open."""
    branch = BranchProcess(folder, printer=main.address)
    branch.edit('public_url = ""', 'public_url = "https://lobby.example"')
    if spare is not None:
        branch.edit("[server]", f'[[printers]]\nname = "{SPARE}"\naddress = "{spare.address}"\n\n[server]')
    branch.start()
    try:
        with open_to_all(branch) as lobby:
            lobby.sign_in()
            yield lobby
    finally:
        branch.close()


# -- one printer


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualPrinter]:
    with a_printer(tmp_path_factory.mktemp("only") / "printed") as printer:
        yield printer


@pytest.fixture(scope="module")
def lobby(printer: VirtualPrinter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperBranch]:
    """A running branch with this one printer; each test leaves it in order."""
    with a_lobby(tmp_path_factory.mktemp("only") / "branch", printer) as lobby:
        yield lobby


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (VirtualPrinter.paper_out, "paper_out"),
        (VirtualPrinter.cover_open, "cover_open"),
        (VirtualPrinter.stall, "silent"),
        (VirtualPrinter.silent, "silent"),
        (VirtualPrinter.garble, "wrong_device"),
    ],
)
def test_while_a_printer_fails_numbers_are_given_and_staff_are_told_once_and_then_the_slips_come_out(
    lobby: PaperBranch, printer: VirtualPrinter, fault: Callable[[VirtualPrinter], None], problem: str
) -> None:
    before = len(lobby.told(problem))
    fault(printer)
    taps = [lobby.tap(), lobby.tap("loans")]
    lobby.is_alerted(problem)
    assert [lobby.paper(tap["ticket"]["id"]) for tap in taps] == ["held", "held"]
    printer.heal()
    lobby.staff("paper-changed", printer=MAIN)
    lobby.comes_to("printed", *taps)
    lobby.is_calm()
    assert lobby.told(problem)[before:] == [RAISED, RESOLVED]
    papers = printed_by(printer)
    assert [papers[tap["url"]] for tap in taps] == [1, 1]


def test_a_slip_that_was_held_comes_out_when_staff_say_so_and_not_before(
    lobby: PaperBranch, printer: VirtualPrinter
) -> None:
    printer.paper_out()
    tap = lobby.tap()
    id = tap["ticket"]["id"]
    lobby.is_alerted("paper_out")
    with closing(sqlite3.connect(lobby.branch.folder / "spool.db", timeout=HANGS_S)) as spool, spool:
        spool.execute("UPDATE job SET state = 'held' WHERE ticket = ?", (id,))  # as after 75 s without paper
    assert lobby.paper(id) == "held"
    lobby.is_alerted("slip_held", subject=id)
    printer.heal()
    lobby.staff("paper-changed", printer=MAIN)
    lobby.comes_to("printed", lobby.tap())
    (waiting,) = lobby.staff_state()["slips"]
    assert (waiting["number"], waiting["state"]) == (tap["ticket"]["number"], "held")
    assert printed_by(printer)[tap["url"]] == 0
    assert lobby.staff("release", slip=waiting["id"])["slips"] == []
    lobby.comes_to("printed", tap)
    lobby.is_calm()
    assert printed_by(printer)[tap["url"]] == 1
    assert lobby.told("slip_held") == [RAISED, RESOLVED]
    assert lobby.post("/kiosk/staff/release", {"slip": waiting["id"]}).json()["title"] == "NoSuchSlip"


# -- two printers


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[PaperBranch, ForgetfulPrinter, ForgetfulPrinter]]:
    """A running branch, its main printer and a spare one; each test leaves them in order."""
    folder = tmp_path_factory.mktemp("pair")
    with ExitStack() as open_:
        main, spare = (open_.enter_context(a_printer(folder / name)) for name in (MAIN, SPARE))
        yield open_.enter_context(a_lobby(folder / "branch", main, spare)), main, spare


Pair = tuple[PaperBranch, ForgetfulPrinter, ForgetfulPrinter]


def test_a_spare_printer_takes_over_and_gives_back(pair: Pair) -> None:
    lobby, main, spare = pair
    main.paper_out()
    first = lobby.tap()
    lobby.comes_to("printed", first)
    lobby.is_alerted("paper_out")
    shown = {one["name"]: (one["state"], one["paper"]) for one in lobby.staff_state()["printers"]}
    assert shown == {MAIN: ("trouble", "out"), SPARE: ("ready", "ok")}
    main.heal()
    lobby.staff("paper-changed", printer=MAIN)
    second = lobby.tap()
    lobby.comes_to("printed", second)
    lobby.is_calm()
    assert (printed_by(spare)[first["url"]], printed_by(main)[first["url"]]) == (1, 0)
    assert (printed_by(spare)[second["url"]], printed_by(main)[second["url"]]) == (0, 1)


def test_a_test_print_comes_out_at_the_printer_that_was_named(pair: Pair) -> None:
    lobby, main, spare = pair
    before = len(main.tickets()), len(spare.tickets())
    lobby.staff("test-print", printer=SPARE)
    until(lambda: len(spare.tickets()) == before[1] + 1, "the test print")
    assert len(main.tickets()) == before[0]
    lobby.is_calm()


def test_a_slip_that_may_be_on_paper_is_printed_again_by_a_person_only(pair: Pair) -> None:
    lobby, main, spare = pair
    main.forgets = True
    body = {"service": "cash"}
    tap = lobby.post("/kiosk/tickets", body, "touch").json()
    lobby.comes_to("unknown", tap)
    main.forgets = False
    main.heal()
    lobby.staff("paper-changed", printer=MAIN)
    lobby.is_alerted("slip_unknown", subject=tap["ticket"]["id"])
    again = lobby.post("/kiosk/tickets", body, "touch").json()
    assert again["ticket"] == tap["ticket"]
    lobby.comes_to("printed", lobby.tap(), lobby.tap())
    assert lobby.paper(again["ticket"]["id"]) == "unknown"
    printed = printed_by(main) + printed_by(spare)
    assert printed[tap["url"]] == 1
    (doubtful,) = lobby.staff_state()["slips"]
    assert (doubtful["number"], doubtful["state"]) == (tap["ticket"]["number"], "unknown")
    lobby.staff("release", slip=doubtful["id"])
    lobby.comes_to("printed", tap)
    lobby.is_calm()
    assert printed_by(main)[tap["url"]] == 2


def test_a_server_that_starts_again_knows_what_it_told_and_prints_no_doubtful_slip(pair: Pair) -> None:
    lobby, main, spare = pair
    before = len(lobby.told("paper_out")), len(lobby.told("slip_unknown"))
    main.forgets = True
    tap = lobby.tap()
    lobby.is_alerted("slip_unknown", subject=tap["ticket"]["id"])
    main.forgets = False
    main.heal()
    lobby.staff("paper-changed", printer=MAIN)
    lobby.comes_to("printed", lobby.tap())
    main.paper_out()
    lobby.comes_to("printed", lobby.tap())
    lobby.is_alerted("paper_out")
    for ends in (lobby.branch.kill, lobby.branch.stop):
        ends()
        lobby.branch.start()
        lobby.comes_to("printed", lobby.tap())
        lobby.is_alerted("paper_out")
        assert lobby.paper(tap["ticket"]["id"]) == "unknown"
    lobby.sign_in()
    main.heal()
    lobby.staff("paper-changed", printer=MAIN)
    lobby.comes_to("printed", lobby.tap())
    until(lambda: [problem for _, problem, _ in lobby.alerts()] == ["slip_unknown"], "there is paper again")
    (doubtful,) = lobby.staff_state()["slips"]
    assert lobby.staff("drop", slip=doubtful["id"])["slips"] == []
    lobby.is_calm()
    assert lobby.told("paper_out")[before[0] :] == [RAISED, RESOLVED]
    assert lobby.told("slip_unknown")[before[1] :] == [RAISED, RESOLVED]
    assert lobby.paper(tap["ticket"]["id"]) == "dropped"
    assert (printed_by(main) + printed_by(spare))[tap["url"]] == 1
