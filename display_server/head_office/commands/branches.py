"""`lobby head-office add-branch`, `renew-token`, `end-token`, `branches`: whose journals are expected, and who may send
them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from display_server.head_office.commands.group import expected, note, now, opened
from lobby.access import BRANCH
from lobby.command_line.data_option import data_option

if TYPE_CHECKING:
    from lobby.records.store import Store


@click.command("add-branch")
@data_option
@click.argument("branch")
def add_branch(folder: Path, branch: str) -> None:
    """Expect the journal of BRANCH (its id in branch.toml), and print the token that lets it in, once."""
    from lobby.errors import BadField
    from lobby.records.received import Received

    with opened(folder) as store:
        try:
            Received(store).add(branch)
        except BadField as refusal:
            raise click.ClickException(f"{refusal} (for a new token: lobby head-office renew-token)") from None
        note(store, "head-office-branch-added", branch)
        click.echo(_token(store, branch))


@click.command("renew-token")
@data_option
@click.argument("branch")
def renew_token(folder: Path, branch: str) -> None:
    """End the token of BRANCH, and print a new one, once."""
    from lobby.records.tokens import DEVICE, Tokens

    with opened(folder) as store:
        expected(store, branch)
        note(store, "token-rotated", branch)
        Tokens(store).revoke_all(branch, DEVICE, now())
        click.echo(_token(store, branch))


@click.command("end-token")
@data_option
@click.argument("branch")
def end_token(folder: Path, branch: str) -> None:
    """End the token of BRANCH, and make no other: it was stolen, or the branch is closed. What has arrived stays."""
    from lobby.records.tokens import DEVICE, Tokens

    with opened(folder) as store:
        expected(store, branch)
        note(store, "token-revoked", branch)
        ended = Tokens(store).revoke_all(branch, DEVICE, now())
    click.echo(f"{branch}: {ended} ended; a running server refuses it within seconds")


@click.command("branches")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def list_branches(folder: Path, as_json: bool) -> None:
    """Every branch, and how far its journal has arrived."""
    import msgspec

    from lobby.records.received import Received

    with opened(folder) as store:
        found = Received(store).branches()
    if as_json:
        click.echo(json.dumps([msgspec.structs.asdict(one) | {"behind": one.behind} for one in found]))
        return
    for one in found:
        heard = f"heard of {(now() - one.heard_at) // 1000} s ago" if one.heard_at else "never heard of"
        fork = f", two versions from row {one.forked} on" if one.forked else ""
        fork += ", its own will hold" if one.gives_way_at else ""
        click.echo(f"{one.branch}\t{one.seq} rows, {one.behind} to come\t{heard}{fork}")


def _token(store: Store, branch: str) -> str:
    from lobby.records.tokens import DEVICE, Tokens

    return Tokens(store).create(DEVICE, branch, BRANCH, now())
