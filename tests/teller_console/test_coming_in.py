"""Signing in, a new password, a counter."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult
from textual.widgets import Input

from lobby.queue import commands as c
from teller_console.app import Console
from teller_console.panels.now import NowPanel
from teller_console.screens.counter import CounterScreen
from teller_console.screens.work import WorkScreen
from tests.teller_console.stage import OMAR, Stage

pytestmark = pytest.mark.anyio


async def test_a_wrong_password_is_said_and_hidden_from_sight(stage: Stage) -> None:
    async with stage.at_the_door() as teller:
        await teller.write("sesame")
        await teller.press("enter")
        await teller.sees("User name or password is not right.")
        assert "sesame" not in teller.shows()


async def test_a_server_that_is_not_there_is_said(stage: Stage) -> None:
    stage.sign_in.away = True
    async with stage.at_the_door() as teller:
        await teller.write("x")
        await teller.press("enter")
        await teller.sees("The branch server cannot be reached.", "http://branch")


async def test_a_one_time_password_is_changed_first(stage: Stage) -> None:
    stage.sign_in.one_time = True
    async with stage.at_the_door() as teller:
        await teller.write(stage.sign_in.password)
        await teller.press("enter")
        await teller.sees("A new password")
        app = teller.pilot.app
        for tried, said in (("short", "at least 10"), ("long enough now", "")):
            new, again = app.screen.query(Input)
            new.value = again.value = tried
            app.screen.set_focus(again)
            await teller.press("enter")
            if said:
                await teller.sees(said)
        await teller.until(lambda: isinstance(app.screen, WorkScreen))
        assert stage.sign_in.password == "long enough now"


async def test_two_new_passwords_that_differ_are_not_sent(stage: Stage) -> None:
    stage.sign_in.one_time = True
    async with stage.at_the_door() as teller:
        await teller.write(stage.sign_in.password)
        await teller.press("enter")
        await teller.sees("A new password")
        await teller.write("one two three")
        await teller.press("enter")
        await teller.write("one two four")
        await teller.press("enter")
        await teller.sees("The two are not the same.")
        assert stage.sign_in.one_time


async def test_a_wanted_counter_that_is_taken_leads_to_the_choice(stage: Stage) -> None:
    stage.do(c.OpenCounter(3), OMAR)
    async with stage.at_the_door() as teller:
        await teller.write(stage.sign_in.password)
        await teller.press("enter")
        await teller.sees("Which counter?", "Counter 3  omar")
        await teller.until(lambda: any("omar is at counter 3" in said for said in teller.said()))
        await teller.press("down", "enter")
        await teller.sees("Counter 2", "Queue")


async def test_the_choice_waits_for_a_branch_that_cannot_be_reached(stage: Stage) -> None:
    stage.line.cut = True
    async with stage.at_the_door() as teller:
        await teller.write(stage.sign_in.password)
        await teller.press("enter")
        await teller.until(lambda: isinstance(teller.pilot.app.screen, CounterScreen))
        await teller.sees("The branch cannot be reached.")
        stage.line.cut = False
        await teller.sees("Queue", "Counter 3")


async def test_a_console_started_again_finds_its_counter_and_its_customer(stage: Stage) -> None:
    stage.do(c.OpenCounter(3))
    number = stage.issue()
    stage.do(c.CallNext(3))
    stage.do(c.Start(3))
    async with stage.signed_in() as teller:
        await teller.sees("serving", "[1 done]")
        assert teller.screen.counter.ticket is not None
        assert teller.screen.counter.ticket.number == number


async def test_a_password_that_comes_in_one_burst_behind_enter_is_never_seen(stage: Stage) -> None:
    app = Console(stage.sign_in, server="http://branch", counter=3)
    async with stage.at_the_door(app) as teller:
        await teller.write(f"maria\n{stage.sign_in.password}")
        await teller.sees("maria", "•" * len(stage.sign_in.password))
        assert stage.sign_in.password not in teller.shows()
        await teller.press("enter")
        await teller.until(lambda: isinstance(app.screen, WorkScreen))


async def test_name_and_password_in_one_burst_let_in(stage: Stage) -> None:
    app = Console(stage.sign_in, server="http://branch", counter=3)
    async with stage.at_the_door(app) as teller:
        await teller.write(f"maria\n{stage.sign_in.password}\n")
        await teller.until(lambda: isinstance(app.screen, WorkScreen))


async def test_a_console_that_is_left_while_a_screen_comes_ends_in_silence(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever leaves while the panels are made leaves a screen without all its parts, which cannot be painted."""
    parts = NowPanel.compose

    def left_meanwhile(panel: NowPanel) -> ComposeResult:
        panel.app.exit()
        return parts(panel)

    monkeypatch.setattr(NowPanel, "compose", left_meanwhile)
    app = Console(stage.sign_in, server="http://branch", counter=3)
    async with stage.at_the_door(app) as teller:
        await teller.write(f"maria\n{stage.sign_in.password}\n")
        await teller.until(lambda: not app.is_running)
    assert app.return_code == 0
