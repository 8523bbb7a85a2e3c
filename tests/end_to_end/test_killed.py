"""The server dies without a word, ten times, while kiosks and tellers work. Nobody may notice more than a pause.

Every client keeps to the same rule: one intention, one key, sent until there is an answer. The screen keeps to the rule
of docs/sockets.md. What was acknowledged before a crash is looked for after it, in the journal itself.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import count
from random import Random
from typing import Any

import pytest

from lobby.door import Answer
from lobby.errors import NobodyWaiting, ServerUnreachable
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.events import Recorded
from lobby.remote import RemoteDesk
from tests.end_to_end.branch_process import START_S, BranchProcess, children, is_alive, until
from tests.end_to_end.listener import Listener

CRASHES = 10
ASKED_TO_END = 5
"""Each fifth time it is asked to end in the middle of the work, and does so cleanly."""

KIOSKS = TELLERS = 4
SERVICES = ("cash", "cards", "accounts")
SEED = 20240305
AWAY_S = 0.05
PATIENCE_S = 2 * START_S


class Crowd:
    """Kiosks and tellers that go on until told to stop, and remember what they were promised."""

    def __init__(self, kiosks: list[RemoteDesk], tellers: list[RemoteDesk]) -> None:
        self.kiosks = kiosks
        self.tellers = tellers
        self.stopping = threading.Event()
        self.acknowledged: list[tuple[type[e.Event], str, int]] = []
        self.intentions: Counter[type[e.Event]] = Counter()
        self.repeated = 0
        self._lock = threading.Lock()
        self._hands = ThreadPoolExecutor(len(kiosks) + len(tellers))
        self._work: list[Future[None]] = []

    def begin(self) -> None:
        self._work = [self._hands.submit(self._issue, kiosk) for kiosk in self.kiosks]
        self._work += [self._hands.submit(self._serve, n, teller) for n, teller in enumerate(self.tellers, 1)]

    def end(self) -> None:
        """Everyone finishes what they have begun; whatever went wrong for one of them is raised."""
        self.stopping.set()
        self._hands.shutdown()
        for work in self._work:
            work.result()

    def still_works(self) -> None:
        """Raise what went wrong for one of them."""
        for work in self._work:
            if work.done():
                work.result()

    def _sent(self, desk: RemoteDesk, command: c.Command, key: str, means: type[e.Event]) -> Answer:
        """Send a command until it is answered, with the same key."""
        with self._lock:
            self.intentions[means] += 1
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = desk.submit(command, key=key)
            except NobodyWaiting:
                with self._lock:
                    self.intentions[means] -= 1
                raise
            except ServerUnreachable:
                assert time.monotonic() < deadline, "the server stayed away"
                with self._lock:
                    self.repeated += 1
                time.sleep(AWAY_S)
                continue
            assert answer.ticket is not None
            with self._lock:
                self.acknowledged.append((means, answer.ticket.id, answer.seq))
            return answer

    def _issue(self, kiosk: RemoteDesk) -> None:
        for tap in count():
            if self.stopping.is_set():
                return
            self._sent(kiosk, c.Issue(SERVICES[tap % len(SERVICES)]), f"tap {tap}", e.TicketIssued)

    def _serve(self, counter: int, teller: RemoteDesk) -> None:
        for turn in count():
            if self.stopping.is_set():
                return
            try:
                called = self._sent(teller, c.CallNext(counter), f"next {turn}", e.TicketCalled)
            except NobodyWaiting:
                self.stopping.wait(AWAY_S)
                continue
            started = self._sent(teller, c.Start(counter), f"start {turn}", e.ServiceStarted)
            finished = self._sent(teller, c.Finish(counter), f"finish {turn}", e.ServiceFinished)
            assert {called.ticket.id} == {started.ticket.id, finished.ticket.id}  # type: ignore[union-attr]


class Screen:
    """A lobby screen by the rule of docs/sockets.md: what it shows, and up to which number that is true."""

    def __init__(self, url: str, token: str) -> None:
        self.listener = Listener(url, "/display", {"branch": "main-street", "token": token}, reconnects=True)
        self.seq = -1
        self.epochs: list[str] = []
        self.waiting: dict[str, int] = {}
        self.called: dict[str, int] = {}
        self.resyncs = 0
        for name, take in (("snapshot", self._snapshot), ("event", self._event), ("beat", self._beat)):
            self.listener.client.on(name, take, namespace="/display")

    def _snapshot(self, told: dict[str, Any]) -> None:
        self.seq = told["seq"]
        self._met(told["epoch"])
        self.waiting = {service["code"]: service["waiting"] for service in told["board"]["services"]}
        self.called = {call["number"]: call["counter"] for call in told["board"]["calls"]}

    def _event(self, told: dict[str, Any]) -> None:
        if told["seq"] <= self.seq:
            return
        if told["seq"] > self.seq + 1:
            return self._ask()
        self.seq = told["seq"]
        self.waiting |= told.get("waiting", {})
        if told["kind"] == "TicketCalled":
            self.called[told["number"]] = told["counter"]

    def _beat(self, told: dict[str, Any]) -> None:
        if self._met(told["epoch"]) or told["seq"] > self.seq:
            self._ask()

    def _met(self, epoch: str) -> bool:
        new = not self.epochs or self.epochs[-1] != epoch
        if new:
            self.epochs.append(epoch)
        return new

    def _ask(self) -> None:
        self.resyncs += 1
        self.listener.send("resync", {"after": self.seq})


def check(recorded: list[Recorded], acknowledged: list[tuple[type[e.Event], str, int]]) -> None:
    """The journal has no gap, nothing twice, and all that was acknowledged, where the answer said that it is."""
    assert [r.seq for r in recorded] == list(range(1, len(recorded) + 1))
    for kind in (e.TicketIssued, e.TicketCalled, e.ServiceStarted, e.ServiceFinished):
        tickets = [r.event.ticket for r in recorded if isinstance(r.event, kind)]
        assert len(tickets) == len(set(tickets)), f"{kind.__name__} twice for one ticket"
    for kind, ticket, seq in acknowledged:
        event = recorded[seq - 1].event
        assert isinstance(event, kind), f"{ticket} was acknowledged as {kind.__name__} {seq}"
        assert event.ticket == ticket  # type: ignore[attr-defined]
    for prefix in "ABC":
        numbers = [
            r.event.number for r in recorded if isinstance(r.event, e.TicketIssued) and r.event.number[0] == prefix
        ]
        assert numbers == [f"{prefix}{n:03d}" for n in range(1, len(numbers) + 1)]


@pytest.fixture
def crowd(a_branch: Callable[..., BranchProcess]) -> Iterator[tuple[BranchProcess, Crowd]]:
    branch = a_branch()
    for prefix in "ABC":
        branch.edit(f'prefix = "{prefix}"', f'prefix = "{prefix}"\nlast = 99999')
    for only in ('["cash", "cards"]', '["cash", "cards"]', '["cash", "accounts", "cards"]'):
        branch.edit(f"services = {only}", "# all of them")
    branch.edit('services = ["accounts", "loans", "business"]', "# all of them")
    branch.start()
    with ExitStack() as closed:
        kiosks = branch.desks("kiosk", [f"kiosk {n}" for n in range(KIOSKS)])
        tellers = branch.desks("teller", [f"teller {n}" for n in range(TELLERS)])
        for desk in [*kiosks, *tellers]:
            closed.callback(desk.close)
        for counter, teller in enumerate(tellers, 1):
            teller.submit(c.OpenCounter(counter), key="open")
        crowd = Crowd(kiosks, tellers)
        closed.callback(crowd.stopping.set)
        yield branch, crowd


@pytest.mark.slow
def test_ten_crashes_under_load_lose_nothing_double_nothing_and_the_screen_heals(
    crowd: tuple[BranchProcess, Crowd],
) -> None:
    branch, people = crowd
    random = Random(SEED)
    screen = Screen(branch.url, branch.token("display", "screen"))
    with screen.listener:
        until(lambda: screen.epochs, "the first snapshot")
        people.begin()
        for crash in range(1, CRASHES + 1):
            seen = len(people.acknowledged)
            until(lambda seen=seen: len(people.acknowledged) > seen, "work goes on", PATIENCE_S)  # type: ignore[misc]
            people.stopping.wait(random.uniform(0.02, 1.0))
            promised = list(people.acknowledged)
            if crash % ASKED_TO_END:
                branch.kill()
            else:
                branch.stop()
                assert "Cannot operate on a closed database" not in branch.stderr
            recorded = branch.journal().read()
            check(recorded, promised)
            assert branch.verify() == len(recorded)
            branch.start()
            until(lambda crash=crash: len(screen.epochs) > crash, "the screen met the new server")  # type: ignore[misc]
            people.still_works()
        people.end()

        recorded = branch.journal().read()
        check(recorded, people.acknowledged)
        happened = Counter(type(r.event) for r in recorded)
        assert {kind: happened[kind] for kind in people.intentions} == people.intentions
        assert people.repeated > CRASHES, "the crashes hit someone"
        until(lambda: screen.seq >= recorded[-1].seq, "the screen stands where the journal stands")
        with closing(branch.desks("display", ["looker"])[0]) as looker:
            board = looker.board()
        assert screen.waiting == {service.code: service.waiting for service in board.services}
        assert {call.number: call.counter for call in board.calls}.items() <= screen.called.items()
    branch.stop()
    print(f"\n{len(recorded)} events, {dict(happened)}, sent again {people.repeated}, resyncs {screen.resyncs}")


@pytest.mark.slow
def test_a_server_killed_between_a_commit_and_its_answer_gives_the_same_ticket_afterwards(
    a_branch: Callable[..., BranchProcess],
) -> None:
    branch = a_branch()
    branch.start()
    (kiosk,) = branch.desks("kiosk", ["kiosk"])
    try:
        answered = {f"tap {n}": kiosk.submit(c.Issue("cash"), key=f"tap {n}") for n in range(20)}
        for _ in range(2):
            branch.kill()
            branch.start()
            again = {key: kiosk.submit(c.Issue("cash"), key=key) for key in answered}
            assert again == answered
        assert kiosk.submit(c.Issue("cash"), key="tap 20").ticket.number == "A021"  # type: ignore[union-attr]
    finally:
        kiosk.close()


def test_a_server_that_is_killed_leaves_no_printer_process_behind(a_branch: Callable[..., BranchProcess]) -> None:
    branch = a_branch(printer="virtual", quick=False)
    branch.start()
    (printer,) = children(branch.pid)
    branch.kill()
    until(lambda: not is_alive(printer), "the virtual printer ended")
