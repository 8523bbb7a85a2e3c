"""`lobby console`: the teller's console in this terminal."""

from __future__ import annotations

import os

import click


def _language(asked: str | None) -> str:
    """The language asked for; else the terminal's own, where there are words for it; else English."""
    from lobby.words import LANGUAGES

    if asked is not None:
        if asked not in LANGUAGES:
            raise click.BadParameter(f"there are words for {', '.join(LANGUAGES)}", param_hint="--language")
        return asked
    terminal = (os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "")[:2]
    return terminal if terminal in LANGUAGES else LANGUAGES[0]


@click.command()
@click.option("--server", required=True, metavar="URL", help="The branch server, such as http://lobby.example:8080")
@click.option("--counter", type=int, help="Open this counter at once.")
@click.option(
    "--language", metavar="LANGUAGE", help="Language of the console, such as ru. The terminal's own if not given."
)
@click.option("--user", default="", help="User name to begin with.")
@click.option("--branch", default="", help="Branch id, where the server holds more than one.")
def console(server: str, counter: int | None, language: str | None, user: str, branch: str) -> None:
    """The teller's console: every step on one key."""
    if not server.startswith(("http://", "https://")):
        raise click.BadParameter("starts with http:// or https://", param_hint="--server")
    spoken = _language(language)
    from teller_console.app import Console
    from teller_console.remote_sign_in import RemoteSignIn

    sign_in = RemoteSignIn(server, branch, language=spoken)
    Console(sign_in, server=server, language=spoken, user=user, counter=counter).run()


commands: list[click.Command] = [console]
