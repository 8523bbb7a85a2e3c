"""What can be asked of a branch: imperative verbs, plain data, checked by shape before anything else sees them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import msgspec

from lobby.errors import BadField
from lobby.queue.services import CounterPlace, Service

T = TypeVar("T")

Words = Annotated[str, msgspec.Meta(max_length=200)]
Note = Annotated[str, msgspec.Meta(max_length=4000)]
Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True, tag_field="command"):
    """The root of every command."""


class CounterCommand(Command, frozen=True):
    """A verb at one counter."""

    counter: int


class TicketCommand(Command, frozen=True):
    """A verb on one ticket, named by its id or by its number of today."""

    ticket: Reference


class Issue(Command, frozen=True):
    """Take a number. `then` are further services of the same visit; `appointment` is the slot, ms UTC."""

    service: Reference
    language: Words = ""
    priority: Words = ""
    appointment: int | None = None
    then: Annotated[tuple[Reference, ...], msgspec.Meta(max_length=5)] = ()


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


class CallTicket(CounterCommand, frozen=True):
    """Call out of order; the reason stays in the journal."""

    ticket: Reference
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Recall(CounterCommand, frozen=True):
    pass


class Start(CounterCommand, frozen=True):
    pass


class AddService(CounterCommand, frozen=True):
    service: Reference


class Finish(CounterCommand, frozen=True):
    """`note` is free text and goes to the erasable store only."""

    outcome: Words = ""
    note: Note = ""


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


class Return(TicketCommand, frozen=True):
    """A customer who missed the call is back."""


class Reprint(TicketCommand, frozen=True):
    pass


class RecordInteraction(TicketCommand, frozen=True):
    outcome: Words
    note: Note = ""


class CloseDay(Command, frozen=True):
    pass


class ReopenDay(Command, frozen=True):
    pass


class StartRehearsal(Command, frozen=True):
    """Turn an unused branch into one that replays foreign history, with these services and counters besides."""

    services: tuple[Service, ...] = ()
    counters: tuple[CounterPlace, ...] = ()


def check(command: Command) -> None:
    """Refuse a command whose fields are not of the shape that its class says: too long, empty, of a wrong type."""
    read(msgspec.to_builtins(command), type(command))


def read(fields: dict[str, Any], shape: type[T]) -> T:
    """The command (or another struct) that these fields make, or `BadField` naming the first that is wrong."""
    try:
        return msgspec.convert(fields, shape)
    except msgspec.ValidationError as error:
        said, _, place = str(error).partition(" - at ")
        raise BadField(field=place.strip("`").removeprefix("$.") or "body", problem=said) from None


AnyCommand: TypeAlias = (
    Issue
    | OpenCounter
    | CloseCounter
    | TakeBreak
    | EndBreak
    | CallNext
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
    | Reprint
    | RecordInteraction
    | CloseDay
    | ReopenDay
    | StartRehearsal
)

COUNTER_VERBS: dict[str, type[CounterCommand]] = {
    "open": OpenCounter,
    "close": CloseCounter,
    "break": TakeBreak,
    "back": EndBreak,
    "next": CallNext,
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
}
"""The verb of `POST counters/{counter}/{verb}`, which the server reads and the remote desk writes."""

TICKET_VERBS: dict[str, type[TicketCommand]] = {
    "cancel": Cancel,
    "return": Return,
    "reprint": Reprint,
    "interactions": RecordInteraction,
}
"""The verb of `POST tickets/{ticket}/{verb}`."""

BRANCH_VERBS: dict[str, type[Command]] = {
    "tickets": Issue,
    "close-day": CloseDay,
    "reopen-day": ReopenDay,
    "rehearsal": StartRehearsal,
}
"""The verb of `POST branches/{branch}/{verb}`."""
