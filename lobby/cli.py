"""The command `lobby`. Each room registers its subcommands as entry points, so nothing here knows what is above.

Exit codes: 0 done, 1 refused or failed with one clear line, 2 usage.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from io import TextIOWrapper
from typing import NoReturn

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
    """Run, and turn every refusal into one clear line and exit code 1. What is written is for this user alone. A letter
    that this terminal cannot show is said by its number."""
    os.umask(0o077)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as it is on stderr
    try:
        code = lobby(standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code)
    except BrokenPipeError:  # whoever read has enough, as head(1) after its lines
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except click.exceptions.NoArgsIsHelpError as asked:
        asked.show()
        sys.exit(asked.exit_code)
    except click.ClickException as refusal:
        if isinstance(refusal, click.UsageError) and refusal.ctx is not None:
            click.echo(refusal.ctx.get_usage(), err=True)
        _end(refusal.format_message(), refusal.exit_code)
    except click.Abort:
        _end("broken off", 1)
    except LobbyError as refusal:
        _end(str(refusal), 1)
    except Exception as error:  # all but one kind goes on: that is not imported before, for a quick start
        from lobby.config import BadBranchFile

        if isinstance(error, BadBranchFile):
            _end(str(error), 1)
        raise


def _end(said: str, code: int) -> NoReturn:
    click.echo(f"lobby: {said}", err=True)
    sys.exit(code)
