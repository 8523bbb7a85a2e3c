"""A refresh of what is foreseen: 40 waiting, a newcomer for each service, 8 counters with other skills, 200 paths."""

from __future__ import annotations

import random
from statistics import median, quantiles
from time import perf_counter, thread_time

from benchmarks.figures import Figure
from lobby.queue import commands as c
from lobby.queue.branch import Branch
from lobby.queue.decisions import Actor, Given, decide
from lobby.queue.events import Recorded
from lobby.queue.services import CounterPlace, PriorityClass, Service, Setup
from lobby.waits.rates import Rates, Stream
from lobby.waits.scene_of import scene_of
from lobby.waits.service_times import Learnt, distribution
from lobby.waits.simulation import PATHS, simulate
from lobby.waits.simulation import quantiles as of_paths

NINE = 1_709_629_200_000
WAITING, TIMES = 40, 200
MEANS_S = {"cash": 180.0, "cards": 300.0, "exchange": 240.0, "accounts": 600.0, "loans": 900.0}
SHARES = {"cash": 40, "cards": 20, "exchange": 15, "accounts": 15, "loans": 10}
SKILLS = (
    ("cash",), ("cash", "exchange"), ("cash", "cards"), ("cash", "cards", "exchange"), ("cards", "accounts"),
    ("accounts",), ("accounts", "loans"), (),
)  # fmt: skip
SETUP = Setup(
    id="bench",
    names={"en": "Bench"},
    languages=("en",),
    zone="UTC",
    services={
        code: Service(code, {}, prefix=code[0].upper() + code[1].upper(), mean_service_s=mean_s)
        for code, mean_s in MEANS_S.items()
    },
    counters={number + 1: CounterPlace(number + 1, services=skills) for number, skills in enumerate(SKILLS)},
    priorities={
        "by-law": PriorityClass("by-law", {}, rank=1),
        "premium": PriorityClass("premium", {}, credit_s=180.0),
    },
)


def run() -> list[Figure]:
    chance = random.Random(1)
    branch, now = _branch(chance)
    learnt = _learnt(chance)
    looked = []
    for _ in range(TIMES):
        start = perf_counter()
        scene = scene_of(branch, now, learnt)
        looked.append((perf_counter() - start) * 1000)
    newcomers = range(len(SETUP.services))
    played, of_processor = [], []
    for seed in range(TIMES):
        start, busy = perf_counter(), thread_time()
        simulated = simulate(scene, paths=PATHS, seed=seed, newcomers=newcomers)
        for waits in (simulated.waits, *simulated.joining.values()):
            of_paths(waits, 0.1, 0.5, 0.8, 0.9)
        played.append((perf_counter() - start) * 1000)
        of_processor.append((thread_time() - busy) * 1000)
    size = f"{WAITING} waiting, {len(SKILLS)} counters, {len(scene.lines)} lines, {PATHS} paths"
    return [
        Figure(f"outlook: {size}: every range, median", round(median(played), 1), "ms", target="<= 10"),
        Figure("outlook: every range, p95", round(quantiles(played, n=20)[-1], 1), "ms"),
        Figure("outlook: every range, processor time, median", round(median(of_processor), 1), "ms"),
        Figure("outlook: the branch made into a scene, median", round(median(looked), 2), "ms"),
    ]


def _branch(chance: random.Random) -> tuple[Branch, int]:
    """Eight are served, forty wait, some of a class; ten minutes after nine."""
    branch, now = Branch(SETUP), NINE

    def do(command: c.Command, name: str, role: str) -> None:
        given = Given(now, Actor(name, role), token=f"token-{branch.seq}")
        for event in decide(branch, command, given):
            branch.apply(Recorded(branch.seq + 1, now, name, event))

    for number in SETUP.counters:
        do(c.OpenCounter(number), f"teller {number}", "teller")
    services = chance.choices(list(SHARES), list(SHARES.values()), k=4 * WAITING)
    for service in services:
        now += 10_000
        do(c.Issue(service, priority=chance.choices(("", "by-law", "premium"), (80, 10, 10))[0]), "kiosk", "kiosk")
        for number in SETUP.counters:
            counter = branch.counter(number)
            if counter.ticket is None and any(branch.serves(counter, t.service) for t in branch.waiting_tickets()):
                do(c.CallNext(number), f"teller {number}", "teller")
                do(c.Start(number), f"teller {number}", "teller")
        if len(branch.waiting_tickets()) == WAITING:
            return branch, now
    raise AssertionError("too few came")


def _learnt(chance: random.Random) -> Learnt:
    """As after weeks: many services seen, and thirty-six customers expected in an hour."""
    times = {
        code: distribution([chance.gammavariate(1.2, mean_s / 1.2) for _ in range(2000)], mean_s)
        for code, mean_s in MEANS_S.items()
    }
    came = {
        Stream(code, priority, False): {(1, 18): share * part}
        for code, share in SHARES.items()
        for priority, part in (("", 8), ("by-law", 1), ("premium", 1))
    }
    rates = Rates(came, {(1, 18): 1.0}, level=36 / 2 / 1000)
    return Learnt(times, distribution([], 900.0), no_show=0.03, patience_s=3600.0, rates=rates)
