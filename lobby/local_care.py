"""The care room in this process, for one actor: a `CareDoor`. Whoever is shown what customers said has a line in the
audit trail."""

from __future__ import annotations

from collections.abc import Callable, Set
from datetime import date, timedelta
from typing import Protocol, TypeVar

from lobby.access import may, require
from lobby.care import my_day as own
from lobby.care import views as v
from lobby.care.calendars import Calendar
from lobby.care.casebook import DAY_MS, Casebook, Kept, Worked
from lobby.care.comments import CommentView, comment_views
from lobby.care.knowledge.article import Article, Phrase
from lobby.care.knowledge.library import Change, Hit, Library
from lobby.care.knowledge.rates import Version
from lobby.care.reviews import sample
from lobby.care.setup import CareSetup
from lobby.care_door import ArticleView, Headline, TableDay
from lobby.desk import Desk
from lobby.errors import UnknownArticle
from lobby.queue.branch import Branch
from lobby.queue.given import Actor
from lobby.queue.services import business_day, day_of
from lobby.queue.workdays import worked_on
from lobby.records.people import Look, People

T = TypeVar("T")

NEWS_MS = 14 * DAY_MS
"""What is new to somebody who has not been at work here before."""


class Shelf(Protocol):
    """Where the present library stands."""

    @property
    def library(self) -> Library: ...


class LocalCare:
    """One branch's care for one actor; a `CareDoor`."""

    def __init__(self, desk: Desk, people: People, shelf: Shelf, actor: Actor) -> None:
        self._desk = desk
        self._people = people
        self._shelf = shelf
        self._actor = actor

    def care(self) -> v.OfferedCare:
        require(self._actor.role, "look answers up")
        return self._desk.view(lambda branch, _: v.offered_care(branch.care, branch.setup.care))

    # -- complaints and promises

    def complaints(self) -> tuple[v.ComplaintView, ...]:
        require(self._actor.role, "see complaints")
        return self._desk.view(lambda branch, now: v.complaint_views(branch.care, now, *_rules(branch)))

    def complaint(self, reference: str) -> v.ComplaintView:
        require(self._actor.role, "see complaints")
        found, now, rules = self._desk.view(lambda branch, now: (branch.care.complaint(reference), now, _rules(branch)))
        return self._with_words(
            "complaint-read", lambda read: v.complaint_view(found, now, *rules, read), about=found.reference
        )

    def follow_up(self, reference: str) -> v.FollowUpView:
        require(self._actor.role, "see complaints")
        found, now, rules = self._desk.view(lambda branch, now: (branch.care.follow_up(reference), now, _rules(branch)))
        return self._with_words(
            "follow-up-read", lambda read: v.follow_up_view(found, now, *rules, read), about=found.reference
        )

    def due(self, everyone: bool = False) -> v.DueView:
        require(self._actor.role, "see complaints")
        book, now, rules = self._desk.view(_book)
        owner = "" if everyone else self._actor.name
        return self._with_words(
            "due-listed",
            lambda read: v.due_view(book, now, *rules, owner, read),
            only=self._cases(book),
            of="everybody" if everyone else "the own",
        )

    # -- one's own work, and the supervisor's look at it

    def my_day(self) -> own.MyDay:
        require(self._actor.role, "serve")
        name = self._actor.name
        (book, now, rules), (day, start, today) = self._desk.view(
            lambda branch, now: (_book(branch, now), _so_far(branch, now))
        )

        def of_today(read: v.Reader) -> own.MyDay:
            due = v.due_follow_ups(book, now, *rules, name, read)
            return own.my_day(book, name, day, start, today, due, read)

        return self._with_words("own-day-read", of_today, permission="serve")

    def reviews(self) -> tuple[v.RecordView, ...]:
        require(self._actor.role, "review records")
        book, _, _ = self._desk.view(_book)
        theirs = [one for one in book.records.values() if one.teller != self._actor.name]
        today = date.fromisoformat(business_day(self._desk.setup, self._desk.now()).date)
        this_week = today - timedelta(days=today.weekday())
        drawn = [
            one
            for monday in (this_week - timedelta(days=7), this_week)
            for one in sample(self._of_week(theirs, monday), monday.isoformat(), book.reviews)
        ]
        return self._with_words(
            "records-listed",
            lambda read: tuple(v.record_view(one, book.reviews.get(one.seq), read, remark=False) for one in drawn),
        )

    def article_reports(self) -> tuple[v.ArticleReportView, ...]:
        require(self._actor.role, "decide on complaints")
        book, _, _ = self._desk.view(_book)
        reports = [one for one in book.article_reports.values() if one.settled_at is None]
        return self._with_words(
            "article-reports-listed", lambda read: tuple(v.article_report_view(one, read) for one in reports)
        )

    def comments(self) -> tuple[CommentView, ...]:
        require(self._actor.role, "see comments")
        book, _, _ = self._desk.view(_book)
        return self._with_words(
            "comments-listed", lambda read: comment_views(book.comments.values(), read), permission="see to comments"
        )

    # -- answers

    def search(self, query: str, language: str, service: str = "") -> tuple[Hit, ...]:
        require(self._actor.role, "look answers up")
        return self._shelf.library.search(query, language=language, today=self._today(), service=service)

    def opening(self, service: str, language: str) -> tuple[Headline, ...]:
        require(self._actor.role, "look answers up")
        today = self._today()
        found = self._shelf.library.for_service(service, language, today)
        return tuple(Headline(one.id, one.language, one.title, one.kind, one.standing(today)) for one in found)

    def article(self, article: str, language: str) -> ArticleView:
        require(self._actor.role, "look answers up")
        library, today = self._shelf.library, self._today()
        found = library.article(article, language)
        if found is None:
            raise UnknownArticle(article=article)
        return _article_view(found, library, today)

    def news(self, language: str, since: int = 0) -> tuple[Change, ...]:
        require(self._actor.role, "look answers up")
        since = since or self._last_shift()
        changes = self._shelf.library.changed_since(
            since, since_day=self._desk.setup.local(since).date(), today=self._today()
        )
        return tuple(one for one in changes if one.language in ("", language))

    def phrases(self, language: str) -> tuple[Phrase, ...]:
        require(self._actor.role, "look answers up")
        return self._shelf.library.phrases(language, self._today())

    # -- within

    def _today(self) -> date:
        return self._desk.setup.local(self._desk.now()).date()

    def _of_week(self, records: list[Kept], monday: date) -> list[Kept]:
        """Those of the business days from `monday` up to the Sunday."""
        start = day_of(self._desk.setup, monday.isoformat()).start
        end = day_of(self._desk.setup, (monday + timedelta(days=7)).isoformat()).start
        return [one for one in records if start <= one.at < end]

    def _last_shift(self) -> int:
        """The end of the last business day before today on which the actor served anybody, ms UTC."""
        name = self._actor.name
        days = self._desk.view(lambda branch, _: [one.day for one in branch.care.worked if one.teller == name])
        return day_of(self._desk.setup, max(days)).end if days else self._desk.now() - NEWS_MS

    def _cases(self, book: Casebook) -> frozenset[str]:
        """References to the words of open cases that the actor may read in a list: for a teller of what is theirs or
        nobody's yet, for who leads of all."""
        mine = ("", self._actor.name)
        leads = may(self._actor.role, "decide on complaints")
        wanted = {one.person for one in book.complaints.values() if one.is_open and (leads or one.owner in mine)}
        return frozenset(
            wanted | {one.note for one in book.follow_ups.values() if one.is_open and (leads or one.owner in mine)}
        )

    def _with_words(
        self,
        kind: str,
        make: Callable[[v.Reader], T],
        *,
        about: str = "",
        permission: str = "handle complaints",
        only: Set[str] | None = None,
        **detail: str,
    ) -> T:
        """What `make` shows with the words that it asks for (of these, where `only` is given), once the audit trail
        has that the actor looks at them. It is asked twice: for which words, and for what it makes of them."""
        asked: set[str] = set()

        def ask(reference: str) -> str:
            asked.add(reference)
            return ""

        shown = make(ask)
        wanted = (asked if only is None else asked & only) - {""}
        if not wanted or not may(self._actor.role, permission):
            return shown
        name, role = self._actor.name, self._actor.role
        said = self._people.read(wanted, Look(kind, name, role, self._desk.now(), about, detail))
        return make(lambda reference: said.get(reference, ""))


