"""`lobby erase`: the private words of one complaint, follow-up, visit or event, gone for good; every figure stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # loaded where it is used: a database layer costs a command line its quickness
    from lobby.records.journal import Journal

WORDS = ("person", "note", "private")
"""The fields of an event that may hold a reference into the erasable store."""

NUMBERS = ("comment", "record")
"""The fields that hold the number of an earlier event, which this one speaks of."""


@click.command()
@click.option(
    "--data",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The branch's data folder, made by `lobby init`.",
)
@click.argument("reference")
def erase(folder: Path, reference: str) -> None:
    """Erase what was written about a customer: by the reference of a complaint (C-...) or follow-up (F-...), by the id
    of a ticket (2026-11-22-A047), or by the number of one event (1234, the seq of exports). Figures and the journal
    stay as they are."""
    from lobby.config import load
    from lobby.records.journal import Journal
    from lobby.records.people import People
    from lobby.records.store import Store

    config = load(folder)
    store = Store.in_folder(folder, config.database)
    try:
        journal, people = Journal(store, config.setup.id), People(store, config.setup.id)
        known, found = False, set()
        for about, words in _mentioned(journal):
            if reference.upper() in about:
                known = True
                found |= words
        if not known:
            raise click.ClickException(
                f"nothing in the journal is called {reference}; give C-..., F-..., "
                "the id of a ticket, with its day, or the number of an event"
            )
        erased = sum(people.erase(one) for one in sorted(found))
    finally:
        store.close()
    click.echo(f"{erased} private {'text' if erased == 1 else 'texts'} of {reference} erased")


def _mentioned(journal: Journal) -> Iterator[tuple[set[str], set[str]]]:
    """For each event: the references that it is about, and those of its private words. Follow-ups of a complaint, and
    complaints of a visit, belong to it."""
    belongs: dict[str, set[str]] = {}
    for recorded in journal.stream():
        event = recorded.event
        about = {
            value
            for name in ("complaint", "follow_up", "ticket")
            if isinstance(value := getattr(event, name, None), str) and value
        }
        for one in list(about):
            about |= belongs.get(one, set())
        for one in about:
            belongs.setdefault(one, set()).update(about)
        words = {value for name in WORDS if isinstance(value := getattr(event, name, None), str) and value}
        seqs = (recorded.seq, *(getattr(event, name, None) for name in NUMBERS))
        yield about | {str(seq) for seq in seqs if seq}, words
