"""`lobby head-office`: the server of a chain's head office, its branches, its people, reports of the chain."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from lobby.access import ADMINISTRATOR, AUDITOR, BRANCH, MANAGER
from lobby.command_line.report_choice import a_date

if TYPE_CHECKING:  # loaded where it is used: a database layer costs a command line its quickness
    from lobby.records.store import Store

log = logging.getLogger(__name__)

FORMATS = ("table", "html", "xlsx", "csv", "json")
ROLES = (MANAGER, AUDITOR, ADMINISTRATOR)
WIDE = 130
"""Characters of a table that is not printed on a terminal."""

data_option = click.option(
    "--data",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The head office's data folder, made by `lobby head-office init`.",
)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC"


@click.group("head-office")
def head_office() -> None:
    """The head office of a chain of branches."""


@head_office.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Write a head office into DIR (head-office.toml), ready to be edited."""
    from lobby.head_office.office_file import EXAMPLE, FILE

    target = folder / FILE
    if target.exists():
        raise click.ClickException(f"{target} is there already; nothing was changed")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.write_text(EXAMPLE, encoding="utf-8")
    click.echo(f"{target} written. Edit it, then: lobby head-office serve --data {folder}")


@head_office.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@click.option("--certificate", type=click.Path(exists=True, path_type=Path), help="TLS certificate chain, PEM.")
@click.option("--certificate-key", type=click.Path(exists=True, path_type=Path), help="Its key, PEM.")
@click.option("--taking-only", is_flag=True, help="Take journals beside another server on the same PostgreSQL.")
@click.option(
    "--log",
    "log_form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    help="What a line of the log is.",
)
def serve(
    folder: Path,
    host: str,
    port: int,
    certificate: Path | None,
    certificate_key: Path | None,
    taking_only: bool,
    log_form: Literal["text", "json"],
) -> None:
    """Run the head office's server: it takes the journals of the branches, and shows how they stand."""
    from display_server.operating.log_lines import in_journal, write_log

    write_log(log_form)
    from display_server.head_office.serve import RunningOffice
    from display_server.serve import BadCertificate

    pair_of = (certificate, certificate_key) if certificate and certificate_key else None
    try:
        server = RunningOffice(folder, host, port, certificate=pair_of, taking_only=taking_only)
    except BadCertificate as fault:
        raise click.ClickException(str(fault)) from None
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}:{port}: {error.strerror}") from None
    if not in_journal():
        password = server.house.first_administrator()
        if password is not None:
            click.echo("First start. Sign in once and choose your own password:")
            click.echo(f"  user name admin, one-time password {password}")
    elif server.house.staff.empty():  # a password would be kept there
        log.warning("Nobody may sign in yet. Make an administrator: lobby head-office add-staff --role administrator")
    server.serve(lambda: click.echo(f"ready {server.url}"))


@head_office.command("add-branch")
@data_option
@click.argument("branch")
def add_branch(folder: Path, branch: str) -> None:
    """Expect the journal of BRANCH (its id in branch.toml), and print the token that lets it in, once."""
    from lobby.errors import BadField
    from lobby.records.received import Received

    with _opened(folder) as store:
        try:
            Received(store).add(branch)
        except BadField as refusal:
            raise click.ClickException(f"{refusal} (for a new token: lobby head-office renew-token)") from None
        click.echo(_token(store, branch, "head-office-branch-added"))


@head_office.command("renew-token")
@data_option
@click.argument("branch")
def renew_token(folder: Path, branch: str) -> None:
    """End the token of BRANCH, and print a new one, once."""
    from lobby.records.received import Received
    from lobby.records.tokens import DEVICE, Tokens

    with _opened(folder) as store:
        if branch not in {one.branch for one in Received(store).branches()}:
            raise click.ClickException(f"no branch “{branch}” is expected; lobby head-office add-branch")
        Tokens(store).revoke_all(branch, DEVICE, _now())
        click.echo(_token(store, branch, "token-rotated"))


