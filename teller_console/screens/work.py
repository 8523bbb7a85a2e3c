"""The work screen: the present customer, who waits, the record, the keys."""

from __future__ import annotations

import time

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Static

from lobby.door import Answer, Door, Why
from lobby.errors import LobbyError, NotSignedIn
from lobby.queue import commands as c
from lobby.views import CounterView, QueueView
from teller_console import phrases
from teller_console.clock import BranchClock
from teller_console.drafts import Drafts
from teller_console.keys import everywhere
from teller_console.leaving import Leaving
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
from teller_console.panels.headline import Headline
from teller_console.panels.key_bar import KeyBar
from teller_console.panels.now import NowPanel
from teller_console.panels.queue import QueuePanel
from teller_console.panels.record import RecordPanel
from teller_console.picture import counter_of, doing, waits_here
from teller_console.protocols import Follower
from teller_console.screens.choose import Choose
from teller_console.screens.verbs import Verbs
from teller_console.tongue import Tongue

REPAINT_S = 0.2
"""At most five repaints a second, however much happens; what the teller's own key did is painted at once."""

REFETCH_S = 1.0
"""At most one fetch a second: events bring the tickets themselves, the fetch only the order of calling."""

OLD_S = 15.0
"""The order changes as people wait; a picture older than this is fetched anew."""


FINISH_KEYS = frozenset(everywhere("f").split(","))


