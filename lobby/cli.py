"""The command `lobby`. Each room registers its subcommands as entry points, so nothing here knows what is above.

Exit codes: 0 done, 1 refused or failed with one clear line, 2 usage.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import EntryPoint, EntryPoints, entry_points

import click

from lobby.errors import LobbyError


class _Lobby(click.Group):
    """Finds its subcommands among the entry points `lobby.commands` and puts refusals into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        for room in _rooms():
            self._let_in(room)
        return sorted(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for room in _rooms():
            if cmd_name in self.commands:
                break
            self._let_in(room)  # one after the other: a room that is not asked costs nothing
        return self.commands.get(cmd_name)

    def _let_in(self, room: EntryPoint) -> None:
        for command in room.load():
            self.add_command(command)


def _rooms() -> EntryPoints:
    return entry_points(group="lobby.commands")


@click.group(cls=_Lobby, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="branch-lobby", prog_name="lobby")
def lobby() -> None:
    """A bank branch's lobby: kiosk, counters, screens, waits, reports."""


def main() -> None:
    """Run, and turn every refusal into one clear line and exit code 1. What is written is for this user alone."""
    os.umask(0o077)
    try:
        lobby()
    except LobbyError as refusal:
        click.echo(f"lobby: {refusal}", err=True)
        sys.exit(1)
    except Exception as error:
        from lobby.config import BadBranchFile

        if isinstance(error, BadBranchFile):
            click.echo(f"lobby: {error}", err=True)
            sys.exit(1)
        raise
