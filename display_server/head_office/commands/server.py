"""`lobby head-office init` and `serve`: an office is made, and run."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Literal

import click

from lobby.command_line.data_option import data_option

log = logging.getLogger(__name__)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Write a head office into DIR (head-office.toml), ready to be edited."""
    from lobby.head_office.office_file import EXAMPLE, FILE

    target = folder / FILE
    if target.exists():
        raise click.ClickException(f"{target} is there already; nothing was changed")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.write_text(EXAMPLE, encoding="utf-8")
    click.echo(f"{target} written. Edit it, then: lobby head-office serve --data {folder}")


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@click.option("--certificate", type=click.Path(exists=True, path_type=Path), help="TLS certificate chain, PEM.")
@click.option("--certificate-key", type=click.Path(exists=True, path_type=Path), help="Its key, PEM.")
@click.option("--taking-only", is_flag=True, help="Take journals beside another server on the same PostgreSQL.")
@click.option(
    "--log",
    "log_form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    help="What a line of the log is.",
)
def serve(
    folder: Path,
    host: str,
    port: int,
    certificate: Path | None,
    certificate_key: Path | None,
    taking_only: bool,
    log_form: Literal["text", "json"],
) -> None:
    """Run the head office's server: it takes the journals of the branches, and shows how they stand."""
    from display_server.operating.log_lines import in_journal, write_log

    write_log(log_form)
    from display_server.head_office.serve import RunningOffice
    from display_server.running.certificate import BadCertificate, pair

    try:
        both = pair(certificate, certificate_key)
        server = RunningOffice(folder, host, port, certificate=both, taking_only=taking_only)
    except BadCertificate as fault:
        raise click.ClickException(str(fault)) from None
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}:{port}: {error.strerror}") from None
    if not in_journal():
        password = server.house.first_administrator()
        if password is not None:
            click.echo("First start. Sign in once and choose your own password:")
            click.echo(f"  user name admin, one-time password {password}")
    elif server.house.staff.empty():  # a password would be kept there
        log.warning("Nobody may sign in yet. Make an administrator: lobby head-office staff add --role administrator")
    server.serve(lambda: click.echo(f"ready {server.url}"))
