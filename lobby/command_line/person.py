"""`lobby person`: find, take out or erase what is kept about one customer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lobby.command_line.data_option import data_option

if TYPE_CHECKING:  # loaded where it is used: a database layer costs a command line its quickness
    from lobby.config import Config
    from lobby.person import Mention
    from lobby.records.store import Store


@click.group()
def person() -> None:
    """What is kept about one customer. REFERENCE is that of a complaint (C-...) or promise (F-...), the id of a ticket
    with its day (2026-11-22-A047), the code of an appointment, or the number of an event (the seq of exports)."""


@person.command("find")
@data_option
@click.argument("text")
def find(folder: Path, text: str) -> None:
    """Print the references under which TEXT was written, such as a name or a telephone number; capital and small
    letters are the same. The audit trail keeps that somebody searched, and not for whom."""
    from lobby.person import written_under
    from lobby.records.journal import Journal
    from lobby.records.people import People, operators_look

    with _opened(folder) as (config, store):
        people, journal = People(store, config.setup.id), Journal(store, config.setup.id)
        holding, found = people.holding(text, operators_look("person-searched")), False
        for reference, one in written_under(journal.stream(), holding):
            what = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(one.event).__name__).lower()
            click.echo(f"{reference}\t{config.setup.local(one.at):%Y-%m-%d %H:%M}\t{what}")
            found = True
    if not found:
        click.echo("nothing that is kept holds this", err=True)


@person.command("export")
@data_option
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write into FILE instead of printing.",
)
@click.argument("reference")
def export_one(folder: Path, reference: str, output: Path | None) -> None:
    """Print all that is kept about a customer, as JSON that can be given to them: what happened, when, and their words
    as far as they were not erased. It names no colleague."""
    from zoneinfo import ZoneInfo

    from lobby.person import account, words_in
    from lobby.records.acts import Acts
    from lobby.records.people import People, operators_look

    with _opened(folder) as (config, store):
        reference = reference.upper()  # as the trail is searched for it
        found, setup = _found(store, config, reference), config.setup
        words, look = words_in(found), operators_look("person-exported", reference)
        if not words:
            look.note(Acts(store, setup.id), 0)
        said = People(store, setup.id).read(words, look)
        content = account(setup.id, ZoneInfo(setup.zone), reference, found, said)
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        output.touch(mode=0o600)
        output.chmod(0o600)  # of one that was there before
        output.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from None


@person.command("erase")
@data_option
@click.argument("reference")
def erase(folder: Path, reference: str) -> None:
    """Erase what was written about a customer. Figures and the journal stay as they are. Backups made before hold it
    until they are deleted."""
    from lobby.person import words_in
    from lobby.records.acts import Acts, by_operator
    from lobby.records.erasures import Erasures
    from lobby.records.outcomes import asked
    from lobby.records.people import People

    with _opened(folder) as (config, store):
        reference = reference.upper()
        words = words_in(_found(store, config, reference))
        erasures = Erasures(folder, config.setup.id, config.retention.erasures_to)
        note = partial(by_operator, Acts(store, config.setup.id))
        with asked(note, "person-erased", reference, texts=str(len(words))):
            erased = People(store, config.setup.id, erasures=erasures).erase(words)
    click.echo(f"{erased} private {'text' if erased == 1 else 'texts'} of {reference} erased")


@contextmanager
def _opened(folder: Path) -> Iterator[tuple[Config, Store]]:
    from lobby.config import load
    from lobby.records.store import Store

    config = load(folder)
    store = Store.beside(folder, config.database)
    try:
        yield config, store
    finally:
        store.close()


def _found(store: Store, config: Config, reference: str) -> list[Mention]:
    from lobby.person import mentions
    from lobby.records.journal import Journal

    found = mentions(Journal(store, config.setup.id).stream(), reference)
    if not found:
        raise click.ClickException(
            f"nothing in the journal is called {reference}; give C-..., F-..., "
            "the id of a ticket, with its day, the code of an appointment, or the number of an event"
        )
    return found
