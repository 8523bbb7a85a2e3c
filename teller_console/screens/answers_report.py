"""Telling whoever keeps the answers that one is wrong, or that something is missing."""

from __future__ import annotations

from typing import Literal

from textual.screen import Screen

from lobby.care.commands import ReportArticle
from lobby.care_door import ArticleView
from lobby.errors import N_
from teller_console.care_desk import CareDesk, Under
from teller_console.screens.ask import Ask
from teller_console.screens.choose import Choose, numbered

Problem = Literal["wrong", "missing", "out_of_date"]
PROBLEMS: dict[Problem, str] = {
    "wrong": N_("Something is wrong"),
    "out_of_date": N_("It is out of date"),
    "missing": N_("Something is missing"),
}


def problem_said(code: str) -> str:
    """The English sentence for a problem that was reported."""
    return next((said for problem, said in PROBLEMS.items() if problem == code), code)


def report_article(screen: Screen[None], desk: CareDesk, article: ArticleView) -> None:
    """Ask what is the matter with this article, then for a few words; each may be left with Esc."""
    words = desk.words
    problems = [(words(said), problem) for problem, said in PROBLEMS.items()]

    def chosen(problem: Problem | None) -> None:
        if problem is not None:
            _say(screen, desk, article.article, article.language, problem, article.title)

    screen.app.push_screen(Choose(words("What is the matter with it?"), numbered(problems), words), chosen)


def report_missing(screen: Screen[None], desk: CareDesk, searched: str) -> None:
    """Ask what is missing; `searched` is what found nothing."""
    _say(screen, desk, "", desk.words.language, "missing", searched)


def _say(screen: Screen[None], desk: CareDesk, article: str, language: str, problem: Problem, title: str) -> None:
    words = desk.words
    kept = Under(desk.typed, f"report {article or 'missing'}")
    if not article and title:
        kept.setdefault("note", title)

    def said(note: str | None) -> None:
        if note is not None:
            desk.intend(ReportArticle(problem, article, language, note))

    heading = words("What should stand there?") if article else words("What is missing?")
    screen.app.push_screen(Ask(heading, words, needed=not article, kept=(kept, "note")), said)
