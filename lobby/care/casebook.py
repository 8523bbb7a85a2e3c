"""The casebook: what is open, and what is fresh, of complaints, follow-ups, records, praise, comments and reports on
answers.

A fold like the branch's own, and a part of it. What is long over leaves it; the journal keeps everything.
"""

from __future__ import annotations

import msgspec

from lobby.care import complaints, follow_ups
from lobby.care import events as e
from lobby.care.comments import Comment
from lobby.care.complaints import Complaint, Entry
from lobby.care.follow_ups import FollowUp
from lobby.errors import UnknownArticleReport, UnknownComment, UnknownComplaint, UnknownFollowUp, UnknownRecord

_replace = msgspec.structs.replace

DAY_MS = 86_400_000
KEEP_CLOSED_MS = 400 * DAY_MS
"""A complaint may be opened again that long after it was closed."""
KEEP_DONE_MS = 60 * DAY_MS
"""Follow-ups that are done, praise, reviews, comments that wait for nobody."""
KEEP_RECORDS_MS = 16 * DAY_MS
"""Records: long enough for the review of the week before."""
DAYS_COMPARED = 25
"""Business days of one's own work that are kept: this week and four before."""
FADING = 0.98
"""What an outcome's weight is multiplied by with each later record of its service, so that fresh habits come first."""
NO_WEIGHT = 1e-9
"""What is left of an outcome whose only record was taken back is no more than this: the last digits of a float."""


class ArticleReport(msgspec.Struct, frozen=True):
    """Someone says that an answer is wrong or missing; `at` in ms UTC."""

    reference: str
    at: int
    by: str
    article: str
    language: str
    problem: str
    note: str
    settled_at: int | None = None


class PraiseNote(msgspec.Struct, frozen=True):
    at: int
    teller: str
    place: str
    note: str


class Kept(msgspec.Struct, frozen=True):
    """An interaction record as the casebook remembers it: enough to draw a sample and to show it; `seq` is its number
    in the journal."""

    seq: int
    at: int
    teller: str
    ticket: str
    service: str
    kind: str
    outcome: str
    note: str
    private: str
    steps: tuple[str, ...] = ()
    delivered: tuple[str, ...] = ()
    fields: dict[str, str] = {}


class Review(msgspec.Struct, frozen=True):
    record: int
    at: int
    by: str
    teller: str
    service: str
    met: tuple[int, ...]
    lines: int
    note: str


class Worked(msgspec.Struct, frozen=True):
    """What one teller did of one service on one business day (ISO date): customers served, their handling and waiting
    times together in ms."""

    day: str
    teller: str
    service: str
    served: int
    handled_ms: int
    waited_ms: int


class Rated(msgspec.Struct, frozen=True):
    """What a customer gave whoever served, from 1 (bad) to 5 (good)."""

    at: int
    teller: str
    rating: int


