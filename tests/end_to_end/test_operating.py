"""What an operator meets: starting, stopping, mistakes in the file, a second server, printers and disks that fail."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest

from hardware.print_room import END_S, GRACE_S
from hardware.stream_printer import Patience
from lobby.errors import StorageBusy, StorageFull
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.events import AlertRaised
from lobby.remote import RemoteDesk
from tests.end_to_end.branch_process import (
    BRANCH,
    HANGS_S,
    BranchProcess,
    Running,
    free_port,
    lobby,
    lobby_of_its_own,
    until,
)
from tests.end_to_end.listener import Listener
from tests.postgres import about_the_file

PINGED_S = 10.0
"""Within this a client that listens has been asked whether it is there, and has answered or not."""


@pytest.fixture
def kiosk(branch: BranchProcess) -> Iterator[RemoteDesk]:
    (desk,) = branch.desks("kiosk", ["kiosk"])
    yield desk
    desk.close()


def assert_one_clear_line(done: subprocess.CompletedProcess[str], *says: str) -> None:
    """It ended with 1, said one line on stderr that holds all of `says`, and nothing else."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for word in says:
        assert word in done.stderr


# -- starting


def test_a_second_server_on_the_same_folder_is_refused_with_one_clear_line(branch: BranchProcess) -> None:
    second = lobby("serve", "--data", branch.folder, "--port", "0")
    assert_one_clear_line(second, "Another server already runs", str(branch.folder))
    with closing(branch.desks("kiosk", ["kiosk"])[0]) as kiosk:
        assert kiosk.submit(c.Issue("cash"), key="tap").ticket is not None


def test_a_port_in_use_is_refused_with_one_clear_line_and_the_folder_is_free_again(
    branch: BranchProcess, a_branch: Callable[..., BranchProcess]
) -> None:
    other = a_branch("other")
    taken = lobby("serve", "--data", other.folder, "--port", str(branch.port))
    assert_one_clear_line(taken, "cannot listen on", str(branch.port), "in use")
    other.start()


@pytest.mark.parametrize(
    "command", [["serve", "--port", "0"], ["token", "create", "--role", "kiosk", "--name", "k"], ["audit", "verify"]]
)
def test_a_folder_without_a_branch_is_refused_and_told_what_to_do(tmp_path: Path, command: list[str]) -> None:
    for folder in (tmp_path / "missing", tmp_path):
        done = lobby(*command, "--data", folder)
        assert done.returncode == 1
        assert "lobby init" in done.stderr, done.stderr
        assert "Traceback" not in done.stderr
        assert not list(tmp_path.glob("**/lobby.db")), "nothing is made where there is no branch"


def test_a_file_in_place_of_the_folder_is_a_usage_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert lobby("serve", "--data", tmp_path / "file", "--port", "0").returncode == 2


def test_a_broken_branch_file_is_refused_with_every_mistake_at_once(a_branch: Callable[..., BranchProcess]) -> None:
    broken = a_branch()
    for old, new in (
        ('zone = "Europe/London"', 'zone = "Europe/Atlantis"'),
        ('day_starts = "', 'day_starts = "half past four"  # "'),
        ('group = "advice"', 'group = "nothing"'),
        ('prefix = "B"', 'prefix = "A"'),
        ("target_min = 10", "target_min = -3"),
        ("number = 2", "number = 1"),
        ('services = ["cash", "cards"]', 'services = ["gold"]'),
        ("recalls = 1", 'recalls = "one"'),
        ('profile = "80mm"', 'profile = "papyrus"\ncolour = "red"'),
        ('address = "none"', 'address = "carrier-pigeon://loft"'),
    ):
        broken.edit(old, new)
    done = lobby("serve", "--data", broken.folder, "--port", "0")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for place in (
        "branch.zone",
        "branch.day_starts",
        "services[3].group",
        "services[1].prefix",
        "services[0].target_min",
        "counters[1].number",
        "counters[0].services",
        "rules.recalls",
        "printers[0].colour",
        "printers[0].profile",
        "printers[0].address",
    ):
        assert place in done.stderr, done.stderr


