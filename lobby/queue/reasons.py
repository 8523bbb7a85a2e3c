"""Why a step was taken that needs an explanation: a call out of turn, a transfer, a ticket parked, cancelled or moved,
a break. A choice from a list stands in the journal; words of somebody's own may speak of a person, so they go to the
erasable store, and the event holds a reference.
"""

from __future__ import annotations

import msgspec

from lobby.care.interactions import cleaned
from lobby.command_shape import Command
from lobby.queue import commands as c
from lobby.queue.services import Setup
from lobby.queue.supervision import Reassign

WALK_IN = "walk_in"
"""A customer came to the counter without a ticket."""

REPLAYED = "replay"
"""It happened so in the history that a rehearsal replays."""

COUNTER_GONE = "counter_gone"
"""The branch file has the counter no more; see `lobby.queue.lost_counters`."""

PARKED = ("fetches_a_document", "fills_in_a_form", "waits_for_an_approval")
"""Why a customer is parked; codes, so that the journal says the same whatever language a teller reads."""

CHOICES = frozenset({WALK_IN, REPLAYED, *PARKED})
"""What may be chosen at every branch; a branch file has reasons of breaks besides."""

EXPLAINED = (c.TakeBreak, c.CallTicket, c.Park, c.Transfer, c.Cancel, Reassign)
"""The commands that have such a reason."""


def apart(command: Command, setup: Setup) -> tuple[Command, str]:
    """The command with a reason that may stand in the journal, if it has one; and the reason in somebody's own words,
    empty where a choice or nothing was given."""
    if not isinstance(command, EXPLAINED) or command.reason in CHOICES or command.reason in setup.break_reasons:
        return command, ""
    return msgspec.structs.replace(command, reason=""), cleaned(command.reason)
