"""`lobby retention`: erase what was kept long enough, as the branch file says; a server does it every day."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from lobby.command_line.data_option import data_option


@click.command()
@data_option
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
def retention(folder: Path, dry_run: bool, as_json: bool) -> None:
    """Erase words about people that were kept as long as [retention] of the branch file says. What belongs to a case
    that is open stays."""
    from lobby.config import load
    from lobby.records.acts import OPERATOR, operator
    from lobby.records.journal import Journal
    from lobby.records.store import Store
    from lobby.retention import Sweep, in_use

    config, now = load(folder), time.time_ns() // 1_000_000
    store = Store.beside(folder, config.database)
    try:
        sweep = Sweep(store, config.setup.id, config.retention)
        held = in_use(Journal(store, config.setup.id).replay(config.setup))
        due = list(sweep.due(held, now)) if dry_run else sweep.carry_out(held, now, operator(), OPERATOR)
    finally:
        store.close()
    if as_json:
        click.echo(json.dumps({"erased": not dry_run, "counts": {one.kind: one.count for one in due}}))
        return
    for one in due:
        written = f"written before {config.setup.local(one.before):%Y-%m-%d}"
        click.echo(f"{one.kind}: {one.count} {written} {'would go' if dry_run else 'erased'}")
    if not due:
        click.echo("nothing was kept too long")
