"""The database server dies and comes back, or hangs, while kiosks take numbers: each is told, nothing is done twice."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

import httpx
import pytest

from lobby.errors import LobbyError, Unavailable
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.records.postgresql import ANSWER_S
from lobby.remote import RemoteDesk
from tests.end_to_end.branch_process import HANGS_S, BranchProcess, until
from tests.postgres import OwnPostgres

KIOSKS, BEFORE, AFTER = 4, 6, 10
"""How many take numbers; how many each has before the database is lost, and how many more when it is back."""

PATIENCE_S = 2 * HANGS_S


@pytest.fixture(scope="module")
def server(memory_folder: Path) -> Iterator[OwnPostgres]:
    made = OwnPostgres(memory_folder / "lost")
    yield made
    made.close()


@pytest.fixture
def branch(server: OwnPostgres, tmp_path: Path) -> Iterator[BranchProcess]:
    with server.database() as url:
        made = BranchProcess(tmp_path / "branch", database=url)
        made.start()
        yield made
        made.close()


class Crowd:
    """Kiosks that take numbers until the database has long been back, and remember what they were refused."""

    def __init__(self, kiosks: list[RemoteDesk]) -> None:
        self.given: list[str] = []
        self.refusals: list[LobbyError] = []
        self._is_back = threading.Event()
        self._hands = ThreadPoolExecutor(len(kiosks))
        self._work = [self._hands.submit(self._take, kiosk) for kiosk in kiosks]

    def _take(self, kiosk: RemoteDesk) -> None:
        more = AFTER
        for n in count():
            if self._is_back.is_set():
                more -= 1
            if more < 0:
                return
            deadline = time.monotonic() + PATIENCE_S
            while True:
                try:
                    ticket = kiosk.submit(c.Issue("cash"), key=f"tap {n}").ticket
                    break
                except Unavailable as refusal:
                    assert time.monotonic() < deadline, "the database stayed away"
                    self.refusals.append(refusal)
                    time.sleep(0.02)
            assert ticket
            self.given.append(ticket.number)

    def end(self) -> None:
        """The database is back: each takes a few more, and goes."""
        self._is_back.set()
        self._hands.shutdown()
        for work in self._work:
            work.result()


def at_once(branch: BranchProcess) -> None:
    """What needs no database is answered as ever: while it hangs, before anybody gives up waiting for it."""
    assert httpx.get(f"{branch.url}/healthz", timeout=ANSWER_S / 2).status_code == 200


@pytest.mark.parametrize("fault", ["gone", "hangs"])
def test_a_database_that_is_lost_in_the_middle_and_comes_back_loses_and_doubles_nothing(
    branch: BranchProcess, server: OwnPostgres, fault: str
) -> None:
    with ExitStack() as ended:
        kiosks = [
            ended.enter_context(closing(desk)) for desk in branch.desks("kiosk", [f"kiosk-{n}" for n in range(KIOSKS)])
        ]
        crowd = Crowd(kiosks)
        until(lambda: len(crowd.given) >= KIOSKS * BEFORE, "numbers being taken")
        (server.stop if fault == "gone" else server.freeze)()
        try:
            at_once(branch)
            if fault == "gone":
                until(lambda: len(crowd.refusals) >= KIOSKS, "the kiosks are told")
            at_once(branch)
        finally:
            (server.start if fault == "gone" else server.thaw)()
        crowd.end()
    assert {refusal.name for refusal in crowd.refusals} <= {"StorageAway", "StorageBusy"}
    assert len(crowd.given) >= KIOSKS * (BEFORE + AFTER)
    recorded = branch.journal().read()
    numbers = Counter(one.event.number for one in recorded if isinstance(one.event, e.TicketIssued))
    assert set(numbers.values()) == {1}
    assert set(numbers) == set(crowd.given)
    branch.verify()
