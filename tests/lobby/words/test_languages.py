"""Codes of languages: one form, which files, pages and scripts share; and which language is chosen."""

from __future__ import annotations

import pytest

from lobby.languages import is_language, locale_of
from lobby.words import best_language
from lobby.words.catalogue import path_of


@pytest.mark.parametrize("code", ["en", "fil", "zh-TW", "pt-BR", "sr-Latn", "zh-Hant-TW"])
def test_a_code_is_what_pages_say_in_their_lang(code: str) -> None:
    assert is_language(code)
    assert locale_of(code).language == code.split("-")[0]


@pytest.mark.parametrize("code", ["", "EN", "zh_TW", "english", "xx", "en-", "-", "sr-latn", "zh-TW-Hant"])
def test_what_no_page_can_say_is_no_language(code: str) -> None:
    assert not is_language(code)


@pytest.mark.parametrize(
    ("wanted", "served", "chosen"),
    [
        (["zh-CN", "en"], ("en", "zh"), "zh"),
        (["zh-TW", "en"], ("en", "zh", "zh-TW"), "zh-TW"),
        (["pt-br"], ("en", "pt-BR"), "pt-BR"),
        (["zh-CN"], ("en", "zh-TW"), "en"),
        (["sr-Latn-RS"], ("en", "sr", "sr-Latn"), "sr-Latn"),
        (["fr", "ar"], ("en", "ar"), "ar"),
        (["*", ""], ("ru", "en"), "ru"),
        ([], ("ru", "en"), "ru"),
    ],
)
def test_whoever_asks_gets_their_own_form_of_a_language_then_the_language_then_the_first(
    wanted: list[str], served: tuple[str, ...], chosen: str
) -> None:
    assert best_language(wanted, served) == chosen


def test_a_catalogue_lies_where_the_tools_of_translators_look() -> None:
    assert path_of("zh-TW").parts[-3:] == ("zh_TW", "LC_MESSAGES", "lobby.po")
