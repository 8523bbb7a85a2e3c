"""The signs on one serial line, kept at what they are to show.

What changed is written at once; what has not is written again every few seconds, so that a sign that was switched off
and on shows the truth, and one that is gone is missed. A sign that does not answer is tried now and then and never
before one that does: a dead sign costs its neighbours one attempt (`RETRY_S`), and a call never waits for any.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from hardware.counter_sign import SignAddress, registers
from hardware.counter_sign_wire import SignWire
from hardware.errors import DeviceError
from hardware.native import NativeThread, Signal

log = logging.getLogger(__name__)

REPEAT_S = 4.0
RETRY_S = 2.0
STEADY_S = 10.0
"""A sign is said to be gone once it has failed for so long, and to be back once it has answered for so long."""


@dataclass(frozen=True, slots=True)
class SignNews:
    """A sign is gone, and why, or (`detail` empty) back again."""

    name: str
    gone: bool
    detail: str = ""


class SignStanding:
    """How a sign does: whether it answers, since when, and which of the two was told."""

    def __init__(self, told_gone: bool = False) -> None:
        self.answers: bool | None = None
        self._told_gone = told_gone
        self._since = 0.0

    def see(self, answers: bool, now: float) -> bool | None:
        """Take note of an attempt, at `now` in seconds; True when the sign is to be said to be gone, False when it is
        to be said to be back, None when there is nothing to say."""
        if answers != self.answers:
            self.answers, self._since = answers, now
        if answers != self._told_gone or now - self._since < STEADY_S:
            return None
        self._told_gone = not answers
        return self._told_gone


class _Sign:
    """A sign, what it is to show, and what it was seen to take."""

    def __init__(self, name: str, address: SignAddress, told_gone: bool) -> None:
        self.name, self.address = name, address
        self.wanted, self.shown = "", None
        self.standing = SignStanding(told_gone)
        self._tried = float("-inf")

    wanted: str
    shown: str | None

    def due(self) -> float:
        """When it is to be written: at once (0) where it shows something else and answers."""
        if self.standing.answers is False:
            return self._tried + RETRY_S
        return 0.0 if self.wanted != self.shown else self._tried + REPEAT_S

    def tried(self, text: str, done: bool, now: float) -> None:
        self._tried, self.shown = now, text if done else None


class SignLine:
    """Minds the `signs` of one line, by name. `tell` gets the news, on the line's own thread, and must return at once;
    `gone` names the signs that were told to be gone before."""

    def __init__(
        self,
        signs: Mapping[str, SignAddress],
        wire: SignWire,
        tell: Callable[[SignNews], None],
        gone: Collection[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._signs = {name: _Sign(name, address, name in gone) for name, address in signs.items()}
        self._wire, self._tell, self._clock = wire, tell, clock
        self._wake = Signal()
        self._stopping = False
        self._thread: NativeThread | None = None

    def show(self, texts: Mapping[str, str]) -> None:
        """Have signs show these texts from now on, by name. Returns at once."""
        for name, text in texts.items():
            self._signs[name].wanted = text
        self._wake.raise_flag()

    def start(self) -> None:
        """Begin, on a thread of its own."""
        self._thread = NativeThread(self._run)

    def stop(self, timeout_s: float) -> bool:
        """Leave every sign that answers blank, and end; whether that was done within `timeout_s` seconds."""
        self._stopping = True
        self._wake.raise_flag()
        return self._thread is None or self._thread.join(timeout_s)

    def step(self) -> float:
        """Write what is due. Returns the seconds until something is."""
        while not self._stopping:
            sign = min(self._signs.values(), key=_Sign.due)
            wait_s = sign.due() - self._clock()
            if wait_s > 0:
                return wait_s
            self._write(sign, sign.wanted)
        return 0.0

    def leave(self) -> None:
        """Blank the signs that answer: without the server their numbers would stand there as if they were live."""
        for sign in self._signs.values():
            if sign.standing.answers:
                self._write(sign, "")
        self._wire.close()

    def _run(self) -> None:
        while not self._stopping:
            try:
                pause_s = self.step()
            except Exception:  # a fault of ours in one round must not end the line
                log.exception("the signs on the line failed")
                pause_s = RETRY_S
            if not self._stopping:
                self._wake.wait(pause_s)
        self.leave()

    def _write(self, sign: _Sign, text: str) -> None:
        try:
            self._wire.write(sign.address, registers(sign.address, text))
            problem = ""
        except DeviceError as fault:
            problem = fault.message
        now = self._clock()
        if problem and sign.standing.answers is not False:
            log.warning("%s: %s", sign.name, problem)
        sign.tried(text, not problem, now)
        gone = sign.standing.see(not problem, now)
        if gone is not None:
            self._tell(SignNews(sign.name, gone, problem))
