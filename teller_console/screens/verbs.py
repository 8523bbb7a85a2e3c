"""The verbs: an action a key. Those that need an answer first ask for it in a small screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, TypeVar

from textual import work
from textual.binding import BindingType
from textual.screen import ModalScreen

from lobby.door import Door
from lobby.errors import CounterBusy, LobbyError, NothingAtCounter, WrongState
from lobby.queue import commands as c
from lobby.queue.ticket import STATE_NAMES, State
from lobby.views import BranchView, CounterView, QueueView, TicketView
from lobby.words import LANGUAGES
from teller_console import offers, phrases
from teller_console.keys import KEYS, bindings, shown
from teller_console.leaving import Leaving
from teller_console.memory import Memory
from teller_console.picture import waits_here
from teller_console.screens.ask import Ask
from teller_console.screens.choose import Choose
from teller_console.screens.help import Help
from teller_console.screens.pick import Pick
from teller_console.screens.sending import Sending
from teller_console.seen import Seen
from teller_console.tongue import Tongue

T = TypeVar("T")


class Verbs(Sending[Leaving]):
    """Acts at the counter of `seen`."""

    BINDINGS: ClassVar[list[BindingType]] = bindings()

    def __init__(self, seen: Seen, door: Door, tongue: Tongue, memory: Memory) -> None:
        super().__init__(door, memory.outbox, tongue)
        self.seen = seen
        self.number = seen.number
        self.memory = memory
        self._asking = False

    @property
    def queue(self) -> QueueView:
        return self.seen.queue

    @property
    def counter(self) -> CounterView:
        return self.seen.counter

    @property
    def branch(self) -> BranchView | None:
        return self.seen.branch

    async def ask(self, screen: ModalScreen[T]) -> T | None:
        """Show a small screen and wait for its answer; None while another one is being answered."""
        if self._asking:
            return None
        self._asking = True
        try:
            return await self.app.push_screen_wait(screen)
        finally:
            self._asking = False

    async def intend_why(
        self,
        title: str,
        place: str,
        command: Callable[[str], c.Command],
        *,
        ready: Iterable[tuple[str, str]] = (),
        needed: bool = False,
    ) -> None:
        """Ask for a reason, and have the command with it carried out, if one is given; what is typed is kept under
        `place` until then. The command is on its way while the small screen closes."""
        kept = (self.memory.drafts.typed, place)

        def begin(reason: str) -> None:
            self.intend(command(reason))

        await self.ask(Ask(title, self.words, ready=list(ready), needed=needed, kept=kept, begin=begin))

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

    def action_next_when(self) -> None:
        self.intend(c.StopWaiting(self.number) if self.counter.ready else c.WaitForNext(self.number))

    # -- verbs that ask first

    @work
    async def action_walk_in(self) -> None:
        ticket = self.counter.ticket
        if ticket is not None:
            self.refuse(CounterBusy(counter=self.number, number=ticket.number))
            return
        title = self.words("Walk-in: which service?")
        service = await self.ask(Choose(title, offers.services_here(self.seen, self.words), self.words))
        if service is None:
            return
        languages = offers.languages(self.seen, self.words)
        language = await self.ask(Choose(self.words("In which language?"), languages, self.words))
        if language is not None:
            self.intend(c.Issue(service, language, at_counter=self.number))

    @work
    async def action_hand_over(self) -> None:
        if self.counter.offered:
            self.intend(c.KeepCounter(self.number))
            return
        heirs = offers.heirs(self.seen, self.words)
        heir = await self.ask(Choose(self.words("Hand the counter over to"), heirs, self.words))
        if heir is not None:
            self.intend(c.OfferCounter(self.number, heir))

    @work
    async def action_park(self) -> None:
        ticket = self.served_here()
        if ticket is None:
            return
        ready = [(phrases.code(code, self.words), code) for code in offers.PARKED]
        title = self.words("Park: why?")
        await self.intend_why(title, f"park {ticket.id}", lambda reason: c.Park(self.number, reason), ready=ready)

    @work
    async def action_resume(self) -> None:
        if not self.queue.parked:
            self.tell(self.words("No customer is parked."))
            return
        ticket = await self._pick_ticket(self.words("Take up which?"), self.queue.parked)
        if ticket is not None:
            self.intend(c.Resume(self.number, ticket))

    @work
    async def action_transfer(self) -> None:
        ticket = self.counter.ticket
        if ticket is None:
            self.refuse(NothingAtCounter(counter=self.number))
            return
        places = offers.places(self.seen, self.words)
        where = await self.ask(Choose(self.words("Transfer to"), places, self.words))
        if where is None:
            return
        await self.intend_why(
            self.words("Transfer: why?"),
            f"transfer {ticket.id}",
            lambda reason: c.Transfer(self.number, where.service, where.to_counter, where.to_teller, reason),
        )

    @work
    async def action_add_service(self) -> None:
        if self.served_here() is None:
            return
        services = offers.services(self.seen, self.words)
        service = await self.ask(Choose(self.words("Add which service?"), services, self.words))
        if service is not None:
            self.intend(c.AddService(self.number, service))

    @work
    async def action_call_ticket(self) -> None:
        here = [ticket for ticket in self.queue.waiting if waits_here(ticket, self.counter)]
        ticket = await self._pick_ticket(self.words("Call which ticket?"), here)
        if ticket is None:
            return
        title = self.words("%(number)s out of order: why?", number=ticket)
        await self.intend_why(
            title, f"call {ticket}", lambda reason: c.CallTicket(self.number, ticket, reason), needed=True
        )

    @work
    async def action_cancel_ticket(self) -> None:
        tickets = [*self.queue.waiting, *self.queue.parked]
        ticket = await self._pick_ticket(self.words("Cancel which ticket?"), tickets)
        if ticket is None:
            return
        title = self.words("Cancel %(number)s: why?", number=ticket)
        await self.intend_why(title, f"cancel {ticket}", lambda reason: c.Cancel(ticket, reason))

    @work
    async def action_returned(self) -> None:
        ticket = await self._pick_ticket(self.words("Who came back?"), self.queue.missed)
        if ticket is not None:
            self.intend(c.Return(ticket))

    @work
    async def action_break(self) -> None:
        if self.counter.on_break:
            self.intend(c.EndBreak(self.number))
            return
        reasons = self.branch.break_reasons if self.branch else ()
        ready = [(phrases.code(reason, self.words), reason) for reason in reasons]
        title = self.words("Break: why?")
        await self.intend_why(title, "break", lambda reason: c.TakeBreak(self.number, reason), ready=ready)

    @work
    async def action_more(self) -> None:
        """Everything, by its name."""
        title, hint = self.words("More"), self.words("A few letters, arrows, Enter. Esc: back.")
        action = await self.ask(Pick(title, list(self.everything()), self.words, hint=hint))
        if action is not None:
            await self.run_action(action)

    def everything(self) -> Iterable[tuple[str, str]]:
        """What can be done, as it is read and as an action: each verb with its key, the languages."""
        words = self.words
        for key in KEYS:
            if key.action != "more":
                yield f"{shown(key.key):<7}{words(key.said)}", key.action
        for tag in LANGUAGES:
            yield f"{'':<7}{words('language')}: {phrases.own_name(tag)}", f"speak('{tag}')"
        yield f"{'^Q':<7}{words('quit')}", "app.quit"

    # -- what the small screens offer

    def served_here(self) -> TicketView | None:
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

    async def _pick_ticket(self, title: str, tickets: Iterable[TicketView]) -> str | None:
        """A ticket's number: of these, or as typed."""
        lines = [
            (f"{ticket.number}  {phrases.service(self.branch, ticket.service, self.words)}", ticket.number)
            for ticket in tickets
        ]
        words = self.words
        return await self.ask(
            Pick(
                title,
                lines,
                words,
                placeholder=words("Ticket number"),
                hint=words("Number or arrows and Enter. Esc: back."),
                typed=str.upper,
            )
        )
