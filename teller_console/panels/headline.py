"""The top line: where, who, what goes on and for how long, who waits, and whether all this is certain."""

from __future__ import annotations

from rich.text import Text

from lobby.views import CounterView, TicketView
from lobby.words import Words
from teller_console import phrases
from teller_console.panels.flow import Flow
from teller_console.picture import doing, waited_s


class Headline(Flow):
    def __init__(self) -> None:
        super().__init__(gap=3, spread=True, id="headline")

    def tell(
        self, counter: CounterView, waiting: list[TicketView], elsewhere: int, sure: bool, now: int, words: Words
    ) -> None:
        """`waiting` are those who may be called here, `elsewhere` how many others wait in the branch."""
        what, since = doing(counter)
        pieces = [
            Text(words("Counter %(counter)s", counter=counter.number), "bold"),
            Text(counter.teller),
            Text(f"{phrases.state(counter, what, words)} {phrases.running(since, now)}", "bold"),
            Text(words("waiting %(count)s", count=len(waiting))),
        ]
        if elsewhere and self.size.width >= 100:
            pieces.append(Text(words("elsewhere %(count)s", count=elsewhere), "dim"))
        if waiting:
            oldest = max(waiting, key=lambda ticket: waited_s(ticket, now))
            pieces.append(
                Text(
                    words(
                        "longest %(minutes)s min (%(number)s)",
                        minutes=round(waited_s(oldest, now) / 60),
                        number=oldest.number,
                    )
                )
            )
        if sure:
            pieces.append(Text("● " + words("live"), "#7fd1a0"))
        else:
            pieces.append(Text("◌ " + words("connecting"), "bold #f2c14e"))
        self.show(pieces)
