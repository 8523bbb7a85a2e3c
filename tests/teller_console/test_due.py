"""The due list: the most urgent first, with its clocks; every step by a digit and a short form."""

from __future__ import annotations

import pytest
from textual.widgets import OptionList

from lobby.care import commands as cc
from lobby.care.clocks import Standing
from lobby.care.complaints import State
from lobby.care.views import ClockView, ComplaintView, DueView
from lobby.errors import FollowUpDone
from lobby.words import words
from teller_console import care_places
from teller_console.care_desk import UNTOLD
from teller_console.screens import due_steps
from teller_console.screens.due import DueScreen
from teller_console.screens.due_lines import due_lines
from tests.teller_console.care_stage import MIA, CareStage
from tests.teller_console.fakes import FakeSession
from tests.teller_console.stage import OMAR, Teller

pytestmark = pytest.mark.anyio


async def opened(teller: Teller, row: int = 0) -> None:
    """The due list, and this line of it."""
    await teller.press("d")
    await teller.until(lambda: isinstance(teller.pilot.app.screen, DueScreen))
    await teller.until(lambda: teller.pilot.app.screen.query_one(OptionList).option_count > row)
    await teller.press(*("down",) * row, "enter")
    await teller.until(lambda: steps(teller) != ())


async def test_the_most_urgent_comes_first_with_a_word_beside_its_colour(room: CareStage) -> None:
    complaint = room.complaint()
    promise = room.promise("Call about the card", within_h=2)
    room.clock.forward(hours=1.8)
    async with room.signed_in() as teller:
        await teller.press("d")
        await teller.sees(promise, complaint, "soon · promised:", "in time · our promise:")
        shown = teller.shows()
        assert shown.index(promise) < shown.index(complaint)
        assert "Call about the card" in shown


async def test_what_is_past_its_time_says_overdue(room: CareStage) -> None:
    room.promise(within_h=1)
    room.clock.forward(hours=3)
    async with room.signed_in() as teller:
        await teller.press("d")
        await teller.sees("overdue · promised:", "2 hours ago")


async def test_one_key_shows_everyones(room: CareStage) -> None:
    promise = room.do(cc.PromiseFollowUp("Send the papers", within_h=3), OMAR).follow_up
    assert promise is not None
    async with room.signed_in() as teller:
        await teller.press("d")
        await teller.sees("Nothing is due.")
        await teller.press("e")
        await teller.sees("Due: everyone's", promise.reference, "omar")
        assert "Send the papers" not in teller.shows(), "a colleague's words are the colleague's"
        await teller.press("e")
        await teller.sees("Nothing is due.")


async def test_a_promise_is_kept_with_a_note_and_leaves_the_list(room: CareStage) -> None:
    promise = room.promise()
    async with room.signed_in() as teller:
        await opened(teller)
        await teller.press("1")
        await teller.sees("done as promised")
        await teller.write("she is glad\n")
        await teller.until(lambda: room.commands(cc.KeepFollowUp) == [cc.KeepFollowUp(promise, "she is glad")])
        await teller.sees("done as promised: she is glad")
        await teller.press("escape")
        await teller.sees("Nothing is due.")


async def test_a_promise_is_moved_to_another_day_and_colleague(room: CareStage) -> None:
    promise = room.promise()
    async with room.signed_in() as teller:
        await opened(teller)
        await teller.press("2")
        await teller.sees("New time")
        await teller.write("tomorrow 10:00\nomar\n\n")
        await teller.until(lambda: room.commands(cc.MoveFollowUp) != [])
        moved = room.care.door.follow_up(promise)
        assert (moved.owner, moved.due) == ("omar", room.clock.now - room.clock.now % 1000 + 24 * 3_600_000)


async def test_what_a_step_was_told_waits_behind_escape(room: CareStage) -> None:
    room.promise()
    async with room.signed_in() as teller:
        await opened(teller)
        await teller.press("3")
        await teller.sees("Why it is not needed any more")
        await teller.write("customer moved")
        await teller.press("escape")
        await teller.until(lambda: "Why it is not needed" not in teller.shows())
        await teller.press("3")
        await teller.sees("customer moved")


async def test_a_refusal_is_shown_and_the_case_looked_at_again(room: CareStage) -> None:
    promise = room.promise()
    async with room.signed_in() as teller:
        await opened(teller)
        room.do(cc.KeepFollowUp(promise, "called her"), OMAR)
        await teller.write("1\n")
        await teller.until(lambda: bool(teller.said()))
        assert FollowUpDone(follow_up=promise).message % {"follow_up": promise} in teller.said()
        await teller.sees("omar  done as promised: called her")


