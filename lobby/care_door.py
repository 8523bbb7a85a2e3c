"""The care room as everyone sees it who is not the journal: complaints, promises, answers, one's own day.

Beside `lobby.door`, through which its commands go. `lobby.local_care` opens it in this process, `lobby.remote` over
HTTP.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from lobby.care.comments import CommentView
from lobby.care.knowledge.article import Kind, Phrase, Standing
from lobby.care.knowledge.library import Change, Hit
from lobby.care.my_day import MyDay
from lobby.care.views import ArticleReportView, ComplaintView, DueView, FollowUpView, OfferedCare, RecordView


class Headline(msgspec.Struct, frozen=True):
    """An article by its title; `language` is the one that it is written in."""

    article: str
    language: str
    title: str
    kind: Kind
    standing: Standing


class TableDay(msgspec.Struct, frozen=True):
    """Since when a rate table of an article holds, and from when the next one will; ISO dates, empty where unknown."""

    table: str
    since: str
    coming: str


class ArticleView(msgspec.Struct, frozen=True):
    """An article to read: Markdown with its rate tables as they stand. `valid_from`, `valid_until` (the last day) and
    `updated` are ISO dates or empty."""

    article: str
    language: str
    title: str
    kind: Kind
    standing: Standing
    owner: str
    body: str
    services: tuple[str, ...] = ()
    valid_from: str = ""
    valid_until: str = ""
    updated: str = ""
    steps: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    tables: tuple[TableDay, ...] = ()


class CareDoor(Protocol):
    """One branch's care, for one actor. Raises a `LobbyError` where the actor's role may not see it."""

    def care(self) -> OfferedCare:
        """Templates, standards, categories, causes, and what is usually recorded."""
        ...

    def complaints(self) -> tuple[ComplaintView, ...]:
        """All that are open or were closed lately; without anybody's words."""
        ...

    def complaint(self, reference: str) -> ComplaintView:
        """One with its words and its story, as far as the actor may read them."""
        ...

    def follow_up(self, reference: str) -> FollowUpView:
        """One with its words and its story."""
        ...

    def due(self, everyone: bool = False) -> DueView:
        """What the actor owns, or everyone does, the most urgent first, with its words."""
        ...

    def my_day(self) -> MyDay:
        """The actor's own day."""
        ...

    def reviews(self) -> tuple[RecordView, ...]:
        """The samples of last week's records and of this week's so far, for whoever reviews them; without the remarks,
        which are the tellers' own."""
        ...

    def article_reports(self) -> tuple[ArticleReportView, ...]:
        """What tellers found wrong or missing among the answers and nobody has settled yet."""
        ...

    def comments(self) -> tuple[CommentView, ...]:
        """What customers wrote beside their answers in the last two months: what waits for somebody who leads first;
        the words only for these."""
        ...

    def search(self, query: str, language: str, service: str = "") -> tuple[Hit, ...]:
        """The articles that match best; `language` and `service` only weigh."""
        ...

    def opening(self, service: str, language: str) -> tuple[Headline, ...]:
        """What to open with while this service is served."""
        ...

    def article(self, article: str, language: str) -> ArticleView:
        """An article in this language, or in the one that there is."""
        ...

    def news(self, language: str, since: int = 0) -> tuple[Change, ...]:
        """What changed since `since` (ms UTC), or (0) since the actor's last day at work."""
        ...

    def phrases(self, language: str) -> tuple[Phrase, ...]:
        """What may be said in hard moments."""
        ...
