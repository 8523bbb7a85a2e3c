"""`lobby audit ticket`: when a customer came, was called and served, proved by the check on their slip."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lobby.command_line.data_option import data_option


@click.command("ticket")
@data_option
@click.option("--day", metavar="YYYY-MM-DD", default="", help="The business day of the slip; the latest, unless given.")
@click.option("--check", default="", help="The check that is printed on the slip, such as K7Q2-9MXD.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
@click.argument("number")
def ticket(folder: Path, number: str, day: str, check: str, as_json: bool) -> None:
    """Say when ticket NUMBER was issued, called and served, as recorded, and whether its slip's check and the journal
    agree. They agree only while the row of its issue, and every row before it, is what it was when the slip was
    printed. Exit code 1 when they do not."""
    from lobby.config import load
    from lobby.records.store import Store
    from lobby.records.ticket_record import BadCheck, ticket_record

    config = load(folder)
    store = Store.beside(folder, config.database)
    try:
        found = ticket_record(store, config.setup.id, number, day, check)
    except BadCheck as bad:
        raise click.BadParameter(str(bad), param_hint="--check") from None
    finally:
        store.close()
    if found is None:
        when = f"on {day}" if day else "on the latest day"
        raise click.ClickException(
            f"the journal knows no ticket {number} {when}; give its day with --day, or see `lobby audit verify`"
        )
    if as_json:
        click.echo(json.dumps(found.plain()))
    else:
        click.echo(f"{found.number} of {found.day}")
        for line in found.lines:
            click.echo(
                f"{line.what:<12} {config.setup.local(line.at):%Y-%m-%d %H:%M:%S}  {line.where}".rstrip()
                + f"  (row {line.seq})"
            )
        click.echo("\n".join(found.sentences()))
    if not found.proved:
        raise click.ClickException("this slip and the journal do not prove each other")
