"""What can be asked about complaints, follow-ups, praise, answers and records; see `lobby.queue.commands`.

Whatever may speak of a person is `private` and never comes into the journal.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec

from lobby.care.jurisdictions import Matter
from lobby.command_shape import Command, Moment, Note, Reference, Words

Said = Annotated[str, msgspec.Meta(min_length=1, max_length=4000, pattern=r"\S")]
"""A note that must be there, and not of spaces alone."""
Degree = Annotated[int, msgspec.Meta(ge=1, le=3)]
Way = Literal["in_person", "slip", "phone", "letter", "email", "message"]
"""How a customer was told."""


class TakeComplaint(Command, frozen=True):
    """Take a complaint down, in the customer's words; who they are and how to reach them, where they want to say."""

    private: ClassVar[tuple[str, ...]] = ("text", "name", "contact")

    text: Said
    name: Words = ""
    contact: Words = ""
    language: Words = ""
    service: Words = ""
    ticket: Words = ""
    category: Words = ""
    matter: Matter = "general"


class ComplaintCommand(Command, frozen=True):
    """A step of the complaint with this reference."""

    private: ClassVar[tuple[str, ...]] = ("note",)

    complaint: Reference


class AcknowledgeComplaint(ComplaintCommand, frozen=True):
    """Say that the customer was told: it is here, who works on it, until when."""

    how: Way
    note: Note = ""


class AssessComplaint(ComplaintCommand, frozen=True):
    """Say what it is about and how much it weighs; severity and priority from 1 (low) to 3 (high)."""

    category: Reference
    severity: Degree
    priority: Degree
    matter: Matter = "general"
    complex: bool = False
    note: Note = ""


class InvestigateComplaint(ComplaintCommand, frozen=True):
    """Keep what was found out."""

    note: Said


class AnswerComplaint(ComplaintCommand, frozen=True):
    """Keep what the customer was told, and how."""

    decision: Literal["upheld", "partly", "not_upheld"]
    how: Way
    note: Said


class CloseComplaint(ComplaintCommand, frozen=True):
    """Close it, with its root cause (a code of the branch) and what is done so that it does not happen again."""

    cause: Reference
    note: Said


class ReopenComplaint(ComplaintCommand, frozen=True):
    note: Said


class AssignComplaint(ComplaintCommand, frozen=True):
    private: ClassVar[tuple[str, ...]] = ()

    owner: Reference


class ExtendComplaint(ComplaintCommand, frozen=True):
    """Use the law's longer time, with the reason that the customer was given."""

    note: Said


class NoteOnComplaint(ComplaintCommand, frozen=True):
    """Remember something; with `next_at` (ms UTC), the next step."""

    note: Said
    next_at: Moment | None = None


class SayWhetherSolved(ComplaintCommand, frozen=True):
    """What the customer says when asked afterwards; a no opens the complaint again."""

    solved: bool
    note: Note = ""


class PromiseFollowUp(Command, frozen=True):
    """Promise something until `due` (ms UTC), or within so many business hours of the branch. Whoever promises owns it,
    unless it is given to a colleague."""

    private: ClassVar[tuple[str, ...]] = ("note", "name", "contact")

    note: Said
    due: Moment | None = None
    within_h: Annotated[int, msgspec.Meta(ge=1, le=8760)] | None = None
    name: Words = ""
    contact: Words = ""
    owner: Words = ""
    ticket: Words = ""
    complaint: Words = ""
    service: Words = ""
    language: Words = ""


class FollowUpCommand(Command, frozen=True):
    """A step of the follow-up with this reference."""

    private: ClassVar[tuple[str, ...]] = ("note",)

    follow_up: Reference


class KeepFollowUp(FollowUpCommand, frozen=True):
    """It is done."""

    note: Note = ""


class MoveFollowUp(FollowUpCommand, frozen=True):
    """Another day, or another owner."""

    due: Moment | None = None
    owner: Words = ""
    note: Note = ""


class DropFollowUp(FollowUpCommand, frozen=True):
    """It is not needed any more; why."""

    note: Said


class WatchClocks(Command, frozen=True):
    """Look at every clock: warn of those that will soon run out, hand on those that have, unless `escalate` is false:
    nobody has the name that the branch gave. The server itself asks."""

    escalate: bool = True


class Praise(Command, frozen=True):
    """Pass a customer's kind word on: to the teller named, or to the one who served the ticket."""

    private: ClassVar[tuple[str, ...]] = ("note",)

    note: Said
    teller: Words = ""
    ticket: Words = ""


class ReportArticle(Command, frozen=True):
    """Say that an article is wrong or out of date, or that something is missing."""

    private: ClassVar[tuple[str, ...]] = ("note",)

    problem: Literal["wrong", "missing", "out_of_date"]
    article: Annotated[str, msgspec.Meta(max_length=64, pattern="^[a-z0-9-]*$")] = ""
    language: Annotated[str, msgspec.Meta(max_length=16, pattern="^[A-Za-z_-]*$")] = ""
    note: Note = ""


class SettleArticleReport(Command, frozen=True):
    private: ClassVar[tuple[str, ...]] = ("note",)

    report: Reference
    note: Note = ""


class SettleComment(Command, frozen=True):
    """Say that what a customer wrote beside the answer with this journal number was seen to, and what was done."""

    private: ClassVar[tuple[str, ...]] = ("note",)

    comment: Annotated[int, msgspec.Meta(ge=1)]
    note: Note = ""


class ReviewRecord(Command, frozen=True):
    """Look at the interaction record with this journal number against the service's standard; `met` are the lines (from
    0) that were kept. The note is for the teller alone."""

    private: ClassVar[tuple[str, ...]] = ("note",)

    record: Annotated[int, msgspec.Meta(ge=1)]
    met: Annotated[tuple[int, ...], msgspec.Meta(max_length=20)] = ()
    note: Note = ""


COMPLAINT_VERBS: dict[str, type[ComplaintCommand]] = {
    "acknowledge": AcknowledgeComplaint,
    "assess": AssessComplaint,
    "investigate": InvestigateComplaint,
    "answer": AnswerComplaint,
    "close": CloseComplaint,
    "reopen": ReopenComplaint,
    "assign": AssignComplaint,
    "extend": ExtendComplaint,
    "note": NoteOnComplaint,
    "solved": SayWhetherSolved,
}
"""The verb of `POST complaints/{complaint}/{verb}`."""

FOLLOW_UP_VERBS: dict[str, type[FollowUpCommand]] = {
    "keep": KeepFollowUp,
    "move": MoveFollowUp,
    "drop": DropFollowUp,
}
"""The verb of `POST follow-ups/{follow_up}/{verb}`."""

CARE_VERBS: dict[str, type[Command]] = {
    "complaints": TakeComplaint,
    "follow-ups": PromiseFollowUp,
    "praise": Praise,
    "article-reports": ReportArticle,
    "settle-article-report": SettleArticleReport,
    "settle-comment": SettleComment,
    "reviews": ReviewRecord,
}
"""The verb of `POST branches/{branch}/{verb}`."""
