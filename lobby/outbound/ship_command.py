"""`lobby ship`: how far the branch's journal has arrived at the head office."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click


@click.command()
@click.option(
    "--data",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The branch's data folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a sentence.")
def ship(folder: Path, as_json: bool) -> None:
    """Ask the head office how much of this branch's journal it has. Sends nothing else; the running server ships."""
    from lobby.config import load
    from lobby.outbound.ship_room import HeadOfficeLine
    from lobby.records.chain import GENESIS
    from lobby.records.journal import Journal
    from lobby.records.parcels import Parcel, packed, read_answer
    from lobby.records.store import Store

    config = load(folder)
    if config.head_office is None:
        raise click.ClickException("there is no [head_office] in the branch file")
    store, line = Store.beside(folder, config.database), HeadOfficeLine(config.head_office, config.setup.id)
    try:
        journal = Journal(store, config.setup.id)
        outcome, body = line(packed(Parcel(0, GENESIS, journal.head()[0], time.time_ns() // 1_000_000)))
        if not outcome.delivered:
            raise click.ClickException(f"the head office: {outcome.problem}")
        try:
            standing = read_answer(body)
        except ValueError:
            raise click.ClickException("this address answers, but as no head office does") from None
        head, _ = journal.head()  # read after the answer: a server that ships meanwhile is not ahead of itself
        ours = journal.hash_of(standing.seq) == standing.hash
    finally:
        line.close()
        store.close()
    behind = max(0, head - standing.seq)
    if as_json:
        found = {"rows": head, "arrived": standing.seq, "behind": behind, "forked": standing.forked, "ours": ours}
        click.echo(json.dumps(found))
    elif standing.forked:
        click.echo(f"{standing.forked - 1} of {head} rows have arrived as they are here")
    elif not ours:
        click.echo(f"the head office holds {standing.seq} rows, and the last of them is not among the {head} here")
    elif behind:
        click.echo(f"{standing.seq} of {head} rows have arrived, {behind} are still to come")
    else:
        click.echo(f"all {head} rows have arrived")
    if standing.forked:
        raise click.ClickException(
            f"the head office holds another version of row {standing.forked}; see head-office.md"
        )
    if not ours:
        raise click.ClickException("this journal was put back, or is another; see head-office.md")