@pytest.mark.parametrize(
    "written",
    [b"[branch\n", b"\xff\xfe", b"", b"branch = 7\n", b"services = 1\ncounters = 2\n[branch]\n", b"[[branch]]\n"],
)
def test_a_branch_file_that_is_no_branch_file_is_refused_clearly(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "branch.toml").write_bytes(written)
    done = lobby("serve", "--data", tmp_path, "--port", "0")
    assert done.returncode == 1
    assert "branch.toml has" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_never_overwrites_a_branch(a_branch: Callable[..., BranchProcess]) -> None:
    made = a_branch()
    made.edit("[branch]", "# mine\n[branch]")
    assert_one_clear_line(lobby("init", made.folder), "there already")
    assert "# mine" in made.file.read_text(encoding="utf-8")


def test_what_a_branch_keeps_is_for_its_own_user_alone(a_branch: Callable[..., BranchProcess], tmp_path: Path) -> None:
    (tmp_path / "branch").mkdir(mode=0o755)
    branch = a_branch()
    branch.start()
    for kept in branch.folder.glob("*.db*"):
        hidden = not branch.folder.stat().st_mode & 0o077
        assert hidden or not kept.stat().st_mode & 0o077, f"others may read {kept.name}"


@about_the_file
@pytest.mark.parametrize("file", ["lobby.db", "spool.db"])
def test_a_damaged_database_is_refused_with_one_clear_line(a_branch: Callable[..., BranchProcess], file: str) -> None:
    damaged = a_branch()
    (damaged.folder / file).write_bytes(b"this is not a database, whatever its name says" * 100)
    done = lobby("serve", "--data", damaged.folder, "--port", "0")
    assert_one_clear_line(done, file)


def test_help_names_every_command() -> None:
    done = lobby_of_its_own("--help")
    assert done.returncode == 0
    assert {"init", "serve", "token", "staff", "audit", "pair", "demo", "console", "report", "replay"} <= set(
        re.findall(r"^  (\w+)", done.stdout, re.MULTILINE)
    )
    assert done.stderr == ""


@pytest.mark.parametrize(
    "command", ["init", "serve", "token", "staff", "audit", "pair", "demo", "console", "report", "replay"]
)
def test_each_command_explains_itself(command: str) -> None:
    done = lobby(command, "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["serve"], ["token", "create"], ["serve", "--data", "x", "--port", "99999"]]
)
def test_a_usage_mistake_ends_with_two(arguments: list[str]) -> None:
    done = lobby(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_token_is_printed_alone_on_one_line(a_branch: Callable[..., BranchProcess]) -> None:
    branch = a_branch()
    done = lobby_of_its_own("token", "create", "--data", branch.folder, "--role", "display", "--name", "screen")
    assert re.fullmatch(r"[\w-]{32,}\n", done.stdout)
    assert done.stderr == ""


def test_a_token_made_or_revoked_while_the_server_runs_counts_within_seconds(branch: BranchProcess) -> None:
    token = branch.token("display", "screen 7")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=branch.url, headers=headers, trust_env=False, timeout=HANGS_S) as client:
        assert client.get("/api/v1/branches").status_code == 200
        done = lobby("token", "revoke", "--data", branch.folder, "--name", "screen 7")
        assert done.stdout == "1 revoked\n"
        until(lambda: client.get("/api/v1/branches").status_code == 401, "the token is refused")


# -- what is written where


def test_no_secret_is_written_but_the_one_time_password(branch: BranchProcess) -> None:
    password = branch.one_time_password()
    session = RemoteDesk.sign_in(branch.url, "admin", password)
    RemoteDesk.change_password(branch.url, session.token, password, "a long enough password")
    again = RemoteDesk.sign_in(branch.url, "admin", "a long enough password")
    secrets = [session.token, again.token, "a long enough password", branch.token("kiosk", "kiosk")]
    with httpx.Client(base_url=branch.url, trust_env=False, timeout=HANGS_S) as client:
        headers = {"Authorization": f"Bearer {secrets[-1]}", "Idempotency-Key": "tap"}
        ticket = client.post(f"/api/v1/branches/{BRANCH}/tickets", json={"service": "cash"}, headers=headers).json()
        secrets.append(ticket["token"])
        client.get(f"/t/{ticket['token']}")
        client.post("/api/v1/sessions", json={"username": "admin", "password": "wrong password 1"})
        client.post("/api/v1/sessions", content=b'{"username": "admin", "password": "wrong password 2"')
        pairing = lobby("pair", "--data", branch.folder, "--role", "display", "--name", "s", "--server", branch.url)
        code = pairing.stdout.split()[0]
        secrets += [code, "wrong password 1", "wrong password 2"]
        secrets.append(client.post("/pair", data={"code": code}).cookies["lobby-display"])
    with Listener(branch.url, "/display", {"token": secrets[3]}) as listener:
        listener.first("beat")
    branch.stop()
    written = branch.stdout + branch.stderr
    for secret in secrets:
        assert secret not in written
    assert written.count(password) == 1
    kept = b"".join(path.read_bytes() for path in branch.folder.glob("lobby.db*"))
    for secret in [password, *(s for s in secrets if s != ticket["token"])]:
        assert secret.encode() not in kept


