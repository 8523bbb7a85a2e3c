"""Trying again: less and less often, not all at once, and as soon as somebody waits for it."""

from __future__ import annotations

import pytest

from lobby.queue import commands as c
from teller_console import again
from teller_console.messages import LiveStateChanged
from teller_console.pauses import Pauses
from teller_console.screens.sending import Sending
from tests.teller_console.stage import Stage


def test_pauses_grow_to_the_longest_and_begin_again() -> None:
    pauses = Pauses(1.0, 4.0)
    for longest in (1.0, 2.0, 4.0, 4.0):
        assert 0.75 * longest <= pauses.next() <= 1.25 * longest
    pauses.begin_again()
    assert pauses.next() <= 1.25


def test_no_two_consoles_keep_step() -> None:
    assert len({Pauses(1.0, 4.0).next() for _ in range(20)}) > 10


@pytest.mark.anyio
async def test_a_key_has_what_was_not_sent_tried_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.issue()
    monkeypatch.setattr(Sending, "RETRY_S", 1000.0)
    monkeypatch.setattr(again, "KEY_S", 0.0)
    async with stage.signed_in() as teller:
        stage.line.cut = True
        await teller.press("space")
        await teller.sees("Not sent yet: next")
        stage.line.cut = False
        await teller.press("up")
        await teller.sees("called", "Why now")
        assert stage.commands(c.CallNext) == [c.CallNext(3)]
        assert "Not sent yet" not in teller.shows()


@pytest.mark.anyio
async def test_a_key_that_is_held_down_does_not_hurry_without_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.issue()
    monkeypatch.setattr(Sending, "RETRY_S", 1000.0)
    monkeypatch.setattr(again, "KEY_S", 1000.0)
    async with stage.signed_in() as teller:
        stage.line.cut = True
        await teller.press("space")
        await teller.sees("Not sent yet")
        sent = len(stage.line.sent)
        await teller.press(*["up"] * 20)
        assert len(stage.line.sent) == sent


@pytest.mark.anyio
async def test_a_key_has_the_line_dialled_only_while_it_is_lost(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        before = stage.follower.hurried
        await teller.press("up")
        assert stage.follower.hurried == before
        stage.follower.say(LiveStateChanged(False))
        await teller.sees("◌ connecting")
        await teller.press("up")
        assert stage.follower.hurried > before
