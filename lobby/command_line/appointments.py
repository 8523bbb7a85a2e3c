"""`lobby appointments`: bring appointments in from a file, make one, list them, cancel one; through the running server.

The file is CSV with a heading: `date` (2026-11-24), `time` (14:30, the branch's own clock), `service` (its code), and
where wanted `code`, `language`, `for` (kept erasable). The same row brought in twice is one appointment: within two
days, and with a code of its own always.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import click

from lobby.errors import Forbidden, KeyReused, LobbyError, NotSignedIn, Unavailable
from lobby.queue.commands import Book, CancelAppointment

if TYPE_CHECKING:  # loaded where it is used: an HTTP client costs a command line its quickness
    from lobby.remote import RemoteDesk

NEEDED = ("date", "time", "service")
KNOWN = (*NEEDED, "code", "language", "for")

server_options = [
    click.option("--server", default="http://127.0.0.1:8080", show_default=True, metavar="URL"),
    click.option("--token", envvar="LOBBY_TOKEN", required=True, help="Of a teller or manager; or LOBBY_TOKEN."),
]


class Row(NamedTuple):
    """A line of the file: its number, the command it asks for, its idempotency key."""

    line: int
    command: Book
    key: str


class BadRows(Exception):
    """All that is wrong with a file, a sentence for each line."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))


def rows(text: str, zone: str) -> list[Row]:
    """The appointments in a CSV file, or `BadRows` with every mistake."""
    reader = csv.DictReader(io.StringIO(text))
    heading = [name.strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in NEEDED if name not in heading]
    unknown = [name for name in heading if name not in KNOWN]
    if missing or unknown:
        wrong = [f"there is no column {name}" for name in missing] + [
            f'"{name}" is not a column here' for name in unknown
        ]
        raise BadRows(["line 1: " + ", ".join(wrong) + f"; known are {', '.join(KNOWN)}"])
    reader.fieldnames = heading
    found: dict[str, Row] = {}
    mistakes = []
    for fields in reader:
        try:
            command = _booking(fields, zone)
        except ValueError as mistake:
            mistakes.append(f"line {reader.line_num}: {mistake}")
            continue
        key = sha256(repr((command.service, command.slot, command.code, command.note)).encode()).hexdigest()[:32]
        same = found.setdefault(key, Row(reader.line_num, command, f"book-{key}"))
        if same.line != reader.line_num:
            mistakes.append(f"line {reader.line_num}: as line {same.line}; tell them apart by code or for")
    if mistakes:
        raise BadRows(mistakes)
    return list(found.values())


def _booking(row: dict[str | None, str | list[str] | None], zone: str) -> Book:
    if None in row:
        raise ValueError("it has more fields than the heading; quote what has a comma in it")
    fields = {name: str(value or "").strip() for name, value in row.items()}
    return Book(
        service=fields["service"],
        slot=slot(fields["date"], fields["time"], zone),
        code=fields.get("code", ""),
        language=fields.get("language", ""),
        note=fields.get("for", ""),
    )


def slot(date: str, time: str, zone: str) -> int:
    """A local date and time in ms UTC; ValueError with what to write when it is none, or was skipped by the clock."""
    try:
        local = datetime.strptime(f"{date} {time}", "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise ValueError(f'"{date} {time}" is not a date and time; write 2026-11-24 and 14:30') from None
    if local.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"{date} {time} does not exist: the clocks change then")
    return int(local.timestamp() * 1000)


@click.group()
def appointments() -> None:
    """Appointments that customers check in at the kiosk."""


def _with_server(command: click.Command) -> click.Command:
    for option in reversed(server_options):
        option(command)
    return command


@contextmanager
def _desk(server: str, token: str) -> Iterator[RemoteDesk]:
    from lobby.remote import RemoteDesk

    branches = RemoteDesk.branches(server, token)
    if not branches:
        raise click.ClickException("the server holds no branch")
    with closing(RemoteDesk(server, token, branches[0])) as desk:
        yield desk


@appointments.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path, server: str, token: str) -> None:
    """Bring in the appointments of a CSV file and print the code of each."""
    with _desk(server, token) as desk:
        try:
            wanted = rows(file.read_text(encoding="utf-8-sig"), desk.branch().zone)
        except (BadRows, UnicodeDecodeError, csv.Error) as wrong:
            raise click.ClickException(f"{file}: nothing was brought in\n{wrong}") from None
        refused = sum(not _brought_in(desk, row) for row in wanted)
    if refused:
        raise click.ClickException(f"{refused} of {len(wanted)} were refused; the others are in")


def _brought_in(desk: RemoteDesk, row: Row) -> bool:
    """Make a row's appointment and print its code, or why not; what would be refused of every row is raised."""
    try:
        made = desk.submit(row.command, key=row.key).appointment
    except (Unavailable, NotSignedIn, Forbidden):
        raise
    except KeyReused:
        click.echo(f"line {row.line}: it is in already, with another language", err=True)
        return False
    except LobbyError as refusal:
        click.echo(f"line {row.line}: {refusal}", err=True)
        return False
    assert made is not None
    click.echo(f"{made.code}\t{made.service}\t{row.command.note}".rstrip())
    return True


@appointments.command("book")
@click.option("--service", required=True, help="The service's code.")
@click.option("--date", required=True, help="2026-11-24")
@click.option("--time", required=True, help="14:30, on the branch's clock")
@click.option("--language", default="", help="The customer's, where it is known.")
@click.option("--for", "note", default="", help="For whom; kept erasable.")
def book(service: str, date: str, time: str, language: str, note: str, server: str, token: str) -> None:
    """Make one appointment and print its code."""
    with _desk(server, token) as desk:
        try:
            at = slot(date, time, desk.branch().zone)
        except ValueError as wrong:
            raise click.ClickException(str(wrong)) from None
        made = desk.submit(Book(service, at, "", language, note), key=secrets.token_hex(16)).appointment
    assert made is not None
    click.echo(made.code)


@appointments.command("cancel")
@click.argument("code")
def cancel(code: str, server: str, token: str) -> None:
    """Cancel an appointment."""
    with _desk(server, token) as desk:
        desk.submit(CancelAppointment(code), key=secrets.token_hex(16))
    click.echo(f"{code} is cancelled")


@appointments.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_them(as_json: bool, server: str, token: str) -> None:
    """The appointments that are known: code, local time, service, number once checked in."""
    import msgspec

    with _desk(server, token) as desk:
        zone = ZoneInfo(desk.branch().zone)
        known = desk.appointments()
    if as_json:
        click.echo(msgspec.json.encode(known).decode())
        return
    for one in known:
        time = datetime.fromtimestamp(one.slot / 1000, zone)
        state = "cancelled" if one.cancelled else one.number or "-"
        click.echo(f"{one.code}\t{time:%Y-%m-%d %H:%M}\t{one.service}\t{state}")


for _command in (import_file, book, cancel, list_them):
    _with_server(_command)
