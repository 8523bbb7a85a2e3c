"""The work screen: the present customer, who waits, the record, the keys."""

from __future__ import annotations

import time

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Static

from lobby.door import Answer, Door
from lobby.queue import commands as c
from teller_console import phrases
from teller_console.drafts import Drafts
from teller_console.keys import everywhere
from teller_console.leaving import Leaving
from teller_console.messages import NoLongerSignedIn
from teller_console.outbox import Outbox
from teller_console.panels.headline import Headline
from teller_console.panels.key_bar import KeyBar
from teller_console.panels.now import NowPanel
from teller_console.panels.queue import QueuePanel
from teller_console.panels.record import RecordPanel
from teller_console.picture import doing, service_of, waits_here
from teller_console.protocols import Follower
from teller_console.screens.choose import Choose
from teller_console.screens.following import Following
from teller_console.tongue import Tongue

REPAINT_S = 0.2
"""At most five repaints a second, however much happens; what the teller's own key did is painted at once."""

FINISH_KEYS = frozenset(everywhere("f").split(","))


class WorkScreen(Following):
    CSS_PATH = "work.tcss"
    AUTO_FOCUS = ""

    def __init__(
        self, number: int, door: Door, follower: Follower, tongue: Tongue, outbox: Outbox, drafts: Drafts
    ) -> None:
        super().__init__(number, door, follower, tongue, outbox)
        self._drafts = drafts
        self._painted_at = float("-inf")
        self._paint_later: Timer | None = None
        self._leave_after: Leaving | None = None
        self._left = False

    def compose(self) -> ComposeResult:
        yield Headline()
        with Horizontal(id="panels"):
            with Vertical(id="left"):
                yield NowPanel(id="now")
                yield RecordPanel()
            yield QueuePanel()
        yield Static(id="unsent")
        yield KeyBar()

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
        self.query_one(Headline).tell(counter, here, len(queue.waiting) - len(here), self.sure, now, words)
        self.query_one(NowPanel).tell(counter, here[0] if here else None, self.branch, now, words)
        self.query_one(QueuePanel).tell(counter, queue.waiting, queue.parked, self.branch, now, words)
        served = ticket is not None and ticket.started_at is not None
        draft = self._drafts.of(ticket.id) if ticket and served else None
        service = service_of(self.branch, ticket.service) if ticket else None
        self.query_one(RecordPanel).tell(draft, service.outcomes if service else (), words)
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

    # -- what came of the verbs

    def carried_out(self, command: c.Command, answer: Answer) -> None:
        self.live.news(answer.seq, answer.ticket, answer.counter)
        if isinstance(command, c.DeclareNoShow) and answer.ticket is not None:
            self.last_missed = answer.ticket.number
        if isinstance(command, c.Finish):
            self.tell(self.words("%(number)s is finished.", number=answer.ticket.number if answer.ticket else ""))
        if isinstance(command, c.CloseCounter) and self._leave_after is not None:
            self.leave(self._leave_after)
        self.fetch()
        self._paint()

    def outbox_changed(self) -> None:
        if self.unreached or self.query_one("#unsent").display:
            self.changed()

    @on(NoLongerSignedIn)
    def sign_in_again(self) -> None:
        self.leave(Leaving.SIGN_IN_AGAIN)

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