class Casebook(msgspec.Struct):
    """Mutable on purpose, with frozen values, as the branch is. `usual` holds by service how often which outcome was
    recorded lately, fading."""

    complaints: dict[str, Complaint] = {}
    follow_ups: dict[str, FollowUp] = {}
    records: dict[int, Kept] = {}
    reviews: dict[int, Review] = {}
    praise: tuple[PraiseNote, ...] = ()
    article_reports: dict[str, ArticleReport] = {}
    usual: dict[str, dict[str, float]] = {}
    worked: tuple[Worked, ...] = ()
    rated: tuple[Rated, ...] = ()
    comments: dict[int, Comment] = {}

    def copy(self) -> Casebook:
        twin: Casebook = _replace(self)
        for name in ("complaints", "follow_ups", "records", "reviews", "article_reports", "usual", "comments"):
            setattr(twin, name, dict(getattr(self, name)))
        return twin

    # -- looking things up, with a refusal where they are not there

    def complaint(self, reference: str) -> Complaint:
        found = self.complaints.get(spelled(reference))
        if found is None:
            raise UnknownComplaint(complaint=reference)
        return found

    def follow_up(self, reference: str) -> FollowUp:
        found = self.follow_ups.get(spelled(reference))
        if found is None:
            raise UnknownFollowUp(follow_up=reference)
        return found

    def record(self, seq: int) -> Kept:
        found = self.records.get(seq)
        if found is None:
            raise UnknownRecord(record=seq)
        return found

    def article_report(self, reference: str) -> ArticleReport:
        found = self.article_reports.get(spelled(reference))
        if found is None:
            raise UnknownArticleReport(report=reference)
        return found

    def comment(self, seq: int) -> Comment:
        found = self.comments.get(seq)
        if found is None:
            raise UnknownComment(comment=seq)
        return found

    # -- the fold

    def keep(self, record: Kept) -> None:
        """Remember an interaction record, and that its outcome is usual for the service."""
        self.records[record.seq] = record
        if record.outcome:
            faded = {code: weight * FADING for code, weight in self.usual.get(record.service, {}).items()}
            faded[record.outcome] = faded.get(record.outcome, 0.0) + 1.0
            self.usual[record.service] = faded

    def take_back(self, seq: int) -> None:
        """Forget the record with this number: it was made with a step that was undone, and will be made anew."""
        record = self.records.pop(seq, None)
        if record is not None and record.outcome:
            before = {
                code: (weight - (code == record.outcome)) / FADING
                for code, weight in self.usual[record.service].items()
            }
            self.usual[record.service] = {code: weight for code, weight in before.items() if weight > NO_WEIGHT}

    def apply(self, event: e.CareEvent, at: int, actor: str) -> None:
        """Fold one event of care in."""
        match event:
            case e.ComplaintReceived():
                self.complaints[event.complaint] = complaints.received(event, at, actor)
            case e.AboutComplaint():
                known = self.complaints.get(event.complaint)
                if known is not None:
                    self.complaints[event.complaint] = complaints.told(known, event, at, actor)
            case e.FollowUpPromised():
                self.follow_ups[event.follow_up] = follow_ups.promised(event, at, actor)
            case e.AboutFollowUp():
                promise = self.follow_ups.get(event.follow_up)
                if promise is not None:
                    self.follow_ups[event.follow_up] = follow_ups.told(promise, event, at, actor)
            case e.ClockWarned() | e.ClockRanOut():
                self._spoken_of(event, at, actor)
            case e.PraiseGiven():
                self.praise = (*self.praise, PraiseNote(at, event.teller, event.place, event.note))
            case e.ArticleReported():
                self.article_reports[event.report] = ArticleReport(
                    event.report, at, actor, event.article, event.language, event.problem, event.note
                )
            case e.ArticleReportSettled():
                report = self.article_reports.get(event.report)
                if report is not None:
                    self.article_reports[event.report] = _replace(report, settled_at=at)
            case e.CommentSettled():
                comment = self.comments.get(event.comment)
                if comment is not None:
                    self.comments[event.comment] = _replace(comment, settled_at=at, settled_by=actor, remark=event.note)
            case e.RecordReviewed():
                self.reviews[event.record] = Review(
                    event.record, at, actor, event.teller, event.service, event.met, event.lines, event.note
                )

    def _spoken_of(self, event: e.ClockWarned | e.ClockRanOut, at: int, actor: str) -> None:
        line = Entry(at, actor, type(event).__name__, detail=event.clock)
        said = f"{event.clock} over" if isinstance(event, e.ClockRanOut) else event.clock
        complaint, promise = self.complaints.get(event.subject), self.follow_ups.get(event.subject)
        if complaint is not None:
            self.complaints[event.subject] = _replace(
                complaint, warned=(*complaint.warned, said), owner=event.owner, story=(*complaint.story, line)
            )
        elif promise is not None:
            self.follow_ups[event.subject] = _replace(
                promise, warned=(*promise.warned, said), owner=event.owner, story=(*promise.story, line)
            )

    def end_day(self, worked: tuple[Worked, ...]) -> None:
        """Keep what was done on the day that is over, as long as anyone compares with it."""
        days = sorted({one.day for one in (*self.worked, *worked)})[-DAYS_COMPARED:]
        self.worked = tuple(one for one in (*self.worked, *worked) if one.day in days)

    def forget_past(self, at: int) -> None:
        """Let go of what is long over at `at` (ms UTC)."""
        self.complaints = {
            ref: one for ref, one in self.complaints.items() if (one.closed_at or at) > at - KEEP_CLOSED_MS
        }
        self.follow_ups = {ref: one for ref, one in self.follow_ups.items() if (one.ended_at or at) > at - KEEP_DONE_MS}
        self.reviews = {seq: one for seq, one in self.reviews.items() if one.at > at - KEEP_DONE_MS}
        self.records = {
            seq: one for seq, one in self.records.items() if one.at > at - KEEP_RECORDS_MS or seq in self.reviews
        }
        self.praise = tuple(one for one in self.praise if one.at > at - KEEP_DONE_MS)
        self.rated = tuple(one for one in self.rated if one.at > at - KEEP_DONE_MS)
        self.comments = {
            seq: one
            for seq, one in self.comments.items()
            if one.waits or (one.settled_at or one.at) > at - KEEP_DONE_MS
        }
        self.article_reports = {
            ref: one for ref, one in self.article_reports.items() if (one.settled_at or at) > at - KEEP_DONE_MS
        }


def spelled(reference: str) -> str:
    """A reference as it is kept, however it was typed or spoken: `c 7k3m9qa` is `C-7K3M9QA`."""
    letters = "".join(letter for letter in reference.upper() if letter.isalnum())
    return f"{letters[:1]}-{letters[1:]}"
