"""Everything that is minded beside the server's answers, begun."""

from __future__ import annotations

from collections.abc import Callable

import gevent

from display_server.branch_server import BranchServer
from display_server.live.presence import Presence
from display_server.minding.reactions import mind_signs, mind_waits, tell_alerts
from display_server.minding.rounds import go, rounds
from display_server.operating import systemd
from display_server.operating.pulse import watch_lag


def start_minding(house: BranchServer, presence: Presence, spawn: Callable[..., object]) -> None:
    """Begin it all on threads of `spawn`'s, which never end by themselves."""
    spawn(tell_alerts, house)
    for one in rounds(house, presence):
        go(one, house, spawn)
    spawn(watch_lag, gevent.sleep, house.metrics.loop_lag_s.observe)
    spawn(systemd.keep_alive, gevent.sleep)
    spawn(mind_waits, house)
    spawn(mind_signs, house)
    house.voices.start(spawn, gevent.sleep)
