"""A file of the knowledge: read into an article, or refused with every mistake in words that help."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lobby.care.knowledge.article import BadArticle, Phrase
from lobby.care.knowledge.reading import LARGEST_FILE, read_article
from tests.lobby.care.knowledge.writing import TODAY, an_article, file_text

STEPS = "## What to do {#steps}\n\n1. Stop the card.\n2. Order another.\n"
DOCUMENTS = "## Bring {#documents}\n\n- Passport\n- Card\n"


def mistakes(text: str, path: str = "cards/lost-card.en.md") -> list[str]:
    with pytest.raises(BadArticle) as refused:
        read_article(path, text, services=("cash", "cards"))
    return [str(mistake) for mistake in refused.value.mistakes]


# -- what is read


def test_an_article_has_its_name_and_topic_from_its_path_and_its_values_from_above_the_text() -> None:
    article = read_article(
        "cards/lost-card.ru.md",
        file_text(services='["cards"]', keywords='["theft"]', valid_from="2026-01-01", updated="2026-02-01"),
    )
    assert (article.id, article.language, article.topic) == ("lost-card", "ru", "cards")
    assert (article.title, article.owner, article.kind) == ("A lost card", "Head cashier", "article")
    assert (article.services, article.keywords) == (("cards",), ("theft",))
    assert (article.valid_from, article.valid_until, article.updated) == (date(2026, 1, 1), None, date(2026, 2, 1))
    assert article.text == "Stop the card first."


def test_the_text_of_an_article_has_words_and_no_marks() -> None:
    article = an_article(
        body="# Head\n\nStop **the** [card](https://bank.example)\nnow.\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    assert article.text.split("\n") == ["Head", "Stop the card now.", "a", "b", "1", "2"]


def test_a_guide_has_the_steps_and_documents_of_its_marked_headings_whatever_their_language() -> None:
    body = "1. Not a step\n\n## Шаги {#steps}\n\n1. Первый\n2. Второй\n\n## Документы {#documents}\n\n- Паспорт\n"
    guide = an_article("lost-card.ru", body, kind='"guide"')
    assert guide.steps == ("Первый", "Второй")
    assert guide.documents == ("Паспорт",)
    assert "{#" not in guide.body
    assert "## Шаги\n" in guide.body


def test_the_items_within_a_step_follow_it_with_commas_between() -> None:
    guide = an_article(body="## Steps {#steps}\n1. Ask for one of\n   - passport\n   - licence\n", kind='"guide"')
    assert guide.steps == ("Ask for one of passport, licence",)


def test_a_document_list_without_marks_is_every_list_in_it() -> None:
    body = "Always:\n\n- Passport\n\nFor a business:\n\n- Licence\n"
    assert an_article(body=body, kind='"documents"', services='["cards"]').documents == ("Passport", "Licence")


def test_a_calming_article_has_a_phrase_for_each_situation() -> None:
    article = an_article(body="- **Long wait**: I see: you waited.\n- 久等：让您久等了。\n", kind='"calm"')
    assert article.phrases == (Phrase("Long wait", "I see: you waited."), Phrase("久等", "让您久等了。"))


@pytest.mark.parametrize(
    ("values", "standing"),
    [
        ({}, "valid"),
        ({"valid_from": "2026-11-22", "valid_until": "2026-11-22"}, "valid"),
        ({"valid_from": "2026-11-23"}, "not_yet"),
        ({"valid_until": "2026-11-21"}, "out_of_date"),
    ],
)
def test_an_article_holds_from_its_first_day_through_its_last(values: dict[str, str], standing: str) -> None:
    assert an_article(**values).standing(TODAY) == standing


def test_windows_line_ends_and_a_byte_order_mark_are_no_mistake() -> None:
    assert read_article("a/b.en.md", "\ufeff" + file_text(STEPS, kind='"guide"').replace("\n", "\r\n")).steps


def test_what_is_typed_as_code_is_searched_too() -> None:
    assert an_article(body="Type:\n\n```\nF7 PIN\n```\n").text == "Type:\nF7 PIN"


# -- what is refused


def test_all_mistakes_are_told_at_once() -> None:
    told = mistakes(
        file_text(
            title=None,
            owner='""',
            services='["gold"]',
            keywords='"theft"',
            kind='"poem"',
            colour='"red"',
            valid_from='"2026-01-01"',
            updated="2026-01-01T10:00:00",
        ),
        "cards/lost-card.xx.md",
    )
    assert [mistake.partition(":")[0] for mistake in told] == [
        "colour",
        "name",
        "kind",
        "title",
        "owner",
        "services",
        "keywords",
        "valid_from",
        "updated",
    ]
    assert 'services: the branch offers no service "gold"; it offers cash, cards' in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# Lost card\n", 'line 1: must be "+++"'),
        ("---\ntitle: Lost card\n---\n", 'line 1: must be "+++"'),
        ("+++\ntitle = 1\n", 'line 1: must be "+++"'),
        ('+++\ntitle = "Lost\n+++\n', "TOML: Illegal character '\\n' (at line 2, column 14)"),
        ("+++\nvalid_from = 2026-02-30\n+++\n", "TOML: "),
        (file_text(title=r'"Lost\nand found"'), "title: must be one line"),
        (file_text(title=r'"Lost \u001b[2J"'), "title: holds a control character (U+001B)"),
        (file_text(valid_from="2026-12-31", valid_until="2026-01-01"), "valid_until: is 2026-01-01, before valid_from"),
        (file_text(body=""), "body: is empty"),
        (file_text(body="one\ntwo \x1b[31m red"), "line 7: holds a control character (U+001B)"),
        (file_text(body="Pay &#x202E;001 now"), "body: turns text around"),
        (file_text(body="1. Stop the card.", kind='"guide"'), "steps: are missing"),
        (file_text(kind='"documents"', services='["cash"]'), "documents: are missing"),
        (file_text(body=DOCUMENTS, kind='"documents"'), "services: are missing"),
        (file_text(body="- no colon", kind='"calm"'), 'phrases: "no colon" must be a situation'),
        (file_text(body="x" * LARGEST_FILE), "size: is more than 200 kB"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_place_and_what_to_write(text: str, told: str) -> None:
    assert any(mistake.startswith(told) for mistake in mistakes(text)), mistakes(text)


@pytest.mark.parametrize("path", ["cards/lost card.en.md", "cards/lost-card.md", "cards/Lost.en.md", "cards/.en.md"])
def test_a_name_that_says_no_language_is_refused(path: str) -> None:
    assert mistakes(file_text(), path)[0].startswith("name: must be like lost-card.en.md")


def test_marks_that_turn_text_around_are_taken_out() -> None:
    article = an_article(body="Pay \u202e001\u202c to \u2066them\u2069.", title='"Lost\u202e card"')
    assert (article.title, article.text) == ("Lost card", "Pay 001 to them.")


def test_a_key_with_control_characters_is_shown_without_them() -> None:
    assert mistakes(file_text(**{r'"a\u001b[2J"': "1"}))[0].startswith(r"a\x1b[2J: is not a key here")


@settings(deadline=None)
@given(st.text(max_size=300), st.booleans())
@example("[" * 5_000, True)
@example("a = " + "[" * 5_000, False)
@example("- " * 2_000 + "\ud800", True)
def test_whatever_is_in_a_file_it_is_an_article_or_a_bad_one(rubbish: str, in_body: bool) -> None:
    text = file_text(rubbish, kind='"guide"') if in_body else f"+++\n{rubbish}\n+++\n{STEPS}"
    try:
        read_article("cards/lost-card.en.md", text)
    except BadArticle as refused:
        bad = refused
    else:
        return
    assert all(mistake.what for mistake in bad.mistakes)
    assert bad.mistakes
