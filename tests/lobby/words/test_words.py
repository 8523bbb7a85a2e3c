"""The words: every refusal in every language, with its facts in the right places."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po

from lobby.door import Why
from lobby.errors import LobbyError, NobodyWaiting, WrongState
from lobby.queue.events import Promise
from lobby.queue.ticket import STATE_NAMES
from lobby.words import LANGUAGES, reason, refusal, wait_range, words
from lobby.words.catalogue import FOLDER, SOURCE_LANGUAGE

OTHERS = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]
PLACE = re.compile(r"%\((\w+)\)s")


def every(root: type[LobbyError] = LobbyError) -> Iterator[type[LobbyError]]:
    yield root
    for kind in root.__subclasses__():
        yield from every(kind)


def facts_for(kind: type[LobbyError]) -> dict[str, str]:
    """A fact for each place of the message."""
    return {name: f"<{name}>" for name in PLACE.findall(kind.message)}


def test_the_languages_of_the_product_are_there() -> None:
    assert set(LANGUAGES) >= {"en", "ar", "zh", "ru", "hi"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(set(every()), key=lambda kind: kind.__name__), ids=lambda kind: kind.__name__)
def test_every_refusal_can_be_said_with_all_its_facts(kind: type[LobbyError], language: str) -> None:
    facts = facts_for(kind)
    said = refusal(kind(**facts), words(language))
    assert said
    for fact in facts.values():
        assert fact in said
    if language == SOURCE_LANGUAGE:
        assert said == str(kind(**facts))


@pytest.mark.parametrize("language", OTHERS)
def test_every_refusal_is_translated(language: str) -> None:
    assert [kind.__name__ for kind in set(every()) if words(language)(kind.message) == kind.message] == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_state_is_translated(language: str) -> None:
    assert [name for name in STATE_NAMES.values() if words(language)(name) == name] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_places_of_its_sentence_and_no_others(language: str) -> None:
    with (FOLDER / language / "LC_MESSAGES" / "lobby.po").open("rb") as source:
        catalogue = read_po(source, locale=language)
    wrong = []
    for message in catalogue:
        if not message.id or message.fuzzy:
            continue
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        said = message.string if isinstance(message.string, tuple | list) else (message.string,)
        allowed = set().union(*(PLACE.findall(id) for id in ids))
        for text in said:
            places = set(PLACE.findall(text))
            if (len(ids) == 1 and text and places != allowed) or places - allowed:
                wrong.append(ids[0])
            if "%" in PLACE.sub("", text).replace("%%", "") and allowed:
                wrong.append(ids[0])
    assert wrong == []


def test_a_spoken_fact_is_said_in_the_readers_language() -> None:
    error = WrongState(number="A001", state="parked")
    assert words("ru")("parked") in refusal(error, words("ru"))
    assert "A001" in refusal(error, words("ru"))


def test_facts_are_not_read_as_formats() -> None:
    why = Why("by_hand", 0, 600, 0.0, "A002", "100% sure %(number)s %s")
    assert "100% sure %(number)s %s" in reason(why, words("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_gives_its_reason_in_one_line(language: str) -> None:
    said = {
        rule: reason(Why(rule, 754, 600, 1.25, "A002", "is faint"), words(language))
        for rule in ("statutory", "age_cap", "index", "by_hand")
    }
    assert len(set(said.values())) == 4
    for rule, line in said.items():
        assert "A002" in line, rule
        assert "\n" not in line
    assert "13" in said["index"]
    assert "10" in said["index"]
    assert "is faint" in said["by_hand"]


def test_without_a_runner_up_nobody_is_named() -> None:
    assert "Next" not in reason(Why("index", 60, 600, 0.1), words("en"))
    assert "due" not in reason(Why("by_hand", 60, 600, 0.1, reason="x"), words("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wait_is_a_range_of_minutes_or_not_known(language: str) -> None:
    told = words(language)
    assert "5" in wait_range(Promise(300, 720), told)
    assert "12" in wait_range(Promise(300, 720), told)
    assert "2" in wait_range(Promise(0, 120), told)
    assert "0" not in wait_range(Promise(0, 120), told)
    assert wait_range(None, told) not in {wait_range(Promise(0, 120), told), ""}


def test_a_language_without_a_catalogue_is_answered_in_english() -> None:
    assert words("tlh").language == "en"
    assert words("tlh")("parked") == "parked"


def test_arabic_runs_from_right_to_left() -> None:
    assert [language for language in LANGUAGES if words(language).direction == "rtl"] == ["ar"]


def test_a_refusal_is_named_after_its_class() -> None:
    assert NobodyWaiting().name == "NobodyWaiting"
