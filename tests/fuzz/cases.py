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
    """Raise in the main thread whatever takes longer: what hangs fails, and does not keep the others from running."""

    def over(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"it took more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
