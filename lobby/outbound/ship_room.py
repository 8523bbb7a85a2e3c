"""The courier to the head office on a thread of its own, and the line on which it goes.

Where gevent has replaced threads it is a greenlet of its loop, and `offload` keeps the disk away from it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from typing import Any

from lobby.outbound.own_thread import OwnThread
from lobby.outbound.post_room import Notice
from lobby.outbound.sending import Outcome, Sender
from lobby.outbound.ship_values import BadToken, HeadOffice
from lobby.outbound.shipping import Shipping
from lobby.queue.alerts import Alert
from lobby.queue.services import Setup
from lobby.records.journal import Journal
from lobby.records.parcels import CONTENT_TYPE

DEVICE = "head office"
"""What the device of the alerts is called."""

LEAVE_S = 2.0
"""How long a stop waits for a parcel under way. What arrived of it is known at the next start."""


class HeadOfficeLine:
    """Takes parcels of one branch to the head office by HTTP, over one connection that it keeps."""

    def __init__(self, office: HeadOffice, branch: str, sender: Sender | None = None) -> None:
        self._office = office
        self._url = f"{office.url}/api/v1/chain/{branch}"
        self._sender = sender or Sender()

    def __call__(self, parcel: bytes) -> tuple[Outcome, bytes]:
        """Send a packed parcel once; how that went, and the answer's body. Never raises."""
        try:
            headers = {"authorization": f"Bearer {self._office.token}", "content-type": CONTENT_TYPE}
        except BadToken as wrong:
            return Outcome(False, f"the token file {wrong}"), b""
        return self._sender.ask(self._url, parcel, headers)

    def close(self) -> None:
        self._sender.close()


class ShipRoom:
    """Ships a branch's journal to its head office, where it has one. `notify` is called on the courier's thread; it
    must return at once and never fail. `alerts` are those that the branch holds open."""

    def __init__(
        self,
        office: HeadOffice | None,
        journal: Journal,
        setup: Callable[[], Setup],
        *,
        alerts: Iterable[Alert],
        notify: Callable[[Notice], None],
        clock: Callable[[], int],
        live: Callable[[], bool],
        offload: Callable[[Callable[[], Any]], Any] = lambda work: work(),
    ) -> None:
        self._left = [Notice(DEVICE, one.problem, False, "", clock()) for one in alerts if one.device == DEVICE]
        self._notify = notify
        self._courier: Shipping | None = None
        self._thread: OwnThread | None = None
        if office is not None:
            line = HeadOfficeLine(office, journal.branch)
            self._courier = courier = Shipping(
                journal,
                setup,
                line,
                notify=lambda problem, raised, detail: notify(Notice(DEVICE, problem, raised, detail, clock())),
                clock=clock,
                chance=random.random,
                live=live,
                offload=offload,
            )
            self._thread = OwnThread(DEVICE, lambda wait: courier.run(wait, time.sleep), line.close)

    def start(self) -> None:
        """Begin. The alerts of a head office that is configured no more are resolved: nobody else would."""
        if self._thread is not None:
            self._thread.start()
            return
        for notice in self._left:
            self._notify(notice)

    def wake(self) -> None:
        """There may be something to ship. Returns at once: fit to follow the desk."""
        if self._thread is not None:
            self._thread.wake()

    def stop(self) -> None:
        """End, with the parcel that is under way, but wait for no slow head office."""
        if self._courier is not None and self._thread is not None:
            self._courier.stop()
            self._thread.leave(LEAVE_S)
