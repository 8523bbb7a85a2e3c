"""One record against its service's standard: lines ticked, and a remark that the teller alone will read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from lobby.care.commands import ReviewRecord
from lobby.care.interactions import KIND_NAMES, Kind
from lobby.care.templates import Named, template_of
from lobby.care.views import RecordView
from lobby.words import Words
from teller_console import care_places, phrases
from teller_console.care_desk import CareDesk, Under
from teller_console.care_phrases import moment
from teller_console.layouts import everywhere
from teller_console.panels.record_case import label
from teller_console.screens.ask import Ask
from teller_console.screens.care_screen import CareScreen
from teller_console.screens.standard import standard_lines


class RecordReviewScreen(CareScreen[None]):
    """A digit ticks a line, R writes the remark, Enter keeps the review."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "review", show=False),
        Binding(",".join(everywhere("r")), "remark", show=False),
    ]

    def __init__(self, desk: CareDesk, record: RecordView) -> None:
        super().__init__(desk)
        self._record = record
        self._lines = standard_lines(desk.offered, record.service, desk.words)
        self._kept = Under(desk.typed, care_places.of_review(record.seq))

    def compose(self) -> ComposeResult:
        words, one = self.words, self._record
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = f"{one.teller}, {moment(one.at, self.desk.zone, words)}"
            with VerticalScroll(classes="page"):
                yield Static(Text("\n").join(self._told()))
                yield Static(id="standard")
                yield Static(id="remark", markup=False)
            yield Static(id="state")
            yield Static(
                words("Digit: seen or not. R: a remark for the teller alone. Enter: keep. Esc: later."),
                classes="hint",
                markup=False,
            )

    def on_mount(self) -> None:
        self._kept.setdefault("met", ",".join(map(str, self._record.met)))
        self._show_lines()

    def on_key(self, event: events.Key) -> None:
        if not self.passed_on(event) and event.key in "123456789" and int(event.key) <= len(self._lines):
            event.stop()
            line = int(event.key) - 1
            self._kept["met"] = ",".join(map(str, sorted({*self._met} ^ {line})))
            self._show_lines()

    def action_remark(self) -> None:
        title = self.words("A remark for %(teller)s alone", teller=self._record.teller)
        self.app.push_screen(Ask(title, self.words, kept=(self._kept, "writing")), self._remarked)

    def action_review(self) -> None:
        self.desk.intend(ReviewRecord(self._record.seq, tuple(self._met), self._kept.get("note", "")))
        self.dismiss(None)

    def _remarked(self, note: str | None) -> None:
        if note is not None:
            self._kept["note"] = note
            self._show_lines()

    @property
    def _met(self) -> list[int]:
        return [int(line) for line in self._kept.get("met", "").split(",") if line]

    def _show_lines(self) -> None:
        text = Text()
        for line, said in enumerate(self._lines):
            text.append(f"{line + 1} {'☑' if line in self._met else '☐'} {said}\n")
        self.query_one("#standard", Static).update(
            text if self._lines else Text(self.words("No standard is written for this service."))
        )
        note = self._kept.get("note", "")
        self.query_one("#remark", Static).update(self.words("Remark: %(note)s", note=note) if note else "")

    def _told(self) -> Iterable[Text]:
        """The record as the teller wrote it."""
        words, one = self.words, self._record
        template = template_of(self.desk.offered.templates, one.service)
        kind = words(KIND_NAMES[Kind(one.kind)]) if one.kind else ""
        service = phrases.service(self.desk.seen.branch, one.service, words)
        outcome = named_in(template.outcomes, one.outcome, words)
        yield Text(" · ".join(filter(None, (service, kind, outcome))), "bold")
        if one.delivered:
            yield Text("✓ " + ", ".join(named_in(template.delivered, code, words) for code in one.delivered))
        if one.steps:
            yield Text("☑ " + ", ".join(named_in(template.checklist, code, words) for code in one.steps))
        for code, value in one.fields.items():
            yield Text(f"{named_in(template.fields, code, words)}: {value}")
        yield Text(one.note or words("No note."))


def named_in(among: Iterable[Named], code: str, words: Words) -> str:
    """What has this code, by its name; the code where the template has it no more."""
    found = next((one for one in among if one.code == code), None)
    return label(found, words) if found else phrases.code(code, words)
