"""An article: one text on one matter in one language, with the days on which it holds."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

import msgspec

Kind = Literal["article", "guide", "documents", "calm"]
KINDS: tuple[str, ...] = get_args(Kind)

Standing = Literal["valid", "not_yet", "out_of_date"]


class Mistake(msgspec.Struct, frozen=True):
    """One mistake in a file: where (`title`, `line 4`), and what is wrong and what to write instead."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class BadArticle(Exception):
    """A file of the knowledge folder cannot be used. `mistakes` holds all that is wrong with it."""

    def __init__(self, path: str, mistakes: tuple[Mistake, ...]) -> None:
        self.path = path
        self.mistakes = mistakes
        super().__init__("\n".join(f"{path}: {mistake}" for mistake in mistakes))


class Phrase(msgspec.Struct, frozen=True):
    """What may be said in a hard moment."""

    situation: str
    sentence: str


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """`body` is Markdown, `text` the same without its marks; `services` empty means every service.

    `steps` and `documents` are those of a guide or a document list, `phrases` those of a calming article, `tables` the
    rate tables that the body shows. `valid_until` is the last day on which the article holds.
    """

    id: str
    language: str
    topic: str
    title: str
    owner: str
    body: str
    text: str
    kind: Kind = "article"
    services: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    updated: date | None = None
    steps: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    tables: tuple[str, ...] = ()

    def standing(self, today: date) -> Standing:
        """Whether the article holds on this day."""
        if self.valid_until is not None and today > self.valid_until:
            return "out_of_date"
        if self.valid_from is not None and today < self.valid_from:
            return "not_yet"
        return "valid"

    def serves(self, service: str) -> bool:
        """Whether the article is about this service, or about all."""
        return not self.services or service in self.services
