"""The verbs: an action a key. Those that need an answer first ask for it in a small screen."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual import work
from textual.binding import BindingType
from textual.screen import ModalScreen

from lobby.errors import LobbyError, NothingAtCounter, WrongState
from lobby.queue import commands as c
from lobby.queue.ticket import STATE_NAMES, State
from lobby.views import BranchView, CounterView, QueueView, TicketView
from teller_console import phrases
from teller_console.keys import bindings
from teller_console.leaving import Leaving
from teller_console.picture import waits_here
from teller_console.screens.ask import Ask
from teller_console.screens.choose import Choose
from teller_console.screens.help import Help
from teller_console.screens.pick_ticket import PickTicket
from teller_console.screens.sending import Sending

T = TypeVar("T")


class Verbs(Sending[Leaving]):
    """Needs to be told what there is: `queue`, `branch`, `counter`."""

    BINDINGS: ClassVar[list[BindingType]] = bindings()

    number: int
    branch: BranchView | None = None
    last_missed = ""
    _asking = False

    @property
    def queue(self) -> QueueView:
        raise NotImplementedError

    @property
    def counter(self) -> CounterView:
        raise NotImplementedError

    async def ask(self, screen: ModalScreen[T]) -> T | None:
        """Show a small screen and wait for its answer; None while another one is being answered."""
        if self._asking:
            return None
        self._asking = True
        try:
            return await self.app.push_screen_wait(screen)
        finally:
            self._asking = False

    # -- one key, one command

    def action_next(self) -> None:
        self.intend(c.CallNext(self.number))

    def action_recall(self) -> None:
        self.intend(c.Recall(self.number))

    def action_start(self) -> None:
        self.intend(c.Start(self.number))

    def action_no_show(self) -> None:
        self.intend(c.DeclareNoShow(self.number))

    def action_undo(self) -> None:
        self.intend(c.UndoStep(self.number))

    def action_help(self) -> None:
        self.app.push_screen(Help(self.words))

    # -- verbs that ask first

    @work
    async def action_park(self) -> None:
        if self._served_here() is None:
            return
        reason = await self.ask(Ask(self.words("Park: why?"), self.words, ready=self._park_reasons()))
        if reason is not None:
            self.intend(c.Park(self.number, reason))

    @work
    async def action_resume(self) -> None:
        if not self.queue.parked:
            self.tell(self.words("No customer is parked."))
            return
        ticket = await self.ask(PickTicket(self.words("Take up which?"), self._lines(self.queue.parked), self.words))
        if ticket is not None:
            self.intend(c.Resume(self.number, ticket))

    @work
    async def action_transfer(self) -> None:
        if self.counter.ticket is None:
            self.refuse(NothingAtCounter(counter=self.number))
            return
        where = await self.ask(Choose(self.words("Transfer to"), self._places(), self.words))
        if where is None:
            return
        reason = await self.ask(Ask(self.words("Transfer: why?"), self.words))
        if reason is not None:
            self.intend(c.Transfer(self.number, where.service, where.to_counter, where.to_teller, reason))

    @work
    async def action_add_service(self) -> None:
        if self._served_here() is None or self.branch is None:
            return
        options = [(phrases.service(self.branch, s.code, self.words), s.code) for s in self.branch.services]
        service = await self.ask(Choose(self.words("Add which service?"), options, self.words))
        if service is not None:
            self.intend(c.AddService(self.number, service))

    @work
    async def action_call_ticket(self) -> None:
        here = [ticket for ticket in self.queue.waiting if waits_here(ticket, self.counter)]
        ticket = await self.ask(PickTicket(self.words("Call which ticket?"), self._lines(here), self.words))
        if ticket is None:
            return
        reason = await self.ask(
            Ask(self.words("%(number)s out of order: why?", number=ticket), self.words, needed=True)
        )
        if reason is not None:
            self.intend(c.CallTicket(self.number, ticket, reason))

    @work
    async def action_cancel_ticket(self) -> None:
        tickets = [*self.queue.waiting, *self.queue.parked]
        ticket = await self.ask(PickTicket(self.words("Cancel which ticket?"), self._lines(tickets), self.words))
        if ticket is None:
            return
        reason = await self.ask(Ask(self.words("Cancel %(number)s: why?", number=ticket), self.words))
        if reason is not None:
            self.intend(c.Cancel(ticket, reason))

    @work
    async def action_returned(self) -> None:
        ticket = await self.ask(PickTicket(self.words("Who came back?"), [], self.words, text=self.last_missed))
        if ticket is not None:
            self.intend(c.Return(ticket))

    @work
    async def action_break(self) -> None:
        if self.counter.on_break:
            self.intend(c.EndBreak(self.number))
            return
        reasons = self.branch.break_reasons if self.branch else ()
        ready = [(phrases.code(reason, self.words), reason) for reason in reasons]
        reason = await self.ask(Ask(self.words("Break: why?"), self.words, ready=ready))
        if reason is not None:
            self.intend(c.TakeBreak(self.number, reason))

    # -- what the small screens offer

    def _served_here(self) -> TicketView | None:
        """The customer being served; where there is none, the refusal that the branch would give is shown at once."""
        ticket = self.counter.ticket
        refusal: LobbyError | None = None
        if ticket is None:
            refusal = NothingAtCounter(counter=self.number)
        elif ticket.state is not State.SERVING:
            refusal = WrongState(number=ticket.number, state=STATE_NAMES[ticket.state])
        if refusal is None:
            return ticket
        self.refuse(refusal)
        return None

    def _lines(self, tickets: list[TicketView] | tuple[TicketView, ...]) -> list[tuple[str, str]]:
        return [
            (ticket.number, f"{ticket.number}  {phrases.service(self.branch, ticket.service, self.words)}")
            for ticket in tickets
        ]

    def _places(self) -> list[tuple[str, c.Transfer]]:
        """Services, other open counters and colleagues, as transfers not yet complete."""
        words, branch = self.words, self.branch
        own = self.counter
        services = [
            (phrases.service(branch, s.code, words), c.Transfer(self.number, service=s.code))
            for s in (branch.services if branch else ())
        ]
        others = [counter for counter in self.queue.counters if counter.open and counter.number != own.number]
        counters = [
            (words("Counter %(counter)s", counter=other.number), c.Transfer(self.number, to_counter=other.number))
            for other in others
        ]
        colleagues = [
            (words("Colleague %(teller)s", teller=name), c.Transfer(self.number, to_teller=name))
            for name in sorted({other.teller for other in others} - {own.teller, ""})
        ]
        return [*services, *counters, *colleagues]

    def _park_reasons(self) -> list[tuple[str, str]]:
        words = self.words
        said = [
            words("fetches a document"),
            words("fills in a form"),
            words("waits for an approval"),
        ]
        return [(reason, reason) for reason in said]
