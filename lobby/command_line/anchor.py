"""`lobby audit anchor`: how far the records go, in one line that proves them later."""

from __future__ import annotations

import time
from pathlib import Path

import click

from lobby.command_line.data_option import data_option
from lobby.command_line.place import place

ON_PAPER = "anchor-slip"


@click.command("anchor")
@data_option
@click.option("--print", "on_paper", is_flag=True, help="Print it on the branch's printer too, once the server runs.")
@click.pass_context
def anchor(context: click.Context, folder: Path, on_paper: bool) -> None:
    """Print how far journal and audit trail go, in one line, and keep it in the data folder under anchors/. Keep the
    line where nobody who could change the database can reach it; `lobby audit verify --anchor` holds the records
    against it. The server makes one each day by itself."""
    if on_paper:
        context.invoke(_printed(context), folder=folder)
        return
    from lobby.anchoring import anchored
    from lobby.records.acts import OPERATOR, operator
    from lobby.records.anchor_folder import keep_anchor
    from lobby.records.not_written import NotWritten

    here = place().open(folder)
    try:
        now = time.time_ns() // 1_000_000
        made = anchored(here.store, here.id, now, actor=operator(), role=OPERATOR)
    finally:
        here.store.close()
    click.echo(made)
    try:
        keep_anchor(folder, made)
    except NotWritten as fault:
        raise click.ClickException(str(fault)) from None


def _printed(context: click.Context) -> click.Command:
    """The command of the room that knows paper, which makes an anchor and prints it."""
    root = context.find_root()
    found = root.command.get_command(root, ON_PAPER) if isinstance(root.command, click.Group) else None
    if found is None:
        raise click.ClickException("nothing here can print")
    return found
