"""Subcommands of the branch server: serve, pair, demo. Heavy modules are loaded on use; gevent patches first."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Literal

import click

from display_server.doctor.command import doctor
from display_server.head_office.commands import head_office
from display_server.media.command import media
from display_server.signs.command import signs
from display_server.voice.commands import commands as voice_commands
from lobby.command_line.branch import write_example
from lobby.command_line.data_option import data_option

log = logging.getLogger(__name__)


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@click.option("--public-url", default="", help="The address that customers' phones reach, for the QR code.")
@click.option("--certificate", type=click.Path(exists=True, path_type=Path), help="TLS certificate chain, PEM.")
@click.option("--certificate-key", type=click.Path(exists=True, path_type=Path), help="Its key, PEM.")
@click.option(
    "--log",
    "log_form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    help="What a line of the log is.",
)
@click.option("--plain-sending", is_flag=True, help="Send to the screens by the libraries' own way, which is slower.")
def serve(
    folder: Path,
    host: str,
    port: int,
    public_url: str,
    certificate: Path | None,
    certificate_key: Path | None,
    log_form: Literal["text", "json"],
    plain_sending: bool,
) -> None:
    """Run the branch server: kiosk, screens, consoles, manager's page, API."""
    from gevent import monkey

    monkey.patch_all()
    from display_server.operating.log_lines import in_journal, write_log

    write_log(log_form)
    from display_server.running.certificate import BadCertificate, pair
    from display_server.serve import RunningServer
    from hardware.errors import DeviceError
    from kiosk.printing import paper_notes

    try:
        both = pair(certificate, certificate_key)
        server = RunningServer(folder, host, port, public_url=public_url, certificate=both, plain_sending=plain_sending)
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}:{port}: {error.strerror}") from None
    except DeviceError as fault:
        raise click.ClickException(fault.message) from None
    except BadCertificate as fault:
        raise click.ClickException(str(fault)) from None
    if not in_journal():
        password = server.house.first_administrator()
        if password is not None:
            click.echo("First start. Sign in once and choose your own password:")
            click.echo(f"  user name admin, one-time password {password}")
    elif server.house.staff.empty():  # a password would be kept there
        log.warning("Nobody may sign in yet. Make an administrator: lobby staff add")
    for note in paper_notes(server.house.config.setup.languages):
        log.warning("%s", note)
    if not server.house.public_url:
        log.warning("Tickets carry no QR code: phones need an address to reach; set public_url in branch.toml.")
    server.serve(lambda: click.echo(f"ready {server.url}"))


@click.command()
@data_option
@click.option("--role", required=True, type=click.Choice(["kiosk", "display"]), help="What the device is.")
@click.option("--name", required=True, help="How the journal will name it.")
@click.option("--server", default="http://127.0.0.1:8080", show_default=True, help="The branch server's address.")
def pair(folder: Path, role: str, name: str, server: str) -> None:
    """Print a code that makes the browser in which it is typed within ten minutes a kiosk or a lobby screen; and a link
    for a browser that can be given one."""
    from lobby.admission import Admission

    branch = Admission(folder)
    branch.note("pairing-code-made", name, as_role=role)
    code = branch.tokens.pairing_code(name, role, branch.now())
    click.echo(code)
    click.echo(f"{server.rstrip('/')}/pair#{code}")


@click.command()
@click.option("--data", "folder", default="demo-data", show_default=True, type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@click.option("--speed", default=1.0, show_default=True, type=click.FloatRange(0.1, 200), help="Pace of the clock.")
@click.option("--seed", default=1, show_default=True, help="The same seed, the same people.")
@click.option("--tellers", default=4, show_default=True, type=click.IntRange(0), help="Simulated tellers; 0: only you.")
def demo(folder: Path, host: str, port: int, speed: float, seed: int, tellers: int) -> None:
    """Run a whole demo branch: server, virtual printer, simulated customers and tellers."""
    from gevent import monkey

    monkey.patch_all()
    import gevent

    from display_server.demo.branch import Demo, DemoClock, date_rates
    from display_server.serve import RunningServer
    from hardware.errors import DeviceError

    clock = DemoClock(speed)
    if write_example(folder):
        date_rates(folder, clock())
    try:
        server = RunningServer(folder, host, port, clock=clock, codes_for_this_machine=True)
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}:{port}: {error.strerror}") from None
    except DeviceError as fault:
        raise click.ClickException(fault.message) from None
    password = server.house.first_administrator()
    counters = sorted(server.house.config.setup.counters)[:tellers]
    people = Demo(server.house, clock, seed, counters)
    people.live_through_the_morning()

    def ready() -> None:
        gevent.spawn(people.run)
        for what, how in people.links(server.url):
            click.echo(f"{what:>22}  {how}")
        if password is not None:
            click.echo(f"{'Administrator':>22}  user name admin, one-time password {password}")
        click.echo(f"{'Teller console':>22}  {sys.argv[0]} console --server {server.url} --user maria")
        click.echo(f"{'Printed tickets':>22}  {folder.resolve() / 'printed'}")
        click.echo(f"ready {server.url}")

    server.serve(ready)


commands: list[click.Command] = [*voice_commands, serve, pair, demo, doctor, signs, media, head_office]
