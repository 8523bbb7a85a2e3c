"""The panel of the present customer."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from lobby.queue.events import Why
from lobby.queue.ticket import STATE_NAMES
from lobby.views import BranchView, CounterView, TicketView
from lobby.words import Words, reason
from teller_console import phrases
from teller_console.panels.large_number import LargeNumber
from teller_console.panels.tints import TINTS
from teller_console.picture import STANDING_NAMES, Standing, service_of, standing, waited_s


class NowPanel(VerticalScroll, can_focus=False):
    def compose(self) -> ComposeResult:
        with Horizontal(id="who"):
            yield LargeNumber(id="number")
            yield Static(id="head")
        yield Static(id="customer")

    def tell(
        self,
        counter: CounterView,
        next_up: TicketView | None,
        branch: BranchView | None,
        now: int,
        words: Words,
    ) -> None:
        """The customer at the counter and why this one, or who would be next."""
        self.border_title = words("Now")
        ticket = counter.ticket
        self.query_one("#who").display = ticket is not None
        number = self.query_one("#number", LargeNumber)
        number.set_class(self.size.width < 50 or self.size.height < 16, "small")
        number.show(ticket.number if ticket else "")
        self.query_one("#head", Static).update(self._head(ticket, branch, words) if ticket else "")
        lines = (
            self._customer(ticket, counter.why, branch, now, words) if ticket else self._nobody(counter, next_up, words)
        )
        self.query_one("#customer", Static).update(Text("\n").join(lines))

    def _nobody(self, counter: CounterView, next_up: TicketView | None, words: Words) -> list[Text]:
        if not counter.open:
            return [Text(words("This counter is closed. O opens it again or signs you out."))]
        if counter.on_break:
            return [Text(words("You are on a break. B brings you back."))]
        if next_up is None:
            return [Text(words("Nobody is waiting for this counter."))]
        return [Text(words("No customer here. Space calls the next: %(number)s.", number=next_up.number))]

    def _customer(
        self, ticket: TicketView, why: Why | None, branch: BranchView | None, now: int, words: Words
    ) -> list[Text]:
        service = service_of(branch, ticket.service)
        lines = [self._promise(ticket, service.target_s if service else 600, words, now)]
        documents = service.documents if service else {}
        asked = documents.get(words.language) or next(iter(documents.values()), ())
        if asked:
            lines.append(_labelled(words("Documents"), "; ".join(asked), words))
        if ticket.then:
            names = ", ".join(phrases.service(branch, code, words) for code in ticket.then)
            lines.append(_labelled(words("Then"), names, words))
        if why is not None:
            lines.append(_labelled(words("Why now"), reason(why, words), words))
        return lines

    def _head(self, ticket: TicketView, branch: BranchView | None, words: Words) -> Text:
        """What stands beside the number: three lines."""
        language = phrases.language(ticket.language, words)
        second = " · ".join([language, words("priority")]) if ticket.priority else language
        service = phrases.service(branch, ticket.service, words)
        return Text.assemble((service, "bold"), "\n", second, "\n", (self._state(ticket, words), "dim"))

    def _state(self, ticket: TicketView, words: Words) -> str:
        state = words(STATE_NAMES[ticket.state])
        if ticket.calls > 1:
            return ", ".join([state, words.plural("called once", "called %(count)s times", ticket.calls)])
        return state

    def _promise(self, ticket: TicketView, target_s: int, words: Words, now: int) -> Text:
        waited = waited_s(ticket, ticket.first_called_at or now)
        stands = standing(ticket, waited, target_s)
        said = words("Waited %(minutes)s min", minutes=round(waited / 60))
        if ticket.promise is None:
            return Text(said)
        promised = words("promised %(range)s min", range=phrases.promised(ticket.promise, words))
        kept = words("late") if stands is Standing.LATE else words("kept")
        if ticket.called_at is None:
            kept = words(STANDING_NAMES[stands])
        if words.direction == "rtl":
            return Text(f"{said}, {promised}: {kept}", TINTS[stands] if stands is not Standing.OK else "")
        return Text.assemble(f"{said}, {promised}: ", (kept, TINTS[stands]))


def _labelled(label: str, said: str, words: Words) -> Text:
    """Right to left the line is one piece in one style: a change of style would end the phrase, and its order."""
    if words.direction == "rtl":
        return Text(f"{label}: {said}")
    return Text.assemble((f"{label}: ", "dim"), said)
