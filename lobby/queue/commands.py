"""What can be asked of a branch: imperative verbs, plain data, checked by shape before anything else sees them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

import msgspec

from lobby.care import commands as care
from lobby.care.interactions import Record
from lobby.command_shape import LATEST as LATEST
from lobby.command_shape import Code, Moment, Note, Reference, Words
from lobby.command_shape import Command as Command
from lobby.command_shape import CounterCommand as CounterCommand
from lobby.command_shape import TicketCommand as TicketCommand
from lobby.command_shape import check as check
from lobby.command_shape import read as read
from lobby.queue import supervision
from lobby.queue.services import CounterPlace, Service


class Issue(Command, frozen=True):
    """Take a number. `then` are further services of the same visit; `appointment` is the slot, ms UTC; `documents` that
    the customer says to have what is needed. With `at_counter` the customer stands there without a ticket and is called
    there in the same step: for whoever may call at that counter."""

    service: Reference
    language: Words = ""
    priority: Words = ""
    appointment: Moment | None = None
    then: Annotated[tuple[Reference, ...], msgspec.Meta(max_length=5)] = ()
    documents: bool = False
    at_counter: int | None = None


class CheckIn(Command, frozen=True):
    """Take the number of an appointment by its code, as printed, typed or scanned."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    language: Words = ""
    priority: Words = ""
    documents: bool = False


class LeaseNumbers(Command, frozen=True):
    """Have `count` numbers of a service kept for the kiosk installation `holder`, or renew what it has."""

    service: Reference
    holder: Reference
    count: Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class HandIn(Command, frozen=True):
    """Bring in a ticket that a kiosk issued from its lease at `arrived_at` (ms UTC), without the server. `replaces` is
    the ticket that the server had issued for the same touch after all."""

    number: Reference
    service: Reference
    holder: Reference
    token: Reference
    arrived_at: Moment
    language: Words = ""
    priority: Words = ""
    then: Annotated[tuple[Reference, ...], msgspec.Meta(max_length=5)] = ()
    documents: bool = False
    replaces: Words = ""


class Book(Command, frozen=True):
    """Make an appointment for `slot` (ms UTC). Without a `code` it gets one; `note` (for whom) is kept erasable."""

    private: ClassVar[tuple[str, ...]] = ("note",)

    service: Reference
    slot: Moment
    code: Words = ""
    language: Words = ""
    note: Note = ""


class CancelAppointment(Command, frozen=True):
    code: Reference


class TakeList(Command, frozen=True):
    """Take the list of documents for a service away, and no number."""

    service: Reference
    language: Words = ""


class GiveFeedback(Command, frozen=True):
    """How it went, from 1 (bad) to 5 (good), what was good or could be better (codes of
    `lobby.care.feedback.FeedbackSetup.choices`), and words of one's own; with `ticket`, of which visit: each has one
    answer."""

    private: ClassVar[tuple[str, ...]] = ("note",)

    rating: Annotated[int, msgspec.Meta(ge=1, le=5)]
    language: Words = ""
    service: Words = ""
    choices: Annotated[tuple[Reference, ...], msgspec.Meta(max_length=10)] = ()
    ticket: Words = ""
    note: Note = ""


class RaiseAlert(Command, frozen=True):
    """Something about a device needs a person."""

    device: Reference
    problem: Reference
    subject: Words = ""
    detail: Words = ""


class ResolveAlert(Command, frozen=True):
    device: Reference
    problem: Reference
    subject: Words = ""


class OpenCounter(CounterCommand, frozen=True):
    services: Annotated[tuple[Reference, ...], msgspec.Meta(max_length=100)] = ()


class CloseCounter(CounterCommand, frozen=True):
    pass


class TakeBreak(CounterCommand, frozen=True):
    reason: Words = ""


class EndBreak(CounterCommand, frozen=True):
    pass


class CallNext(CounterCommand, frozen=True):
    pass


class WaitForNext(CounterCommand, frozen=True):
    """Call the next customer, at once or as soon as someone comes."""


class CallWhoIsDue(Command, frozen=True):
    """Let counters that wait for the next customer call whom a reserve has kept back long enough, or whose few minutes
    are over. The server's own."""


class StopWaiting(CounterCommand, frozen=True):
    """Do not call by itself after all."""


class OfferCounter(CounterCommand, frozen=True):
    """Hand the counter over, with whoever is there, to the colleague who opens it next; `to_teller` names one."""

    to_teller: Words = ""


class KeepCounter(CounterCommand, frozen=True):
    """Do not hand it over after all."""


class CallTicket(CounterCommand, frozen=True):
    """Call out of order. The reason is kept: see `lobby.queue.reasons`."""

    ticket: Reference
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Recall(CounterCommand, frozen=True):
    pass


class Start(CounterCommand, frozen=True):
    pass


class AddService(CounterCommand, frozen=True):
    service: Reference


class Finish(CounterCommand, frozen=True):
    """End the service. `note` is free text and goes to the erasable store only; `record` says what was done."""

    private: ClassVar[tuple[str, ...]] = ("note",)

    outcome: Code = ""
    note: Note = ""
    record: Record | None = None


class Park(CounterCommand, frozen=True):
    reason: Words = ""


class Resume(CounterCommand, frozen=True):
    ticket: Reference


class Transfer(CounterCommand, frozen=True):
    """To a service, or to a counter or a colleague (the service stays unless named)."""

    service: Words = ""
    to_counter: int | None = None
    to_teller: Words = ""
    reason: Words = ""


class DeclareNoShow(CounterCommand, frozen=True):
    pass


class UndoStep(CounterCommand, frozen=True):
    pass


