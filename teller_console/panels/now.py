"""The panel of the present customer."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll

from lobby.queue.ticket import STATE_NAMES
from lobby.views import BranchView, TicketView
from lobby.words import Words, reason
from teller_console import phrases
from teller_console.panels.large_number import LargeNumber
from teller_console.panels.said import Said, entitle
from teller_console.panels.tints import TINTS
from teller_console.picture import (
    STANDING_NAMES,
    Standing,
    UntilNoShow,
    service_of,
    standing,
    until_no_show,
    waited_s,
)
from teller_console.seen import Seen


class NowPanel(VerticalScroll, can_focus=False):
    def compose(self) -> ComposeResult:
        with Horizontal(id="who"):
            yield LargeNumber(id="number")
            yield Said(id="head")
        yield Said(id="customer")

    def tell(
        self,
        seen: Seen,
        next_up: TicketView | None,
        now: int,
        words: Words,
    ) -> None:
        """The customer at the counter and why this one, or who would be next."""
        entitle(self, words("Now"))
        counter, branch = seen.counter, seen.branch
        ticket = counter.ticket
        self.query_one("#who").display = ticket is not None
        number = self.query_one("#number", LargeNumber)
        small = self.size.width < 50 or self.size.height < 16
        number.set_class(small, "small")
        self.set_class(small, "tight")
        number.show(ticket.number if ticket else "")
        self.query_one("#head", Said).show(self._head(ticket, branch, words) if ticket else Text())
        lines = self._customer(ticket, seen, now, words) if ticket else self._nobody(seen, next_up, words)
        if counter.offered:
            said = words("This counter is handed over to the colleague who opens it next. H takes that back.")
            if counter.offered_to:
                heir = counter.offered_to
                said = words("This counter is handed over to %(teller)s, who opens it. H takes that back.", teller=heir)
            lines.append(Text(said, "bold #f2c14e"))
        self.query_one("#customer", Said).show(Text("\n").join(lines))

    def _nobody(self, seen: Seen, next_up: TicketView | None, words: Words) -> list[Text]:
        counter = seen.counter
        if not counter.open:
            return [Text(words("This counter is closed. O opens it again or signs you out."))]
        if counter.on_break:
            return [Text(words("You are on a break. B brings you back."))]
        if counter.ready:
            said = words("Waiting for the next customer, who is called by itself. E stops that.")
            return [Text("◉ " + said, "bold #7cc4ff")]
        if next_up is None:
            return [Text(words("Nobody is waiting for this counter."))]
        return [Text(words("No customer here. Space calls the next: %(number)s.", number=next_up.number))]

    def _customer(self, ticket: TicketView, seen: Seen, now: int, words: Words) -> list[Text]:
        branch, why = seen.branch, seen.counter.why
        service = service_of(branch, ticket.service)
        lines = [self._promise(ticket, service.target_s if service else 600, words, now)]
        documents = service.documents if service else {}
        asked = documents.get(words.language) or next(iter(documents.values()), ())
        if asked:
            label = words("Documents, at hand") if ticket.documents else words("Documents")
            lines.append(_labelled(label, "; ".join(asked), words))
        if ticket.then:
            names = ", ".join(phrases.service(branch, code, words) for code in ticket.then)
            lines.append(_labelled(words("Then"), names, words))
        if branch is not None and ticket.started_at is None:
            lines.append(Text(_no_show(until_no_show(ticket, branch, now), words), "#f2c14e"))
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


def _no_show(until: UntilNoShow, words: Words) -> str:
    if until.calls:
        return words("No-show: first call again (R), then wait.")
    if until.seconds:
        return words("No-show possible in %(seconds)s s.", seconds=until.seconds)
    return words("No-show possible now (N).")


def _labelled(label: str, said: str, words: Words) -> Text:
    """Right to left the line is one piece in one style: a change of style would end the phrase, and its order."""
    if words.direction == "rtl":
        return Text(f"{label}: {said}")
    return Text.assemble((f"{label}: ", "dim"), said)
