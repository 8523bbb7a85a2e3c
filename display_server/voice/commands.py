"""`lobby voice`: the clips that calls are made of. `lobby speaker`: a speaker on a machine of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lobby.command_line.data_option import data_option

if TYPE_CHECKING:  # loaded where they are used: samples cost a command line its quickness
    from display_server.voice.shelf import Shelf, Standing

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def voice() -> None:
    """The clips that calls are spoken with."""


@voice.command()
@data_option
@json_option
def build(folder: Path, as_json: bool) -> None:
    """Make all clips of the branch anew by espeak-ng; recordings in DIR/voice/recorded are left alone."""
    shelf = _shelf(folder)
    dumb = [language for language in shelf.languages if not shelf.speaks(language)]
    try:
        clips = list(shelf.build())
    except OSError as fault:
        raise click.ClickException(f"{folder} cannot be used: {fault.strerror}") from None
    _tell(clips, as_json)
    for language in dumb:
        click.echo(f"espeak-ng does not speak {language} here; record its clips, or install espeak-ng", err=True)
    _fail_where_missing(clips)


@voice.command()
@data_option
@json_option
def check(folder: Path, as_json: bool) -> None:
    """Say which clips are recorded, made, or missing, and which recordings cannot be played; exit 1 for any such."""
    clips = _shelf(folder).check()
    _tell(clips, as_json)
    _fail_where_missing(clips)


@voice.command()
@data_option
@click.argument("number")
@click.argument("counter", type=int)
@click.option("--language", multiple=True, help="One or more, in this order; else the branch's own.")
@click.option("--again", is_flag=True, help="As a second call.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write a WAV file and play nothing.")
def say(folder: Path, number: str, counter: int, language: tuple[str, ...], again: bool, out: Path | None) -> None:
    """Speak the call of NUMBER to COUNTER as the lobby would hear it."""
    from display_server.voice.composer import compose
    from hardware.errors import DeviceError
    from hardware.loudspeaker import Player

    shelf = _shelf(folder)
    for code in language:
        if code not in shelf.languages:
            raise click.BadParameter(f"the branch speaks {', '.join(shelf.languages)}", param_hint="--language")
    wanted = language or shelf.languages[:1]
    sound = compose(shelf, number, counter, wanted, again=again)
    missing = [code for code in wanted if code not in sound.languages]
    if missing:
        click.echo(f"clips are missing in {', '.join(missing)}; see lobby voice check", err=True)
    try:
        if out is not None:
            out.write_bytes(sound.wave)
        else:
            Player().play(sound.wave, sound.ms / 1000)
    except DeviceError as fault:
        raise click.ClickException(f"{fault.message}; --out writes a file instead") from None
    except OSError as fault:
        raise click.ClickException(f"{out} cannot be written: {fault.strerror}") from None
    click.echo(f"{sound.ms / 1000:.1f} s, {', '.join(sound.languages) or 'the chime alone'}")


@click.command()
@click.option("--server", required=True, metavar="URL", help="The branch server, such as http://lobby.example:8080")
@click.option(
    "--token",
    envvar="LOBBY_TOKEN",
    required=True,
    help="Of `lobby token create --role display`; better in LOBBY_TOKEN, where nobody else sees it.",
)
@click.option("--screen", default="", help="Its name in branch.toml, where the token has another.")
@click.option("--player", default="", help="The program that plays: aplay, paplay, pw-play. Else the first found.")
def speaker(server: str, token: str, screen: str, player: str) -> None:
    """Speak the calls of a room on this machine's loudspeaker, until stopped."""
    import signal
    import threading

    from display_server.voice.speaker import RunningSpeaker
    from hardware.errors import DeviceError
    from hardware.loudspeaker import Player

    if not server.startswith(("http://", "https://")):
        raise click.BadParameter("starts with http:// or https://", param_hint="--server")
    try:
        running = RunningSpeaker(server, token, screen, Player(player))
    except DeviceError as fault:
        raise click.ClickException(fault.message) from None
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=running.stop).start())  # a handler may take no lock
    running.run(lambda: click.echo(f"connected to {server}"))
    if running.refused:
        raise click.ClickException(f"{server} does not take this token for a screen's ({running.refused})")


def _shelf(folder: Path) -> Shelf:
    from display_server.voice.shelf import Shelf
    from hardware.counter_sign import mistakes as sign_mistakes
    from kiosk.printing import mistakes
    from lobby.config import load

    return Shelf(folder, load(folder, mistakes, sign_mistakes).setup)


def _tell(clips: Iterable[Standing], as_json: bool) -> None:
    """By language how many stand how, and each that is not as it should be."""
    import msgspec

    clips = list(clips)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode({"clips": clips}), indent=2).decode())
        return
    for language in dict.fromkeys(one.language for one in clips):
        states = Counter(one.state for one in clips if one.language == language)
        click.echo(f"{language}: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())))
    for one in clips:
        if one.problem or one.state == "missing":
            click.echo(f"  {one.language} {one.clip} ({one.says}): {one.problem or one.state}")


def _fail_where_missing(clips: Iterable[Standing]) -> None:
    if any(one.problem or one.state == "missing" for one in clips):
        raise SystemExit(1)


commands: list[click.Command] = [voice, speaker]
