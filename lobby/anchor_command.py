"""`lobby audit anchor`: how far the records go, in one line that proves them later."""

from __future__ import annotations

import time
from pathlib import Path

import click

from lobby.data_option import data_option


@click.command("anchor")
@data_option
def anchor(folder: Path) -> None:
    """Print how far journal and audit trail go, in one line, and keep it in the data folder under anchors/. Keep the
    line where nobody who could change the database can reach it; `lobby audit verify --anchor` holds the records
    against it. The server makes one each day by itself. On paper: `lobby anchor-slip`."""
    from lobby.anchoring import anchored
    from lobby.config import load
    from lobby.records.acts import OPERATOR, operator
    from lobby.records.store import Store

    config = load(folder)
    store = Store.in_folder(folder, config.database)
    try:
        now = time.time_ns() // 1_000_000
        click.echo(anchored(folder, store, config.setup.id, now, actor=operator(), role=OPERATOR))
    finally:
        store.close()
