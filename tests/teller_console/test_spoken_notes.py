"""Speaking a note: begun and stopped by a key, never for the wrong customer, never lost by Enter."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from lobby.errors import LobbyError
from teller_console.app import Console
from teller_console.dictation import NoSound, Utterance
from teller_console.screens.work import WorkScreen
from tests.teller_console.stage import Stage, Teller
from tests.teller_console.typist import PATIENCE_S

pytestmark = pytest.mark.anyio


@dataclass
class FakeTranscriber:
    """Hears what the test says; `error` instead of it. `listened` are the languages of its utterances."""

    says: str = "new card ordered"
    error: LobbyError | None = None
    listened: list[str] = field(default_factory=list)
    last: FakeUtterance | None = None

    def listen(self, language: str) -> Utterance:
        self.listened.append(language)
        self.last = FakeUtterance(self)
        return self.last


@dataclass
class FakeUtterance:
    by: FakeTranscriber
    stopped: threading.Event = field(default_factory=threading.Event)
    written: threading.Event = field(default_factory=threading.Event)
    cancelled: bool = False

    def __post_init__(self) -> None:
        self.written.set()

    def text(self) -> str:
        assert self.stopped.wait(PATIENCE_S), "nobody stopped it"
        assert self.written.wait(PATIENCE_S), "the test never let it be written"
        if self.by.error is not None:
            raise self.by.error
        return "" if self.cancelled else self.by.says

    def stop(self) -> None:
        self.stopped.set()

    def cancel(self) -> None:
        self.cancelled = True
        self.stopped.set()


@pytest.fixture
def ear() -> FakeTranscriber:
    return FakeTranscriber()


@pytest.fixture
def hearing(stage: Stage, ear: FakeTranscriber, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A console on a machine with a microphone."""

    def console() -> Console:
        return Console(stage.sign_in, server="http://branch", counter=3, user="maria", find_transcriber=lambda: ear)

    monkeypatch.setattr(stage, "console", console)
    return stage


async def begun(teller: Teller) -> str:
    """The record of a customer is open; their number."""
    number = teller.stage.issue()
    await teller.press("space", "s")
    await teller.sees("[1 done]")
    await teller.press("f")
    return number


async def test_what_is_said_stands_in_the_note_at_the_cursor(hearing: Stage, ear: FakeTranscriber) -> None:
    async with hearing.signed_in() as teller:
        await begun(teller)
        await teller.sees("Ctrl+D: speak the note.")
        await teller.write("old one lost,")
        await teller.press("ctrl+d")
        await teller.sees("Listening.")
        await teller.press("ctrl+d")
        await teller.sees("old one lost, new card ordered")
        await teller.press("enter")
        await teller.until(lambda: hearing.finished() == [("done", "old one lost, new card ordered")])
        assert ear.listened == ["en"]


async def test_escape_forgets_what_was_said(hearing: Stage, ear: FakeTranscriber) -> None:
    async with hearing.signed_in() as teller:
        await begun(teller)
        await teller.press("ctrl+d")
        await teller.sees("Listening.")
        await teller.press("escape")
        await teller.sees("Ctrl+D: speak the note.")
        assert ear.last is not None
        assert ear.last.cancelled
        await teller.write("typed")
        await teller.press("enter")
        await teller.until(lambda: hearing.finished() == [("done", "typed")])


async def test_enter_while_listening_writes_it_down_first(hearing: Stage) -> None:
    async with hearing.signed_in() as teller:
        await begun(teller)
        await teller.press("ctrl+d")
        await teller.sees("Listening.")
        await teller.press("enter")
        await teller.sees("new card ordered")
        assert hearing.finished() == []
        await teller.press("enter")
        await teller.until(lambda: hearing.finished() == [("done", "new card ordered")])


async def test_what_is_written_down_late_goes_to_whom_it_was_said_of(hearing: Stage, ear: FakeTranscriber) -> None:
    async with hearing.signed_in() as teller:
        first = await begun(teller)
        await teller.press("ctrl+d")
        await teller.sees("Listening.")
        assert ear.last is not None
        ear.last.written.clear()
        await teller.press("ctrl+d")
        await teller.sees("Writing it down.")
        screen = next(one for one in teller.pilot.app.screen_stack if isinstance(one, WorkScreen))
        draft = screen.memory.drafts.of(hearing.ticket(first).id)
        teller.screen.query_one("#record").close()  # type: ignore[attr-defined]  # the teller goes back to the keys
        await teller.press("p", "enter")
        await teller.until(lambda: teller.screen.counter.ticket is None)
        ear.last.written.set()
        await teller.until(lambda: draft.note == "new card ordered")


async def test_a_microphone_without_sound_is_said(hearing: Stage, ear: FakeTranscriber) -> None:
    ear.error = NoSound()
    async with hearing.signed_in() as teller:
        await begun(teller)
        await teller.press("ctrl+d")
        await teller.sees("Listening.")
        await teller.press("ctrl+d")
        await teller.until(lambda: any("The microphone gives no sound" in said for said in teller.said()))
        await teller.sees("Ctrl+D: speak the note.")


async def test_without_a_microphone_none_is_shown_and_the_key_is_an_ordinary_one(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await begun(teller)
        await teller.write("xab")
        await teller.press("home", "ctrl+d", "enter")
        await teller.until(lambda: stage.finished() == [("done", "ab")])
        assert "Ctrl+D" not in teller.shows()
