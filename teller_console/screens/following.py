"""A work screen's way in: the queue as fetched and as followed, and whether it is certain."""

from __future__ import annotations

import time

from textual import on, work

from lobby.errors import LobbyError, NotSignedIn, ServerUnreachable
from lobby.queue.events import DayOpened
from teller_console.again import Again
from teller_console.memory import Memory
from teller_console.messages import (
    EventArrived,
    FetchFailed,
    LiveStateChanged,
    NoLongerSignedIn,
    SnapshotArrived,
    TimeTold,
)
from teller_console.protocols import Post, Workplace
from teller_console.screens.care_verbs import CareVerbs
from teller_console.screens.left_over import LeftOver
from teller_console.seen import Seen
from teller_console.tongue import Tongue

REFETCH_S = 1.0
"""At most one fetch a second: events bring the tickets themselves, the fetch only the order of calling."""

SOON_S = 0.1
"""What the teller's key did stands on the screen before the order is fetched."""

OLD_S = 15.0
"""The order changes as people wait; a picture older than this is fetched anew."""


class Following(CareVerbs):
    """Keeps `seen` up to date; calls `changed` when something is different."""

    def __init__(self, post: Post, place: Workplace, tongue: Tongue, memory: Memory) -> None:
        super().__init__(Seen(post.counter), place.door, tongue, memory)
        self.post = post
        self.role = post.role
        self.care = place.care
        self._follower = place.follow()
        self._sure = False
        self._was_lost = False
        self._fetching = False
        self._stale = True
        self._day_over = False
        self._fetched_at = float("-inf")
        self._fetch_again = Again(self, self.fetch, self.RETRY_S)

    @property
    def may_send(self) -> bool:
        return self.branch is not None

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

    def hurry(self) -> None:
        super().hurry()
        self._fetch_again.hurry()
        if not self._sure:
            self._follower.hurry()

    def _tick(self) -> None:
        self.changed()
        too_old = time.monotonic() - self._fetched_at > OLD_S
        if self._stale or too_old or not self.sure:
            self.fetch()

    def fetch_soon(self) -> None:
        """Fetch the queue once what is known already has been painted."""
        if not self._stale:
            self._stale = True
            self.set_timer(SOON_S, self.fetch)

    def fetch(self) -> None:
        """Fetch the queue in a thread, at most once a second; less often where there is no answer."""
        self._stale = True
        if not self._fetching and not self._fetch_again.waits and time.monotonic() - self._fetched_at >= REFETCH_S:
            self._fetching, self._stale = True, False
            self._fetched_at = time.monotonic()
            self._get_queue(self.seen.branch is None or self._day_over)

    @work(thread=True, group="fetch", description="fetch the queue")
    def _get_queue(self, with_branch: bool) -> None:
        try:
            branch = self.door.branch() if with_branch else None
            care = self.care.care() if with_branch and self.care is not None else None
            self.post_message(SnapshotArrived(self.door.queue(), branch, care))
        except LobbyError as error:
            self.post_message(FetchFailed(error))

    @on(SnapshotArrived)
    def take_picture(self, event: SnapshotArrived) -> None:
        if self.branch is None and self.care is not None and event.care is None:
            return  # the follower was faster than the fetch: no record is begun before it is known what it holds here
        self._fetching = False
        self._fetch_again.over()
        if self.seen.picture(event.queue):
            self.seen.clock.tell(event.queue.at)
        else:
            self._stale = True
        self.seen.care = event.care or self.seen.care
        if event.branch is not None:
            self.seen.branch, self._day_over = event.branch, False
            self._begin_day()
        self.changed()

    def _begin_day(self) -> None:
        """Now that the day is known: what was left is sent when it is today's, and shown once when it is not."""
        left = self.memory.begin(self.seen.day)
        if left is not None:
            self.app.push_screen(LeftOver(left, self.words))
        self.send_on()

    @on(FetchFailed)
    def no_picture(self, event: FetchFailed) -> None:
        self._fetching, self._stale = False, True
        self._fetch_again.later()
        if isinstance(event.error, NotSignedIn):
            self.post_message(NoLongerSignedIn())
        elif not isinstance(event.error, ServerUnreachable):
            self.refuse(event.error)

    @on(EventArrived)
    def take_event(self, event: EventArrived) -> None:
        self.seen.clock.tell(event.at)
        self._day_over = self._day_over or event.kind == DayOpened.__name__
        self.seen.news(event.seq, event.ticket, event.counter)
        self.fetch_soon()
        self.changed()

    @on(TimeTold)
    def take_time(self, event: TimeTold) -> None:
        self.seen.clock.tell(event.at)

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
            self._fetch_again.over()
            self.fetch()
        self.changed()
