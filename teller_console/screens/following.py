"""A work screen's way in: the queue as fetched and as followed, and whether it is certain."""

from __future__ import annotations

import time

from textual import on, work

from lobby.door import Door
from lobby.errors import LobbyError, NotSignedIn
from lobby.views import CounterView, QueueView
from teller_console.clock import BranchClock
from teller_console.live_queue import LiveQueue
from teller_console.messages import (
    EventArrived,
    FetchFailed,
    LiveStateChanged,
    NoLongerSignedIn,
    SnapshotArrived,
    TimeTold,
)
from teller_console.outbox import Outbox
from teller_console.picture import counter_of
from teller_console.protocols import Follower
from teller_console.screens.verbs import Verbs
from teller_console.tongue import Tongue

REFETCH_S = 1.0
"""At most one fetch a second: events bring the tickets themselves, the fetch only the order of calling."""

OLD_S = 15.0
"""The order changes as people wait; a picture older than this is fetched anew."""


class Following(Verbs):
    """Keeps `queue`, `branch`, `counter` and the branch's time; calls `changed` when one of them is different."""

    def __init__(self, number: int, door: Door, follower: Follower, tongue: Tongue, outbox: Outbox) -> None:
        super().__init__(door, outbox, tongue)
        self.number = number
        self.clock = BranchClock()
        self.live = LiveQueue()
        self._follower = follower
        self._sure = False
        self._was_lost = False
        self._fetching = False
        self._stale = True
        self._fetched_at = float("-inf")

    @property
    def queue(self) -> QueueView:
        return self.live.view()

    @property
    def counter(self) -> CounterView:
        unknown = CounterView(self.number, "", True, "", (), False, "", self.clock.now())
        return counter_of(self.queue, self.number) or unknown

    @property
    def sure(self) -> bool:
        """Whether what is shown is certainly what is."""
        return self._sure and not self.unreached

    def on_mount(self) -> None:
        self._follower.start(self.post_message)
        self.set_interval(1, self._tick)
        self.fetch()
        self.send_on()

    def on_unmount(self) -> None:
        self._follower.stop()

    def changed(self) -> None:
        """Something is different."""
        raise NotImplementedError

    def _tick(self) -> None:
        self.changed()
        too_old = time.monotonic() - self._fetched_at > OLD_S
        if self._stale or too_old or not self.sure:
            self.fetch()

    def fetch(self) -> None:
        """Fetch the queue in a thread, at most once a second."""
        self._stale = True
        if not self._fetching and time.monotonic() - self._fetched_at >= REFETCH_S:
            self._fetching, self._stale = True, False
            self._fetched_at = time.monotonic()
            self._get_queue(self.branch is None)

    @work(thread=True, group="fetch", description="fetch the queue")
    def _get_queue(self, with_branch: bool) -> None:
        try:
            branch = self.door.branch() if with_branch else None
            self.post_message(SnapshotArrived(self.door.queue(), branch))
        except LobbyError as error:
            self.post_message(FetchFailed(error))

    @on(SnapshotArrived)
    def take_picture(self, event: SnapshotArrived) -> None:
        self._fetching = False
        self.branch = event.branch or self.branch
        if self.live.picture(event.queue):
            self.clock.tell(event.queue.at)
        else:
            self._stale = True
        self.changed()

    @on(FetchFailed)
    def no_picture(self, event: FetchFailed) -> None:
        self._fetching, self._stale = False, True
        if isinstance(event.error, NotSignedIn):
            self.post_message(NoLongerSignedIn())

    @on(EventArrived)
    def take_event(self, event: EventArrived) -> None:
        self.clock.tell(event.at)
        self.live.news(event.seq, event.ticket, event.counter)
        self.fetch()
        self.changed()

    @on(TimeTold)
    def take_time(self, event: TimeTold) -> None:
        self.clock.tell(event.at)

    @on(LiveStateChanged)
    def line_changed(self, event: LiveStateChanged) -> None:
        if event.sure and self._was_lost:
            self.tell(self.words("The line is back; what you see is up to date."))
        if self._sure and not event.sure:
            self.tell(self.words("The line to the branch is lost. It is tried again by itself; what you type is kept."))
            self._was_lost = True
        self._sure = event.sure
        if event.sure:
            self._was_lost = False
            self._stale = True
            self.send_on()
            self.fetch()
        self.changed()
