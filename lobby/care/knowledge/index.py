"""The full-text index: SQLite's FTS5 in memory, over terms that are made alike beforehand (`terms`).

Rank is BM25 with a title counting more than a keyword and a keyword more than the body. Each word of a query is asked
by itself: what matches more of its words comes first, since a rare word must not outweigh all others. A word that is
still being typed also finds what it begins; a word that nobody wrote finds those that are spelt most like it.
"""

from __future__ import annotations

import sqlite3
import weakref
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

import msgspec

from lobby.care.knowledge.terms import Term, is_han, query_terms, terms

TITLE, KEYWORDS, BODY = 8.0, 4.0, 1.0
"""What a word counts by where it stands."""

BEGUN, MISSPELT = 0.6, 0.5
"""What a word counts that only begins as typed, or is only spelt much like it."""

LONGEST_QUERY, MOST_WORDS = 300, 12
"""Characters of a query that are read, and words of it that are looked for."""

_BEGINNINGS = 30
_LIKENESS = 0.74


class Found(msgspec.Struct, frozen=True):
    """Scores by row, more is better, and the stems that matched, which a snippet marks."""

    scores: dict[int, float]
    stems: frozenset[str]


class Index:
    """Rows of (title, keywords, body), numbered from 0. Never changes; several threads may search at once."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        self._stems: dict[str, str] = {}
        self._count: Counter[str] = Counter()
        # SQLite itself is serialised (sqlite3.threadsafety 3), and the database is only read from here on.
        self._database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        weakref.finalize(self, self._database.close)
        self._database.execute(
            "CREATE VIRTUAL TABLE texts USING fts5(title, keywords, body, content='', tokenize='ascii')"
        )
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT INTO texts (rowid, title, keywords, body) VALUES (?, ?, ?, ?)", self._rows(rows)
        )
        self._database.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        self._database.execute("COMMIT")
        self._forms = sorted(self._stems)
        self._known = frozenset(self._stems.values())

    def search(self, query: str) -> Found:
        """Every row that has a word of the query."""
        query = query[:LONGEST_QUERY]
        wanted = query_terms(query)[:MOST_WORDS]
        typing = bool(query) and not query[-1].isspace()
        scores: defaultdict[int, float] = defaultdict(float)
        matched: defaultdict[int, int] = defaultdict(int)
        stems: set[str] = set()
        for number, term in enumerate(wanted, start=1):
            best: dict[int, float] = {}
            for alternatives, weight in self._alternatives(term, typing and number == len(wanted)):
                stems.update(alternatives)
                for row, score in self._match(alternatives):
                    best[row] = max(best.get(row, 0.0), score * weight)
            for row, score in best.items():
                scores[row] += score
                matched[row] += 1
        return Found({row: score * matched[row] / len(wanted) for row, score in scores.items()}, frozenset(stems))

    def _alternatives(self, term: Term, typing: bool) -> Iterator[tuple[list[str], float]]:
        """The stems that a word stands for, and what each group of them counts."""
        known = term.stem in self._known
        if known:
            yield [term.stem], 1.0
        if known and not typing and not (is_han(term) and len(term.form) == 1):
            return
        begun = self._begun(term)
        if begun:
            yield begun, BEGUN
        elif not known:
            yield self._like(term), MISSPELT

    def _begun(self, term: Term) -> list[str]:
        """The commonest stems of words that begin as this one does."""
        count = Counter({stem: self._count[stem] for stem in map(self._stems.__getitem__, self._beginning(term.form))})
        return [stem for stem, _ in count.most_common(_BEGINNINGS) if stem != term.stem]

    def _like(self, term: Term) -> list[str]:
        """Stems of the words spelt most like this one: the same first letter, and about as long. A pair of Han
        characters is like those that begin with either."""
        if is_han(term):
            return [pair for character in term.form for pair in self._beginning(character)]
        if len(term.form) < 4:
            return []
        near = [form for form in self._beginning(term.form[0]) if abs(len(form) - len(term.form)) <= 2]
        return [self._stems[form] for form in get_close_matches(term.form, near, n=3, cutoff=_LIKENESS)]

    def _beginning(self, letters: str) -> list[str]:
        """The forms that begin with these letters."""
        return self._forms[bisect_left(self._forms, letters) : bisect_left(self._forms, letters + "\U0010ffff")]

    def _match(self, stems: list[str]) -> Iterator[tuple[int, float]]:
        if not stems:
            return
        asked = " OR ".join(f'"{stem}"' for stem in stems)
        rows = self._database.execute(
            "SELECT rowid, -bm25(texts, ?, ?, ?) FROM texts WHERE texts MATCH ?", (TITLE, KEYWORDS, BODY, asked)
        )
        yield from rows

    def _rows(self, rows: Iterable[tuple[str, str, str]]) -> Iterator[tuple[int, str, str, str]]:
        for number, (title, keywords, body) in enumerate(rows):
            yield number, self._stemmed(title), self._stemmed(keywords), self._stemmed(body)

    def _stemmed(self, text: str) -> str:
        stems = []
        for term in terms(text):
            self._stems[term.form] = term.stem
            stems.append(term.stem)
        self._count.update(stems)
        return " ".join(stems)
