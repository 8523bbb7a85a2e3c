"""A work screen's way out: intentions go to the door one after the other, each until it is answered."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from contextvars import copy_context

from textual import on

from lobby.door import Answer, Door
from lobby.errors import LobbyError, NotSignedIn, ServerUnreachable
from lobby.queue.commands import Command
from teller_console.again import Again
from teller_console.messages import Answered, NoLongerSignedIn, Refused, Unsent
from teller_console.outbox import Intention, Outbox
from teller_console.screens.spoken import Result, SpokenScreen
from teller_console.tongue import Tongue

HOLD_S = 0.05
"""What a key itself changed, such as a window that closed, waits so long for the answer, to be painted with it."""


class Sending(SpokenScreen[Result]):
    """Sends what `intend` is given. `unreached` says that the last attempt got no answer: there is another one after
    `RETRY_S`, then less and less often, or when a key is pressed."""

    RETRY_S = 1.0

    def __init__(self, door: Door, outbox: Outbox, tongue: Tongue) -> None:
        super().__init__(tongue)
        self.door = door
        self.outbox = outbox
        self.unreached = False
        self._sending = False
        self._send_again = Again(self, self.send_on, self.RETRY_S)
        self._held = ExitStack()

    def on_unmount(self) -> None:
        self._held.close()

    def intend(self, command: Command) -> None:
        """Have a command carried out, once; the same one again while it is on its way is the same."""
        if self.outbox.add(command) is not None:
            self.outbox_changed()
            self.send_on()
            self._hold_paint()

    def _hold_paint(self) -> None:
        """Paint nothing before `paint_now`: the answer, or what it will say by another way; or `HOLD_S` is over."""
        self._held.close()
        if self.is_attached and self._sending:
            self._held.enter_context(self.app.batch_update())
            self.set_timer(HOLD_S, self._held.close)

    def paint_now(self) -> None:
        """What was waited for is known."""
        self._held.close()

    def send_on(self) -> None:
        """Send what is first in line, unless something is on its way."""
        head = self.outbox.head
        if head is not None and self.may_send and not self._sending and self.is_attached:
            self._sending = True
            loop = asyncio.get_running_loop()  # a worker's thread would begin only after all that a key does here
            sending = loop.run_in_executor(None, copy_context().run, self._send, head)
            self.run_worker(sending, name=type(head.command).__name__, group="send", description=head.key)

    def _send(self, intention: Intention) -> None:
        """One attempt, in a thread; written down first, so that a console that ends meanwhile knows what it asked."""
        self.outbox.settle()
        try:
            answer = self.door.submit(intention.command, key=intention.key)
        except ServerUnreachable:
            self.post_message(Unsent(intention))
        except LobbyError as refusal:
            self.post_message(Refused(intention, refusal))
        else:
            self.post_message(Answered(intention, answer))

    @on(Answered)
    def _next_after_answer(self, event: Answered) -> None:
        self.unreached = False
        self.carried_out(event.intention.command, event.answer)  # what follows is written down before this is erased
        self._reached(event.intention)
        self.outbox_changed()
        self.send_on()

    @on(Refused)
    def _next_after_refusal(self, event: Refused) -> None:
        if isinstance(event.error, NotSignedIn):
            self._sending = False
            self.post_message(NoLongerSignedIn())
            return
        self._reached(event.intention)
        self.refuse(event.error)
        self.outbox_changed()
        self.send_on()

    @on(Unsent)
    def _again_later(self, event: Unsent) -> None:
        self._sending = False
        self.paint_now()
        self.unreached = True
        self.outbox_changed()
        self._send_again.later()

    def hurry(self) -> None:
        """A key was pressed: somebody waits for what is out of reach."""
        self._send_again.hurry()

    def _reached(self, intention: Intention) -> None:
        self._sending = False
        self.unreached = False
        self._send_again.over()
        self.outbox.answered(intention)
        self.paint_now()

    @property
    def may_send(self) -> bool:
        """Whether what stands in the outbox is known to be meant for now."""
        return True

    def carried_out(self, command: Command, answer: Answer) -> None:
        """A command was carried out."""

    def outbox_changed(self) -> None:
        """The outbox, or what is known of the way out, changed."""
