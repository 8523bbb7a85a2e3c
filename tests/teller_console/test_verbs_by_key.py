"""Every verb has one key, and does at the branch what it says."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from textual.widgets import OptionList

from lobby.queue import commands as c
from lobby.queue.ticket import State
from lobby.words import words
from teller_console.keys import KEYS
from teller_console.layouts import everywhere
from teller_console.messages import SnapshotArrived
from teller_console.screens.pick import Pick
from tests.teller_console.stage import OMAR, Stage

pytestmark = pytest.mark.anyio


async def test_a_customer_is_called_recalled_served_and_finished_with_five_keys(stage: Stage) -> None:
    number = stage.issue("cash", "ar")
    async with stage.signed_in() as teller:
        await teller.press("space")
        await teller.until(lambda: stage.ticket(number).state is State.CALLED)
        await teller.sees("Cash", "Arabic", "Why now")
        await teller.press("r")
        await teller.until(lambda: stage.ticket(number).calls == 2)
        await teller.press("s")
        await teller.until(lambda: stage.ticket(number).state is State.SERVING)
        await teller.sees("[1 done]", "Passport or ID card")
        await teller.press("f", "enter")
        await teller.until(lambda: stage.ticket(number).state is State.FINISHED)
        assert stage.finished() == [("done", "")]


async def test_an_outcome_is_a_digit_and_a_note_is_whatever_is_typed(stage: Stage) -> None:
    stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("serving", "referred")
        await teller.press("f", "2")
        await teller.write("3 forms missing")
        await teller.press("enter")
        await teller.until(lambda: stage.finished() == [("referred", "3 forms missing")])


async def test_keys_that_arrive_all_at_once_keep_their_order(stage: Stage) -> None:
    stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("[1 done]")
        await teller.write("f3so sorry, 2 papers missing\n")
        await teller.until(lambda: stage.commands(c.Finish) != [])
        assert stage.finished() == [("not_possible", "so sorry, 2 papers missing")]


async def test_up_goes_back_to_the_outcomes(stage: Stage) -> None:
    stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("[1 done]")
        await teller.press("f", "2")
        await teller.write("hm")
        await teller.press("up", "3", "enter")
        await teller.until(lambda: stage.finished() == [("not_possible", "hm")])


async def test_a_note_may_begin_without_choosing_an_outcome(stage: Stage) -> None:
    stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("[1 done]")
        await teller.press("f")
        await teller.write("well done")
        await teller.press("enter")
        await teller.until(lambda: stage.finished() == [("done", "well done")])


async def test_a_parked_customer_is_taken_up_again_and_the_note_waits_with_them(stage: Stage) -> None:
    number = stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("[1 done]")
        await teller.press("f")
        await teller.write("wants coins")
        await teller.press("escape", "p")
        await teller.sees("Park: why?")
        await teller.press("2", "enter")
        await teller.until(lambda: stage.ticket(number).state is State.PARKED)
        assert stage.commands(c.Park) == [c.Park(3, "fills_in_a_form")]
        await teller.sees("Parked")
        await teller.press("k")
        await teller.sees("Take up which?")
        await teller.press("enter")
        await teller.until(lambda: stage.ticket(number).state is State.SERVING)
        await teller.sees("wants coins")


async def test_a_customer_is_transferred_to_a_service(stage: Stage) -> None:
    number = stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("[1 done]")
        await teller.press("t")
        await teller.sees("Transfer to", "L Loans")
        await teller.press("l")
        await teller.sees("Transfer: why?")
        await teller.press("enter")
        await teller.until(lambda: stage.ticket(number).service == "loans")
        assert stage.ticket(number).state is State.WAITING


async def test_a_customer_is_transferred_to_a_counter_or_a_colleague(stage: Stage) -> None:
    number = stage.issue()
    stage.do(c.OpenCounter(2), OMAR)
    async with stage.signed_in() as teller:
        await teller.press("space")
        await teller.sees("called")
        await teller.press("t")
        await teller.sees("2 Counter 2", "  Colleague omar")
        await teller.press("up", "enter")
        await teller.sees("Transfer: why?")
        await teller.press("enter")
        await teller.until(lambda: stage.ticket(number).for_teller == "omar")
        await teller.sees("kept for omar")


async def test_a_no_show_too_soon_is_refused_and_later_comes_back_once(stage: Stage) -> None:
    number = stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space")
        await teller.sees("called")
        await teller.press("n")
        await teller.until(lambda: any("wait a little" in said for said in teller.said()))
        await teller.press("r")
        await teller.until(lambda: stage.ticket(number).calls == 2)
        stage.clock.forward(40)
        await teller.press("n")
        await teller.until(lambda: stage.ticket(number).state is State.NO_SHOW)
        await teller.until(lambda: teller.screen.queue.missed != ())
        await teller.press("w")
        await teller.sees("Who came back?", f"{number}  Cash")
        await teller.press("enter")
        await teller.until(lambda: stage.ticket(number).state is State.WAITING)


async def test_a_further_service_is_added_to_the_visit(stage: Stage) -> None:
    number = stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("[1 done]")
        await teller.press("a")
        await teller.sees("Add which service?")
        await teller.press("c")
        await teller.until(lambda: stage.ticket(number).then == ("cards",))
        await teller.sees("Then: Cards")


async def test_calling_out_of_order_needs_a_reason(stage: Stage) -> None:
    stage.issue()
    second = stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("x")
        await teller.sees("Call which ticket?", second)
        await teller.press("down", "enter")
        await teller.sees("out of order")
        await teller.press("enter")
        await teller.sees("A few words are needed here.")
        await teller.write("in pain")
        await teller.press("enter")
        await teller.until(lambda: stage.commands(c.CallTicket) == [c.CallTicket(3, second, "in pain")])
        await teller.sees("Why now: Called out of order.")


async def test_a_waiting_ticket_is_cancelled_by_its_number(stage: Stage) -> None:
    stage.issue()
    second = stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("z")
        await teller.sees("Cancel which ticket?")
        await teller.write(second.lower())
        await teller.press("enter")
        await teller.sees("Cancel A002: why?")
        await teller.press("enter")
        await teller.until(lambda: stage.ticket(second).state is State.CANCELLED)


async def test_a_break_has_a_reason_and_the_same_key_ends_it(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await teller.press("b")
        await teller.sees("1 lunch")
        await teller.press("1", "enter")
        await teller.sees("break (lunch)")
        await teller.press("b")
        await teller.sees("free")
        assert stage.commands(c.TakeBreak) == [c.TakeBreak(3, "lunch")]


async def test_the_last_step_is_undone(stage: Stage) -> None:
    number = stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space")
        await teller.sees("called")
        await teller.press("u")
        await teller.until(lambda: stage.ticket(number).state is State.WAITING)
        await teller.sees("free")


async def test_the_counter_is_closed_and_the_teller_signed_out(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await teller.press("o")
        await teller.sees("Close the counter and sign out")
        await teller.press("1")
        await teller.sees("Sign in", "User name")
        assert stage.commands(c.CloseCounter) == [c.CloseCounter(3)]


async def test_another_counter_is_chosen_with_who_is_there(stage: Stage) -> None:
    stage.do(c.OpenCounter(2), OMAR)
    async with stage.signed_in() as teller:
        await teller.press("o", "2")
        await teller.sees("Which counter?", "Counter 2  omar", "Counter 5  free")
        await teller.press("2")
        await teller.until(lambda: any("omar is at counter 2" in said for said in teller.said()))
        await teller.press("1")
        await teller.sees("Counter 1   maria")


async def test_every_key_is_explained(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await teller.press("question_mark")
        await teller.sees("The everyday round", "Take back the last step")
        await teller.press("end")
        await teller.sees("Leave the console; the counter stays open.", "Esc leaves every small window")
        await teller.press("escape")
        await teller.sees("Queue")


@pytest.mark.parametrize("key", ["S", "ы", "Ы", "س", "\u0947", "ए"])
async def test_a_letter_is_found_by_its_place_on_other_keyboards(stage: Stage, key: str) -> None:
    number = stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space")
        await teller.sees("called")
        await teller.press(key)
        await teller.until(lambda: stage.ticket(number).state is State.SERVING)


def test_every_letter_has_one_place_under_all_layouts() -> None:
    owners: dict[str, str] = {}
    for key in KEYS:
        for sign in everywhere(key.key):
            assert owners.setdefault(sign, key.key) == key.key


async def test_a_counter_is_chosen_by_its_number_and_a_service_by_the_letter_of_its_tickets(stage: Stage) -> None:
    number = stage.issue("accounts")
    stage.do(c.OpenCounter(2), OMAR)
    async with stage.signed_in() as teller:
        await teller.press("space")
        await teller.sees("called")
        await teller.press("t")
        await teller.sees("Transfer to")
        await teller.press("2")
        await teller.sees("Transfer: why?")
        await teller.press("enter")
        await teller.until(lambda: stage.ticket(number).for_counter == 2)


async def test_everything_is_found_by_a_few_letters_of_its_name(stage: Stage) -> None:
    number = stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("m")
        await teller.sees("More", "Space  next", "take up parked")
        await teller.write("nex")
        await teller.until(lambda: teller.pilot.app.screen.query_one(OptionList).option_count == 2)
        await teller.press("enter")
        await teller.until(lambda: stage.ticket(number).state is State.CALLED)


@pytest.mark.parametrize(("language", "letters"), [("ru", "перер"), ("ar", "استراحة"), ("zh", "暂停")])
async def test_everything_is_found_in_the_language_of_the_teller(stage: Stage, language: str, letters: str) -> None:
    stage.language = language
    assert letters in words(language)("break")
    async with stage.signed_in() as teller:
        await teller.press("m")
        await teller.until(lambda: isinstance(teller.pilot.app.screen, Pick))
        await teller.write(letters)
        await teller.press("enter")
        await teller.sees(words(language)("lunch"))


async def test_the_console_speaks_another_language_by_its_own_name(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await teller.press("m")
        await teller.until(lambda: isinstance(teller.pilot.app.screen, Pick))
        await teller.write("рус")
        await teller.press("enter")
        await teller.sees(words("ru")("Queue"))


async def test_an_undone_step_takes_its_message_with_it(stage: Stage) -> None:
    number = stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("[1 done]")
        await teller.press("f", "enter")
        await teller.until(lambda: any("is finished" in said for said in teller.said()))
        await teller.press("u")
        await teller.until(lambda: stage.ticket(number).state is State.SERVING)
        await teller.until(lambda: teller.said() == [])


async def test_the_next_customer_is_called_by_itself_as_soon_as_someone_comes(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await teller.press("e")
        await teller.sees("◉ Waiting for the next customer")
        number = stage.issue()
        assert stage.ticket(number).state is State.CALLED
        stage.follower.say(SnapshotArrived(stage.line.queue()))
        await teller.sees("called 0:", "Why now")
        assert "◉" not in teller.shows()


async def test_waiting_for_the_next_is_stopped_by_the_same_key(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await teller.press("e")
        await teller.sees("◉ Waiting for the next customer")
        await teller.press("e")
        await teller.sees("Nobody is waiting for this counter.")
        number = stage.issue()
        assert stage.ticket(number).state is State.WAITING


async def test_somebody_without_a_ticket_gets_a_number_and_is_called_at_once(stage: Stage) -> None:
    before = stage.issue("cards")
    async with stage.signed_in() as teller:
        await teller.press("i")
        await teller.sees("Walk-in: which service?", "C Cards")
        await teller.press("c")
        await teller.sees("In which language?", "3 Chinese")
        await teller.press("3")
        await teller.sees("called", "C", "Chinese")
        assert stage.commands(c.Issue) == [c.Issue("cards", "zh", at_counter=3)]
        assert stage.commands(c.CallTicket) == []
        assert stage.ticket("C002").counter == 3
        assert stage.ticket(before).state is State.WAITING


async def test_a_walk_in_is_offered_what_this_counter_gives(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await teller.press("i")
        await teller.sees("Walk-in: which service?", "A Cash", "B Accounts", "C Cards")
        assert "L Loans" not in teller.shows()


async def test_a_counter_that_the_branch_has_no_more_is_left_for_another(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        setup = stage.desk.setup
        left = {number: place for number, place in setup.counters.items() if number != 3}
        stage.desk.use(replace(setup, counters=left))
        stage.follower.say(SnapshotArrived(stage.line.queue()))
        await teller.sees("Which counter?", "Counter 2")
        assert "Counter 3" not in teller.shows()
        assert any("There is no counter 3 in this branch." in said for said in teller.said())


async def test_a_counter_is_handed_over_with_its_customer(stage: Stage) -> None:
    number = stage.issue()
    stage.do(c.OpenCounter(2), OMAR)
    async with stage.signed_in() as teller:
        await teller.press("space", "s")
        await teller.sees("serving")
        await teller.press("h")
        await teller.sees("Hand the counter over to", "1 whoever opens it next", "2 Colleague omar")
        await teller.press("2")
        await teller.sees("handed over to omar")
        stage.do(c.CloseCounter(2), OMAR)
        stage.do(c.OpenCounter(3), OMAR)
        stage.follower.say(SnapshotArrived(stage.line.queue()))
        await teller.sees("Which counter?", "Counter 3  omar")
        assert stage.ticket(number).state is State.SERVING
        assert any("omar has taken counter 3 over" in said for said in teller.said())


async def test_a_counter_that_was_offered_is_kept_by_the_same_key(stage: Stage) -> None:
    async with stage.signed_in() as teller:
        await teller.press("h")
        await teller.sees("whoever opens it next")
        await teller.press("1")
        await teller.sees("handed over to the colleague")
        await teller.press("h")
        await teller.until(lambda: "handed over to the colleague" not in teller.shows())
        assert stage.commands(c.KeepCounter) == [c.KeepCounter(3)]


async def test_the_time_until_a_no_show_counts_down(stage: Stage) -> None:
    stage.issue()
    async with stage.signed_in() as teller:
        await teller.press("space")
        await teller.sees("called")
        await teller.sees("No-show: first call again (R)")
        await teller.press("r")
        await teller.sees("No-show possible in 30 s.")
        await teller.time_goes_by(12)
        await teller.sees("No-show possible in 18 s.")
        await teller.time_goes_by(20)
        await teller.sees("No-show possible now (N).")


async def test_a_console_started_again_knows_that_it_waits_for_the_next(stage: Stage) -> None:
    stage.do(c.OpenCounter(3))
    stage.do(c.WaitForNext(3))
    async with stage.signed_in() as teller:
        await teller.sees("Waiting for the next customer", "E stops that.")
        await teller.press("e")
        await teller.until(lambda: stage.commands(c.StopWaiting) == [c.StopWaiting(3)])


async def test_who_missed_the_call_before_this_console_was_started_may_come_back(stage: Stage) -> None:
    number = stage.issue()
    stage.do(c.OpenCounter(3))
    stage.do(c.CallNext(3))
    stage.do(c.Recall(3))
    stage.clock.forward(40)
    stage.do(c.DeclareNoShow(3))
    async with stage.signed_in() as teller:
        await teller.press("w")
        await teller.sees("Who came back?", number)
        await teller.press("enter")
        await teller.until(lambda: stage.commands(c.Return) == [c.Return(number)])
