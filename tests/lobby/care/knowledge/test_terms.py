"""Words that are the same to who searches: whatever their ending, vowel marks, accents, digits or script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.care.knowledge.terms import query_terms, terms


def stems(text: str) -> list[str]:
    return [term.stem for term in terms(text)]


@pytest.mark.parametrize(
    "alike",
    [
        "card Cards CARD's card’s",
        "transfer transferring transferred",
        "café CAFE",
        "карта карты картой КАРТУ",
        "счёт счета Счет",
        "بطاقة البطاقة بطاقه بطاقات والبطاقات للبطاقة بِطَاقَة بطـــاقة",
        "إيداع ايداع الإيداع",
        "20 ٢٠ ２０ ۲۰",
    ],
)
def test_these_are_one_word(alike: str) -> None:
    assert len(set(stems(alike))) == 1, stems(alike)


@pytest.mark.parametrize("different", ["card cash", "карта счёт", "حساب بطاقة", "20 200"])
def test_these_are_not(different: str) -> None:
    assert len(set(stems(different))) == 2


def test_chinese_is_pairs_and_the_last_character_of_a_run() -> None:
    assert stems("银行卡，挂失") == ["银行", "行卡", "卡", "挂失", "失"]


def test_a_query_for_chinese_has_no_character_twice() -> None:
    assert [term.stem for term in query_terms("银行卡")] == ["银行", "行卡"]
    assert [term.stem for term in query_terms("卡")] == ["卡"]


def test_scripts_part_words_where_no_space_does() -> None:
    assert stems("ATM机3楼") == ["atm", "机", "3", "楼"]


def test_a_term_says_where_it_stands() -> None:
    text = "Stop the بِطَاقَة now"
    found = list(terms(text))[2]
    assert text[found.start : found.end] == "بِطَاقَة"


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("what do I do with a lost card", ["lost", "card"]),
        ("how do I", ["how", "do", "i"]),
        ("卡丢了怎么办", ["卡丢"]),
        ("card card", ["card"]),
        ("\t!?", []),
    ],
)
def test_a_query_leaves_out_words_that_only_ask(query: str, asked: list[str]) -> None:
    assert [term.stem for term in query_terms(query)] == asked


@given(st.text())
def test_any_text_has_terms_within_it_that_the_index_can_hold(text: str) -> None:
    for term in terms(text):
        assert 0 <= term.start < term.end <= len(text)
        assert term.stem.isalnum() or not term.stem.isascii()
