"""What happened to complaints, follow-ups, records and answers; see `lobby.queue.events` for the rest of the journal.

`note` and `person` are references into the erasable store, empty where nothing was said. Moments are ms UTC.
"""

from __future__ import annotations

from typing import TypeAlias

from lobby.care.jurisdictions import Matter
from lobby.happened import Happened


class AboutComplaint(Happened, frozen=True):
    """The root of what happens to the complaint with this reference."""

    complaint: str


class ComplaintReceived(AboutComplaint, frozen=True):
    """`place` is where it was taken: counter, kiosk or phone. `promise_due` ends the bank's own time for a first
    answer, `law_due` the law's for the final one (None: the law sets none). `person` holds who complains, how to reach
    them and what about; `contact` says whether there is a way to reach them."""

    place: str
    language: str
    promise_due: int
    law_due: int | None
    contact: bool
    person: str
    service: str = ""
    ticket: str = ""
    category: str = ""
    matter: Matter = "general"


class ComplaintAcknowledged(AboutComplaint, frozen=True):
    """The customer knows that it is here, who works on it and until when; `how` is the way they were told."""

    how: str
    note: str = ""


class ComplaintAssessed(AboutComplaint, frozen=True):
    """`severity` and `priority` from 1 (low) to 3 (high). What it is about may give it another legal time."""

    category: str
    severity: int
    priority: int
    matter: Matter
    complex: bool
    law_due: int | None
    note: str = ""


class ComplaintInvestigated(AboutComplaint, frozen=True):
    note: str


class ComplaintAnswered(AboutComplaint, frozen=True):
    """`decision` is upheld, partly or not_upheld."""

    decision: str
    how: str
    note: str


class ComplaintClosed(AboutComplaint, frozen=True):
    """`cause` is a code of the branch; `note` holds what is done so that it does not happen again."""

    cause: str
    note: str


class ComplaintReopened(AboutComplaint, frozen=True):
    """`by` is customer or staff. The law's time for an answer begins anew; `law_due` ends it."""

    by: str
    note: str = ""
    law_due: int | None = None


class ComplaintAssigned(AboutComplaint, frozen=True):
    owner: str


class ComplaintExtended(AboutComplaint, frozen=True):
    """The law's longer time is used; `note` holds why, as the customer was told."""

    law_due: int
    note: str


class ComplaintNoted(AboutComplaint, frozen=True):
    """Something to remember; with `next_at`, the next step and when."""

    note: str
    next_at: int | None = None


class CustomerAsked(AboutComplaint, frozen=True):
    """Whether the customer says that it is solved."""

    solved: bool
    note: str = ""


class AboutFollowUp(Happened, frozen=True):
    """The root of what happens to the follow-up with this reference."""

    follow_up: str


class FollowUpPromised(AboutFollowUp, frozen=True):
    """`owner` does it until `due`. `reason` is promised, or ask_solved after a complaint was closed."""

    owner: str
    due: int
    note: str
    reason: str = "promised"
    ticket: str = ""
    complaint: str = ""
    service: str = ""
    language: str = ""


class FollowUpKept(AboutFollowUp, frozen=True):
    note: str = ""


class FollowUpMoved(AboutFollowUp, frozen=True):
    owner: str
    due: int
    note: str = ""


class FollowUpDropped(AboutFollowUp, frozen=True):
    note: str


class ClockWarned(Happened, frozen=True):
    """The time of a complaint or follow-up (`subject`) will soon be over; `clock` is promise, law or due."""

    subject: str
    clock: str
    due: int
    owner: str


class ClockRanOut(Happened, frozen=True):
    """It is over. `owner` is who answers for it from now on."""

    subject: str
    clock: str
    due: int
    owner: str


class PraiseGiven(Happened, frozen=True):
    """A customer praised this member of staff."""

    teller: str
    place: str
    note: str


class ArticleReported(Happened, frozen=True):
    """An article is wrong, or something is missing (`article` may be empty then: what was looked for is in `note`)."""

    report: str
    article: str
    language: str
    problem: str
    note: str = ""


class ArticleReportSettled(Happened, frozen=True):
    report: str
    note: str = ""


class CommentSettled(Happened, frozen=True):
    """Somebody who leads has seen to what a customer wrote beside an answer: to the event `comment`, an answer of
    `rating` given at `given_at` (ms UTC), of the visit `ticket` where it is known. Under `note` is what was done."""

    comment: int
    rating: int
    given_at: int
    note: str = ""
    ticket: str = ""


class RecordReviewed(Happened, frozen=True):
    """The interaction record with this journal number, looked at against the service's standard: which of its lines
    were kept, out of how many. `note` is for the teller alone."""

    record: int
    teller: str
    service: str
    met: tuple[int, ...]
    lines: int
    note: str = ""


CareEvent: TypeAlias = (
    ComplaintReceived
    | ComplaintAcknowledged
    | ComplaintAssessed
    | ComplaintInvestigated
    | ComplaintAnswered
    | ComplaintClosed
    | ComplaintReopened
    | ComplaintAssigned
    | ComplaintExtended
    | ComplaintNoted
    | CustomerAsked
    | FollowUpPromised
    | FollowUpKept
    | FollowUpMoved
    | FollowUpDropped
    | ClockWarned
    | ClockRanOut
    | PraiseGiven
    | ArticleReported
    | ArticleReportSettled
    | CommentSettled
    | RecordReviewed
)
