"""Text as terms that can be compared, whatever its ending, its vowel marks or its script.

Each word is folded by its script, so one index holds every language and a query needs none to be named:

- Latin: lower case without accents; English word endings by Snowball (Porter 2).
- Cyrillic: lower case, ё as е; Russian endings by Snowball.
- Arabic: without vowel marks and tatweel, the forms of alef, ya and ta marbuta made one, article and endings taken off
  as in light10 (Larkey, Ballesteros, Connell 2002), which finds documents better than roots do.
- Han: overlapping pairs of characters, and the last of a run by itself: Chinese needs no dictionary then.
- Everything else: lower case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import msgspec
import snowballstemmer

from lobby.care.knowledge.stop_words import STOP_PHRASES, STOP_WORDS

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MARKS = "\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670"
_LETTER = rf"(?:[^\W_{_HAN}]|[{_MARKS}])"
_WORD = re.compile(rf"(?P<han>[{_HAN}]+)|[^\W_{_HAN}]{_LETTER}*(?:['’]{_LETTER}+)*")
_VOWEL_MARKS = re.compile(f"[{_MARKS}]")
_ARABIC = str.maketrans("أإآٱىةؤئ", "ااااي" + "هوي")
_ARTICLES = ("وال", "بال", "كال", "فال", "ولل", "ال", "لل")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
_STOP_PHRASE = re.compile("|".join(STOP_PHRASES))

LONGEST_WORD = 64
"""Characters of a word that are compared."""


class Term(msgspec.Struct, frozen=True):
    """A stretch of the text: `form` as it is written but folded, `stem` what is compared."""

    start: int
    end: int
    form: str
    stem: str


def terms(text: str) -> Iterator[Term]:
    """The terms of a text in order; those of a Han run overlap."""
    for word in _WORD.finditer(text):
        if word["han"]:
            yield from _pairs(word[0], word.start())
            continue
        form, stem = _folded(word[0][:LONGEST_WORD])
        if stem:
            yield Term(word.start(), word.end(), form, stem)


def query_terms(query: str) -> list[Term]:
    """The terms to look for: without stop words, unless there is nothing else; a Han run's last character is in its
    last pair already."""
    text = _STOP_PHRASE.sub(lambda found: " " * len(found[0]), query)
    found = _once(text) or _once(query)
    return [term for term in found if term.form not in _STOP_FORMS] or found


def is_han(term: Term) -> bool:
    """Whether the term is of a script without spaces, in which any character may begin a word."""
    return "\u3400" <= term.form[0] <= "\u9fff"


def _once(text: str) -> list[Term]:
    kept: list[Term] = []
    for term in terms(text):
        inside_last = kept and term.end == kept[-1].end
        if not inside_last and all(term.stem != other.stem for other in kept):
            kept.append(term)
    return kept


def _pairs(run: str, start: int) -> Iterator[Term]:
    for at in range(len(run)):
        pair = run[at : at + 2]
        yield Term(start + at, start + at + len(pair), pair, pair)


@lru_cache(maxsize=1 << 16)
def _folded(word: str) -> tuple[str, str]:
    """A word's form and its stem."""
    form = _VOWEL_MARKS.sub("", unicodedata.normalize("NFKC", word)).casefold().replace("’", "'")
    form = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in form)
    first = next((c for c in form if c.isalpha()), "")
    if "а" <= first <= "ё":
        form = form.replace("ё", "е")
        stem = _RUSSIAN.stemWord(form)
    elif "\u0600" <= first <= "\u06ff":
        form = form.translate(_ARABIC)
        stem = _light10(form)
    elif first and first < "\u0250":
        form = _VOWEL_MARKS.sub("", unicodedata.normalize("NFKD", form))
        stem = _ENGLISH.stemWord(form)
    else:
        stem = form
    return form, re.sub(r"[\W_]", "", stem)


def _light10(word: str) -> str:
    if word.startswith("و") and len(word) > 3 and not word.startswith(_ARTICLES):
        word = word[1:]
    for article in _ARTICLES:
        if word.startswith(article) and len(word) >= len(article) + 2:
            word = word[len(article) :]
            break
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) >= len(ending) + 2:
            word = word[: -len(ending)]
    return word


_ENGLISH = snowballstemmer.stemmer("english")
_RUSSIAN = snowballstemmer.stemmer("russian")
_STOP_FORMS = frozenset(_folded(word)[0] for word in STOP_WORDS)
