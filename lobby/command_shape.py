"""What a command is: an imperative verb with plain data, checked by shape before anything else sees it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, TypeVar

import msgspec

from lobby import shapes
from lobby.care.interactions import Record, cleaned, cleaned_record
from lobby.errors import BadField

T = TypeVar("T")

Words = Annotated[str, msgspec.Meta(max_length=200)]
Note = Annotated[str, msgspec.Meta(max_length=4000)]
LATEST = 253_000_000_000_000
"""The latest moment that anyone may speak of, ms UTC: in the year 9987, so that its day still has a date."""
Moment = Annotated[int, msgspec.Meta(ge=0, le=LATEST)]
Code = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[\w.-]*$(?!\n)")]
"""A code of the branch, such as an outcome: no words of anybody's."""
Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Command(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag=True, tag_field="command"
):
    """The root of every command. `private` names the fields that may speak of a person: they go to the erasable store,
    and events hold a reference."""

    private: ClassVar[tuple[str, ...]] = ()


class CounterCommand(Command, frozen=True):
    """A verb at one counter."""

    counter: int


class TicketCommand(Command, frozen=True):
    """A verb on one ticket, named by its id or by its number of today."""

    ticket: Reference


def check(command: Command) -> None:
    """Refuse a command whose fields are not of the shape that its class says: too long, empty, of a wrong type."""
    read(msgspec.to_builtins(command), type(command))


def read(fields: dict[str, Any], shape: type[T]) -> T:
    """The command (or another struct) that these fields make, or `BadField` naming the first that is wrong."""
    try:
        return shapes.convert(fields, shape)
    except msgspec.ValidationError as error:
        said, _, place = str(error).partition(" - at ")
        raise BadField(field=place.strip("`").removeprefix("$.") or "body", problem=said) from None


def private_words(command: Command) -> tuple[str, str]:
    """What the command says of persons, for the erasable store: the note, several fields as a JSON object; and the
    private fields of a record, the same way; without the signs that nobody sees. Empty where it says nothing."""
    said = {name: value for name in command.private if (value := cleaned(getattr(command, name), lines=True))}
    record = getattr(command, "record", None)
    if not isinstance(record, Record):  # a review names a record by its number
        record = None
    if record is not None and record.note:
        said["note"] = "\n".join(filter(None, (said.get("note"), cleaned(record.note, lines=True))))
    note = said.get("note", "") if command.private == ("note",) else _object(said)
    return note, _object(cleaned_record(record).private) if record is not None else ""


def _object(said: dict[str, str]) -> str:
    return msgspec.json.encode(said).decode() if said else ""