def test_the_one_time_password_is_printed_at_the_first_start_only(a_branch: Callable[..., BranchProcess]) -> None:
    branch = a_branch(quick=False, articles=True)  # as `lobby init` makes it
    branch.start()
    branch.stop()
    branch.start()
    assert branch.stdout.count("one-time password") == 1
    assert [line for line in branch.stdout.splitlines() if line.startswith("ready ")] == [f"ready {branch.url}"] * 2


# -- stopping


def test_sigterm_stops_cleanly_with_clients_connected_and_at_work(branch: BranchProcess, kiosk: RemoteDesk) -> None:
    with ExitStack() as listening:
        token = branch.token("manager", "boss")
        for namespace in ("/display", "/console", "/dashboard") * 3:
            listening.enter_context(Listener(branch.url, namespace, {"token": token})).first("snapshot")
        kiosk.submit(c.Issue("cash"), key="tap")
        began = time.monotonic()
        branch.stop()
        assert time.monotonic() - began < PINGED_S, "it waited for those who only listen"
    assert "Traceback" not in branch.stderr
    branch.start()
    assert kiosk.submit(c.Issue("cash"), key="tap 2").ticket.number == "A002"  # type: ignore[union-attr]


def test_interrupting_from_the_keyboard_stops_cleanly_too(branch: BranchProcess) -> None:
    process = branch._process
    assert process is not None
    process.send_signal(signal.SIGINT)
    assert process.wait(HANGS_S) == 0
    branch._process = None
    assert "Traceback" not in branch.stderr


def test_a_stop_in_the_middle_of_the_work_loses_nothing(branch: BranchProcess, kiosk: RemoteDesk) -> None:
    for tap in range(50):
        kiosk.submit(c.Issue("cash"), key=f"tap {tap}")
    branch.stop()
    assert branch.verify() >= 52, "the rules, the day, and fifty tickets"
    issued = [r.event.number for r in branch.journal().read() if isinstance(r.event, e.TicketIssued)]
    assert issued == [f"A{n:03d}" for n in range(1, 51)]
    branch.start()
    assert kiosk.submit(c.Issue("cash"), key="tap 50").ticket.number == "A051"  # type: ignore[union-attr]
    assert kiosk.submit(c.Issue("cash"), key="tap 7").ticket.number == "A008"  # type: ignore[union-attr]


# -- paper


def issued(kiosk: RemoteDesk, count: int) -> tuple[list[str], float]:
    """So many tickets: their numbers, and for how long the quickest was waited for; a busy machine delays one or two,
    and whatever they wait for delays them all."""
    numbers, took_s = [], []
    for n in range(count):
        began = time.monotonic()
        numbers.append(kiosk.submit(c.Issue("cash"), key=f"one of some {n}").ticket.number)  # type: ignore[union-attr]
        took_s.append(time.monotonic() - began)
    return numbers, min(took_s)


def spooled(branch: BranchProcess) -> list[tuple[str, int, str, str]]:
    """Ticket, copy, state and reason of each slip in the spool."""
    with closing(sqlite3.connect(branch.folder / "spool.db", timeout=10)) as spool:
        return list(spool.execute("SELECT ticket, copy, state, reason FROM job ORDER BY id"))


def alerts(branch: BranchProcess) -> list[str]:
    """What was ever wrong with a printer, as the journal says."""
    with closing(branch.desks("manager", ["looks"])[0]) as manager:
        events = [recorded.event for recorded in manager.events()]
    return [event.problem for event in events if isinstance(event, AlertRaised)]


def test_with_no_printer_tickets_are_issued_and_slips_are_held_with_the_reason(
    branch: BranchProcess, kiosk: RemoteDesk
) -> None:
    ticket = kiosk.submit(c.Issue("cash"), key="tap").ticket
    assert ticket is not None
    until(lambda: [job[2] for job in spooled(branch)] == ["held"], "the slip is held")
    assert spooled(branch) == [(ticket.id, 0, "held", "no printer is set up")]


