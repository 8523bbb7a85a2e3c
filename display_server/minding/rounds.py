"""What is looked at now and then, and how often: one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from display_server.branch_server import BranchServer
from display_server.live.presence import Presence
from display_server.minding.due_calls import call_who_is_due
from display_server.operating.pulse import BEAT_S
from display_server.running.repeating import every
from display_server.running.threads import Work

READ_S = 5.0
"""A folder in which somebody has changed a file is read so soon."""

LOOK_AT_QUEUE_S = 5.0
LOOK_AT_CLOCKS_S = 30.0
CALL_DUE_S = 1.0

SWEEP_FIRST_S, SWEEP_S = 60.0, 24 * 3600.0
"""Words about people that were kept long enough go soon after the start, and every day."""


@dataclass(frozen=True)
class Round:
    """`what` is said when the work fails. It is done every `every_s`, the first time after `first_s` (unless given: the
    same); `by_one` by one process of the branch only, and `while_live` not in a rehearsal, whose time stands still."""

    what: str
    work: Work
    every_s: float
    first_s: float | None = None
    by_one: bool = False
    while_live: bool = False


def rounds(house: BranchServer, presence: Presence) -> tuple[Round, ...]:
    """The rounds of one branch server, whose screens are at `presence`."""
    watching = house.watching
    read_answers, read_pictures = (partial(house.offload, read) for read in (house.read_knowledge, house.read_media))
    screens, due = partial(watching.look_at_screens, presence), partial(call_who_is_due, house.desk)
    return (
        Round("reading the answers", read_answers, READ_S),
        Round("reading the pictures", read_pictures, READ_S, first_s=0.0),
        Round("looking at the clocks of promises", watching.look_at_clocks, LOOK_AT_CLOCKS_S, None, True, True),
        Round("looking at the queue", watching.look_at_queue, LOOK_AT_QUEUE_S, by_one=True, while_live=True),
        Round("looking for the lobby screens", screens, LOOK_AT_QUEUE_S, while_live=True),
        Round("calling who has become due", due, CALL_DUE_S, by_one=True, while_live=True),
        Round("erasing what is old", watching.forget_what_is_old, SWEEP_S, first_s=SWEEP_FIRST_S, by_one=True),
        Round("making the anchor of the day", house.daily_anchor.look, LOOK_AT_CLOCKS_S, by_one=True, while_live=True),
        Round("the look whether the journal can be written", partial(_take_pulse, house), BEAT_S),
    )


def go(one: Round, house: BranchServer, spawn: Callable[..., object]) -> None:
    """Have the round made for ever, on a thread of `spawn`'s."""

    def work() -> None:
        if one.by_one and not house.duty.held:
            return
        if one.while_live and house.desk.state.rehearsal:
            return
        one.work()

    spawn(every, one.every_s, work, one.what, first_s=one.first_s)


def _take_pulse(house: BranchServer) -> None:
    house.pulse.beat()
    house.tally.take_up()
