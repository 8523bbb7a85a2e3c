"""A file of the knowledge, `<topic>/<id>.<language>.md`, read into an `Article`, or refused in words that help."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import cast

from lobby.care.knowledge.article import KINDS, Article, BadArticle, Kind, Mistake, Phrase
from lobby.care.knowledge.front_matter import BadValues, FrontMatter, split
from lobby.care.knowledge.markdown import Markdown, read_markdown
from lobby.care.knowledge.safe_text import turned_around, unsafe, without_directions
from lobby.languages import is_language

LARGEST_FILE = 200_000
"""Bytes of UTF-8 that a file of the knowledge may have."""

TOO_BIG = Mistake("size", f"is more than {LARGEST_FILE // 1000} kB; split the file")

KEYS = ("title", "services", "keywords", "valid_from", "valid_until", "owner", "kind", "updated")

_NAME = re.compile(r"(?P<id>[a-z0-9][a-z0-9-]{0,63})\.(?P<language>[A-Za-z-]{2,11})\.md")
_TABLE = re.compile(r"\{\{\s*rates:\s*([^{}\s]*)\s*\}\}")
_COLON = re.compile(r"[:：]")


def read_article(path: str, text: str, *, services: Collection[str] | None = None) -> Article:
    """The article at `path` (relative to the folder, with `/`), in any language. None for `services` allows any.

    Raises:
        BadArticle: with all mistakes at once.
    """
    topic, _, file = path.rpartition("/")
    name = _NAME.fullmatch(file)
    if not name:
        raise BadArticle(path, (Mistake("name", "must be like lost-card.en.md: a-z, 0-9 and -, then the language"),))
    try:
        values, source = split(checked(path, text))
    except BadValues as bad:
        raise BadArticle(path, (bad.mistake,)) from None
    front = FrontMatter(values)
    markdown = read_markdown(source.strip("\n"))
    front.known_in(values, "", KEYS)
    if not is_language(name["language"]):
        front.wrong("name", f'"{name["language"]}" is not a language; write its short code, such as "en"')
    kind = cast(Kind, front.choice("kind", KINDS))
    article = Article(
        id=name["id"],
        language=name["language"],
        topic=topic,
        title=front.text("title", "A customer lost a card"),
        owner=front.text("owner", "Head cashier"),
        body=markdown.body,
        text=markdown.text,
        kind=kind,
        services=front.services(services),
        keywords=front.texts("keywords"),
        valid_from=front.day("valid_from"),
        valid_until=front.day("valid_until"),
        updated=front.day("updated"),
        steps=_under(markdown, "steps", numbered=True),
        documents=_documents(markdown, kind),
        phrases=_phrases(markdown, front) if kind == "calm" else (),
        tables=tuple(dict.fromkeys(_TABLE.findall(markdown.body))),
    )
    _check(article, front)
    if front.mistakes:
        raise BadArticle(path, tuple(front.mistakes))
    return article


def checked(path: str, text: str) -> str:
    """A file's text as it may be read and shown; raises `BadArticle` for one too big or with control characters."""
    if len(text) > LARGEST_FILE or len(text.encode(errors="replace")) > LARGEST_FILE:
        raise BadArticle(path, (TOO_BIG,))
    text = without_directions(text)
    if mistakes := tuple(unsafe(text)):
        raise BadArticle(path, mistakes)
    return text


def tables_filled(body: str, tables: dict[str, str]) -> str:
    """The body with each `{{rates:table}}` replaced by that table's Markdown; an unknown one is left as it is."""
    return _TABLE.sub(lambda found: tables.get(found[1], found[0]), body)


def _check(article: Article, front: FrontMatter) -> None:
    """What the values and the body must be together."""
    if article.valid_from and article.valid_until and article.valid_from > article.valid_until:
        front.wrong("valid_until", f"is {article.valid_until}, before valid_from, {article.valid_from}")
    if not article.text and not article.tables:
        front.wrong("body", "is empty; write the article below the second +++")
    if turned_around(article.text):
        front.wrong("body", "turns text around with a character reference such as &#x202E;; delete it")
    if article.kind == "guide" and not article.steps:
        front.wrong("steps", "are missing; write a numbered list below a heading such as ## Steps {#steps}")
    if article.kind == "documents" and not article.documents:
        front.wrong("documents", "are missing; write what to bring as a list, each line with a - before it")
    if article.kind == "documents" and not article.services:
        front.wrong("services", "are missing; a document list says for which services it is")
    if article.kind == "calm" and not article.phrases:
        front.wrong("phrases", "are missing; write a list of lines such as - Long wait: I see that you waited long.")


def _under(markdown: Markdown, mark: str, numbered: bool) -> tuple[str, ...]:
    lists = (found.items for found in markdown.lists if found.mark == mark and found.numbered == numbered)
    return tuple(item for items in lists for item in items)


def _documents(markdown: Markdown, kind: Kind) -> tuple[str, ...]:
    """The list under its mark; in a document list without marks, every list."""
    marked = _under(markdown, "documents", numbered=False)
    return marked or (_all_bullets(markdown) if kind == "documents" else ())


def _all_bullets(markdown: Markdown) -> tuple[str, ...]:
    return tuple(item for found in markdown.lists if not found.numbered for item in found.items)


def _phrases(markdown: Markdown, front: FrontMatter) -> tuple[Phrase, ...]:
    phrases = []
    for item in _all_bullets(markdown):
        parts = [part.strip() for part in _COLON.split(item, maxsplit=1)]
        if len(parts) == 2 and all(parts):
            phrases.append(Phrase(*parts))
        else:
            front.wrong("phrases", f'"{item[:60]}" must be a situation, a colon and what to say')
    return tuple(phrases)
