"""What is painted, and when: the present screen and what is seen through it, lines, news of this counter, rubbish."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from rich.text import Text
from textual.app import App, ComposeResult
from textual.geometry import Region

from lobby.queue import commands as c
from teller_console.app import Console
from teller_console.messages import EventArrived, SnapshotArrived
from teller_console.panels.lines import Lines
from teller_console.rubbish import RARELY, Rubbish
from teller_console.screens import following, work
from tests.teller_console.stage import MARIA, Stage, Teller

pytestmark = pytest.mark.anyio


def top_line(teller: Teller) -> str:
    """As it reaches the terminal, isolates and all."""
    return str(teller.pilot.app.screen._compositor.render_strips()[0].text)


async def test_beneath_a_small_screen_the_branch_goes_on(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await teller.press("question_mark")
        await teller.sees("The everyday round", "waiting 0")
        number = stage.issue()
        stage.follower.say(SnapshotArrived(stage.desk.door(MARIA).queue()))
        await teller.until(lambda: "waiting 1" in top_line(teller) and number in top_line(teller))


async def test_beneath_two_small_screens_the_branch_goes_on(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await teller.press("question_mark")
        teller.screen.action_language()
        await teller.until(lambda: len(teller.pilot.app.screen_stack) == 4)
        await teller.sees("waiting 0", "The everyday round")
        stage.issue()
        stage.follower.say(SnapshotArrived(stage.desk.door(MARIA).queue()))
        await teller.until(lambda: "waiting 1" in top_line(teller))


async def test_beneath_a_small_screen_words_are_dimmed(stage: Stage) -> None:
    def colors(teller: Teller) -> set[str]:
        line = teller.pilot.app.screen._compositor.render_strips()[0]
        return {str(part.style.color) for part in line if part.style and "Counter 3" in part.text}

    async with stage.signed_in() as teller:
        bright = colors(teller)
        await teller.press("question_mark")
        await teller.sees("The everyday round")
        assert colors(teller).isdisjoint(bright)


@pytest.mark.parametrize("lay_out", [False, True])
async def test_right_to_left_words_beneath_a_small_screen_stand_as_before(
    stage: Stage, lay_out: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        stage,
        "console",
        lambda: Console(stage.sign_in, language="ar", counter=3, user="maria", lay_out=lay_out),
    )
    async with stage.signed_in() as teller:
        before = top_line(teller)
        await teller.press("question_mark")
        await teller.until(lambda: teller.pilot.app.screen is not teller.screen)
        live = before[-10:]  # with what stands around it
        await teller.until(lambda: top_line(teller).endswith(live))


class Told(Lines):
    """Remembers what it was asked to paint anew."""

    def __init__(self) -> None:
        super().__init__(id="told")
        self.painted: list[int] = []

    def refresh(self, *regions: Region, **how: bool) -> Told:
        self.painted += [region.y for region in regions]
        return super().refresh(*regions, **how)


class Page(App[None]):
    def compose(self) -> ComposeResult:
        yield Told()


async def test_only_lines_that_have_changed_are_painted() -> None:
    app = Page()
    async with app.run_test(size=(20, 5)):
        told = app.query_one(Told)
        told.show_lines([Text("A001"), Text("A002"), Text("A003")])
        told.painted.clear()
        told.show_lines([Text("A001"), Text("A002", "dim"), Text("A003")])
        assert told.painted == [1]
        told.show_lines([Text("A001")])
        assert told.painted == [1, 1, 2]


async def test_a_line_that_moves_is_not_drawn_anew() -> None:
    app = Page()
    async with app.run_test(size=(20, 5)):
        told = app.query_one(Told)
        told.show_lines([Text("A001"), Text("A002")])
        second = told.render_line(1)
        told.show_lines([Text("A002")])
        assert told.render_line(0) is second
        assert second.text == "A002".ljust(20)


async def test_what_happens_at_this_counter_is_painted_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.issue()
    async with stage.signed_in() as teller:
        await teller.sees("A001")
        for name in ("REPAINT_S", "SOON_S", "REFETCH_S"):
            monkeypatch.setattr(work if name == "REPAINT_S" else following, name, 1000.0)
        teller.screen.changed()
        answer = stage.do(c.CallNext(3))
        stage.follower.say(EventArrived(answer.seq, stage.clock(), "TicketCalled", answer.ticket, answer.counter))
        await teller.sees("called", "Why now")


@pytest.fixture
def collector() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


class Knot:
    def __init__(self) -> None:
        self.itself = self


def test_rubbish_is_collected_in_a_lull(collector: None) -> None:
    rubbish = Rubbish()
    assert gc.get_threshold() == RARELY
    knot = weakref.ref(Knot())
    rubbish.collect()
    assert knot() is None


async def test_a_lull_is_a_time_without_keys(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    lulls: list[int] = []
    monkeypatch.setattr("teller_console.app.LULL_S", 0.05)
    monkeypatch.setattr(
        stage,
        "console",
        lambda: Console(stage.sign_in, counter=3, user="maria", in_a_lull=lambda: lulls.append(1)),
    )
    async with stage.signed_in() as teller:
        await teller.until(lambda: bool(lulls))
        monkeypatch.setattr("teller_console.app.LULL_S", 1000.0)
        await teller.press("up")
        lulls.clear()
        teller.pilot.app._look_for_lull()  # type: ignore[attr-defined]
        assert not lulls
