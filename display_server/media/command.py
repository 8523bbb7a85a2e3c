"""`lobby media check`: look into the folder of pictures and videos before the screens do."""

from __future__ import annotations

from pathlib import Path

import click

from lobby.command_line.data_option import data_option


@click.group()
def media() -> None:
    """Pictures and videos of the lobby screens."""


@media.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(folder: Path, as_json: bool) -> None:
    """Look into every file of DIR/media and print all that is wrong."""
    import msgspec

    from display_server.media.folder import MediaFolder

    found = MediaFolder.of_branch(folder)
    found.scan()
    if as_json:
        told = {
            "files": sorted(found.files),
            "mistakes": [{"file": name, "what": what} for name, what in found.mistakes],
        }
        click.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    else:
        for name, what in found.mistakes:
            click.echo(f"{name}: {what}")
        count = len(found.files)
        click.echo("1 picture or video" if count == 1 else f"{count} pictures and videos")
    if found.mistakes:
        raise click.ClickException("1 mistake" if len(found.mistakes) == 1 else f"{len(found.mistakes)} mistakes")
