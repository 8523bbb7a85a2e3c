"""Two kiosk machines lose the branch server for a minute, and whatever can be killed is killed; then all is counted.

    python -m tests.end_to_end.offline_run --runs 20 --seconds 60 --seed 1 --parallel 4 [--json]

One run: a server, two kiosks with a printer each, about a touch a second at each. In the middle the server is away for
so long, killed or (each third run) frozen. Before, meanwhile and after, the server and one kiosk are killed with -9 and
the server is frozen, at moments that the seed gives: in the middle of a touch, and in the middle of the hand-over.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import httpx
import msgspec

from lobby.queue import events as e
from tests.end_to_end import offline_check as check
from tests.end_to_end.branch_process import HANGS_S, BranchProcess, until
from tests.end_to_end.offline_customers import Customers, Touch
from tests.end_to_end.offline_kiosk import KioskProcess
from tests.end_to_end.offline_paper import read_papers

SETTLED_S = 2 * HANGS_S
TIMES_OUT_S = 3.5
"""A server that is frozen for longer than a kiosk waits for an answer has taken the touch all the same."""


@dataclass(frozen=True)
class Counts:
    """What a run came to. `alone`: answered without the server; `gone_but_waiting`: in the queue although the customer
    went away before the answer; `no_paper`: slips of which it is not known whether they were printed, because the kiosk
    was killed meanwhile; `renumbered`: touches that the server had carried out and the kiosk answered alone."""

    seed: int
    away: str
    touches: int
    answered: int
    alone: int
    doubled: int
    walked_away: int
    gone_but_waiting: int
    waiting: int
    papers: int
    no_paper: int
    renumbered: int
    server_kills: int
    freezes: int
    kiosk_kills: int
    journal: int


Lobby = list[Customers]


class Trouble:
    """Ends and freezes processes at moments that nobody expects, and brings them back."""

    def __init__(
        self, random: Random, branch: BranchProcess, kiosk: KioskProcess, touched: threading.Condition, lobby: Lobby
    ) -> None:
        self.random = random
        self.branch = branch
        self.kiosk = kiosk
        self.server_kills = self.freezes = self.kiosk_kills = 0
        self._touched = touched
        self._lobby = lobby

    def wait(self, shortest_s: float, longest_s: float) -> None:
        time.sleep(self.random.uniform(shortest_s, longest_s))

    def in_a_touch(self) -> None:
        """Return soon after somebody has touched."""
        with self._touched:
            self._touched.wait(3.0)
        self.wait(0.0, 0.06)

    def kill_server(self) -> None:
        self.branch.kill()
        self.server_kills += 1

    def restart_kiosk(self) -> None:
        self.kiosk.kill()
        self.kiosk_kills += 1
        self.wait(0.0, 2.0)
        self.kiosk.start()

    def freeze(self) -> None:
        os.kill(self.branch.pid, signal.SIGSTOP)
        self.freezes += 1

    def thaw(self) -> None:
        os.kill(self.branch.pid, signal.SIGCONT)

    def short(self, enough_s: float) -> None:
        """One thing after the other goes wrong for a moment, with the server there otherwise, for so long."""
        end = time.monotonic() + enough_s
        kinds = [self._server_restarts, self._server_stutters, self.restart_kiosk]
        self.random.shuffle(kinds)
        self.in_a_touch()
        while kinds and time.monotonic() < end:
            self.wait(0.2, 1.0)
            self.in_a_touch()
            kinds.pop()()
        self._wait_until(end)

    def away(self, seconds: float, frozen: bool) -> None:
        """The server is away; meanwhile the kiosk is killed. Then both are, while the kiosks hand over."""
        self.in_a_touch()
        end = time.monotonic() + seconds
        if frozen:
            self.freeze()
        else:
            self.kill_server()
        while True:
            self.wait(seconds / 10, seconds / 4)
            self.in_a_touch()
            self.restart_kiosk()
            if end - time.monotonic() < 5.0:
                break
        self._wait_until(end)
        until(lambda: any(touch.alone for touch in _touches(self._lobby)), "somebody is answered without the server")
        if frozen:
            self.thaw()
        else:
            self.branch.start()
        for _ in range(2):
            self.wait(0.0, 1.0)
            kinds: list[Callable[[], None]] = [self._server_restarts, self.restart_kiosk]
            self.random.choice(kinds)()

    def _wait_until(self, moment: float) -> None:
        time.sleep(max(0.0, moment - time.monotonic()))

    def _server_restarts(self) -> None:
        self.kill_server()
        self.wait(0.0, 1.0)
        self.branch.start()

    def _server_stutters(self) -> None:
        self.freeze()
        self.wait(TIMES_OUT_S, TIMES_OUT_S + 1.5)
        self.thaw()


def run(folder: Path, seed: int, seconds: float, around_s: float, frozen: bool) -> Counts:
    """One run in `folder`, with the server away for `seconds` and `around_s` before and after that; AssertionError
    where anything is not as it must be."""
    random = Random(seed)
    with ExitStack() as ended:
        branch = BranchProcess(folder / "branch")
        ended.callback(branch.close)
        branch.edit('public_url = ""', 'public_url = "https://lobby.example"')
        branch.edit("undo_s = 30", "lease_numbers = 200")
        branch.start()

        def a_kiosk(name: str) -> KioskProcess:
            kiosk = KioskProcess(folder / name, branch.url, branch.token("kiosk", name))
            ended.callback(kiosk.close)
            kiosk.start()
            return kiosk

        with ThreadPoolExecutor() as together:
            kiosks = list(together.map(a_kiosk, ("kiosk-1", "kiosk-2")))
        touched = threading.Condition()
        lobby = [
            Customers(number, kiosk.url, Random(random.random()), touched) for number, kiosk in enumerate(kiosks, 1)
        ]
        trouble = Trouble(random, branch, random.choice(kiosks), touched, lobby)
        for customers in lobby:
            customers.start()
        try:
            trouble.short(around_s)
            trouble.away(seconds, frozen)
            trouble.short(around_s)
        finally:
            for customers in lobby:
                customers.stop()
        for kiosk in kiosks:
            until(lambda kiosk=kiosk: not kiosk.untold(), "the server has heard of everything", SETTLED_S)  # type: ignore[misc]
            until(lambda kiosk=kiosk: not kiosk.printing(), "everything is printed", SETTLED_S)  # type: ignore[misc]
        return _counted(branch, kiosks, lobby, trouble, seed, "frozen" if frozen else "killed")


def _touches(lobby: Lobby) -> list[Touch]:
    return [touch for customers in lobby for touch in customers.touches]


def _counted(
    branch: BranchProcess,
    kiosks: list[KioskProcess],
    lobby: Lobby,
    trouble: Trouble,
    seed: int,
    away: str,
) -> Counts:
    """Everything checked, and then counted."""
    touches = _touches(lobby)
    states = [state for kiosk in kiosks for state, _ in kiosk.slips()]  # before the papers: one may just be coming out
    papers = [paper for kiosk in kiosks for paper in read_papers(kiosk.pictures)]
    with closing(branch.desks("manager", ["manager"])[0]) as manager:
        queue = manager.queue().waiting
    journal = branch.journal()
    assert not [touch.refusal for touch in touches if touch.refusal]
    check.nothing_twice(touches, papers, queue)
    with httpx.Client(base_url=branch.url, trust_env=False, timeout=HANGS_S) as phone:
        check.answers_wait(touches, queue, phone)
        check.papers_wait(papers, queue, phone)
    check.in_order_of_arrival(touches, queue)
    gone_but_waiting = check.nobody_unasked(touches, queue, journal)
    happened = check.changes(journal)
    answered = [touch for touch in touches if touch.ended is not None]
    assert len(queue) == len(answered) + gone_but_waiting
    assert happened[e.TicketIssued] == len(queue)
    assert not happened[e.TicketHandedInLate]
    assert not any(kiosk.refused() for kiosk in kiosks), "the server did not want to hear of something"
    assert states.count("printed") <= len(papers) <= len(states), f"{Counter(states)}, {len(papers)} papers"
    return Counts(
        seed=seed,
        away=away,
        touches=len(touches),
        answered=len(answered),
        alone=sum(touch.alone for touch in answered),
        doubled=sum(customers.doubled for customers in lobby),
        walked_away=sum(touch.walked_away for touch in touches),
        gone_but_waiting=gone_but_waiting,
        waiting=len(queue),
        papers=len(papers),
        no_paper=len(states) - states.count("printed"),
        renumbered=happened[e.TicketRenumbered],
        server_kills=trouble.server_kills,
        freezes=trouble.freezes,
        kiosk_kills=trouble.kiosk_kills,
        journal=branch.verify(),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.end_to_end.offline_run", description=__doc__)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the server is away")
    parser.add_argument("--around", type=float, default=12.0, help="how long it is there before and after that")
    parser.add_argument("--seed", type=int, default=1, help="of the first run; each run has the next one")
    parser.add_argument("--parallel", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder for what the runs leave behind")
    given = parser.parse_args()
    with TemporaryDirectory() as gone, ThreadPoolExecutor(given.parallel) as several:
        here = given.keep or Path(gone)

        def one(seed: int) -> Counts | str:
            folder = here / str(seed)
            folder.mkdir(parents=True)
            try:
                return run(folder, seed, given.seconds, given.around, frozen=seed % 3 == 0)
            except AssertionError as wrong:
                return f"seed {seed}: {wrong}"

        found = list(several.map(one, range(given.seed, given.seed + given.runs)))
    counts = [one for one in found if isinstance(one, Counts)]
    failed = [one for one in found if isinstance(one, str)]
    if given.json:
        print(msgspec.json.encode({"runs": [asdict(one) for one in counts], "failed": failed}).decode())
    elif counts:
        rows = [list(asdict(counts[0])), *(list(map(str, asdict(one).values())) for one in counts)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
    print(*failed, sep="\n", file=sys.stderr)
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
