"""How many cases a fuzzing test runs."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from hypothesis import HealthCheck, Phase, settings

TIMES = float(os.environ.get("LOBBY_FUZZ", "1"))
"""So many times the usual cases; beside 1, others at each run."""

_PHASES = (Phase.explicit, Phase.generate) if TIMES == 1 else (Phase.explicit, Phase.generate, Phase.shrink)


def cases(usual: int) -> settings:
    """So many examples, times what `LOBBY_FUZZ` says."""
    return settings(
        max_examples=max(1, round(usual * TIMES)),
        derandomize=TIMES == 1,
        database=None,
        deadline=None,
        phases=_PHASES,
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise in the main thread whatever computes for longer, or waits for twenty times as long (a machine may be busy):
    what hangs fails, and does not keep the others from running."""

    def over(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"it took more than {seconds:g} s")

    timers = ((signal.ITIMER_VIRTUAL, signal.SIGVTALRM, seconds), (signal.ITIMER_REAL, signal.SIGALRM, 20 * seconds))
    before = [(number, signal.signal(number, over)) for _, number, _ in timers]
    for timer, _, limit in timers:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for timer, _, _ in timers:
            signal.setitimer(timer, 0)
        for number, handler in before:
            signal.signal(number, handler)
