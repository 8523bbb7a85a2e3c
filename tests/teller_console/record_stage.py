"""A record panel with the example branch's templates, on a screen of its own: what is typed goes to a desk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from textual import events, on
from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.keys import _character_to_key
from textual.screen import Screen

from lobby.care.interactions import Kind, Record
from lobby.care.record_check import check_record
from lobby.care.setup import CATEGORIES
from lobby.care.templates import Named, Template
from lobby.record_files import RecordValues
from lobby.words import words
from teller_console.app import CALM
from teller_console.drafts import Draft
from teller_console.panels.record import RecordPanel
from teller_console.panels.record_case import Case
from teller_console.right_to_left import Isolate
from tests.teller_console.typist import Typist

LANGUAGES = ("en", "ar", "zh", "ru")
SERVICES = ("cash", "accounts", "cards", "loans", "business")
NOW = datetime(2026, 11, 23, 10, 40, tzinfo=ZoneInfo("Europe/London"))
"""A Monday."""


@cache
def example_templates() -> dict[str, Template]:
    """The templates that come with the example branch."""
    values = RecordValues()
    data = values.read_folder(Path(str(files("lobby.examples"))) / "records")
    templates = values.templates(data, "records/", LANGUAGES, SERVICES)
    assert not values.mistakes, "\n".join(map(str, values.mistakes))
    return templates


class RecordScreen(Screen[None]):
    """F takes the record up, as at the counter. `recorded` and `also` are what came of it, as the branch keeps it."""

    CSS_PATH = str(Path(__file__).parents[2] / "teller_console" / "screens" / "work.tcss")
    AUTO_FOCUS = ""

    def __init__(self, template: Template, language: str, history: dict[str, float]) -> None:
        super().__init__()
        self.template = template
        self.said = words(language)
        self.draft: Draft | None = Draft()
        self.case = Case(
            template,
            NOW,
            history,
            {"language": language, "number": "A047", "waited_min": "11"},
            tuple(Named(code) for code in CATEGORIES),
        )
        self.recorded: list[tuple[Record, str]] = []
        self.also: list[Record] = []

    def compose(self) -> ComposeResult:
        yield RecordPanel()

    def on_mount(self) -> None:
        self.tell()

    @property
    def panel(self) -> RecordPanel:
        return self.query_one(RecordPanel)

    def tell(self) -> None:
        self.panel.tell(self.draft, ("done", "referred"), self.said, self.case)

    def on_key(self, event: events.Key) -> None:
        if self.panel.open and (event.is_printable or event.key == "enter"):
            self.panel.take(event)
        elif event.key == "f" and not self.panel.open:
            self.panel.begin()
            self.tell()
        else:
            return
        event.stop()

    @on(RecordPanel.Done)
    def done(self, event: RecordPanel.Done) -> None:
        self.recorded.append((check_record(event.record, self.template), event.note))
        self.panel.close()

    @on(RecordPanel.Also)
    def also_recorded(self, event: RecordPanel.Also) -> None:
        record = Record(kind=event.kind, fields=event.fields, private=event.private)
        self.also.append(record if event.kind is Kind.COMPLAINT else check_record(record, self.template))


class RecordApp(App[None], inherit_bindings=False):
    """Shows the screen, with the console's colours and order of letters."""

    def __init__(self, counter: RecordScreen) -> None:
        super().__init__()
        self.counter = counter

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), Isolate()]

    def on_mount(self) -> None:
        self.register_theme(CALM)
        self.theme = CALM.name
        self.push_screen(self.counter)


@dataclass
class Recorder(Typist):
    """Counts the keys too."""

    app: RecordApp
    at: RecordScreen
    keys: list[str] = field(default_factory=list)

    async def press(self, *keys: str) -> None:
        self.keys.extend(keys)
        await super().press(*keys)

    async def type(self, text: str) -> None:
        """A key for each letter; a line end is Enter."""
        await self.press(*("enter" if letter == "\n" else _character_to_key(letter) for letter in text))

    async def burst(self, text: str) -> None:
        """Letters as a slow line brings them: all at once."""
        self.keys.extend(text)
        await self.write(text)

    async def finished(self) -> tuple[Record, str]:
        """The record of the visit, and its note, as soon as it is there."""
        await self.until(lambda: self.at.recorded)
        return self.at.recorded[-1]


@asynccontextmanager
async def a_record(
    service: str = "cash",
    language: str = "en",
    *,
    template: Template | None = None,
    history: dict[str, float] | None = None,
    size: tuple[int, int] = (80, 24),
) -> AsyncIterator[Recorder]:
    """A customer of `service` is being served."""
    screen = RecordScreen(template or example_templates()[service], language, history or {})
    app = RecordApp(screen)
    async with app.run_test(size=size) as pilot:
        yield Recorder(pilot, app, screen)
