"""Three server processes on one database are one branch, whichever of them somebody speaks to; and one of them dies."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import cycle
from pathlib import Path

import pytest

from lobby.door import Answer
from lobby.errors import Unavailable
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.records.lock import lock_key
from lobby.remote import RemoteDesk
from tests.end_to_end.branch_process import BRANCH, START_S, BranchProcess, until
from tests.end_to_end.listener import Listener
from tests.postgres import Postgres

CALLERS, EACH = 6, 15
"""Devices that take numbers at once, and how many each takes."""

AWAY_S = 0.05
PATIENCE_S = START_S


@pytest.fixture(scope="module")
def processes(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[BranchProcess]]:
    """Three servers, each with a folder of its own, on one database."""
    folder = tmp_path_factory.mktemp("several")
    with postgres.database() as database, ExitStack() as ended:
        made = [BranchProcess(folder / name, database=database, shared=True) for name in ("one", "two", "three")]
        for process in made:
            ended.callback(process.close)
            process.start()
        yield made


Doors = Callable[[str, str], list[RemoteDesk]]


@pytest.fixture
def doors(processes: list[BranchProcess]) -> Iterator[Doors]:
    """Makes the doors of a device or person, by role and name: the same one at each process."""
    with ExitStack() as ended:

        def make(role: str, name: str) -> list[RemoteDesk]:
            token = processes[0].token(role, name)
            return [ended.enter_context(closing(process.desk(token))) for process in processes]

        yield make


def events(processes: list[BranchProcess]) -> list[e.Recorded]:
    """What the one journal holds; its chain is whole."""
    with closing(processes[0].store()) as store:
        journal = processes[0].journal_in(store)
        journal.verify()
        return journal.read()


def issued(recorded: list[e.Recorded]) -> list[str]:
    return [one.event.number for one in recorded if isinstance(one.event, e.TicketIssued)]


def is_on_duty(process: BranchProcess) -> bool:
    """By what it said last of it; the first is, unless it was too slow to keep the duty."""
    return re.findall(r"this process is (on|off) duty", process.stderr)[-1:] == ["on"]


def sent(desks: list[RemoteDesk], command: c.Command, key: str) -> Answer:
    """Send a command until one of the processes answers, with the same key."""
    deadline = time.monotonic() + PATIENCE_S
    for desk in cycle(desks):
        try:
            return desk.submit(command, key=key)
        except Unavailable:  # gone, or its database busy
            assert time.monotonic() < deadline, "every server stayed away"
            time.sleep(AWAY_S)
    raise AssertionError


def take_numbers(desks: list[RemoteDesk], at: int, name: str) -> list[Answer]:
    """A device that begins at one of the processes, and goes to the next for each number."""
    return [sent(desks[(at + n) % 3 :] + desks, c.Issue("cash"), f"{name}-{n}") for n in range(EACH)]


def test_numbers_that_are_taken_everywhere_at_once_are_all_different(
    processes: list[BranchProcess], doors: Doors
) -> None:
    kiosks = [doors("kiosk", f"kiosk-{n}") for n in range(CALLERS)]
    with ThreadPoolExecutor(CALLERS) as hands:
        taken = [hands.submit(take_numbers, desks, n, "each") for n, desks in enumerate(kiosks)]
        answers = [answer for one in taken for answer in one.result()]
    numbers = [answer.ticket.number for answer in answers if answer.ticket]
    assert len(set(numbers)) == CALLERS * EACH
    recorded = events(processes)
    assert [one.seq for one in recorded] == list(range(1, len(recorded) + 1))
    assert set(numbers) <= set(issued(recorded))


def test_the_same_tap_at_every_process_is_one_ticket(processes: list[BranchProcess], doors: Doors) -> None:
    desks = doors("kiosk", "kiosk-tap")
    with ThreadPoolExecutor(3) as hands:
        for tap in range(10):
            answers = list(hands.map(lambda desk: sent([desk], c.Issue("cards"), f"tap-{tap}"), desks))  # noqa: B023
            assert len({answer.ticket.id for answer in answers if answer.ticket}) == 1
    by_actor = Counter(one.actor for one in events(processes) if isinstance(one.event, e.TicketIssued))
    assert by_actor["kiosk-tap"] == 10


def test_screens_at_every_process_hear_every_call_in_order(processes: list[BranchProcess], doors: Doors) -> None:
    (kiosk, *_), tellers = doors("kiosk", "kiosk-calls"), doors("teller", "ann")
    token = processes[0].token("display", "screen")
    with ExitStack() as ended:
        screens = [
            ended.enter_context(Listener(process.url, "/display", {"token": token, "branch": BRANCH}))
            for process in processes
        ]
        began = [screen.first("snapshot")["seq"] for screen in screens]
        sent(tellers, c.OpenCounter(1), "open")
        called = []
        for turn, teller in enumerate(cycle(tellers)):
            kiosk.submit(c.Issue("cash"), key=f"wait-{turn}")
            called.append(sent([teller], c.CallNext(1), f"call-{turn}").seq)
            sent([teller], c.Start(1), f"start-{turn}")
            last = sent([teller], c.Finish(1), f"finish-{turn}").seq
            if turn == 8:
                break
        for screen, seq in zip(screens, began, strict=True):
            heard = [told for told in screen.events_up_to(last) if told["seq"] > seq]  # as a screen has to look at them
            assert [told["seq"] for told in heard] == list(range(seq + 1, seq + 1 + len(heard)))
            assert [told["seq"] for told in heard if told["kind"] == "TicketCalled"] == called


def test_what_one_process_refuses_rests_on_what_all_have_done(processes: list[BranchProcess], doors: Doors) -> None:
    """The second would refuse the call of the third, had it not looked: nobody waits as far as it knows."""
    tellers, kiosks = doors("teller", "bob"), doors("kiosk", "kiosk-late")
    sent(tellers[1:], c.OpenCounter(6), "open-6")
    ticket = kiosks[2].submit(c.Issue("accounts"), key="late").ticket
    assert ticket
    answer = tellers[1].submit(c.CallTicket(6, ticket.id, "asked for by name"), key="by-name")
    assert answer.ticket
    assert answer.ticket.id == ticket.id


def test_who_does_not_say_that_there_are_others_is_not_let_in(processes: list[BranchProcess], tmp_path: Path) -> None:
    stranger = BranchProcess(tmp_path / "stranger", database=processes[0].database)
    with pytest.raises(AssertionError, match="Another server already runs"):
        stranger.start()


def test_one_that_is_killed_under_load_takes_nothing_with_it_and_another_does_its_duties(
    processes: list[BranchProcess], doors: Doors, postgres: Postgres
) -> None:
    """Last: the process that is on duty does not come back."""
    key = lock_key("duty", BRANCH) % 2**64
    on_duty = (
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted "
        f"AND classid::bigint = {key >> 32} AND objid::bigint = {key % 2**32}"
    )
    victim = until(lambda: next(filter(is_on_duty, processes), None), "somebody on duty")
    [(before,)] = until(lambda: postgres.run(on_duty), "its lock")
    kiosks = [doors("kiosk", f"kiosk-killed-{n}") for n in range(CALLERS)]
    with ThreadPoolExecutor(CALLERS) as hands:
        began = len(issued(events(processes)))
        taken = [hands.submit(take_numbers, desks, n, "killed") for n, desks in enumerate(kiosks)]
        until(lambda: len(issued(events(processes))) > began + 40, "numbers being taken")
        victim.kill()
        answers = [answer for one in taken for answer in one.result()]
    recorded = events(processes)
    counted = Counter(issued(recorded))
    assert set(counted.values()) == {1}
    assert {answer.ticket.number for answer in answers if answer.ticket} <= set(counted)
    mine = Counter(one.actor for one in recorded if isinstance(one.event, e.TicketIssued))
    assert [mine[f"kiosk-killed-{n}"] for n in range(CALLERS)] == [EACH] * CALLERS
    [(after,)] = until(lambda: [row for row in postgres.run(on_duty) if row[0] != before], "somebody on duty")
    assert after != before