def test_a_printer_that_cannot_be_reached_never_keeps_a_ticket_back(a_branch: Callable[..., BranchProcess]) -> None:
    branch = a_branch(printer=f"tcp://127.0.0.1:{free_port()}")
    branch.start()
    with closing(branch.desks("kiosk", ["kiosk"])[0]) as kiosk:
        numbers, quickest_s = issued(kiosk, 5)
        assert quickest_s < Patience().answer_s, "issuing waited for the printer"
        assert numbers == ["A001", "A002", "A003", "A004", "A005"]
        until(lambda: "silent" in alerts(branch), "the printer's silence is in the journal")
        assert [state for _, _, state, _ in spooled(branch)] == ["queued"] * 5
    began = time.monotonic()
    branch.stop()
    assert time.monotonic() - began < GRACE_S + END_S, "it waited for the printer"


def test_the_virtual_printer_keeps_a_picture_of_each_ticket_and_of_each_copy(
    a_branch: Callable[..., BranchProcess],
) -> None:
    branch = a_branch(printer="virtual")
    branch.start()
    printed = branch.folder / "printed"
    with closing(branch.desks("kiosk", ["kiosk"])[0]) as kiosk:
        ticket = kiosk.submit(c.Issue("cash", "ar"), key="tap").ticket
        assert ticket is not None
        until(lambda: len(list(printed.glob("*.png"))) == 1, "the picture of the ticket")
        kiosk.submit(c.Issue("cash", "ar"), key="tap")
        for _ in range(2):
            copy = kiosk.submit(c.Reprint(ticket.number), key="again").ticket
        assert copy is not None
        assert (copy.number, copy.copies) == (ticket.number, 1)
        until(lambda: len(list(printed.glob("*.png"))) == 2, "the picture of the copy")
        until(lambda: [job[2] for job in spooled(branch)] == ["printed", "printed"], "both are known to be printed")
    branch.stop()
    assert len(list(printed.glob("*.png"))) == 2
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in printed.glob("*.png"))


def test_a_ticket_may_be_issued_without_paper(branch: BranchProcess) -> None:
    headers = {"Authorization": f"Bearer {branch.token('kiosk', 'kiosk')}", "Idempotency-Key": "tap"}
    body = {"service": "cash", "print": False}
    with httpx.Client(base_url=branch.url, headers=headers, trust_env=False, timeout=HANGS_S) as client:
        answer = client.post(f"/api/v1/branches/{BRANCH}/tickets", json=body)
    assert answer.status_code == 201
    assert spooled(branch) == []


