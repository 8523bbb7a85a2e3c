"""Answers: what the service at hand opens with, search as it is typed, articles, calming words, news."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from lobby.care import commands as cc
from lobby.care_door import ArticleView, TableDay
from lobby.errors import NotAllowed, NotSignedIn
from lobby.words import words
from teller_console.panels import answers_lines
from teller_console.panels.answers_page import Page
from tests.teller_console.care_stage import CareStage
from tests.teller_console.stage import Teller

pytestmark = pytest.mark.anyio


async def paste(teller: Teller, text: str) -> None:
    """As a terminal hands over what an input method made."""
    for letter in text:
        teller.pilot.app.post_message(events.Key(letter, letter))
    await teller.settled()


async def test_answers_open_on_the_service_being_served(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.press("slash")
        await teller.sees("For the service at hand", "Withdrawing a large amount of cash")


async def test_the_work_screen_names_them_where_there_is_room(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller, "cards")
        await teller.sees("Answers to look up", "What to bring: cards")


async def test_a_small_terminal_shows_the_queue_instead(room: CareStage) -> None:
    async with room.signed_in((80, 24)) as teller:
        await room.serving(teller)
        await teller.sees("answers")
        assert "Answers to look up" not in teller.shows()


async def test_letters_search_and_enter_opens_the_article(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.press("slash")
        await teller.write("coin machine")
        await teller.sees("coin machine", "Counting and paying in coins")
        await teller.press("enter")
        await teller.sees("100 coins", "Kept by Head cashier.")
        await teller.press("escape")
        await teller.sees("coin machine", "Counting and paying in coins")


async def test_keys_that_arrive_at_once_search_and_open_what_is_found(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.write("/coin machine\n")
        await teller.sees("100 coins", "Kept by Head cashier.")


@pytest.mark.parametrize(
    ("language", "asked", "found"),
    [
        ("ar", "عملات معدنية", "عدّ العملات المعدنية"),
        ("zh", "硬币", "硬币"),
        ("ru", "монеты", "монет"),
    ],
)
async def test_every_language_is_searched_in_its_own_letters(
    room: CareStage, language: str, asked: str, found: str
) -> None:
    room.language = language
    async with room.signed_in() as teller:
        await room.serving(teller, language=language)
        await teller.press("slash")
        await paste(teller, asked)
        await teller.until(lambda: found in teller.shows())
        await teller.press("enter")
        await teller.sees("100")


async def test_one_question_is_on_its_way_at_a_time_and_the_newest_text_is_next(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.press("slash")
        await teller.sees("For the service at hand")
        room.care.way.clear()
        room.care.asked.clear()
        await teller.write("coins")
        room.care.way.set()

        def searched() -> list[str]:
            return [question[1] for question in room.care.asked if question[0] == "search"]

        await teller.until(lambda: searched()[-1:] == ["coins"])
        await teller.sees("Counting and paying in coins")
        assert len(searched()) <= 2


async def test_a_lost_line_is_said_and_the_search_goes_on_by_itself(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.press("slash")
        await teller.sees("For the service at hand")
        room.care.cut = True
        await teller.write("coins")
        await teller.sees("The branch does not answer.")
        room.care.cut = False
        await teller.sees("Counting and paying in coins")
        await teller.until(lambda: "does not answer" not in teller.shows())


async def test_a_refusal_is_said_and_the_next_letter_asks_again(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.press("slash")
        await teller.sees("For the service at hand")
        room.care.refuse_with = NotAllowed(role="teller", action="look answers up")
        await teller.write("coin")
        await teller.until(lambda: teller.pilot.app.screen.query_one("#state").display)
        room.care.refuse_with = None
        await teller.write("s")
        await teller.sees("Counting and paying in coins")


async def test_a_forgotten_session_leads_back_to_signing_in(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.press("slash")
        await teller.sees("For the service at hand")
        room.care.refuse_with = NotSignedIn()
        await teller.write("c")
        await teller.until(lambda: bool(teller.pilot.app.screen.query("#password")))


async def test_what_is_missing_goes_to_the_manager_with_what_was_searched(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.press("slash")
        await teller.write("zeppelin")
        await teller.sees("Nothing is written about this yet.")
        await teller.press("f2")
        await teller.sees("What is missing?")
        assert teller.pilot.app.screen.query_one(Input).value == "zeppelin"
        await teller.press("end")
        await teller.write(" insurance\n")
        await teller.until(lambda: room.commands(cc.ReportArticle) != [])
        assert room.commands(cc.ReportArticle) == [cc.ReportArticle("missing", "", "en", "zeppelin insurance")]


async def test_an_article_that_is_wrong_is_reported_with_a_note(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.write("/coin machine\n")
        await teller.sees("100 coins")
        await teller.press("w")
        await teller.sees("What is the matter with it?", "2 It is out of date")
        await teller.press("2")
        await teller.sees("What should stand there?")
        await teller.write("now 200 coins\n")
        await teller.until(lambda: room.commands(cc.ReportArticle) != [])
        assert room.commands(cc.ReportArticle) == [cc.ReportArticle("out_of_date", "coins", "en", "now 200 coins")]


async def test_an_article_changes_to_the_customers_language_and_back(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller, language="zh")
        await teller.write("/coin machine\n")
        await teller.sees("100 coins")
        await teller.press("l")
        await teller.until(lambda: "100 coins" not in teller.shows() and "硬币" in teller.shows())
        await teller.press("l")
        await teller.sees("100 coins")


async def test_calming_words_are_two_keys_away(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller)
        await teller.press("slash", "f3")
        await teller.sees("Calming words", "Thank you for waiting.")


async def test_calming_words_change_to_the_customers_language(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await room.serving(teller, language="ru")
        await teller.press("slash", "f3")
        await teller.sees("Thank you for waiting.")
        await teller.press("l")
        await teller.until(lambda: "Thank you for waiting." not in teller.shows() and "Спасибо" in teller.shows())


async def test_what_changed_since_the_last_shift_is_among_everything(room: CareStage) -> None:
    async with room.signed_in() as teller:
        await teller.press("m")
        await teller.write("what changed\n")
        await teller.sees("What changed since your last shift")
        await teller.until(lambda: ("news", "en") in room.care.asked)


def test_an_article_out_of_date_says_since_when_and_one_not_yet_valid_from_when() -> None:
    said = words("en")
    old = an_article(standing="out_of_date", valid_until="2026-10-31")
    assert answers_lines.warning(old, said) == (
        "Out of date: this held until October 31, 2026. Ask before you answer by it."
    )
    coming = an_article(standing="not_yet", valid_from="2027-01-01")
    assert answers_lines.warning(coming, said).startswith("Not valid yet: this holds from January 1, 2027.")
    assert answers_lines.warning(an_article(), said) == ""


def test_a_rate_table_says_since_when_it_holds_and_when_it_changes() -> None:
    article = an_article(tables=(TableDay("rates", "2026-11-01", "2027-01-01"), TableDay("fees", "", "")))
    said = list(answers_lines.facts(article, words("en")))
    assert said == [
        "The rates hold since November 1, 2026.",
        "They change on January 1, 2027.",
        "No rates hold today.",
    ]


def test_right_to_left_a_line_has_one_style() -> None:
    page = Page("**تحقّق** من *الهوية* و `الرمز` snake_case\n\n* بند\n* بند", "ar")
    assert page._even() == "تحقّق من الهوية و الرمز snake_case\n\n* بند\n* بند"
    assert Page("**bold**", "en")._even() == "**bold**"


def an_article(**changes: object) -> ArticleView:
    plain = {
        "article": "coins",
        "language": "en",
        "title": "Coins",
        "kind": "article",
        "standing": "valid",
        "owner": "",
        "body": "",
    }
    return ArticleView(**plain | changes)  # type: ignore[arg-type]