def _rules(branch: Branch) -> tuple[CareSetup, Calendar]:
    return branch.setup.care, branch.setup.calendar


def _book(branch: Branch, now: int) -> tuple[Casebook, int, tuple[CareSetup, Calendar]]:
    """The casebook as it stands, to be read after the desk's lock is free."""
    return branch.care.copy(), now, _rules(branch)


def _so_far(branch: Branch, now: int) -> tuple[str, int, tuple[Worked, ...]]:
    """The business day, its start, and what was done on it; until its first event the branch holds the day before."""
    if branch.day_start <= now < branch.day_end:
        return branch.day, branch.day_start, worked_on(branch.day, branch.tickets.values())
    day = business_day(branch.setup, now)
    return day.date, day.start, ()


def _article_view(article: Article, library: Library, today: date) -> ArticleView:
    rates = [found for table in article.tables if (found := library.rates(table, today)) is not None]
    return ArticleView(
        article=article.id,
        language=article.language,
        title=article.title,
        kind=article.kind,
        standing=article.standing(today),
        owner=article.owner,
        body=library.body(article, today),
        services=article.services,
        valid_from=_iso(article.valid_from),
        valid_until=_iso(article.valid_until),
        updated=_iso(article.updated),
        steps=article.steps,
        documents=article.documents,
        tables=tuple(TableDay(one.table.id, _valid_from(one.now), _valid_from(one.coming)) for one in rates),
    )


def _valid_from(version: Version | None) -> str:
    return _iso(version.valid_from if version is not None else None)


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