@head_office.command()
@data_option
@click.argument("branch")
def settle(folder: Path, branch: str) -> None:
    """Say that somebody has looked into the two versions of BRANCH's journal. What was received stays as it is; should
    the branch still hold another version, it is named again within a minute."""
    from lobby.records.received import Received

    with _opened(folder) as store:
        Received(store).settle(branch)
        _note(store, "head-office-fork-settled", branch)
    click.echo(f"{branch}: settled")


@head_office.command("give-way")
@data_option
@click.argument("branch")
def give_way(folder: Path, branch: str) -> None:
    """Say that of two versions of BRANCH's journal the branch's own holds: it was restored from a backup. What was
    received from the row on where they part is set aside when the branch is next heard of, and kept; `set-aside`
    prints it. Do not while a copy of the branch runs somewhere."""
    from lobby.errors import BadField, UnknownBranch
    from lobby.records.received import Received

    with _opened(folder) as store:
        try:
            Received(store).give_way(branch, _now())
        except (BadField, UnknownBranch) as refusal:
            raise click.ClickException(f"{branch}: {refusal}; nothing was changed") from None
        _note(store, "head-office-gives-way", branch)
    click.echo(f"{branch}: its own version holds from the row on where the two part; the rest will be set aside")


@head_office.command("set-aside")
@data_option
@click.argument("branch", default="")
@click.option("--rows", is_flag=True, help="Print the rows themselves, a JSON object each.")
def list_set_aside(folder: Path, branch: str, rows: bool) -> None:
    """Say which rows of BRANCH's journal (all without it) gave way to another version, and when."""
    import msgspec

    from lobby.records.set_aside import rows_set_aside, set_aside

    with _opened(folder) as store:
        for one in set_aside(store, branch):
            if not rows:
                click.echo(f"{one.branch}\trows {one.first} to {one.last}\tset aside {_moment(one.at)}")
                continue
            for row in rows_set_aside(store, one.branch, one.at):
                plain = msgspec.structs.asdict(row) | {"hash": row.hash.hex()}
                click.echo(json.dumps({"branch": one.branch, "set_aside_at": one.at, **plain}, ensure_ascii=False))
        if rows:
            _note(store, "data-exported", "set-aside", branch=branch)


@head_office.command("branches")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def list_branches(folder: Path, as_json: bool) -> None:
    """Every branch, and how far its journal has arrived."""
    import msgspec

    from lobby.records.received import Received

    with _opened(folder) as store:
        found = Received(store).branches()
    if as_json:
        click.echo(json.dumps([msgspec.structs.asdict(one) | {"behind": one.behind} for one in found]))
        return
    for one in found:
        heard = f"heard of {(_now() - one.heard_at) // 1000} s ago" if one.heard_at else "never heard of"
        fork = f", two versions from row {one.forked} on" if one.forked else ""
        fork += ", its own will hold" if one.gives_way_at else ""
        click.echo(f"{one.branch}\t{one.seq} rows, {one.behind} to come\t{heard}{fork}")


@head_office.command("add-staff")
@data_option
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--name", required=True, help="The name that colleagues know.")
@click.argument("username")
def add_staff(folder: Path, role: str, name: str, username: str) -> None:
    """Let somebody sign in to the head office's pages, and print the one-time password, once."""
    from lobby.records.staff import Staff, refuse_odd

    refuse_odd(username)
    with _opened(folder) as store:
        password = Staff(store).add(username, name, role, _now())
        _note(store, "staff-added", username)
    click.echo(password)


