"""The commands of a head office. Those for its people, its audit trail and its backups are the very commands that a
branch has."""

from __future__ import annotations

import click

from display_server.head_office.commands.branches import add_branch, end_token, list_branches, renew_token
from display_server.head_office.commands.doctor import doctor
from display_server.head_office.commands.figures import export, report
from display_server.head_office.commands.group import head_office
from display_server.head_office.commands.server import init, serve
from display_server.head_office.commands.versions import give_way, list_set_aside, settle
from lobby.command_line.anchor import anchor
from lobby.command_line.backup import backup, restore_backup
from lobby.command_line.staff import staff
from lobby.command_line.token import token
from lobby.command_line.trail import trail
from lobby.command_line.verify import verify

__all__ = ["head_office"]


@click.group()
def audit() -> None:
    """Check what was recorded."""


for one in (verify, anchor, trail):
    audit.add_command(one)

for one in (
    *(init, serve),
    *(add_branch, renew_token, end_token, list_branches),
    *(settle, give_way, list_set_aside),
    *(report, export),
    *(staff, token, audit, backup, restore_backup, doctor),
):
    head_office.add_command(one)
