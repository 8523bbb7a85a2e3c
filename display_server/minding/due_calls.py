"""What the server does for calling without being asked: it goes by the branch file's rules from the start, closes the
counters that the file has lost, and lets counters call whom a reserve has kept back long enough, or who asked for a few
minutes that are over."""

from __future__ import annotations

import secrets

from lobby.desk import Desk
from lobby.queue.commands import CallWhoIsDue
from lobby.queue.counter_decisions import call_by_itself
from lobby.queue.given import Actor
from lobby.queue.lost_counters import CloseLostCounters
from lobby.queue.rules_in_force import TakeUpRules

RULES = Actor("rules", "administrator")
"""Who puts the branch file in force."""


def take_up_branch_file(desk: Desk) -> None:
    """Have the journal say which rules are in force, where they are others than its last, and that counters are closed
    which the file has lost. Before anybody is called; what another process has said already is not said again."""
    desk.submit(TakeUpRules(), key=secrets.token_hex(8), actor=RULES)
    desk.submit(CloseLostCounters(), key=secrets.token_hex(8), actor=RULES)


def call_who_is_due(desk: Desk) -> None:
    """Make the calls that time alone has made due, if any. To be asked every second or so."""
    if desk.view(call_by_itself) is not None:
        desk.submit(CallWhoIsDue(), key=secrets.token_hex(8), actor=RULES)