class WorkScreen(Verbs):
    CSS_PATH = "work.tcss"
    AUTO_FOCUS = ""

    def __init__(
        self, number: int, door: Door, follower: Follower, tongue: Tongue, outbox: Outbox, drafts: Drafts
    ) -> None:
        super().__init__(door, outbox, tongue)
        self.number = number
        self.clock = BranchClock()
        self._follower = follower
        self._drafts = drafts
        self._live = LiveQueue()
        self._why: tuple[str, Why] | None = None
        self._sure = False
        self._was_lost = False
        self._fetching = False
        self._stale = True
        self._fetched_at = float("-inf")
        self._painted_at = float("-inf")
        self._paint_later: Timer | None = None
        self._leave_after: Leaving | None = None
        self._left = False

    @property
    def queue(self) -> QueueView:
        return self._live.view()

    @property
    def counter(self) -> CounterView:
        unknown = CounterView(self.number, "", True, "", (), False, "", self.clock.now())
        return counter_of(self.queue, self.number) or unknown

    @property
    def sure(self) -> bool:
        """Whether what is shown is certainly what is."""
        return self._sure and not self.unreached

    def compose(self) -> ComposeResult:
        yield Headline()
        with Horizontal(id="panels"):
            with Vertical(id="left"):
                yield NowPanel(id="now")
                yield RecordPanel()
            yield QueuePanel()
        yield Static(id="unsent")
        yield KeyBar()

    def on_mount(self) -> None:
        self._follower.start(self.post_message)
        self.set_interval(1, self._tick)
        self._fetch()
        self.send_on()

    def on_unmount(self) -> None:
        self._follower.stop()

    # -- painting, at most five times a second

    def changed(self) -> None:
        """Something is different: paint now, or soon when it was painted just now."""
        if self._paint_later is not None or not self.is_mounted:
            return
        wait = self._painted_at + REPAINT_S - time.monotonic()
        if wait <= 0:
            self._paint()
        else:
            self._paint_later = self.set_timer(wait, self._paint)

    def speak(self) -> None:
        self._paint()

    def on_resize(self) -> None:
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        if self._paint_later is not None:
            self._paint_later.stop()
            self._paint_later = None
        self._painted_at = time.monotonic()
        words, now, queue, counter = self.words, self.clock.now(), self.queue, self.counter
        here = [ticket for ticket in queue.waiting if waits_here(ticket, counter)]
        ticket = counter.ticket
        why = self._why[1] if self._why and ticket and self._why[0] == ticket.id else None
        self.query_one(Headline).tell(counter, here, len(queue.waiting) - len(here), self.sure, now, words)
        self.query_one(NowPanel).tell(counter, why, here[0] if here else None, self.branch, now, words)
        self.query_one(QueuePanel).tell(counter, queue.waiting, queue.parked, self.branch, now, words)
        served = ticket is not None and ticket.started_at is not None
        draft = self._drafts.of(ticket.id) if ticket and served else None
        self.query_one(RecordPanel).tell(draft, self.branch.outcomes if self.branch else (), words)
        self.query_one(KeyBar).tell(doing(counter)[0], words)
        self._paint_unsent()

    def _paint_unsent(self) -> None:
        words, unsent = self.words, self.query_one("#unsent", Static)
        said = ""
        if self.unreached:
            verbs = ", ".join(phrases.command(command, words) for command in self.outbox.commands)
            said = words("Not sent yet: %(verbs)s. Trying again by itself; it will be done once.", verbs=verbs)
        unsent.display = bool(said)
        unsent.update(Text(said))

    def _tick(self) -> None:
        self.changed()
        too_old = time.monotonic() - self._fetched_at > OLD_S
        if self._stale or too_old or not self.sure:
            self._fetch()

    # -- the queue, fetched and followed

    def _fetch(self) -> None:
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
        if self._live.picture(event.queue):
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
        self._live.news(event.seq, event.ticket, event.counter)
        self._fetch()
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
            self._fetch()
        self.changed()

    @on(NoLongerSignedIn)
    def sign_in_again(self) -> None:
        self.leave(Leaving.SIGN_IN_AGAIN)

    # -- what came of the verbs

    def carried_out(self, command: c.Command, answer: Answer) -> None:
        self._live.news(answer.seq, answer.ticket, answer.counter)
        if answer.why is not None and answer.ticket is not None:
            self._why = (answer.ticket.id, answer.why)
        if isinstance(command, c.DeclareNoShow) and answer.ticket is not None:
            self.last_missed = answer.ticket.number
        if isinstance(command, c.Finish):
            self.tell(self.words("%(number)s is finished.", number=answer.ticket.number if answer.ticket else ""))
        if isinstance(command, c.CloseCounter) and self._leave_after is not None:
            self.leave(self._leave_after)
        self._fetch()
        self._paint()

    def outbox_changed(self) -> None:
        if self.unreached or self.query_one("#unsent").display:
            self.changed()

    def leave(self, why: Leaving) -> None:
        """End this screen, whatever small screen stands before it."""
        if not self._left:
            self._left = True
            while self.app.screen is not self:
                self.app.pop_screen()
            self.dismiss(why)

    # -- finishing, closing

    def on_key(self, event: events.Key) -> None:
        """F opens the record at once, so that what is typed right behind it, or arrives with it, goes there."""
        record = self.query_one(RecordPanel)
        if record.open and (event.is_printable or event.key == "enter"):
            record.take(event)
        elif event.key in FINISH_KEYS and not record.open:
            self.action_finish()
        else:
            return
        event.stop()

    def action_finish(self) -> None:
        if self._served_here() is not None:
            self.query_one(RecordPanel).begin()
            self.changed()

    @on(RecordPanel.Done)
    def finish(self) -> None:
        record = self.query_one(RecordPanel)
        ticket = self._served_here()
        if ticket is not None:
            self.intend(c.Finish(self.number, record.outcome, self._drafts.of(ticket.id).note.strip()))
        record.close()
        self.changed()

    @on(RecordPanel.Left)
    def back_to_the_keys(self) -> None:
        self.changed()

    @work
    async def action_close(self) -> None:
        words = self.words
        options: list[tuple[str, Leaving | None]] = [
            (words("Close the counter and sign out"), Leaving.SIGN_OUT),
            (words("Close the counter and choose another"), Leaving.OTHER_COUNTER),
        ]
        if not self.counter.open:
            options = [
                (words("Open the counter again"), None),
                (words("Sign out"), Leaving.SIGN_OUT),
                (words("Choose another counter"), Leaving.OTHER_COUNTER),
            ]
        place = await self.ask(Choose(words("Close"), [(said, at) for at, (said, _) in enumerate(options)], words))
        if place is None:
            return
        leaving = options[place][1]
        if leaving is None:
            self.intend(c.OpenCounter(self.number))
        elif self.counter.open:
            self._leave_after = leaving
            self.intend(c.CloseCounter(self.number))
        else:
            self.leave(leaving)