def test_a_spool_that_is_locked_delays_no_ticket(branch: BranchProcess, kiosk: RemoteDesk) -> None:
    kiosk.submit(c.Issue("cash"), key="tap")
    with closing(sqlite3.connect(branch.folder / "spool.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        numbers, quickest_s = issued(kiosk, 2)
        other.execute("ROLLBACK")
    assert numbers == ["A002", "A003"]
    assert quickest_s < 4, "issuing waited for the spool"  # which gives up after 5 s


# -- disk


@about_the_file
def test_a_full_disk_refuses_clearly_and_loses_nothing(branch: BranchProcess, kiosk: RemoteDesk) -> None:
    issued = [kiosk.submit(c.Issue("cash"), key=f"tap {n}") for n in range(5)]
    branch.disk_for(4096)
    refused = 0
    for n in range(5, 400):
        try:
            issued.append(kiosk.submit(c.Issue("cash"), key=f"tap {n}"))
        except StorageFull:
            refused += 1
            if refused == 3:
                break
    assert refused == 3, "the disk was never full"
    assert kiosk.branch().services, "reading goes on"
    branch.disk_for(None)
    after = kiosk.submit(c.Issue("cash"), key="afterwards").ticket
    numbers = [answer.ticket.number for answer in issued]  # type: ignore[union-attr]
    assert numbers == [f"A{n:03d}" for n in range(1, len(numbers) + 1)]
    assert after.number == f"A{len(numbers) + 1:03d}"  # type: ignore[union-attr]
    recorded = branch.journal().read()
    assert branch.verify() >= len(recorded)
    others = [r.event for r in recorded if not isinstance(r.event, e.AlertRaised | e.AlertResolved)]  # of the spool
    assert len(others) == len(numbers) + 3, "the rules, the day, the tickets, and the one afterwards"
    assert [r.seq for r in recorded if isinstance(r.event, e.TicketIssued)][:-1] == [a.seq for a in issued]


@about_the_file
@pytest.mark.slow
def test_a_locked_database_refuses_the_write_after_a_while_and_stops_nobody_from_reading(
    branch: BranchProcess, kiosk: RemoteDesk
) -> None:
    kiosk.submit(c.Issue("cash"), key="tap")
    with (
        closing(sqlite3.connect(branch.folder / "lobby.db", isolation_level=None)) as other,
        httpx.Client(base_url=branch.url, timeout=HANGS_S, trust_env=False) as client,
        Listener(branch.url, "/display", {"token": branch.token("display", "screen")}) as screen,
    ):
        token = branch.token("kiosk", "impatient")
        other.execute("BEGIN IMMEDIATE")
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "tap"}
        beats = len(screen.all("beat"))
        answer = client.post(f"/api/v1/branches/{BRANCH}/tickets", json={"service": "cash"}, headers=headers)
        assert answer.status_code == 503
        assert answer.json()["title"] == StorageBusy.__name__
        assert len(screen.all("beat")) - beats > 2, "the screens lived on meanwhile"
        assert len(kiosk.branch().services) == 5
        other.execute("ROLLBACK")
        again = client.post(f"/api/v1/branches/{BRANCH}/tickets", json={"service": "cash"}, headers=headers)
        assert (again.status_code, again.json()["number"]) == (201, "A002")


# -- bodies on a real line


def test_an_endless_body_is_refused_on_a_real_line(branch: BranchProcess) -> None:
    headers = {"Authorization": f"Bearer {branch.token('kiosk', 'kiosk')}", "Idempotency-Key": "tap"}
    path = f"/api/v1/branches/{BRANCH}/tickets"

    def pieces() -> Iterator[bytes]:
        yield b'{"service": "'
        for _ in range(300):
            yield b"x" * 1024
        yield b'"}'

    with httpx.Client(base_url=branch.url, headers=headers, trust_env=False, timeout=HANGS_S) as client:
        assert client.post(path, content=b" " * 200_000).status_code == 413
        assert client.post(path, content=pieces()).status_code == 413
        assert client.post(path, json={"service": "cash"}).status_code == 201


def test_many_guesses_at_the_same_moment_meet_the_brake_too(branch: BranchProcess) -> None:
    def guess(n: int) -> int:
        body = {"username": "admin", "password": f"guess {n}"}
        return httpx.post(f"{branch.url}/api/v1/sessions", json=body, trust_env=False, timeout=HANGS_S).status_code

    with ThreadPoolExecutor(16) as hands:
        said = list(hands.map(guess, range(48)))
    assert set(said) == {401, 429}
    assert said.count(401) <= 12, "the brake lets whole bursts of guesses through"


# -- the demo


def test_the_demo_comes_alive_prints_its_links_and_stops_cleanly(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    demo = Running(["demo", "--port", "0", "--speed", "200", "--data", str(folder)], tmp_path / "demo-log", quick=True)
    try:
        url = demo.start()
        said = demo.stdout
        links = dict(re.findall(r"^ *(.+?)  (.+)$", said, re.MULTILINE))
        assert {"Kiosk", "Lobby screen", "Manager's page", "Teller console", "Printed tickets"} <= set(links)
        password = re.search(r"user name boss, password (\S+)", said)
        assert password
        session = RemoteDesk.sign_in(url, "boss", password[1])
        assert not session.must_change
        with closing(RemoteDesk(url, session.token, BRANCH)) as boss:
            before = len(boss.events(0, 5000))

            def lively() -> bool:
                kinds = [type(r.event) for r in boss.events(before, 5000)]
                return kinds.count(e.TicketIssued) > 3 and kinds.count(e.TicketCalled) > 3

            until(lively, "customers come and are called", 3 * HANGS_S)
        with httpx.Client(timeout=HANGS_S, trust_env=False, follow_redirects=True) as browser:
            for link, leads_to in (("Kiosk", "/kiosk/"), ("Lobby screen", "/screen")):
                page = browser.post(f"{url}/pair", data={"code": links[link].rpartition("#")[2]})
                assert (page.status_code, page.url.path) == (200, leads_to)
        until(lambda: list((folder / "printed").glob("*.png")), "a printed ticket")
        demo.stop()
        assert "Traceback" not in demo.stderr
    finally:
        demo.close()
