"""Long work goes in small pieces, and gives way between them: a call must not wait for a look at a thousand phones."""

from __future__ import annotations

import gevent

LATEST_S = 0.05
"""Where others come without end, the work goes on after this all the same."""


def give_way() -> None:
    """Return when nothing else is ready to run; requests that have just come in count too, for which `sleep(0)` looks
    once in 5 ms only."""
    with gevent.Timeout(LATEST_S, False):
        gevent.idle()
