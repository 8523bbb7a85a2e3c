"""The panel of those who wait, in the order in which this counter would call them; then who asked for a few minutes,
then others, then who is parked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from lobby.views import BranchView, CounterView, TicketView
from lobby.words import Words
from teller_console import phrases
from teller_console.panels.lines import Lines
from teller_console.panels.said import entitle
from teller_console.panels.tints import TINTS
from teller_console.picture import STANDING_NAMES, Standing, is_away, service_of, standing, waited_s, waits_here

NUMBER, WAITED, PROMISE, SERVICE = 6, 9, 7, 20
"""Widths of columns in cells; the service takes what its names need, up to this. What is left is for the marks."""


class QueuePanel(Lines):
    def __init__(self) -> None:
        super().__init__(id="queue")
        self._service = SERVICE

    def tell(
        self,
        counter: CounterView,
        waiting: Sequence[TicketView],
        parked: Sequence[TicketView],
        branch: BranchView | None,
        now: int,
        words: Words,
    ) -> None:
        entitle(self, words("Queue"))
        codes = {ticket.service for ticket in (*waiting, *parked)}
        names = [phrases.service(branch, code, words) for code in codes]
        widest = SERVICE if self._wide else max(8, self.size.width - NUMBER - WAITED - 9)
        self._service = min(widest, max((cell_len(name) + 2 for name in names), default=0))
        ours = [ticket for ticket in waiting if waits_here(ticket, counter)]
        here = [ticket for ticket in ours if not is_away(ticket, now)]
        away = [ticket for ticket in ours if is_away(ticket, now)]
        others = [ticket for ticket in waiting if not waits_here(ticket, counter)]
        room = max(3, self.size.height)
        below = self._parked(parked, branch, now, words)[: room // 2]
        free = room - len(below)
        fit = len(waiting) if len(waiting) <= free else free - 1
        lines = [self._waiting(ticket, counter, branch, now, words) for ticket in [*here, *away, *others][:fit]]
        for line in lines[len(here) :]:
            line.stylize("dim")
        if not waiting:
            lines = [Text(words("Nobody is waiting."), "dim")]
        if fit < len(waiting):
            hidden = len(waiting) - fit
            lines.append(Text(words.plural("and %(count)s more", "and %(count)s more", hidden), "dim"))
        lines += below
        for line in lines:
            line.truncate(self.size.width, overflow="ellipsis")
        self.show_lines(lines)

    def _waiting(
        self, ticket: TicketView, counter: CounterView, branch: BranchView | None, now: int, words: Words
    ) -> Text:
        service = service_of(branch, ticket.service)
        waited = waited_s(ticket, now)
        stands = standing(ticket, waited, service.target_s if service else 600)
        line = self._start(ticket, phrases.minutes(waited, words), branch, words)
        said = words(STANDING_NAMES[stands])
        promise = phrases.promised(ticket.promise, words)
        if promise and self._wide:
            line.append(set_cell_size(promise, PROMISE))
        if is_away(ticket, now):
            line.append(f"◔ {phrases.back_in(ticket, now, words, short=not self._wide)}")
        else:
            line.append(said, TINTS[stands] if stands is not Standing.OK else "")
        if ticket.priority:
            line.append("  ▲ " + words("priority") if self._wide else "  ▲", "bold")
        if ticket.appointment is not None:
            line.append("  ◷ " + words("appointment") if self._wide else "  ◷")
        kept = phrases.kept_for(ticket, counter, words)
        if kept:
            line.append(f"  → {kept}", "bold")
        return line

    def _parked(self, parked: Sequence[TicketView], branch: BranchView | None, now: int, words: Words) -> list[Text]:
        if not parked:
            return []
        lines = [Text(""), Text(words("Parked"), "bold")]
        for ticket in parked:
            seconds = max(0, now - (ticket.parked_at or now)) // 1000
            lines.append(self._start(ticket, phrases.minutes(seconds, words), branch, words))
        return lines

    def _start(self, ticket: TicketView, time: str, branch: BranchView | None, words: Words) -> Text:
        service = set_cell_size(phrases.service(branch, ticket.service, words), self._service - 2)
        return Text.assemble((set_cell_size(ticket.number, NUMBER), "bold"), service, "  ", set_cell_size(time, WAITED))

    @property
    def _wide(self) -> bool:
        return self.size.width >= 50
