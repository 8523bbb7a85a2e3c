"""`lobby kiosk` as whoever sets it up meets it: what stops it from starting, what it says then, and how it ends; and a
disk or a printer that fails it afterwards."""

from __future__ import annotations

import json
import os
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest

from kiosk.memory import FILE
from lobby.queue import events as e
from tests.end_to_end import nursery
from tests.end_to_end.branch_process import HANGS_S, START_S, BranchProcess, children, free_port, is_alive, lobby, until
from tests.end_to_end.offline_kiosk import KioskProcess
from tests.end_to_end.offline_wire import Wire


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BranchProcess]:
    """A branch that runs all the time, with few numbers for each of many kiosks; no test takes it from the others."""
    made = BranchProcess(tmp_path_factory.mktemp("shared") / "branch")
    made.edit("undo_s = 30", "lease_numbers = 20")
    made.edit('public_url = ""', 'public_url = "https://lobby.example"')
    made.start()
    yield made
    made.close()


@pytest.fixture(scope="module")
def token(branch: BranchProcess) -> str:
    return branch.token("kiosk", "kiosk")


@pytest.fixture
def a_kiosk(tmp_path: Path, branch: BranchProcess, token: str) -> Iterator[Callable[..., KioskProcess]]:
    """Makes kiosk machines, not started yet, without a printer unless they are given one."""
    with ExitStack() as ended:

        def make(name: str = "kiosk", server: str = "", printer: str = "none") -> KioskProcess:
            home = tmp_path / f"home-of-{name}"
            home.mkdir()
            kiosk = KioskProcess(home / name, server or branch.url, token, printer=printer)
            ended.callback(kiosk.close)
            return kiosk

        yield make


def tap(kiosk: KioskProcess, touch: str) -> httpx.Response:
    """Take a number; to the server all kiosks are one device, so each test has touches of its own."""
    key = f"{kiosk.folder.parents[1].name}-{touch}"
    return httpx.post(
        f"{kiosk.url}/kiosk/tickets",
        json={"service": "cash", "language": "en"},
        headers={"Idempotency-Key": key},
        trust_env=False,
        timeout=HANGS_S,
    )


def number(kiosk: KioskProcess, touch: str) -> str:
    """What a touch gets, which is sent until it is answered, as the page does: the server may be too busy to brief a
    kiosk that has just started."""
    answers: list[httpx.Response] = []

    def given() -> bool:
        answers.append(tap(kiosk, touch))
        return answers[-1].status_code == 201

    until(given, f"a number for {touch}")
    return str(answers[-1].json()["ticket"]["number"])


def starts_in_vain(*arguments: str | Path | int, token: str = "") -> tuple[int, str]:
    """Exit code and message of `lobby kiosk`, which must end by itself."""
    environment = {name: value for name, value in os.environ.items() if name != "LOBBY_TOKEN"}
    environment |= {"LOBBY_TOKEN": token} if token else {}
    ended = nursery.run(["kiosk", *map(str, arguments)], START_S, environment)
    assert "Traceback" not in ended.stderr, ended.stderr
    assert ended.stdout == ""
    return ended.returncode, ended.stderr.strip()


# -- starting


def test_the_first_start_needs_the_server_once_and_says_so(tmp_path: Path, token: str) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    said = starts_in_vain("--server", nobody, "--data", tmp_path / "kiosk", "--port", 0, token=token)
    assert said == (1, "lobby: The branch server cannot be reached.")


def test_without_a_token_it_says_how_to_get_one(tmp_path: Path, branch: BranchProcess) -> None:
    code, said = starts_in_vain("--server", branch.url, "--data", tmp_path / "kiosk", "--port", 0)
    assert code == 1
    assert "lobby token create --role kiosk" in said


def test_a_token_that_the_server_does_not_know_is_refused_at_the_first_start(
    tmp_path: Path, branch: BranchProcess
) -> None:
    code, said = starts_in_vain("--server", branch.url, "--data", tmp_path / "kiosk", "--port", 0, token="made-up")
    assert code == 1
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("printer", ["usb://nothing", "carrier-pigeon://roof"])
def test_a_printer_address_that_cannot_be_one_is_named_at_once(tmp_path: Path, printer: str) -> None:
    code, said = starts_in_vain("--server", "http://127.0.0.1:1", "--data", tmp_path / "kiosk", "--printer", printer)
    assert code == 2
    assert "--printer" in said
    assert not (tmp_path / "kiosk").exists()


def test_a_port_that_is_taken_is_named_and_nothing_stays_behind(
    a_kiosk: Callable[..., KioskProcess], branch: BranchProcess, token: str
) -> None:
    kiosk = a_kiosk()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = starts_in_vain("--server", branch.url, "--data", kiosk.folder, "--port", port)
        assert said == (1, f"lobby: cannot listen on port {port}: Address already in use")
    kiosk.start()
    number(kiosk, "tap")


def test_a_second_process_on_the_same_folder_is_refused_and_the_first_goes_on(
    a_kiosk: Callable[..., KioskProcess], branch: BranchProcess
) -> None:
    kiosk = a_kiosk()
    kiosk.start()
    code, said = starts_in_vain("--server", branch.url, "--data", kiosk.folder, "--port", 0)
    assert code == 1
    assert str(kiosk.folder) in said
    number(kiosk, "tap")


