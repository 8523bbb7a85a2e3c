"""`lobby head-office settle`, `give-way`, `set-aside`: what is done where a journal has two versions."""

from __future__ import annotations

import json
from pathlib import Path

import click

from display_server.head_office.commands.group import expected, moment, note, now, opened
from lobby.command_line.data_option import data_option


@click.command()
@data_option
@click.argument("branch")
def settle(folder: Path, branch: str) -> None:
    """Say that somebody has looked into the two versions of BRANCH's journal. What was received stays as it is; should
    the branch still hold another version, it is named again within a minute."""
    from lobby.records.received import Received

    with opened(folder) as store:
        expected(store, branch)
        note(store, "head-office-fork-settled", branch)
        Received(store).settle(branch)
    click.echo(f"{branch}: settled")


@click.command("give-way")
@data_option
@click.argument("branch")
def give_way(folder: Path, branch: str) -> None:
    """Say that of two versions of BRANCH's journal the branch's own holds: it was restored from a backup. What was
    received from the row on where they part is set aside when the branch is next heard of, and kept; `set-aside`
    prints it. Do not while a copy of the branch runs somewhere."""
    from lobby.records.received import Received

    with opened(folder) as store:
        if not expected(store, branch).forked:
            raise click.ClickException(f"{branch}: there are no two versions of its journal; nothing was changed")
        note(store, "head-office-gives-way", branch)
        Received(store).give_way(branch, now())
    click.echo(f"{branch}: its own version holds from the row on where the two part; the rest will be set aside")


@click.command("set-aside")
@data_option
@click.argument("branch", default="")
@click.option("--rows", is_flag=True, help="Print the rows themselves, a JSON object each.")
def list_set_aside(folder: Path, branch: str, rows: bool) -> None:
    """Say which rows of BRANCH's journal (all without it) gave way to another version, and when."""
    import msgspec

    from lobby.records.set_aside import rows_set_aside, set_aside

    with opened(folder) as store:
        if rows:
            note(store, "data-exported", "set-aside", branch=branch)
        for one in set_aside(store, branch):
            if not rows:
                click.echo(f"{one.branch}\trows {one.first} to {one.last}\tset aside {moment(one.at)}")
                continue
            for row in rows_set_aside(store, one.branch, one.at):
                plain = msgspec.structs.asdict(row) | {"hash": row.hash.hex()}
                click.echo(json.dumps({"branch": one.branch, "set_aside_at": one.at, **plain}, ensure_ascii=False))
