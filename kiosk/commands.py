"""`lobby kiosk`: a kiosk on a machine of its own; `lobby kiosk-pin`: the PIN of its staff page; `lobby audit
anchor --print`: an anchor of the records on paper."""

from __future__ import annotations

import os
import re
import socket
import sys
import time
from contextlib import closing
from pathlib import Path

import click

from kiosk.secret_file import keep_secret
from lobby.command_line.data_option import data_option

TOKEN = "token"
"""The file in the kiosk's data folder that holds its bearer token, for this user alone."""

HOW_TO_GET_ONE = (
    "Make one on the server with `lobby token create --role kiosk --name ...` and give it in LOBBY_TOKEN once."
)

LONGEST_NAME = 48
"""A device of the branch has a name of 64 letters at most, and the printers' add to this one."""


def _machine() -> str:
    return socket.gethostname()[:LONGEST_NAME] or "kiosk"


@click.command()
@click.option("--server", required=True, metavar="URL", help="The branch server, such as http://lobby.example:8080")
@click.option(
    "--data",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The kiosk's own folder: its small database, its spool, its token.",
)
@click.option("--port", default=8090, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@click.option("--name", default=_machine, show_default="the machine's", help="How alerts name this kiosk.")
@click.option(
    "--printer",
    "addresses",
    multiple=True,
    metavar="ADDRESS",
    help="As in branch.toml: usb://04b8:0e15, tcp://192.0.2.10:9100, virtual ... Again for a spare.",
)
@click.option("--profile", default="80mm", show_default=True, help="Paper and head of the printers.")
def kiosk(server: str, folder: Path, port: int, name: str, addresses: tuple[str, ...], profile: str) -> None:
    """Run a kiosk machine: pages on localhost, own printer; it goes on alone when the server is away.

    The token of `lobby token create --role kiosk` is asked for once (or taken from LOBBY_TOKEN) and kept in DIR.
    """
    if not server.startswith(("http://", "https://")):
        raise click.BadParameter("starts with http:// or https://", param_hint="--server")
    if not 1 <= len(name) <= LONGEST_NAME:
        raise click.BadParameter(f"has 1 to {LONGEST_NAME} letters", param_hint="--name")
    from hardware.errors import DeviceError
    from kiosk.printing import mistakes
    from kiosk.running import RunningKiosk
    from lobby.config import PrinterSetup
    from lobby.errors import NotAllowed, NotSignedIn

    printers = tuple(
        PrinterSetup(f"{name} printer {index}", address, profile) for index, address in enumerate(addresses, 1)
    )
    for printer in printers:
        for key, what in mistakes(printer):
            raise click.BadParameter(what, param_hint="--profile" if key == "profile" else "--printer")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        token = _token(folder)
        running = RunningKiosk(folder, server, token, name, printers)
        _keep(folder / TOKEN, token)
    except DeviceError as fault:
        raise click.ClickException(fault.message) from None
    except (NotSignedIn, NotAllowed):
        raise click.ClickException(f"{server} does not take this token for a kiosk's. {HOW_TO_GET_ONE}") from None
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be used: {error.strerror}") from None
    try:
        running.serve(port, lambda url: click.echo(f"ready {url}"))
    except OSError as error:
        raise click.ClickException(f"cannot listen on port {port}: {error.strerror}") from None


def _token(folder: Path) -> str:
    """The kiosk's token: from the environment, from its file, or from whoever sits at the terminal."""
    kept = folder / TOKEN
    found = os.environ.get("LOBBY_TOKEN", "").strip()
    if not found and kept.exists():
        found = kept.read_text(encoding="utf-8", errors="replace").strip()
    if not found and sys.stdin.isatty():
        found = click.prompt("Token of this kiosk", hide_input=True).strip()
    if not found:
        raise click.ClickException(f"this kiosk has no token yet. {HOW_TO_GET_ONE}")
    if not re.fullmatch(r"[\x21-\x7e]+", found):
        raise click.ClickException(f"what is in LOBBY_TOKEN or {kept} is no token. {HOW_TO_GET_ONE}")
    return found


def _keep(kept: Path, token: str) -> None:
    """Keep the token for the next start, which a full disk shall not prevent."""
    safe = kept.exists() and not kept.stat().st_mode & 0o077
    if not safe or kept.read_text(encoding="utf-8", errors="replace").strip() != token:
        keep_secret(kept, f"{token}\n")


@click.command("kiosk-pin")
@data_option
@click.option("--pin", prompt="New PIN, 6 to 12 digits", hide_input=True, confirmation_prompt=True, help="Asked for.")
def kiosk_pin(folder: Path, pin: str) -> None:
    """Set the PIN of the staff page of the kiosks that this folder serves."""
    from kiosk.pin import StaffPin, good
    from lobby.config import FILE

    good(pin)
    if (folder / FILE).exists():  # a kiosk machine's own folder has no trail
        _note_pin(folder)
    try:
        StaffPin(folder).set(pin)
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be used: {error.strerror}") from None
    click.echo("The PIN is set.")


def _note_pin(folder: Path) -> None:
    from lobby.config import load
    from lobby.records.acts import Acts, by_operator
    from lobby.records.store import Store

    config = load(folder)
    with closing(Store.beside(folder, config.database)) as store:
        by_operator(Acts(store, config.setup.id), "kiosk-pin-set")


@click.command("anchor-slip", hidden=True)
@data_option
def anchor_slip(folder: Path) -> None:
    """What `lobby audit anchor --print` does: make an anchor, and put its slip into the spool."""
    from hardware.errors import DeviceError
    from hardware.spool import Spool
    from kiosk import anchor_slip as paper
    from kiosk.phrases import in_language
    from kiosk.printing import paper_words
    from lobby.anchoring import anchored
    from lobby.config import load
    from lobby.records.acts import OPERATOR, operator
    from lobby.records.anchor_folder import keep_anchor
    from lobby.records.not_written import NotWritten
    from lobby.records.store import Store

    config = load(folder)
    setup = config.setup
    said = paper_words(setup.languages[0], setup.languages)
    with closing(Store.beside(folder, config.database)) as store:
        now = time.time_ns() // 1_000_000
        anchor = anchored(store, setup.id, now, actor=operator(), role=OPERATOR)
    name = in_language(setup.names, said.language, setup.id)
    click.echo(anchor)
    try:
        keep_anchor(folder, anchor)
        with Spool(folder / "spool.db") as spool:
            spool.put(
                f"anchor {anchor.journal_seq} {anchor.trail_seq}", 0, paper.anchor_slip(anchor, name, setup.zone, said)
            )
    except (NotWritten, DeviceError) as fault:
        raise click.ClickException(f"the anchor was made, and is not printed: {fault}") from None


commands: list[click.Command] = [kiosk, kiosk_pin, anchor_slip]
