"""The command `lobby`. Each room registers its subcommands as entry points, so nothing here knows what is above.

Exit codes: 0 done, 1 refused or failed with one clear line, 2 usage.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points

import click

from lobby.errors import LobbyError


class _Lobby(click.Group):
    """Finds its subcommands among the entry points `lobby.commands` and puts refusals into one line."""

    def _found(self) -> dict[str, click.Command]:
        if not self.commands:
            for entry in entry_points(group="lobby.commands"):
                for command in entry.load():
                    self.add_command(command)
        return dict(self.commands)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._found())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._found().get(cmd_name)


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
