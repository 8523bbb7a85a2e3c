"""The signs over the counters: each shows whom its counter has called or serves.

They follow the journal. Only what stands there last matters to a sign, so their cursor is the number of the event up to
which the branch was looked at, and what was passed over needs no writing. Each serial line has a thread of its own: a
sign that hangs holds up neither a call nor the signs of another line.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hardware.counter_sign import CLOSED, Line, read_address
from hardware.counter_sign_line import SignLine, SignNews
from hardware.counter_sign_wire import ModbusWire, SignWire
from lobby.board import counter_sign
from lobby.desk import Desk
from lobby.queue.branch import Branch
from lobby.queue.commands import RaiseAlert, ResolveAlert
from lobby.signage import LedSign

DEVICE = "sign "
"""What the device of an alert is called, before the counter's number."""

PROBLEM = "sign_silent"
LONGEST_DETAIL = 200
LEAVE_S = 2.0
"""How long a stop waits for the signs to be blanked."""


@dataclass(frozen=True, slots=True)
class SignAlert:
    """What the branch is to be told of a sign, and the idempotency key of telling it."""

    command: RaiseAlert | ResolveAlert
    key: str


def text_over(branch: Branch, counter: int, now: int) -> str:
    """What a sign shows over a counter at `now` (ms UTC): the number that is called or served there, nothing while the
    counter is free, `--` while it is closed or on a break, and when the day is over."""
    sign = counter_sign(branch, counter, now)
    return CLOSED if sign.state in ("closed", "break") else sign.number


class CounterSigns:
    """The signs of a branch. `noted` is called, on a thread of the system, when there is something new in `alerts`;
    `wire` reaches a line."""

    def __init__(
        self,
        signs: Sequence[LedSign],
        desk: Desk,
        *,
        noted: Callable[[], None],
        clock: Callable[[], int],
        wire: Callable[[Line], SignWire] = ModbusWire,
    ) -> None:
        self.alerts: deque[SignAlert] = deque()
        self._desk, self._noted, self._clock = desk, noted, clock
        self._looked_at: tuple[int, bool] | None = None
        self._addresses = {name: read_address(sign.address) for name, sign in named(signs)}
        self._counters = {name: sign.counter for name, sign in named(signs)}
        self._wire = wire
        self._lines: list[tuple[tuple[str, ...], SignLine]] = []
        self._started = False

    def start(self) -> None:
        """Begin, unless begun. The alerts of signs that the branch file does not name any more are resolved: nobody
        else would."""
        if self._started:
            return
        self._started = True
        gone = {one.device for one in self._desk.state.alerts.values() if one.problem == PROBLEM}
        for name in gone - set(self._counters):
            self._heard(SignNews(name, gone=False))
        for line in dict.fromkeys(address.line for address in self._addresses.values()):
            mine = {name: address for name, address in self._addresses.items() if address.line == line}
            self._lines.append((tuple(mine), SignLine(mine, self._wire(line), self._heard, gone)))
        self._looked_at = None
        self.look()
        for _, minded in self._lines:
            minded.start()

    def look(self) -> None:
        """Have the signs show how the branch stands. Returns at once; belongs to the thread of the desk."""
        state, now = self._desk.state, self._desk.now()
        stand = state.seq, now >= state.day_end
        if stand == self._looked_at:
            return
        self._looked_at = stand
        for names, line in self._lines:
            line.show({name: text_over(state, self._counters[name], now) for name in names})

    def stop(self, within_s: float = LEAVE_S) -> None:
        """Blank the signs and end, but wait for no sign that hangs. It may begin again."""
        lines, self._lines, self._started = self._lines, [], False
        ends = time.monotonic() + within_s
        for _, line in lines:
            line.stop(0.0)
        for _, line in lines:
            line.stop(max(0.0, ends - time.monotonic()))

    def _heard(self, news: SignNews) -> None:
        command = (
            RaiseAlert(news.name, PROBLEM, "", news.detail[:LONGEST_DETAIL])
            if news.gone
            else ResolveAlert(news.name, PROBLEM)
        )
        self.alerts.append(SignAlert(command, f"{'raise' if news.gone else 'resolve'}-{news.name}-{self._clock()}"))
        self._noted()


def named(signs: Sequence[LedSign]) -> Iterable[tuple[str, LedSign]]:
    """The signs, named by their counters: `sign 3`, and `sign 3/2` for the second one there."""
    seen: dict[int, int] = {}
    for sign in signs:
        seen[sign.counter] = place = seen.get(sign.counter, 0) + 1
        yield (f"{DEVICE}{sign.counter}" if place == 1 else f"{DEVICE}{sign.counter}/{place}"), sign
