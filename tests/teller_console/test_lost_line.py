"""A line that is cut: nothing typed is lost, nothing is done twice, and the teller is told."""

from __future__ import annotations

import pytest

from lobby.errors import NotSignedIn
from lobby.queue import commands as c
from lobby.queue.ticket import State
from teller_console.messages import LiveStateChanged, NoLongerSignedIn
from teller_console.screens import spoken
from tests.teller_console.stage import Stage

pytestmark = pytest.mark.anyio


async def test_a_double_space_gives_one_call(stage: Stage) -> None:
    stage.issue()
    stage.issue()
    async with stage.signed_in() as teller:
        stage.line.way.clear()
        await teller.press("space", "space")
        stage.line.way.set()
        await teller.sees("called")
        assert stage.commands(c.CallNext) == [c.CallNext(3)]
        assert teller.said() == []


async def test_a_second_space_after_the_answer_calls_nobody_else(stage: Stage) -> None:
    stage.issue()
    stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space")
        await teller.sees("called")
        await teller.press("space")
        await teller.until(lambda: any("still has ticket A001" in said for said in teller.said()))
        assert stage.ticket("A002").state is State.WAITING


async def test_keys_pressed_during_a_slow_answer_are_carried_out_in_order(stage: Stage) -> None:
    number = stage.issue()
    async with stage.signed_in() as teller:
        stage.line.way.clear()
        await teller.press("space", "r", "s")
        stage.line.way.set()
        await teller.until(lambda: stage.ticket(number).state is State.SERVING)
        assert [type(command) for command, _ in stage.line.carried[1:]] == [c.CallNext, c.Recall, c.Start]


async def test_a_lost_line_keeps_the_note_and_sends_it_once(stage: Stage) -> None:
    number = stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("[1 done]")
        stage.line.cut = True
        stage.follower.say(LiveStateChanged(False))
        await teller.press("f")
        await teller.write("gave change")
        await teller.press("enter")
        await teller.sees("connecting", "Not sent yet: finish", "gave change")
        before = len(stage.line.sent)
        await teller.until(lambda: len(stage.line.sent) > before + 2)
        stage.line.cut = False
        await teller.until(lambda: stage.ticket(number).state is State.FINISHED)
        assert len({key for command, key in stage.line.sent if isinstance(command, c.Finish)}) == 1
        assert stage.finished() == [("done", "gave change")]
        stage.follower.say(LiveStateChanged(True))
        await teller.until(lambda: any("The line is back" in said for said in teller.said()))
        await teller.sees("● live")
        assert "Not sent yet" not in teller.shows()


async def test_a_call_whose_answer_was_lost_is_not_made_twice(stage: Stage) -> None:
    stage.issue()
    stage.issue()
    async with stage.signed_in() as teller:
        stage.line.lose_answers = 1
        await teller.press("space")
        await teller.sees("called", "Why now")
        await teller.until(lambda: len(stage.commands(c.CallNext)) == 2)  # sent again, as the line was lost
        assert stage.ticket("A002").state is State.WAITING


async def test_losing_the_line_is_said_and_the_screen_marked(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        stage.follower.say(LiveStateChanged(False))
        await teller.sees("◌ connecting")
        assert any("is lost" in said for said in teller.said())


async def test_what_happened_meanwhile_is_shown_when_the_line_is_back(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        stage.line.cut = True
        stage.follower.say(LiveStateChanged(False))
        await teller.sees("connecting")
        stage.issue("cards")
        stage.line.cut = False
        stage.follower.say(LiveStateChanged(True))
        await teller.sees("C001", "● live")


async def test_a_forgotten_session_ends_a_small_screen_too_and_only_once(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await teller.press("question_mark")
        await teller.sees("Take back the last step")
        stage.follower.say(NoLongerSignedIn())
        stage.follower.say(NoLongerSignedIn())
        await teller.sees("Please sign in again")
        await teller.write(stage.sign_in.password)
        await teller.press("enter")
        await teller.sees("Queue", "Counter 3")


async def test_a_key_held_down_is_refused_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken, "SAME_AGAIN_S", 1000.0)
    async with stage.signed_in() as teller:
        for _ in range(5):
            sent = len(stage.line.sent)
            await teller.press("r")
            await teller.until(lambda sent=sent: len(stage.line.sent) > sent and not teller.screen.outbox)
        assert teller.said() == ["There is no customer at counter 3."]


async def test_a_forgotten_session_asks_to_sign_in_and_then_carries_on(stage: Stage) -> None:
    number = stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("[1 done]")
        await teller.press("f")
        await teller.write("old lady")
        stage.line.refuse_with = NotSignedIn()
        await teller.press("enter")
        await teller.sees("Please sign in again")
        stage.line.refuse_with = None
        await teller.write(stage.sign_in.password)
        await teller.press("enter")
        await teller.until(lambda: stage.ticket(number).state is State.FINISHED)
        assert stage.finished() == [("done", "old lady")]


async def test_losing_the_line_is_seen_behind_a_small_screen_too(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await teller.press("question_mark")
        await teller.sees("Take back the last step")
        stage.follower.say(LiveStateChanged(False))
        await teller.sees("◌ connecting", "Take back the last step")


async def test_a_small_screen_closes_while_the_branch_is_silent(stage: Stage) -> None:
    number = stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("[1 done]")
        await teller.press("p")
        await teller.sees("Park: why?")
        stage.line.way.clear()
        try:
            await teller.press("enter")
            await teller.until(lambda: stage.line.sent[-1][0] == c.Park(3, ""))
            await teller.sees("Why now")
            await teller.until(lambda: teller.pilot.app._batch_count == 0)
            assert "Park: why?" not in teller.shows()
            assert stage.ticket(number).state is State.SERVING
        finally:
            stage.line.way.set()
        await teller.until(lambda: stage.ticket(number).state is State.PARKED)


async def test_a_screen_that_ends_while_it_sends_holds_no_other_back(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        stage.line.refuse_with = NotSignedIn()
        await teller.press("r")
        await teller.sees("Please sign in again")
        await teller.until(lambda: teller.pilot.app._batch_count == 0)
