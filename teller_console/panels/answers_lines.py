"""Answers as lines of a list: the title, what it is, whether it holds, and where it speaks of what was asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from lobby.errors import N_
from lobby.words import Words
from teller_console.care_phrases import day

if TYPE_CHECKING:  # the panel of the first screen needs none of them
    from lobby.care.knowledge.article import Kind, Standing
    from lobby.care.knowledge.library import Change, Hit
    from lobby.care_door import ArticleView, Headline

KINDS: dict[str, str] = {
    "article": "",
    "guide": N_("step by step"),
    "documents": N_("documents to bring"),
    "calm": N_("calming words"),
    "rates": N_("rates"),
}
STANDINGS: dict[Standing, str] = {"valid": "", "not_yet": N_("not valid yet"), "out_of_date": N_("out of date")}
CHANGES = {
    "new": N_("new"),
    "changed": N_("changed"),
    "withdrawn": N_("withdrawn"),
    "in_force": N_("now in force"),
    "out_of_date": N_("out of date"),
}
MARK = "bold #7cc4ff"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def headline(one: Headline, words: Words) -> Text:
    return _first(one.title, (), one.kind, one.standing, words)


def hit(one: Hit, words: Words) -> Text:
    """The title, and below it the place."""
    first = _first(one.title, one.title_marks, one.kind, one.standing, words)
    snippet = one.snippet.replace("\n", " ")
    return Text.assemble(first, "\n", _marked(snippet, one.marks, "#a9b7c6"))


def change(one: Change, words: Words) -> Text:
    """What became of an article."""
    what = words(CHANGES.get(one.what, one.what))
    return Text.assemble((f"{what} · ", "bold"), _first(one.title, (), one.kind, "valid", words))


def warning(article: ArticleView, words: Words) -> str:
    """What to beware of before saying what stands in the article; empty for one that holds."""
    if article.standing == "out_of_date":
        return words(
            "Out of date: this held until %(day)s. Ask before you answer by it.",
            day=day(article.valid_until, words) if article.valid_until else "?",
        )
    if article.standing == "not_yet":
        return words(
            "Not valid yet: this holds from %(day)s. Until then the old rule stands.",
            day=day(article.valid_from, words) if article.valid_from else "?",
        )
    return ""


def facts(article: ArticleView, words: Words) -> Iterable[str]:
    """Since when it holds, until when, who keeps it; and the same of its rate tables."""
    if article.standing == "valid" and article.valid_until:
        yield words("Holds until %(day)s.", day=day(article.valid_until, words))
    if article.updated:
        yield words("Last changed on %(day)s.", day=day(article.updated, words))
    if article.owner:
        yield words("Kept by %(owner)s.", owner=article.owner)
    for table in article.tables:
        if table.since:
            yield words("The rates hold since %(day)s.", day=day(table.since, words))
        else:
            yield words("No rates hold today.")
        if table.coming:
            yield words("They change on %(day)s.", day=day(table.coming, words))


def _first(title: str, marks: Iterable[tuple[int, int]], kind: Kind | str, standing: Standing, words: Words) -> Text:
    line = _marked(title, marks, "bold")
    what, stands = words(KINDS[kind]) if KINDS.get(kind) else "", STANDINGS[standing]
    if what:
        line.append(f"  {what}", "dim")
    if stands:
        line.append(f"  ! {words(stands)}", "bold #f2c14e")
    return line


def _marked(said: str, marks: Iterable[tuple[int, int]], style: str) -> Text:
    """Right to left without marks: a change of style would end the phrase, and its order."""
    text = Text(said, style)
    if not _RIGHT_TO_LEFT.search(said):
        for start, end in marks:
            text.stylize(MARK, start, end)
    return text
