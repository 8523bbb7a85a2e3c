"""A branch and its head office in processes of their own: killed, cut off and started anew, and nothing is missing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from lobby.queue import commands as c
from lobby.records.journal import Journal
from lobby.records.received import Received
from lobby.records.store import Store
from tests.end_to_end.branch_process import BRANCH, HANGS_S, BranchProcess, Running, free_port, lobby, until


class OfficeProcess(Running):
    """A head office of its own; its port stays the same over its starts."""

    def __init__(self, folder: Path) -> None:
        port = str(free_port())
        arguments = ["head-office", "serve", "--data", str(folder), "--port", port]
        super().__init__(arguments, folder.with_name(f"{folder.name}-log"), quick=True)
        self.folder = folder
        self.address = f"http://127.0.0.1:{port}"
        self.run("init", folder)

    def run(self, verb: str, *arguments: str | Path) -> str:
        """What `lobby head-office` prints."""
        done = lobby("head-office", verb, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def await_rows(self, rows: int) -> None:
        """Wait until it holds so many rows of the branch, seen beside the server."""
        with closing(Store.in_folder(self.folder)) as store:
            received = Received(store)
            until(lambda: received.branches()[0].seq >= rows, f"{rows} rows at the head office")

    def rows(self) -> list[tuple[int, bytes]]:
        with closing(Store.in_folder(self.folder)) as store:
            journal = Journal(store, BRANCH)
            journal.verify()
            return [(entry.seq, entry.hash) for entry in journal.entries()]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[OfficeProcess]:
    office = OfficeProcess(tmp_path / "office")
    office.start()
    yield office
    office.close()


@pytest.fixture
def branch(a_branch: Callable[..., BranchProcess], office: OfficeProcess) -> BranchProcess:
    """A branch with this head office, that is not started yet."""
    branch = a_branch()
    token = branch.folder / "token"
    token.write_text(office.run("add-branch", "--data", office.folder, BRANCH), encoding="utf-8")
    token.chmod(0o600)
    told = f'[head_office]\nurl = "{office.address}"\ntoken_file = "token"\n\n[server]\n'
    branch.edit("[server]\n", told)
    return branch


def begun_anew(folder: Path) -> Path:
    """The same branch, on a machine that has lost its database."""
    anew = Path(shutil.copytree(folder, folder.with_name("anew"), ignore=shutil.ignore_patterns("lobby.db*")))
    file = anew / "branch.toml"
    file.write_text(re.sub(r"(?m)^database = .*\n", "", file.read_text(encoding="utf-8")), encoding="utf-8")
    return anew


def test_a_journal_arrives_whole_through_kills_on_both_sides(branch: BranchProcess, office: OfficeProcess) -> None:
    branch.start()
    (kiosk,) = branch.desks("kiosk", ["kiosk-1"])

    def take(numbers: int) -> None:
        for n in range(numbers):
            kiosk.submit(c.Issue("cash"), key=f"{branch._starts}-{office._starts}-{n}")

    take(5)
    office.await_rows(5)
    office.kill()
    take(5)
    branch.kill()
    branch.start()
    kiosk.close()
    (kiosk,) = branch.desks("kiosk", ["kiosk-1"])
    take(5)
    office.start()
    take(3)
    kiosk.close()
    head = branch.journal().head()[0]
    office.await_rows(head)
    told = lobby("ship", "--data", branch.folder)
    assert told.returncode == 0, told.stdout + told.stderr
    assert re.fullmatch(r"all \d+ rows have arrived\n", told.stdout)
    branch.stop()
    rows = [(entry.seq, entry.hash) for entry in branch.journal().entries()]
    told = lobby("ship", "--data", begun_anew(branch.folder))
    assert (told.returncode, "is not among the 0 here" in told.stdout) == (1, True), told.stdout + told.stderr
    office.stop()
    arrived = office.rows()
    assert len(arrived) >= head
    assert arrived == rows[: len(arrived)]  # an alert may have been written since
    assert "Traceback" not in office.stderr + branch.stderr


def test_the_page_of_the_head_office_shows_the_branch(branch: BranchProcess, office: OfficeProcess) -> None:
    branch.start()
    (kiosk,) = branch.desks("kiosk", ["kiosk-1"])
    kiosk.submit(c.Issue("cash"), key="1")
    kiosk.close()
    password = office.run("staff", "add", "--data", office.folder, "--role", "manager", "--name", "Mia", "mia")
    with httpx.Client(base_url=office.address, follow_redirects=True, timeout=HANGS_S) as mia:
        mia.post("/sign-in", data={"username": "mia", "password": password})
        chosen = {"password": password, "new_password": "the tide comes in", "repeat": "the tide comes in"}
        assert mia.post("/new-password", data=chosen).url.path == "/"

        def shown() -> bool:
            lines = mia.get("/now", headers={"Accept": "application/json"}).json()["branches"]
            return [(line["state"], line["waiting"]) for line in lines] == [("well", 1)]

        until(shown, "the branch with one who waits")
    assert re.search(r"one-time password \S+", office.stdout)
