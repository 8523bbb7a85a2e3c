"""The standard of the service at hand: a short checklist to glance at."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from lobby.care.views import OfferedCare
from lobby.words import Words
from teller_console import phrases
from teller_console.layouts import everywhere
from teller_console.screens.care_screen import CareScreen


class StandardScreen(CareScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(("enter", *everywhere("g"))), "dismiss(None)", show=False)
    ]

    def compose(self) -> ComposeResult:
        words, service = self.words, self.desk.service
        name = phrases.service(self.desk.seen.branch, service, words) if service else words("every service")
        with Vertical(classes="dialog short") as dialog:
            dialog.border_title = words("Good service: %(service)s", service=name)
            yield Static(id="lines")
            yield Static(id="state")
            yield Static(words("Esc: back."), classes="hint", markup=False)

    def on_mount(self) -> None:
        self._show(self.desk.offered)
        self.ask(lambda door: door.care(), self._show)

    def _show(self, offered: OfferedCare) -> None:
        lines = standard_lines(offered, self.desk.service, self.words)
        said = "\n".join(f"· {line}" for line in lines) or self.words("No standard is written for this service.")
        self.query_one("#lines", Static).update(Text(said))


def standard_lines(offered: OfferedCare, service: str, words: Words) -> tuple[str, ...]:
    """The service's standard, else the common one, in the teller's language, else in English, else in any."""
    written = offered.standards.get(service) or offered.standards.get("") or {}
    return written.get(words.language) or written.get("en") or next(iter(written.values()), ())
