"""All that the branch knows, at one moment: searched, opened by service, and told by what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Literal

import msgspec

from lobby.care.knowledge.article import Article, Kind, Phrase, Standing
from lobby.care.knowledge.index import Index
from lobby.care.knowledge.rates import Rates, RateTable
from lobby.care.knowledge.reading import tables_filled
from lobby.care.knowledge.snippet import Range, Snippet, marks, snippet

OWN_LANGUAGE, OWN_SERVICE = 1.3, 1.4
"""How much more an article counts in the language of the one who asks, and about the service being served."""

STANDINGS: dict[Standing, float] = {"valid": 1.0, "not_yet": 0.6, "out_of_date": 0.4}
"""What an article counts by its standing."""

_LEAST_SHARE = 0.12

What = Literal["new", "changed", "withdrawn", "in_force", "out_of_date"]


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An article that was found; `marks` and `title_marks` are ranges of characters that match."""

    article: str
    language: str
    title: str
    title_marks: tuple[Range, ...]
    snippet: str
    marks: tuple[Range, ...]
    standing: Standing
    kind: Kind
    score: float


class Change(msgspec.Struct, frozen=True):
    """What became of an article or a rate table (`kind` "rates", `language` ""); `at` in ms, 0 where a day did it."""

    what: What
    kind: Kind | Literal["rates"]
    id: str
    language: str
    title: str
    at: int


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a file: when it was first seen, last changed and went (0: it is there), in ms."""

    id: str
    language: str
    kind: Kind | Literal["rates"]
    title: str
    digest: str
    first: int
    last: int
    gone: int = 0

    @property
    def at(self) -> int:
        """When anything became of it last."""
        return self.gone or self.last

    def since(self, moment: int) -> Change | None:
        """What became of it after `moment`; None when nothing did."""
        new = self.first > moment
        if self.at <= moment or (new and self.gone):
            return None
        what: What = "withdrawn" if self.gone else "new" if new else "changed"
        return Change(what, self.kind, self.id, self.language, self.title, self.at)


class Library:
    """Articles and rate tables that never change: a change is a new library.

    `seen` is what is remembered of their files, and of those that are gone.
    """

    def __init__(
        self, articles: Iterable[Article] = (), tables: Iterable[RateTable] = (), seen: Iterable[Seen] = ()
    ) -> None:
        self.articles = tuple(sorted(articles, key=lambda article: (article.id, article.language)))
        self.tables: Mapping[str, RateTable] = {table.id: table for table in tables}
        self._seen = tuple(sorted(seen, key=lambda file: (-file.at, file.id, file.language)))
        self._by_id: dict[str, dict[str, Article]] = {}
        for article in self.articles:
            self._by_id.setdefault(article.id, {})[article.language] = article
        self._index = Index((article.title, "\n".join(article.keywords), article.text) for article in self.articles)

    # -- finding

    def search(self, query: str, *, language: str, today: date, service: str = "", limit: int = 20) -> tuple[Hit, ...]:
        """The articles that match best, each in the language that does, best first.

        The query may be in any language and its last word half typed. `language` and `service` are those of the one
        who asks: they only weigh.
        """
        found = self._index.search(query)
        best: dict[str, tuple[float, Article]] = {}
        for row, score in found.scores.items():
            article = self.articles[row]
            score *= STANDINGS[article.standing(today)]
            score *= OWN_LANGUAGE if article.language == language else 1
            score *= OWN_SERVICE if service and service in article.services else 1
            if article.id not in best or score > best[article.id][0]:
                best[article.id] = (score, article)
        ranked = sorted(best.values(), key=lambda scored: (-scored[0], scored[1].id))[:limit]
        least = ranked[0][0] * _LEAST_SHARE if ranked else 0
        return tuple(_hit(article, score, found.stems, today) for score, article in ranked if score >= least)

    def article(self, id: str, language: str) -> Article | None:
        """The article in this language, else in English, else in any: its `language` says in which."""
        written = self._by_id.get(id)
        return _in_language(written, language) if written else None

    def for_service(self, service: str, language: str, today: date) -> tuple[Article, ...]:
        """What to open with while this service is served: what holds about it, then about all services."""
        articles = [
            article
            for article in self._in(language)
            if article.serves(service) and article.kind != "calm" and article.standing(today) == "valid"
        ]
        return tuple(sorted(articles, key=lambda a: (not a.services, a.kind != "guide", len(a.services), a.id)))

    # -- what other fronts take

    def documents(self, today: date) -> dict[str, dict[str, tuple[str, ...]]]:
        """What a customer has to bring: by service, by language, from the document lists that hold."""
        lists: dict[str, dict[str, tuple[str, ...]]] = {}
        for article in self.articles:
            if article.kind != "documents" or article.standing(today) != "valid":
                continue
            for service in article.services:
                by_language = lists.setdefault(service, {})
                joined = by_language.get(article.language, ()) + article.documents
                by_language[article.language] = tuple(dict.fromkeys(joined))
        return lists

    def phrases(self, language: str, today: date) -> tuple[Phrase, ...]:
        """What may be said in hard moments."""
        calm = (a for a in self._in(language) if a.kind == "calm" and a.standing(today) == "valid")
        return tuple(phrase for article in calm for phrase in article.phrases)

    # -- rates

    def rates(self, table: str, today: date) -> Rates | None:
        """A table as it stands on a day; None when there is no such table."""
        found = self.tables.get(table)
        return found.on(today) if found else None

    def body(self, article: Article, today: date, note: Callable[[Rates], str] = lambda rates: "") -> str:
        """The article's Markdown with its rate tables as they stand; `note` writes the line below each."""
        filled = {}
        for name in article.tables:
            rates = self.rates(name, today)
            if rates is not None:
                filled[name] = "\n".join(filter(None, (rates.markdown(article.language), note(rates))))
        return tables_filled(article.body, filled)

    # -- news

    def changed_since(self, since_ms: int, *, since_day: date, today: date) -> tuple[Change, ...]:
        """What changed after a moment and, by the calendar, after a day until today: the latest file changes first."""
        by_file = tuple(change for file in self._seen if (change := file.since(since_ms)))
        by_day = []
        for article in self.articles:
            if article.valid_from is not None and since_day < article.valid_from <= today:
                by_day.append(Change("in_force", article.kind, article.id, article.language, article.title, 0))
            if article.valid_until is not None and since_day <= article.valid_until < today:
                by_day.append(Change("out_of_date", article.kind, article.id, article.language, article.title, 0))
        for table in self.tables.values():
            if any(since_day < version.valid_from <= today for version in table.versions):
                by_day.append(Change("in_force", "rates", table.id, "", next(iter(table.title.values())), 0))
        return (*by_file, *by_day)

    def _in(self, language: str) -> Iterable[Article]:
        """Each article once, in this language where it is written."""
        return (_in_language(written, language) for written in self._by_id.values())


def _in_language(written: Mapping[str, Article], language: str) -> Article:
    return written.get(language) or written.get("en") or next(iter(written.values()))


def _hit(article: Article, score: float, stems: frozenset[str], today: date) -> Hit:
    shown: Snippet = snippet(article.text, stems)
    return Hit(
        article=article.id,
        language=article.language,
        title=article.title,
        title_marks=marks(article.title, stems),
        snippet=shown.text,
        marks=shown.marks,
        standing=article.standing(today),
        kind=article.kind,
        score=round(score, 3),
    )
