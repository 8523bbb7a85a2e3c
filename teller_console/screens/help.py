"""The keys with a sentence each."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from lobby.errors import N_
from lobby.words import Words
from teller_console.keys import KEYS, shown

SENTENCES = {
    "next": N_("Call the next customer; the rule and its reason are shown."),
    "recall": N_("Call the same customer again."),
    "start": N_("The customer is here: service starts."),
    "finish": N_("Choose an outcome, add a note if you like, Enter."),
    "park": N_("The customer fetches or fills in something; your counter is free meanwhile."),
    "resume": N_("Go on with a parked customer."),
    "transfer": N_("To another service, counter or colleague; the arrival time is kept."),
    "no_show": N_("Nobody came, after the recalls and the time that the branch has set."),
    "add_service": N_("The customer needs another service, on the same ticket."),
    "call_ticket": N_("Call somebody out of order; a reason is kept."),
    "cancel_ticket": N_("A waiting or parked customer has left."),
    "returned": N_("Somebody who missed the call came back and has the old place again, once."),
    "break": N_("Take a break, or come back from it."),
    "undo": N_("Take back the last step, for a short time."),
    "close": N_("Close or change the counter, sign out."),
    "language": N_("Language of this console."),
    "help": N_("This list."),
}


class Help(ModalScreen[None]):
    CSS_PATH = "asking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,enter,space", "dismiss(None)", show=False)]

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        words = self._words
        table = Table.grid(padding=(0, 1))
        table.add_column(style="bold cyan", no_wrap=True)
        table.add_column(style="bold")
        table.add_column()
        for key in KEYS:
            table.add_row(shown(key.key), words(key.said), words(SENTENCES[key.action]))
        table.add_row("^Q", words("quit"), words("Leave the console; the counter stays open."))
        with VerticalScroll(classes="dialog wide") as dialog:
            dialog.border_title = words("Keys")
            yield Static(table)