async def test_a_complaint_goes_its_whole_way_by_digits(room: CareStage) -> None:
    reference = room.complaint(category="fees", name="Ms Lake", contact="lake@example.com")
    room.line = type(room.line)(room.desk.door(MIA))
    room.care.door = room.of(MIA)
    room.sign_in.session = FakeSession("mia", "supervisor")
    room.do(cc.AssignComplaint(reference, "mia"), MIA)
    async with room.signed_in() as teller:
        await opened(teller)
        await teller.sees("The fee was not what the sign says.", "Ms Lake, lake@example.com", "1 acknowledge")
        for keys, state in (
            ("12\n", State.ACKNOWLEDGED),
            ("143211by the new list\n", State.ASSESSED),
            ("2the list was old\n", State.INVESTIGATED),
            ("311fee paid back\n", State.ANSWERED),
            ("13new list put up\n", State.CLOSED),
        ):
            await teller.write(keys)
            await teller.until(lambda wanted=state: room.care.door.complaint(reference).state is wanted)  # type: ignore[misc]
            await teller.until(lambda wanted=state: steps(teller) == room.care.door.complaint(reference).steps)  # type: ignore[misc]
        closed = room.care.door.complaint(reference)
        assert (closed.category, closed.severity, closed.priority, closed.decision) == ("fees", 3, 2, "upheld")
        assert (closed.cause, closed.matter) == ("mistake", "general")


async def test_asking_whether_it_is_solved_answers_the_complaint(room: CareStage) -> None:
    reference = a_closed_complaint(room)
    async with room.signed_in() as teller:
        await opened(teller)
        await teller.sees("Ask the customer whether it is solved.", f"About complaint {reference}.")
        await teller.write("11\n")
        await teller.until(lambda: room.care.door.complaint(reference).solved is True)
        assert room.care.door.due().follow_ups == ()


def steps(teller: Teller) -> tuple[str, ...]:
    found = getattr(teller.pilot.app.screen, "_steps", ())
    return tuple(step for step, _ in found)


def a_closed_complaint(room: CareStage) -> str:
    reference = room.complaint(contact="lake@example.com")
    for command in (
        cc.AcknowledgeComplaint(reference, "phone"),
        cc.AssessComplaint(reference, "fees", 1, 1),
        cc.AnswerComplaint(reference, "upheld", "phone", "paid back"),
        cc.CloseComplaint(reference, "mistake", "new list"),
    ):
        room.do(command, MIA)
    return reference


def test_every_step_that_a_complaint_may_take_has_a_form_and_a_command() -> None:
    answers = {
        "how": "phone",
        "category": "fees",
        "severity": "2",
        "priority": "1",
        "decision": "partly",
        "cause": "mistake",
        "owner": "omar",
        "note": "said so",
        "solved": "no",
        "next_at": "2026-11-27T10:00",
    }
    for step, kind in cc.COMPLAINT_VERBS.items():
        asked = {field.code for field in due_steps.fields(step, UNTOLD, words("en"))}
        said = {code: value for code, value in answers.items() if code in asked}
        made = due_steps.command(step, "C-1", said, lambda due: 5)
        assert type(made) is kind
        assert care_places.of_command(made) == care_places.of_step(step, "C-1")


def test_a_complaint_without_a_running_clock_comes_last() -> None:
    done = a_complaint("C-1", ClockView("promise", 10, Standing.KEPT))
    late = a_complaint("C-2", ClockView("promise", 50, Standing.OVER), ClockView("law", 20, Standing.OK))
    early = a_complaint("C-3", ClockView("promise", 30, Standing.SOON))
    due = DueView(0, (done, early, late), ())
    assert [(line.reference, line.clock.due if line.clock else None) for line in due_lines(due)] == [
        ("C-2", 20),
        ("C-3", 30),
        ("C-1", None),
    ]


def a_complaint(reference: str, *clocks: ClockView) -> ComplaintView:
    return ComplaintView(
        reference=reference,
        state=State.RECEIVED,
        received_at=0,
        place="counter",
        language="en",
        service="",
        ticket="",
        category="",
        matter="general",
        severity=0,
        priority=0,
        owner="",
        contact=False,
        decision="",
        cause="",
        solved=None,
        times_reopened=0,
        next_at=None,
        clocks=clocks,
        steps=(),
    )


async def test_a_teller_is_offered_the_steps_that_the_role_allows(room: CareStage) -> None:
    room.complaint()
    async with room.signed_in() as teller:
        await opened(teller)
        await teller.sees("1 acknowledge")
        assert "assess" not in steps(teller)
        assert "assign" not in steps(teller)