def test_a_damaged_database_is_named(a_kiosk: Callable[..., KioskProcess], branch: BranchProcess) -> None:
    kiosk = a_kiosk()
    (kiosk.folder / FILE).write_bytes(b"no database" * 1000)
    code, said = starts_in_vain("--server", branch.url, "--data", kiosk.folder, "--port", 0)
    assert code == 1
    assert str(kiosk.folder / FILE) in said


# -- running and ending


def test_only_this_machine_reaches_the_pages(a_kiosk: Callable[..., KioskProcess]) -> None:
    kiosk = a_kiosk()
    port = int(kiosk.start().rsplit(":", 1)[1])
    assert httpx.get(f"{kiosk.url}/kiosk/", trust_env=False, timeout=HANGS_S).status_code == 200
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), HANGS_S)


def test_it_ends_cleanly_and_with_it_its_printer_and_starts_again_where_it_was(
    a_kiosk: Callable[..., KioskProcess],
) -> None:
    kiosk = a_kiosk(printer="virtual")
    url = kiosk.start()
    given = number(kiosk, "tap")
    (printer,) = children(kiosk.pid)
    until(lambda: not kiosk.printing(), "it is printed")
    kiosk.stop()
    until(lambda: not is_alive(printer), "the virtual printer ended")
    assert kiosk.start() == url
    assert number(kiosk, "tap") == given
    assert len(list(kiosk.pictures.glob("*.png"))) == 1


def test_it_ends_cleanly_while_the_server_is_away(a_kiosk: Callable[..., KioskProcess], branch: BranchProcess) -> None:
    with closing(Wire(branch.url)) as wire:
        kiosk = a_kiosk(server=wire.url)
        kiosk.start()
        wire.cut()
        number(kiosk, "tap")
        kiosk.stop()
        kiosk.start()
        assert kiosk.untold() == 1
        wire.mend()
        until(lambda: not kiosk.untold(), "the server has heard of it")


def test_a_token_that_is_revoked_gives_no_more_numbers(
    tmp_path: Path, branch: BranchProcess, a_kiosk: Callable[..., KioskProcess]
) -> None:
    kiosk = a_kiosk()
    lost = branch.token("kiosk", "a kiosk that was carried away")
    (kiosk.folder / "token").write_text(lost)
    kiosk.start()
    number(kiosk, "tap")
    assert lobby("token", "revoke", "--data", branch.folder, "--name", "a kiosk that was carried away").returncode == 0
    answers: list[httpx.Response] = []

    def refused() -> bool:
        answers.append(tap(kiosk, f"tap-{len(answers)}"))
        return answers[-1].status_code == 401

    until(refused, "the kiosk says that it is not wanted")
    alone = [answer for answer in answers[:-1] if answer.json()["ticket"]["ahead"] is None]
    assert kiosk.untold() <= len(alone), "which the server was too busy to hear of"


# -- what fails it


def test_a_printer_that_is_not_there_takes_no_number_away(a_kiosk: Callable[..., KioskProcess]) -> None:
    kiosk = a_kiosk(printer=f"tcp://127.0.0.1:{free_port()}")
    kiosk.start()
    answer = tap(kiosk, "tap")
    assert answer.status_code == 201
    assert answer.json()["paper"] in {"queued", "held"}


def test_a_printer_address_that_answers_as_something_else_is_an_alert_and_takes_no_number_away(
    a_kiosk: Callable[..., KioskProcess], branch: BranchProcess
) -> None:
    kiosk = a_kiosk(printer=branch.url.replace("http://", "tcp://"))
    kiosk.start()
    answer = tap(kiosk, "tap")
    assert answer.status_code == 201
    assert answer.json()["qr"], "the customer has a QR code on the screen instead"
    until(
        lambda: [one for one in branch.journal().read() if isinstance(one.event, e.AlertRaised)],
        "the branch is told that the printer does not print",
    )
    assert "printed" not in [state for state, _ in kiosk.slips()]


def disk(kiosk: KioskProcess, largest_file: int = resource.RLIM_INFINITY) -> None:
    """Let the kiosk's files grow no further than this, or as they like."""
    resource.prlimit(kiosk.pid, resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))


def test_a_full_disk_takes_no_number_away_with_the_server_and_gives_none_twice_without(
    a_kiosk: Callable[..., KioskProcess], branch: BranchProcess
) -> None:
    with closing(Wire(branch.url)) as wire:
        kiosk = a_kiosk(server=wire.url)
        kiosk.start()
        disk(kiosk, largest_file=8192)
        with_server = [number(kiosk, f"with-{nth}") for nth in range(5)]
        assert len(set(with_server)) == 5

        wire.cut()
        answer = tap(kiosk, "without")
        assert answer.status_code == 503
        assert json.loads(answer.text)["detail"] == (
            "The branch's disk is full. Nothing was lost; please tell the operator."
        )

        disk(kiosk)
        without = [number(kiosk, key) for key in ("without", "without", "another")]
        assert without[0] == without[1] != without[2]
        wire.mend()
        until(lambda: not kiosk.untold(), "the server has heard of it")
        with closing(branch.desks("manager", ["looks at the full disk"])[0]) as manager:
            waiting = [ticket.number for ticket in manager.queue().waiting]
        for given in {*with_server, *without}:
            assert waiting.count(given) == 1
