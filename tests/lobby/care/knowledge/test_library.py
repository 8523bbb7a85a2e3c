"""The library: what a search finds first, what a service opens with, what other fronts take, what changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lobby.care.knowledge.article import Phrase
from lobby.care.knowledge.library import Change, Library, Seen
from tests.lobby.care.knowledge.test_rates import a_table
from tests.lobby.care.knowledge.writing import TODAY, an_article

LOST_EN = an_article("lost-card.en", "Stop it first, then order another.", title='"A lost card"', services='["cards"]')
LOST_RU = an_article("lost-card.ru", "Сначала остановите карту.", title='"Потерянная карта"', services='["cards"]')
LOST_AR = an_article("lost-card.ar", "أوقف البطاقة أولا.", title='"فقدان البطاقة"', services='["cards"]')
LOST_ZH = an_article("lost-card.zh", "先办理挂失，再补办新卡。", title='"银行卡丢失"', services='["cards"]')
COINS = an_article("coins.en", "Coins are counted. A card is not needed.", title='"Coins"', services='["cash"]')
ALL = Library([LOST_EN, LOST_RU, LOST_AR, LOST_ZH, COINS])


def found(query: str, library: Library = ALL, language: str = "en", service: str = "") -> list[str]:
    hits = library.search(query, language=language, today=TODAY, service=service)
    return [f"{hit.article}.{hit.language}" for hit in hits]


# -- finding


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("lost card", "lost-card.en"),
        ("потерянной карты", "lost-card.ru"),
        ("بطاقه", "lost-card.ar"),
        ("补办", "lost-card.zh"),
        ("卡", "lost-card.zh"),
        ("counting coin", "coins.en"),
    ],
)
def test_an_article_is_found_in_the_language_of_the_query(query: str, first: str) -> None:
    assert found(query, language="en")[0] == first


@pytest.mark.parametrize("typed", ["c", "co", "coi", "coin", "coins"])
def test_each_letter_typed_finds_what_it_begins(typed: str) -> None:
    assert found(typed)[0] == "coins.en"


def test_a_word_that_is_finished_with_a_space_begins_no_other() -> None:
    library = Library([an_article("card.en", title='"Card"'), an_article("wool.en", "Wool.", title='"Cardigan"')])
    assert found("card", library) == ["card.en", "wool.en"]
    assert found("card ", library) == ["card.en"]
    assert found("cardi ", library) == ["wool.en"]


def test_a_misspelt_word_finds_the_one_that_is_spelt_most_like_it() -> None:
    assert found("coinss ")[0] == "coins.en"
    assert found("потеряная ")[0] == "lost-card.ru"


def test_a_word_in_the_title_counts_more_than_in_the_text() -> None:
    assert found("card") == ["lost-card.en", "coins.en"]


def test_the_service_being_served_weighs() -> None:
    articles = [an_article(f"{name}.en", title='"Limits"', services=f'["{name}"]') for name in ("cards", "loans")]
    library = Library(articles)
    assert found("limits", library, service="cards")[0] == "cards.en"
    assert found("limits", library, service="loans")[0] == "loans.en"


def test_an_article_comes_once_and_in_the_language_of_who_asks_where_both_match() -> None:
    both = [an_article(f"atm.{language}", "ATM", title='"ATM"') for language in ("en", "ru")]
    assert found("atm", Library(both), language="ru") == ["atm.ru"]
    assert found("atm", Library(both), language="en") == ["atm.en"]


def test_an_article_that_is_out_of_date_comes_later_and_says_so() -> None:
    old = an_article("a-limits.en", title='"Limits"', valid_until="2026-11-21")
    coming = an_article("b-limits.en", title='"Limits"', valid_from="2026-12-01")
    now = an_article("c-limits.en", title='"Limits"')
    hits = Library([old, coming, now]).search("limits", language="en", today=TODAY)
    assert [(hit.article, hit.standing) for hit in hits] == [
        ("c-limits", "valid"),
        ("b-limits", "not_yet"),
        ("a-limits", "out_of_date"),
    ]


def test_a_hit_shows_the_words_that_matched() -> None:
    article = an_article(body="word " * 100 + "\n\nOrdering another card takes a week.\n\n" + "word " * 100)
    (hit,) = Library([article]).search("cards order", language="en", today=TODAY)
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["Ordering", "card"]
    assert [hit.title[start:end] for start, end in hit.title_marks] == ["card"]
    assert len(hit.snippet) <= 160


def test_marks_of_chinese_pairs_that_overlap_are_one() -> None:
    (hit, *_) = ALL.search("办理挂失", language="zh", today=TODAY)
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["办理挂失"]


def test_no_more_than_the_limit_is_found() -> None:
    library = Library(an_article(f"card-{number}.en") for number in range(30))
    assert len(library.search("card", language="en", today=TODAY, limit=7)) == 7


@pytest.mark.parametrize("query", ["", " ", '"', "NEAR(", "* OR", "-", "title:", "a" * 10_000, "\x00", "\ud800", "؟"])
def test_no_query_is_an_error(query: str) -> None:
    ALL.search(query, language="en", today=TODAY)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_marks_lie_within_what_is_shown(query: str) -> None:
    for hit in ALL.search(query, language="en", today=TODAY):
        assert all(0 <= start < end <= len(hit.snippet) for start, end in hit.marks)
        assert all(0 <= start < end <= len(hit.title) for start, end in hit.title_marks)


def test_several_threads_search_one_library() -> None:
    queries = ["lost card", "потерянной карты", "بطاقه", "补办", "counting coin"] * 40
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(found, queries)) == [found(query) for query in queries]


def test_a_query_without_end_is_cut() -> None:
    assert found("card " + " ".join(map(str, range(200_000))))[0] == "lost-card.en"


def test_an_empty_library_finds_nothing() -> None:
    assert Library().search("card", language="en", today=TODAY) == ()


# -- opening


def test_an_article_that_is_not_written_in_a_language_is_read_in_english() -> None:
    assert ALL.article("lost-card", "ru") == LOST_RU
    assert ALL.article("lost-card", "fr") == LOST_EN
    assert ALL.article("gold", "en") is None


def test_a_service_opens_with_its_guide_then_its_articles_then_those_about_all() -> None:
    about_all = an_article("a-all.en")
    guide = an_article("z-guide.en", "## S {#steps}\n1. Stop.", kind='"guide"', services='["cards"]')
    calm = an_article("calm.en", "- Long wait: I see.", kind='"calm"')
    old = an_article("old.en", services='["cards"]', valid_until="2026-01-01")
    library = Library([LOST_EN, LOST_RU, COINS, about_all, guide, calm, old])
    assert [a.id for a in library.for_service("cards", "ru", TODAY)] == ["z-guide", "lost-card", "a-all"]
    assert library.for_service("cards", "ru", TODAY)[1].language == "ru"


# -- what other fronts take


def test_documents_are_told_by_service_and_language_each_once() -> None:
    lists = [
        an_article("a.en", "- Passport\n- Card", kind='"documents"', services='["cards", "cash"]'),
        an_article("b.en", "- Passport\n- Licence", kind='"documents"', services='["cards"]'),
        an_article("a.ru", "- Паспорт", kind='"documents"', services='["cards"]'),
        an_article("c.en", "- Fax", kind='"documents"', services='["cards"]', valid_until="2020-01-01"),
    ]
    assert Library(lists).documents(TODAY) == {
        "cards": {"en": ("Passport", "Card", "Licence"), "ru": ("Паспорт",)},
        "cash": {"en": ("Passport", "Card")},
    }


def test_phrases_for_hard_moments_come_in_the_tellers_language() -> None:
    calm = [an_article(f"calm.{code}", f"- {code}: {code}!", kind='"calm"') for code in ("en", "ru")]
    assert Library(calm).phrases("ru", TODAY) == (Phrase("ru", "ru!"),)


# -- news


def seen(id: str, *, first: int, last: int, gone: int = 0) -> Seen:
    return Seen(id=id, language="en", kind="article", title=id, digest="", first=first, last=last, gone=gone)


def test_news_tell_what_became_of_files_after_a_moment_the_latest_first() -> None:
    library = Library(
        seen=[
            seen("old", first=1, last=100),
            seen("changed", first=1, last=101),
            seen("new", first=102, last=103),
            seen("gone", first=1, last=1, gone=104),
            seen("came-and-went", first=105, last=105, gone=106),
        ]
    )
    news = library.changed_since(100, since_day=TODAY, today=TODAY)
    assert [(change.what, change.id) for change in news] == [
        ("withdrawn", "gone"),
        ("new", "new"),
        ("changed", "changed"),
    ]


def test_news_tell_what_began_and_ended_by_the_calendar() -> None:
    begun = an_article("begun.en", valid_from="2026-12-01")
    ended = an_article("ended.en", valid_until="2026-11-30")
    library = Library([begun, ended, COINS], [a_table()])
    assert library.changed_since(0, since_day=date(2026, 11, 30), today=date(2026, 12, 1)) == (
        Change("in_force", "article", "begun", "en", "A lost card", 0),
        Change("out_of_date", "article", "ended", "en", "A lost card", 0),
        Change("in_force", "rates", "savings", "", "Savings | rates", 0),
    )
    assert library.changed_since(0, since_day=date(2026, 12, 1), today=date(2026, 12, 2)) == ()
