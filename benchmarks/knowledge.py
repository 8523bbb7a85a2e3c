"""Search over 5,000 articles in four languages, as a teller types; and how long the library takes to be ready."""

from __future__ import annotations

import random
import resource
from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from statistics import quantiles
from time import perf_counter

from benchmarks.figures import Figure
from lobby.care.knowledge.article import Article
from lobby.care.knowledge.library import Library
from lobby.care.knowledge.reading import read_article

ARTICLES = 5_000
WORDS_IN_ARTICLE = 250
QUERIES = 400
TODAY = date(2026, 11, 22)

LETTERS = {
    "en": ("bcdfglmnprst", "aeiou"),
    "ru": ("бвгдклмнпрст", "аеиоу"),
    "ar": ("بتجحدرسعفقلمن", "اوي"),
    "zh": ("".join(map(chr, range(0x4E00, 0x4E00 + 1_500))), ""),
}
VOCABULARY = 12_000
"""Words of a language; how often each comes follows Zipf's law."""


def run() -> list[Figure]:
    chance = random.Random(1)
    written = list(_files(chance))
    before = _memory_mb()
    start = perf_counter()
    articles = [read_article(path, text) for path, text in written]
    read_s = perf_counter() - start
    start = perf_counter()
    library = Library(articles)
    built_s = perf_counter() - start
    grown = _memory_mb() - before
    times = [_search_ms(library, language, query) for language, query in _queries(articles, chance)]
    return [
        Figure(
            "knowledge: search over 5,000 articles, p95", round(quantiles(times, n=20)[-1], 1), "ms", target="<= 50"
        ),
        Figure("knowledge: search, longest", round(max(times), 1), "ms"),
        Figure("knowledge: index of 5,000 articles built", round(built_s, 1), "s", target="< 10"),
        Figure("knowledge: 5,000 files parsed", round(read_s, 1), "s"),
        Figure("knowledge: memory of 5,000 articles", round(grown), "MB"),
    ]


def _search_ms(library: Library, language: str, query: str) -> float:
    start = perf_counter()
    library.search(query, language=language, service="cash", today=TODAY)
    return (perf_counter() - start) * 1000


def _files(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Each article in all languages."""
    weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    vocabularies = {language: _vocabulary(language, chance) for language in LETTERS}
    for number in range(ARTICLES // len(LETTERS)):
        for language, vocabulary in vocabularies.items():
            words = chance.choices(vocabulary, cum_weights=weights, k=WORDS_IN_ARTICLE)
            gap = "" if language == "zh" else " "
            title = gap.join(chance.choices(vocabulary, k=4))
            keywords = ", ".join(f'"{word}"' for word in chance.choices(vocabulary, k=5))
            paragraphs = "\n\n".join(gap.join(words[at : at + 50]) for at in range(0, WORDS_IN_ARTICLE, 50))
            front = f'title = "{title}"\nowner = "Head cashier"\nservices = ["cash"]\nkeywords = [{keywords}]\n'
            yield f"topic/article-{number}.{language}.md", f"+++\n{front}+++\n\n{paragraphs}\n"


def _vocabulary(language: str, chance: random.Random) -> list[str]:
    consonants, vowels = LETTERS[language]
    if not vowels:
        return ["".join(chance.choices(consonants, k=2)) for _ in range(VOCABULARY)]
    return [
        "".join(chance.choice(consonants) + chance.choice(vowels) for _ in range(chance.randint(2, 5)))
        for _ in range(VOCABULARY)
    ]


def _queries(articles: list[Article], chance: random.Random) -> Iterator[tuple[str, str]]:
    """What is asked for: words of a title and of the text; a third half typed, a third with a letter missing."""
    for number in range(QUERIES):
        article = chance.choice(articles)
        if article.language == "zh":
            at = chance.randrange(len(article.text) - 6)
            yield "zh", article.text[at : at + 6].replace("\n", "")
            continue
        words = [*chance.sample(article.title.split(), k=2), *chance.sample(article.text.split(), k=2)]
        if number % 3 == 0:
            words[-1] = words[-1][: chance.randint(1, 3)]
        if number % 3 == 1:
            words[0] = words[0][:2] + words[0][3:]
        yield article.language, " ".join(words)


def _memory_mb() -> float:
    """The most memory this process had until now, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
