"""`lobby console`: the teller's console in this terminal, or for browsers."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from teller_console.training.commands import train

if TYPE_CHECKING:
    from teller_console.dictation import Transcriber

SCREENS_S = "200"
"""Textual holds what changed back for a part of this, to paint it together; by its own measure of 60 a key's result
waits longest for that."""

TURN_S = 0.0005
"""So long a thread may keep the others waiting: what sends a command does not stand behind a whole repaint."""


def spoken_language(asked: str | None) -> str:
    """The language asked for; else the terminal's own, where there are words for it; else English."""
    from lobby.words import LANGUAGES

    if asked is not None:
        if asked not in LANGUAGES:
            raise click.BadParameter(f"there are words for {', '.join(LANGUAGES)}", param_hint="--language")
        return asked
    terminal = (os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "")[:2]
    return terminal if terminal in LANGUAGES else LANGUAGES[0]


def _serve_to_browsers(arguments: list[str], host: str, port: int, public_url: str) -> None:
    try:
        from teller_console import web
    except ImportError as error:
        if error.name not in ("aiohttp", "textual_serve"):
            raise
        raise click.UsageError("--web needs the extra: pip install 'branch-lobby[web-console]'") from error
    if not web.is_loopback(host) and not public_url.startswith("https://"):
        raise click.BadParameter(
            "other machines may reach a console over HTTPS only: give --public-url https://... of the proxy before it",
            param_hint="--host",
        )
    web.serve(arguments, host, port, public_url)


@click.command()
@click.option("--server", required=True, metavar="URL", help="The branch server, such as http://lobby.example:8080")
@click.option("--counter", type=int, help="Open this counter at once.")
@click.option(
    "--language", metavar="LANGUAGE", help="Language of the console, such as ru. The terminal's own if not given."
)
@click.option("--user", default="", help="User name to begin with.")
@click.option("--branch", default="", help="Branch id, where the server holds more than one.")
@click.option("--lay-out", is_flag=True, help="Order right-to-left words here, where the terminal does not (xterm).")
@click.option(
    "--dictation",
    default="",
    metavar="FILE",
    help="A speech model on this machine, for spoken notes.",
)
@click.option("--web", is_flag=True, help="Serve the console to browsers instead, a process for each tab.")
@click.option("--host", default="127.0.0.1", show_default=True, help="With --web: the address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=8090, show_default=True, help="With --web.")
@click.option("--public-url", default="", metavar="URL", help="With --web: its address as browsers know it.")
def console(
    server: str,
    counter: int | None,
    language: str | None,
    user: str,
    branch: str,
    lay_out: bool,
    dictation: str,
    web: bool,
    host: str,
    port: int,
    public_url: str,
) -> None:
    """The teller's console: every step on one key."""
    if not server.startswith(("http://", "https://")):
        raise click.BadParameter("starts with http:// or https://", param_hint="--server")
    spoken = spoken_language(language)
    if web:
        given = {"--server": server, "--language": spoken, "--branch": branch}
        arguments = [part for option, value in given.items() if value for part in (option, value)]
        _serve_to_browsers([*arguments, "--lay-out"], host, port, public_url)
        return
    os.environ.setdefault("TEXTUAL_FPS", SCREENS_S)
    sys.setswitchinterval(TURN_S)
    from teller_console.app import Console
    from teller_console.remote_sign_in import RemoteSignIn
    from teller_console.rubbish import Rubbish
    from teller_console.state_file import state_folder

    def find_transcriber() -> Transcriber | None:
        from teller_console.dictation import transcriber

        return transcriber(dictation)

    Console(
        RemoteSignIn(server, branch, language=spoken),
        server=server,
        language=spoken,
        user=user,
        counter=counter,
        state=state_folder(),
        lay_out=lay_out,
        find_transcriber=find_transcriber,
        in_a_lull=Rubbish().collect,
    ).run()


commands: list[click.Command] = [console, train]