class Cancel(TicketCommand, frozen=True):
    """`by` who gave up: a member of staff may note that the customer did; from a kiosk or phone it is the customer."""

    reason: Words = ""
    by: Literal["", "customer", "staff"] = ""


class Revision(msgspec.Struct, frozen=True):
    """Another wait for `ticket` (its id) than was promised: the whole wait, in seconds."""

    ticket: Reference
    low_s: Annotated[int, msgspec.Meta(ge=0, le=86_400)]
    high_s: Annotated[int, msgspec.Meta(ge=0, le=86_400)]


class RevisePromises(Command, frozen=True):
    """Tell the customers that they wait otherwise than was promised. Who does not wait any more is left out."""

    revisions: Annotated[tuple[Revision, ...], msgspec.Meta(max_length=1000)]


class Return(TicketCommand, frozen=True):
    """A customer who missed the call is back."""


class Hold(TicketCommand, frozen=True):
    """The customer needs a few minutes: keep the place, and call nobody with this ticket by the rules meanwhile."""


class Release(TicketCommand, frozen=True):
    """The customer is there before the few minutes are over."""


class Reprint(TicketCommand, frozen=True):
    pass


class RecordInteraction(TicketCommand, frozen=True):
    """Record what was done with a customer, also afterwards."""

    private: ClassVar[tuple[str, ...]] = ("note",)

    outcome: Code = ""
    note: Note = ""
    record: Record | None = None


class CloseDay(Command, frozen=True):
    pass


class ReopenDay(Command, frozen=True):
    pass


class StartRehearsal(Command, frozen=True):
    """Turn an unused branch into one that replays foreign history, with these services and counters besides."""

    services: tuple[Service, ...] = ()
    counters: tuple[CounterPlace, ...] = ()


AnyCommand: TypeAlias = (
    Issue
    | CheckIn
    | LeaseNumbers
    | HandIn
    | Book
    | CancelAppointment
    | TakeList
    | GiveFeedback
    | RevisePromises
    | RaiseAlert
    | ResolveAlert
    | OpenCounter
    | CloseCounter
    | TakeBreak
    | EndBreak
    | CallNext
    | WaitForNext
    | StopWaiting
    | OfferCounter
    | KeepCounter
    | CallTicket
    | Recall
    | Start
    | AddService
    | Finish
    | Park
    | Resume
    | Transfer
    | DeclareNoShow
    | UndoStep
    | Cancel
    | Return
    | Hold
    | Release
    | Reprint
    | RecordInteraction
    | CloseDay
    | ReopenDay
    | StartRehearsal
    | supervision.CloseService
    | supervision.OpenService
    | supervision.SetCounterSkills
    | supervision.Reassign
    | supervision.PostNotice
    | supervision.TakeNoticeDown
    | supervision.QuietVoice
    | supervision.LoudVoice
    | supervision.TakeAlert
    | supervision.AcknowledgeAlert
    | care.TakeComplaint
    | care.AcknowledgeComplaint
    | care.AssessComplaint
    | care.InvestigateComplaint
    | care.AnswerComplaint
    | care.CloseComplaint
    | care.ReopenComplaint
    | care.AssignComplaint
    | care.ExtendComplaint
    | care.NoteOnComplaint
    | care.SayWhetherSolved
    | care.PromiseFollowUp
    | care.KeepFollowUp
    | care.MoveFollowUp
    | care.DropFollowUp
    | care.Praise
    | care.ReportArticle
    | care.SettleArticleReport
    | care.SettleComment
    | care.ReviewRecord
)

COUNTER_VERBS: dict[str, type[CounterCommand]] = {
    "open": OpenCounter,
    "close": CloseCounter,
    "break": TakeBreak,
    "back": EndBreak,
    "next": CallNext,
    "next-when": WaitForNext,
    "stop-waiting": StopWaiting,
    "offer": OfferCounter,
    "keep": KeepCounter,
    "call": CallTicket,
    "recall": Recall,
    "start": Start,
    "add-service": AddService,
    "park": Park,
    "resume": Resume,
    "transfer": Transfer,
    "no-show": DeclareNoShow,
    "finish": Finish,
    "undo": UndoStep,
    "skills": supervision.SetCounterSkills,
}
"""The verb of `POST counters/{counter}/{verb}`, which the server reads and the remote desk writes."""

TICKET_VERBS: dict[str, type[TicketCommand]] = {
    "cancel": Cancel,
    "return": Return,
    "hold": Hold,
    "release": Release,
    "reprint": Reprint,
    "interactions": RecordInteraction,
    "reassign": supervision.Reassign,
}
"""The verb of `POST tickets/{ticket}/{verb}`."""

VISIT_VERBS: dict[str, type[Command]] = {
    "complaints": care.TakeComplaint,
    "follow-ups": care.PromiseFollowUp,
    "feedback": GiveFeedback,
    "praise": care.Praise,
}
"""What may be said of one visit, also of none: `POST tickets/{ticket}/{verb}` fills in `ticket`."""

BRANCH_VERBS: dict[str, type[Command]] = {
    "tickets": Issue,
    "check-in": CheckIn,
    "leases": LeaseNumbers,
    "hand-in": HandIn,
    "appointments": Book,
    "cancel-appointment": CancelAppointment,
    "lists": TakeList,
    "feedback": GiveFeedback,
    "alerts": RaiseAlert,
    "resolve-alert": ResolveAlert,
    "close-day": CloseDay,
    "reopen-day": ReopenDay,
    "rehearsal": StartRehearsal,
    "promises": RevisePromises,
    **supervision.SUPERVISION_VERBS,
    **care.CARE_VERBS,
}
"""The verb of `POST branches/{branch}/{verb}`."""
