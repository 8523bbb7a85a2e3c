"""A full lobby: many kiosks and many tellers ask for the same thing in the same moment."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from lobby.errors import NobodyWaiting
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.remote import RemoteDesk
from tests.end_to_end.branch_process import BRANCH, HANGS_S, BranchProcess

KIOSKS = TELLERS = 8
TICKETS = 500


@pytest.fixture
def branch(a_branch: Callable[..., BranchProcess]) -> BranchProcess:
    made = a_branch(counters=TELLERS)
    for only in ('services = ["accounts", "loans", "business"]', 'services = ["loans", "business"]'):
        made.edit(only, "# all of them")
    made.start()
    return made


@pytest.fixture
def desks(branch: BranchProcess) -> Iterator[Callable[[str, int], list[RemoteDesk]]]:
    """So many doors for a role; each its own connection and its own name."""
    with ExitStack() as closed:

        def make(role: str, count: int) -> list[RemoteDesk]:
            made = branch.desks(role, [f"{role} {number}" for number in range(1, count + 1)])
            for desk in made:
                closed.callback(desk.close)
            return made

        yield make


def issue_at_once(kiosks: list[RemoteDesk], service: str = "cash") -> list[str]:
    """Have all kiosks issue `TICKETS` tickets between them; the numbers."""
    start = threading.Barrier(len(kiosks))

    def taps(place: int) -> list[str]:
        start.wait()
        return [
            kiosks[place].submit(c.Issue(service), key=f"tap {tap}").ticket.number  # type: ignore[union-attr]
            for tap in range(place, TICKETS, len(kiosks))
        ]

    with ThreadPoolExecutor(len(kiosks)) as hands:
        return [number for numbers in hands.map(taps, range(len(kiosks))) for number in numbers]


def test_eight_kiosks_issue_five_hundred_different_numbers_without_a_gap(
    branch: BranchProcess, desks: Callable[[str, int], list[RemoteDesk]]
) -> None:
    numbers = issue_at_once(desks("kiosk", KIOSKS))

    assert sorted(numbers) == [f"A{n:03d}" for n in range(1, TICKETS + 1)]
    recorded = branch.journal().read()
    assert [r.seq for r in recorded] == list(range(1, len(recorded) + 1))
    issued = [r.event for r in recorded if isinstance(r.event, e.TicketIssued)]
    assert [event.number for event in issued] == sorted(numbers)
    assert len({event.token for event in issued}) == TICKETS
    assert branch.verify() == len(recorded)


def test_eight_tellers_call_until_nobody_waits_and_no_ticket_is_called_twice_or_lost(
    branch: BranchProcess, desks: Callable[[str, int], list[RemoteDesk]]
) -> None:
    issued = issue_at_once(desks("kiosk", KIOSKS))
    tellers = desks("teller", TELLERS)
    for counter, teller in enumerate(tellers, 1):
        teller.submit(c.OpenCounter(counter, ("cash",)), key="open")
    start = threading.Barrier(TELLERS)

    def work(counter: int) -> list[str]:
        teller, served = tellers[counter - 1], list[str]()
        start.wait()
        while True:
            step = f"customer {len(served)}"
            try:
                called = teller.submit(c.CallNext(counter), key=f"{step} next").ticket
            except NobodyWaiting:
                return served
            assert called is not None
            served.append(called.number)
            teller.submit(c.Start(counter), key=f"{step} start")
            teller.submit(c.Finish(counter, "done"), key=f"{step} finish")

    with ThreadPoolExecutor(TELLERS) as hands:
        served = [numbers for numbers in hands.map(work, range(1, TELLERS + 1))]

    assert sorted(number for numbers in served for number in numbers) == sorted(issued)
    happened = Counter(type(r.event).__name__ for r in branch.journal().read())
    assert happened["TicketCalled"] == happened["ServiceStarted"] == happened["ServiceFinished"] == TICKETS
    assert all(served), "each teller had customers"
    assert tellers[0].queue().waiting == ()


@pytest.mark.parametrize("hands", [2, 5])
def test_taps_with_one_key_at_the_same_moment_give_one_ticket(branch: BranchProcess, hands: int) -> None:
    headers = {"Authorization": f"Bearer {branch.token('kiosk', 'kiosk')}"}
    start = threading.Barrier(hands)

    def tap(key: str) -> tuple[int, str]:
        with httpx.Client(base_url=branch.url, headers=headers, trust_env=False, timeout=HANGS_S) as client:
            client.get("/api/v1/branches")
            start.wait()
            answer = client.post(
                f"/api/v1/branches/{BRANCH}/tickets", json={"service": "loans"}, headers={"Idempotency-Key": key}
            )
            return answer.status_code, answer.text

    with ThreadPoolExecutor(hands) as together:
        for turn in range(1, 11):
            answers = set(together.map(tap, [f"tap {turn}"] * hands))
            assert len(answers) == 1
            status, body = answers.pop()
            assert status == 201
            assert f'"number":"L{turn:03d}"' in body


def test_a_double_tap_on_the_kiosks_own_page_gives_one_ticket_and_one_slip(branch: BranchProcess) -> None:
    start = threading.Barrier(5)
    cookie = {"lobby": branch.token("kiosk", "kiosk")}
    key = {"Idempotency-Key": "one-tap", "Origin": branch.url}

    def tap(_: int) -> tuple[int, str]:
        with httpx.Client(base_url=branch.url, cookies=cookie, trust_env=False, timeout=HANGS_S) as client:
            client.get("/kiosk/offer")
            start.wait()
            answer = client.post("/kiosk/tickets", json={"service": "cards", "language": "ar"}, headers=key)
            return answer.status_code, answer.json().get("ticket", {}).get("number", answer.text)

    with ThreadPoolExecutor(5) as hands:
        assert set(hands.map(tap, range(5))) == {(201, "C001")}
    assert len([r for r in branch.journal().read() if isinstance(r.event, e.TicketIssued)]) == 1


def test_tellers_who_want_the_same_ticket_get_it_once(
    branch: BranchProcess, desks: Callable[[str, int], list[RemoteDesk]]
) -> None:
    (kiosk,), tellers = desks("kiosk", 1), desks("teller", TELLERS)
    for counter, teller in enumerate(tellers, 1):
        teller.submit(c.OpenCounter(counter, ("cash",)), key="open")
    start = threading.Barrier(TELLERS)

    def grab(counter: int, number: str) -> str:
        start.wait()
        try:
            tellers[counter - 1].submit(c.CallTicket(counter, number, "asked for"), key=f"call {number}")
        except Exception as refusal:  # noqa: BLE001 - the test looks at it
            return type(refusal).__name__
        return "called"

    with ThreadPoolExecutor(TELLERS) as hands:
        for turn in range(TELLERS):
            number = kiosk.submit(c.Issue("cash"), key=f"tap {turn}").ticket.number  # type: ignore[union-attr]
            free = [n for n in range(1, TELLERS + 1) if tellers[n - 1].queue().counters[n - 1].ticket is None]
            said = Counter(hands.map(grab, range(1, TELLERS + 1), [number] * TELLERS))
            assert said["called"] == 1
            assert re.fullmatch(r"A\d{3}", number)
            assert set(said) <= {"called", "WrongState", "CounterBusy"}
            assert said["CounterBusy"] == TELLERS - len(free)
