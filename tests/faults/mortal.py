"""Lives that end by `kill -9`: a desk with four busy hands, which says what it has answered, and dies at some point.

    python -m tests.faults.mortal FOLDER

A line on standard input is a life: for how long, in seconds from its first answer on. What was answered comes on
standard output, a line each as JSON, then `over`. A fork for each life; what it needs is loaded once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from itertools import count
from pathlib import Path

from lobby.errors import NobodyWaiting
from lobby.queue import commands as c
from lobby.queue.decisions import Actor
from tests.builders import ANN, BOB, a_desk

KIOSKS = (Actor("kiosk-1", "kiosk"), Actor("kiosk-2", "kiosk"))
TELLERS = {1: ANN, 3: BOB}
"""By the counter that each is at."""

COUNTERS = {actor.name: counter for counter, actor in TELLERS.items()}


def command(hand: str, number: int) -> c.Command:
    """What a hand does as its so-manieth: a kiosk issues, a teller calls, starts, finishes."""
    if hand in COUNTERS:
        return (c.CallNext, c.Start, c.Finish)[number % 3](COUNTERS[hand])
    return c.Issue("cash" if number % 2 else "cards")


def live(folder: Path, next_of: dict[str, int], began: int) -> None:
    """Work for ever. Each hand goes on with the first command that had no answer, by the same key."""
    desk = a_desk(folder, clock=lambda: time.time_ns() // 1_000_000)
    for counter, actor in TELLERS.items():
        desk.submit(c.OpenCounter(counter), key="open", actor=actor)
    out = os.dup(1)

    def work(actor: Actor) -> None:
        for number in count(next_of.get(actor.name, 0)):
            while True:
                try:
                    answer = desk.submit(command(actor.name, number), key=f"step {number}", actor=actor)
                    break
                except NobodyWaiting:
                    time.sleep(0.001)
            assert answer.ticket is not None
            said = {"hand": actor.name, "number": number, "seq": answer.seq, "ticket": answer.ticket.id}
            os.write(out, (json.dumps(said) + "\n").encode())
            os.write(began, b".")

    for actor in (*KIOSKS, *TELLERS.values()):
        threading.Thread(target=work, args=(actor,)).start()


def main(folder: Path) -> None:
    for line in sys.stdin:
        order = json.loads(line)
        answered, began = os.pipe()
        child = os.fork()
        if not child:
            live(folder, order["next"], began)
            return
        os.close(began)
        os.read(answered, 1)
        time.sleep(order["seconds"])
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(answered)
        print("over", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
