"""The line from a kiosk machine to the branch server: whether it is there, what it says, what it has not heard of.

A thread asks every second how the branch stands. When the server has been away, what happened meanwhile is handed over
first, in order, each thing once; only then is the line up again and the server gives the numbers.

A touch whose answer was lost may have been carried out by the server, while the customer got a number of our own.
Both commands have the same key, so only one of them counts: when the server refuses ours because of the key, it is
asked what it had issued, and that ticket gets the number that is on the paper.

The branch's time is the server's. Each answer says it within as long as the answer took; our own clock is believed as
far as it fits, and is one that cannot be set while it runs.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from kiosk.memory import Memory, Unsent
from lobby import errors
from lobby.queue import commands as c
from lobby.queue.leases import Lease
from lobby.queue.services import business_day
from lobby.remote import RemoteDesk
from lobby.views import BranchView, Briefing

ASK_S = 1.0
ASK_AGAIN_S = 0.5
LEASES_S = 60.0
"""How often the briefing and the leases are looked after."""

LARGEST_SHARE = 8
"""A kiosk asks for an eighth of a service's numbers at most at once, so that several find room."""

NOT_HEARD = (errors.Unavailable, errors.BadRequest)
"""The server is away, or something else answers in its place, such as a proxy: our requests can be read."""

NOT_WANTED = (errors.NotSignedIn, errors.NotAllowed)
"""This kiosk is no kiosk of the branch any more."""

log = logging.getLogger(__name__)


def steady_clock() -> Callable[[], int]:
    """A clock in ms UTC that nobody sets while it runs: this machine's time, and then what goes by."""
    began = time.time_ns() - time.monotonic_ns()
    return lambda: (began + time.monotonic_ns()) // 1_000_000


class Line:
    """The line to one branch, kept by a thread from `start` to `stop`."""

    def __init__(self, desk: RemoteDesk, memory: Memory, clock: Callable[[], int] | None = None) -> None:
        self.desk = desk
        self.memory = memory
        self.briefing: Briefing | None = memory.briefing()
        self.latest: BranchView | None = None
        self.up = False
        self.refusal: errors.LobbyError | None = None
        self._clock = clock or steady_clock()
        self._ahead_ms = memory.ahead_ms()
        self._looked_after = 0.0
        self._running = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="line", daemon=True)

    def start(self) -> None:
        """Ask once, then go on asking in the background."""
        self._running = True
        self._try()
        self._thread.start()

    def stop(self) -> None:
        self._running = False
        self._wake.set()
        self._thread.join()
        self.desk.close()

    def now(self) -> int:
        """The branch's time as well as it is known, ms UTC: our clock, put right by the server's when it was there."""
        return self._clock() + self._ahead_ms

    def lookout(self) -> None:
        """There is something to tell: look at once."""
        self._wake.set()

    def lost(self) -> None:
        """Someone got no answer."""
        self.up = False
        self._wake.set()

    def _keep(self) -> None:
        while self._running:
            self._wake.wait(ASK_S if self.up else ASK_AGAIN_S)
            self._wake.clear()
            self._try()

    def _try(self) -> None:
        try:
            self.look()
        except errors.LobbyError as error:
            if self.up or self.refusal is None:
                log.warning("going on without the branch server: %s", error)
            self.up = False
            if not (isinstance(self.refusal, NOT_WANTED) and isinstance(error, NOT_HEARD)):
                self.refusal = error
        except Exception:  # a fault of ours: the kiosk goes on alone, and the next look tries again
            log.exception("the line failed")
            self.up = False

    def look(self) -> None:
        """Ask how the branch stands, hand over what it has not heard of, and keep enough numbers for later."""
        asked = self._clock()
        view = self.desk.branch()
        self._agree(view.at, asked, self._clock())
        if self.briefing is None or not self.up or time.monotonic() - self._looked_after > LEASES_S:
            self._be_briefed()
        self.latest = view
        self.hand_over()
        if not self.up or time.monotonic() - self._looked_after > LEASES_S:
            self._hold_numbers()
            self._looked_after = time.monotonic()
        with self.memory.lock:  # a touch that goes on alone holds it too
            self.refusal = None
            self.up = not self.memory.tickets_unsent()
            if self.up:
                with _kept():
                    self.memory.set_right(view.at)

    def _agree(self, at: int, asked: int, answered: int) -> None:
        """The server's clock showed `at` between two moments of ours."""
        ahead_ms = min(max(self._ahead_ms, at - answered), at - asked)
        if ahead_ms != self._ahead_ms:
            self._ahead_ms = ahead_ms
            with _kept():
                self.memory.set_ahead_ms(ahead_ms)

    def _be_briefed(self) -> None:
        briefing = self.desk.briefing()
        known = self.briefing
        self.briefing = briefing
        if known is None or msgspec.structs.replace(known, at=0) != msgspec.structs.replace(briefing, at=0):
            with _kept():
                self.memory.brief(briefing)

    def _hold_numbers(self) -> None:
        """Have enough numbers of each service for the rest of the day; a lease is renewed by asking for it."""
        assert self.briefing is not None
        setup, now = self.briefing.setup, self.now()
        day = business_day(setup, now).date
        for service, offered in setup.services.items():
            wanted = min(setup.rules.lease_numbers, max(1, offered.numbers // LARGEST_SHARE))
            held = self.memory.leased(service, now)
            short = self.memory.left(service, day, now) < wanted // 2
            leases: tuple[Lease, ...] = ()
            # where there are no more, asking for one says what is ours
            for count in (held + wanted if short else max(held, wanted), 1):
                command = c.LeaseNumbers(service, self.memory.holder, count)
                try:
                    leases = self.desk.submit(command, key=f"lease-{command.holder}-{service}-{count}-{now}").leases
                    break
                except errors.NoNumbersToLease as refusal:
                    log.warning("%s", refusal)
            with _kept():
                self.memory.lease(service, leases)

    def hand_over(self) -> None:
        """Tell the server what it has not heard of, oldest first. What it refuses stays on record."""
        while unsent := self.memory.unsent():
            for one in unsent:
                try:
                    self._tell(one)
                except (*NOT_HEARD, *NOT_WANTED, errors.TooManyAttempts):
                    raise
                except errors.LobbyError as refusal:
                    log.error("the branch server refuses a %s: %s", type(one.command).__name__, refusal)
                    with _kept():
                        self.memory.refused(one.id, str(refusal))
                else:
                    with _kept():
                        self.memory.sent(one.id)

    def _tell(self, one: Unsent) -> None:
        try:
            self.desk.submit(one.command, key=one.key)
        except errors.KeyReused:
            if one.wish is None or not isinstance(one.command, c.HandIn):
                return  # the very touch was carried out before its answer was lost
            issued = self.desk.submit(one.wish, key=one.key).ticket
            assert issued is not None
            ours = msgspec.structs.replace(one.command, replaces=issued.id)
            self.desk.submit(ours, key=f"paper-{self.memory.holder}-{one.id}")


@contextmanager
def _kept() -> Iterator[None]:
    """Keep something that is so in any case: a disk that is full must not take the line away."""
    try:
        yield
    except errors.Unavailable as fault:
        log.error("this cannot be kept: %s", fault)
