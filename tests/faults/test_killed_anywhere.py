"""`kill -9` at random points under load. What was answered is in the journal, where the answer said; nothing is there
twice; what had no answer is carried out once when it is asked for again; the chain is whole.

Twelve points at each build, always the same lengths of life; `LOBBY_KILLS=100` for a hundred.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.records.journal import Journal
from lobby.records.store import Store
from tests.builders import a_desk, a_setup
from tests.faults.mortal import KIOSKS, TELLERS, command

KILLS = int(os.environ.get("LOBBY_KILLS", "12"))
SEED = 20240305
LONGEST_S = 0.1
MEANS = {"Issue": e.TicketIssued, "CallNext": e.TicketCalled, "Start": e.ServiceStarted, "Finish": e.ServiceFinished}
HANDS = [actor.name for actor in (*KIOSKS, *TELLERS.values())]


class Mortal:
    """The process that lives and dies."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.mortal", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def live(self, seconds: float, next_of: dict[str, int]) -> list[dict[str, object]]:
        """All that it answered before it was killed."""
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps({"seconds": seconds, "next": next_of}), file=self._process.stdin, flush=True)
        answered = []
        for line in self._process.stdout:
            if line == "over\n":
                return answered
            answered.append(json.loads(line))
        raise AssertionError(self._process.communicate()[1])

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Mortal]:
    made = Mortal(tmp_path)
    yield made
    made.close()


@pytest.mark.slow
def test_what_was_answered_before_a_kill_is_there_once_and_in_order(mortal: Mortal, tmp_path: Path) -> None:
    random = Random(SEED if KILLS == 12 else None)
    store = Store.in_folder(tmp_path)
    journal, recorded = Journal(store, a_setup().id), []
    done: Counter[str] = Counter()
    for _ in range(KILLS):
        answered = mortal.live(random.uniform(0.0, LONGEST_S), dict(done))
        assert answered
        recorded += journal.read(after=len(recorded))
        for one in answered:
            hand, number = str(one["hand"]), int(str(one["number"]))
            assert number == done[hand], "answers come in the order of what was asked"
            done[hand] += 1
            event = recorded[int(str(one["seq"])) - 1].event
            assert isinstance(event, MEANS[type(command(hand, number)).__name__])
            assert event.ticket == one["ticket"]
    assert [one.seq for one in recorded] == list(range(1, len(recorded) + 1))
    assert journal.verify() == len(recorded)
    by_hand = Counter(one.actor for one in recorded if isinstance(one.event, tuple(MEANS.values())))
    for hand in HANDS:
        assert by_hand[hand] - done[hand] in (0, 1), "all that it asked for once, and what had no answer yet"
    for kind in MEANS.values():
        tickets = [one.event.ticket for one in recorded if isinstance(one.event, kind)]  # type: ignore[attr-defined]
        assert len(tickets) == len(set(tickets)), f"{kind.__name__} twice for one ticket"
    again = Branch(a_setup())
    for one in recorded:
        again.apply(one)
    assert again.seq == a_desk(tmp_path).state.seq == len(recorded)
    store.close()
    print(f"{KILLS} kills, {len(recorded)} events, {sum(done.values())} answers")
