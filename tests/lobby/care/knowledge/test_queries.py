"""Sixty searches in four languages, written before the search was tuned, over the articles that come with a branch."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from lobby.knowledge_folder import KnowledgeFolder
from tests.lobby.care.knowledge.writing import TODAY

FIRST, AMONG_THREE = 0.80, 0.95
LANGUAGES = ("en", "ar", "zh", "ru")
SERVICES = ("cash", "accounts", "cards", "loans", "business")


@pytest.fixture(scope="module")
def folder() -> KnowledgeFolder:
    known = KnowledgeFolder(Path(str(files("lobby.examples") / "knowledge")), services=SERVICES)
    known.scan(0)
    return known


def test_every_article_that_comes_with_the_branch_can_be_read(folder: KnowledgeFolder) -> None:
    assert folder.mistakes == ()
    assert folder.library.articles


def test_every_article_that_comes_with_the_branch_is_written_in_every_language(folder: KnowledgeFolder) -> None:
    written: dict[str, set[str]] = {}
    for article in folder.library.articles:
        written.setdefault(article.id, set()).add(article.language)
    assert {id: languages for id, languages in written.items() if languages != set(LANGUAGES)} == {}


def test_the_right_article_comes_first_or_among_three(folder: KnowledgeFolder) -> None:
    queries = tomllib.loads(Path(__file__).with_name("queries.toml").read_text(encoding="utf-8"))["query"]
    first = three = 0
    missed = []
    for query in queries:
        hits = folder.library.search(query["text"], language=query["language"], today=TODAY)
        found = [hit.article for hit in hits[:3]]
        first += found[:1] == [query["article"]]
        three += query["article"] in found
        if found[:1] != [query["article"]]:
            missed.append(f"{query['text']}: {query['article']} not before {', '.join(found)}")
    assert len(queries) >= 60
    assert first >= FIRST * len(queries), "\n".join(missed)
    assert three >= AMONG_THREE * len(queries), "\n".join(missed)
