"""A disk without a free byte, and one that stands still: refused in plain words or waited for, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest

from hardware.speech import Speaker
from lobby.errors import StorageFull
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.remote import Patience, RemoteDesk
from tests.end_to_end.branch_process import BRANCH, HANGS_S, BranchProcess, until
from tests.end_to_end.listener import Listener
from tests.faults.disks import filled, freezable_disk, frozen, small_disk

BEATS = 6
"""Three seconds."""


@pytest.fixture
def mounts() -> Iterator[ExitStack]:
    with ExitStack() as mounted:
        yield mounted


def issue(kiosk: RemoteDesk, tap: int) -> str:
    answer = kiosk.submit(c.Issue("cash"), key=f"tap {tap}")
    assert answer.ticket is not None
    return answer.ticket.number


@pytest.mark.slow
def test_on_a_disk_without_a_free_byte_tickets_are_refused_and_all_is_there_when_there_is_room_again(
    mounts: ExitStack, a_branch: Callable[..., BranchProcess], tmp_path: Path
) -> None:
    disk = mounts.enter_context(small_disk(tmp_path / "branch", 6))
    branch = a_branch()
    branch.start()
    (kiosk,) = branch.desks("kiosk", ["kiosk"])
    with closing(kiosk):
        numbers = [issue(kiosk, tap) for tap in range(10)]
        with filled(disk):
            refused = 0
            for tap in range(10, 2000):
                try:
                    numbers.append(issue(kiosk, tap))
                except StorageFull:
                    refused += 1
                    break
            assert refused, "the disk was never full"
            assert kiosk.branch().services, "reading goes on"
            branch.kill()
            with pytest.raises(AssertionError, match=r"lobby: The branch's disk is full\."):
                branch.start()
        branch.start()
        numbers.append(issue(kiosk, 5000))
        assert [issue(kiosk, tap) for tap in range(10)] == numbers[:10], "the same tap has the same number"
    assert numbers == [f"A{n:03d}" for n in range(1, len(numbers) + 1)]
    branch.stop()
    issued = [one.event.number for one in branch.journal().read() if isinstance(one.event, e.TicketIssued)]
    assert issued == numbers
    assert branch.verify()
    assert "Traceback" not in branch.stderr


@pytest.mark.slow
def test_while_the_disk_stands_still_screens_live_on_and_the_ticket_comes_once_when_it_goes_on(
    mounts: ExitStack, a_branch: Callable[..., BranchProcess], tmp_path: Path
) -> None:
    disk = mounts.enter_context(freezable_disk(tmp_path / "branch"))
    branch = a_branch()
    branch.start()
    kiosk = RemoteDesk(
        branch.url, branch.token("kiosk", "kiosk"), BRANCH, patience=Patience(answer_s=4 * HANGS_S, tries=1)
    )
    auth = {"branch": BRANCH, "token": branch.token("display", "screen")}
    with closing(kiosk), Listener(branch.url, "/display", auth) as screen, ThreadPoolExecutor(8) as hands:
        assert issue(kiosk, 0) == "A001"
        if Speaker().speaks("en"):
            until(lambda: any(branch.folder.rglob("voice/en/*.wav")), "the voice is making its clips")
        with frozen(disk):
            waiting = [hands.submit(issue, kiosk, tap) for tap in (1, 1, 2, 3, 3, 4)]
            beats = len(screen.all("beat"))
            until(lambda: len(screen.all("beat")) >= beats + BEATS, "the screens live on")
            with httpx.Client(base_url=branch.url, timeout=HANGS_S, trust_env=False) as stranger:
                assert stranger.get("/healthz").status_code == 200
            assert not any(ticket.done() for ticket in waiting), "nothing is answered that is not on the disk"
        answered = [ticket.result(HANGS_S) for ticket in waiting]
    assert (answered[0], answered[3]) == (answered[1], answered[4])
    assert sorted(set(answered)) == ["A002", "A003", "A004", "A005"]
    branch.stop()
    assert branch.verify()
