"""`lobby token`: the bearer tokens of devices and programs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from lobby.command_line.data_option import data_option
from lobby.command_line.place import token_role_here


@click.group()
def token() -> None:
    """Tokens of devices and programs."""


@token.command("create")
@data_option
@click.option("--role", required=True, metavar="ROLE", callback=token_role_here, help="What the holder may do.")
@click.option("--name", required=True, help="Who or what holds it, as the journal will name it.")
@click.option("--days", type=click.IntRange(1, 3650), help="Good for so long; without it until revoked.")
def create(folder: Path, role: str, name: str, days: int | None) -> None:
    """Make a bearer token and print it, once."""
    from lobby.admission import Admission
    from lobby.records.tokens import DEVICE

    branch = Admission(folder)
    branch.note("token-created", name, as_role=role)
    lasts_ms = None if days is None else days * 24 * 3600 * 1000
    click.echo(branch.tokens.create(DEVICE, name, role, branch.now(), lasts_ms))


@token.command("list")
@data_option
@click.option("--json", "as_json", is_flag=True, help="For programs; times in milliseconds since 1970, UTC.")
def listed(folder: Path, as_json: bool) -> None:
    """Every good token of a device or program: its id, role and name, since when it is good, when it was used last (to
    the hour), and until when it is good. Times are UTC."""
    from lobby.admission import Admission
    from lobby.records.tokens import DEVICE

    branch = Admission(folder)
    kept = branch.tokens.good(branch.now(), DEVICE)
    if as_json:
        click.echo(msgspec.json.encode(kept))
        return
    if kept:
        click.echo("id\trole\tname\tsince\tused\tuntil")
    for one in kept:
        times = (day(one.created_at), day(one.used_at), day(one.expires_at) or "until revoked")
        click.echo("\t".join((one.id, one.role, one.name, *times)))


@token.command("rotate")
@data_option
@click.argument("id")
def rotate(folder: Path, id: str) -> None:
    """Replace the token with this id (see `lobby token list`) by a new one of the same name and role, printed once."""
    from lobby.admission import Admission
    from lobby.records.tokens import DEVICE

    branch = Admission(folder)
    found = next((one for one in branch.tokens.good(branch.now(), DEVICE) if one.id == id), None)
    if found is None:
        raise click.ClickException(f"no token has the id {id}; see: lobby token list")
    branch.note("token-rotated", found.name, token=id)
    lasts_ms = None if found.expires_at is None else found.expires_at - found.created_at
    click.echo(branch.tokens.create(DEVICE, found.name, found.role, branch.now(), lasts_ms))
    branch.tokens.revoke_named(id, branch.now())


@token.command("revoke")
@data_option
@click.option("--name", help="End every token of this name.")
@click.option("--id", "id", help="End the one token with this id; see `lobby token list`.")
def revoke(folder: Path, name: str | None, id: str | None) -> None:
    """End tokens; whoever holds one is refused within seconds."""
    from lobby.admission import Admission
    from lobby.records.tokens import DEVICE

    if (name is None) == (id is None):
        raise click.UsageError("one of --name and --id is needed")
    branch = Admission(folder)
    good = branch.tokens.good(branch.now())
    known = [one for one in good if one.id == id or (one.kind, one.name) == (DEVICE, name)]
    if not known:
        raise click.ClickException(
            f"no token has the {'name' if id is None else 'id'} {id or name}; see: lobby token list"
        )
    if id is not None:
        branch.note("token-revoked", id, token=id)
        branch.tokens.revoke_named(id, branch.now())
    else:
        branch.note("token-revoked", str(name))
        branch.tokens.revoke_all(str(name), DEVICE, branch.now())
    click.echo(f"{len(known)} revoked")


def day(at: int | None) -> str:
    """`at` (ms UTC) to the minute; empty for never."""
    return "" if at is None else f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%MZ}"
