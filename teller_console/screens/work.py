"""The work screen: the present customer, who waits, the record, the keys."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Static

from lobby.care.templates import Named, template_of
from lobby.door import Answer
from lobby.errors import UnknownCounter
from lobby.queue import commands as c
from lobby.views import CounterView, TicketView
from teller_console import phrases
from teller_console.layouts import everywhere
from teller_console.leaving import Leaving
from teller_console.memory import Memory
from teller_console.messages import NoLongerSignedIn
from teller_console.panels.answers import AnswersPanel
from teller_console.panels.headline import Headline
from teller_console.panels.key_bar import KeyBar
from teller_console.panels.now import NowPanel
from teller_console.panels.queue import QueuePanel
from teller_console.panels.record import RecordPanel
from teller_console.panels.record_case import Case, case_of
from teller_console.picture import counter_of, doing, is_away, service_of, waits_here
from teller_console.protocols import Post, Workplace
from teller_console.recorded import beside_the_visit
from teller_console.screens.choose import Choose, numbered
from teller_console.screens.following import Following
from teller_console.tongue import Tongue

if TYPE_CHECKING:
    from teller_console.dictation import Transcriber

REPAINT_S = 0.2
"""At most five repaints a second, however much happens elsewhere; what happens at this counter is painted at once."""

KEEP_S = 0.1
"""So often it is looked whether something typed has to be written down."""

FINISH_KEYS = frozenset(everywhere("f"))


class WorkScreen(Following):
    CSS_PATH = "work.tcss"
    AUTO_FOCUS = ""

    def __init__(
        self,
        post: Post,
        place: Workplace,
        tongue: Tongue,
        memory: Memory,
        transcriber: Transcriber | None = None,
    ) -> None:
        super().__init__(post, place, tongue, memory)
        self._transcriber = transcriber
        self._drafts = memory.drafts
        self._painted_at = float("-inf")
        self._painted: CounterView | None = None
        self._services: tuple[str, ...] | None = None
        self._paint_later: Timer | None = None
        self._leave_after: Leaving | None = None

    def compose(self) -> ComposeResult:
        yield Headline()
        with Horizontal(id="panels"):
            with Vertical(id="left"):
                yield NowPanel(id="now")
                yield RecordPanel()
            with Vertical(id="right"):
                yield QueuePanel()
                yield AnswersPanel()
        yield Static(id="unsent")
        yield KeyBar()

    def on_mount(self) -> None:
        self.set_interval(KEEP_S, self.memory.keep)
        self.query_one(RecordPanel).hear_with(self._transcriber)

    def on_unmount(self) -> None:
        self.memory.keep()

    # -- painting, at most five times a second

    def changed(self) -> None:
        """Something is different: paint it now where it is at this counter; else soon when it was painted just now."""
        if not self.is_mounted:
            return
        if self.seen.lost:
            self.refuse(UnknownCounter(counter=self.number))
            self.end(Leaving.OTHER_COUNTER)
            return
        counter = self.counter
        if counter.open and counter.teller not in ("", self.post.teller):
            teller = counter.teller
            self.tell(self.words("%(teller)s has taken counter %(counter)s over.", teller=teller, counter=self.number))
            self.end(Leaving.OTHER_COUNTER)
            return
        self._say_other_services()
        wait = self._painted_at + REPAINT_S - time.monotonic()
        if counter != self._painted:
            self._paint()
            self.paint_now()
        elif wait <= 0:
            self._paint()
        elif self._paint_later is None:
            self._paint_later = self.set_timer(wait, self._paint)

    def _say_other_services(self) -> None:
        """Whoever leads the branch may change what is given here while the teller works."""
        counter = counter_of(self.queue, self.number)
        before, self._services = self._services, counter.services if counter is not None and counter.open else None
        if None in (before, self._services) or before == self._services:
            return
        words = self.words
        names = [phrases.service(self.branch, code, words) for code in self._services or ()]
        self.tell(words("This counter serves from now on: %(services)s", services=", ".join(names)))

    def speak(self) -> None:
        self._paint()

    def on_resize(self) -> None:
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        if self._paint_later is not None:
            self._paint_later.stop()
            self._paint_later = None
        self._painted_at = time.monotonic()
        words, now, queue, counter = self.words, self.seen.clock.now(), self.queue, self.counter
        self._painted = counter
        ours = [ticket for ticket in queue.waiting if waits_here(ticket, counter)]
        here = [ticket for ticket in ours if not is_away(ticket, now)]
        ticket = counter.ticket
        self.query_one(Headline).tell(counter, here, len(queue.waiting) - len(ours), self.sure, now, words)
        self.query_one(NowPanel).tell(self.seen, here[0] if here else None, now, words)
        self.query_one(QueuePanel).tell(counter, queue.waiting, queue.parked, self.branch, now, words)
        served = ticket is not None and ticket.started_at is not None
        draft = self._drafts.of(ticket.id) if ticket and served else None
        service = service_of(self.branch, ticket.service) if ticket else None
        case = self._case(ticket, counter) if ticket else None
        self.query_one(RecordPanel).tell(draft, service.outcomes if service else (), words, case)
        narrow = self.size.width < 100 or self.size.height < 30
        keys = self.query_one(KeyBar)
        keys.tell(doing(counter)[0], words, narrow=narrow)
        keys.display = not (narrow and self.query_one(RecordPanel).open)
        self.query_one(AnswersPanel).tell(self.opening, words)
        self.look_up()
        self._paint_unsent()

    def _case(self, ticket: TicketView, counter: CounterView) -> Case | None:
        """What a record of this customer may hold; None before the branch is known."""
        care, branch = self.seen.care, self.branch
        if care is None or branch is None:
            return None
        local = datetime.fromtimestamp(self.seen.clock.now() / 1000, ZoneInfo(branch.zone))
        categories = tuple(Named(code, names) for code, names in care.categories.items())
        template = template_of(care.templates, ticket.service)
        return case_of(ticket, counter, template, local, care.usual.get(ticket.service), categories)

    def _paint_unsent(self) -> None:
        words, unsent = self.words, self.query_one("#unsent", Static)
        said = ""
        if self.unreached:
            said = self.unsent()
        elif self.memory.failed:
            said = words("What you type cannot be kept on this machine's disk: do not close the console meanwhile.")
        unsent.display = bool(said)
        if unsent.content != Text(said):
            unsent.update(Text(said))

    # -- what came of the verbs

    def carried_out(self, command: c.Command, answer: Answer) -> None:
        super().carried_out(command, answer)
        self.seen.news(answer.seq, answer.ticket, answer.counter)
        if isinstance(command, c.UndoStep):
            self.app.clear_notifications()
        if isinstance(command, c.Finish):
            if answer.ticket is not None:
                self._drafts.recorded(answer.ticket.id)
            self.tell(self.words("%(number)s is finished.", number=answer.ticket.number if answer.ticket else ""))
        if isinstance(command, c.CloseCounter) and self._leave_after is not None:
            self.end(self._leave_after)
        self.fetch_soon()
        self._paint()

    def outbox_changed(self) -> None:
        if self.unreached or self.query_one("#unsent").display:
            self.changed()

    @on(NoLongerSignedIn)
    def sign_in_again(self) -> None:
        self.end(Leaving.SIGN_IN_AGAIN)

    # -- finishing, closing

    def on_key(self, event: events.Key) -> None:
        """F opens the record at once, so that what is typed right behind it, or arrives with it, goes there; so do the
        keys of answers and complaints."""
        record = self.query_one(RecordPanel)
        if self.app.screen is not self:
            self.app.screen.post_message(events.Key(event.key, event.character))
        elif record.open and (event.is_printable or event.key == "enter"):
            record.take(event)
        elif event.character in FINISH_KEYS and not record.open:
            self.action_finish()
        elif record.open or not self.opens(event):
            return
        event.stop()

    def action_finish(self) -> None:
        if self.served_here() is not None:
            self.query_one(RecordPanel).begin()
            self.changed()

    @on(RecordPanel.Done)
    def finish(self, event: RecordPanel.Done) -> None:
        if self.served_here() is not None:
            self.intend(c.Finish(self.number, event.record.outcome, event.note, event.record))
        self.query_one(RecordPanel).close()
        self.changed()

    @on(RecordPanel.Also)
    def record_also(self, event: RecordPanel.Also) -> None:
        ticket = self.served_here()
        if ticket is not None and self.branch is not None:
            self.intend(beside_the_visit(event.kind, event.fields, event.private, ticket, self.branch.zone))

    @on(RecordPanel.Typed)
    def keep_draft(self) -> None:
        self.memory.keep()

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
        places = numbered([(said, at) for at, (said, _) in enumerate(options)])
        place = await self.ask(Choose(words("Close"), places, words))
        if place is None:
            return
        leaving = options[place][1]
        if leaving is None:
            self.intend(c.OpenCounter(self.number))
        elif self.counter.open:
            self._leave_after = leaving
            self.intend(c.CloseCounter(self.number))
        else:
            self.end(leaving)