@head_office.command()
@data_option
@click.option("--from", "first", metavar="YYYY-MM-DD", type=a_date, help="The first business day.")
@click.option("--to", "last", metavar="YYYY-MM-DD", type=a_date, help="The last; the same day by default.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--language", default="", metavar="xx", help="The language of the report; the office's own by default.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write into FILE.")
def report(folder: Path, first: date | None, last: date | None, form: str, language: str, output: Path | None) -> None:
    """Print the report of the chain over business days that are over; of the last of them without --from."""
    from lobby.command_line.report import rendered
    from lobby.head_office.office_file import load
    from lobby.head_office.reckoning import ChainReckoning
    from lobby.records.received import Received
    from lobby.reports.asked import Asked
    from lobby.words import LANGUAGES, words

    office = load(folder)
    if language and language not in LANGUAGES:
        raise click.UsageError(f'there are no words in "{language}"; there are {", ".join(LANGUAGES)}')
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("a workbook is not for a terminal; write --output FILE")
    with _opened(folder) as store:
        reckoning = ChainReckoning(store, office)
        reckoning.bring_up_to_date(_told)
        known = reckoning.days()
        if not known:
            begun = any(one.seq for one in Received(store).branches())
            raise click.ClickException("no business day is over yet" if begun else "no business day has arrived yet")
        since = first or date.fromisoformat(known[-1])
        until = last or since
        if until < since:
            raise click.UsageError("--to comes before --from")
        figures = reckoning.period(Asked("range", since, until), _now())
        _note(store, "report-exported", f"{since}/{until}")
    if figures is None:
        raise click.ClickException(f"nothing is known of these days; there are {known[0]} to {known[-1]}")
    width = None if output is None and sys.stdout.isatty() else WIDE
    content = rendered(figures, form, words(language or office.languages[0]), width)
    if output is None:
        click.echo(content, nl=False)
        return
    output.write_bytes(content)


@head_office.command()
@data_option
@click.option("--to", "target", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--from", "first", metavar="YYYY-MM", default="", help="The first month; all without it.")
@click.option("--branch", "only", multiple=True, metavar="BRANCH", help="This branch only; may be repeated.")
def export(folder: Path, target: Path, first: str, only: tuple[str, ...]) -> None:
    """Write visits and the counters' spans as Parquet for a warehouse: a file for each branch and month, made anew
    where it is there already."""
    try:
        from lobby.records.parquet import export_branch
    except ImportError:
        raise click.ClickException('Parquet needs pyarrow: pip install "branch-lobby[parquet]"') from None
    from lobby.head_office.office_file import load
    from lobby.head_office.reckoning import ChainReckoning
    from lobby.records.received import Received

    with _opened(folder) as store:
        known = {one.branch for one in Received(store).branches()}
        if unknown := sorted(set(only) - known):
            raise click.ClickException(f"no branch “{unknown[0]}” is expected; there are: {', '.join(sorted(known))}")
        reckoning = ChainReckoning(store, load(folder))
        reckoning.bring_up_to_date(_told)
        branches = only or tuple(reckoning.setups)
        _note(store, "data-exported", "parquet", branches=str(len(branches)), first=first)
        made = sum(export_branch(store, branch, target, first) for branch in branches)
    click.echo(f"{made} files in {target}")


@contextmanager
def _opened(folder: Path) -> Iterator[Store]:
    """The office's database, for as long as the block lasts."""
    from lobby.head_office.office_file import load
    from lobby.head_office.office_store import office_store

    store = office_store(folder, load(folder), beside=True)
    try:
        yield store
    finally:
        store.close()


def _told(branch: str) -> None:
    """Progress, on a terminal only."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{branch} ", nl=False, err=True)


def _token(store: Store, branch: str, kind: str) -> str:
    from lobby.records.tokens import DEVICE, Tokens

    _note(store, kind, branch)
    return Tokens(store).create(DEVICE, branch, BRANCH, _now())


def _note(store: Store, kind: str, about: str, **detail: str) -> None:
    from lobby.head_office.office_store import TRAIL
    from lobby.records.acts import OPERATOR, Acts, operator

    Acts(store, TRAIL).note(kind, actor=operator(), role=OPERATOR, at=_now(), about=about, **detail)
