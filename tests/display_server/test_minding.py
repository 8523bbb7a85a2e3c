"""What is done without anybody asking: when a round is made, and when it is left out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import gevent
import pytest
from gevent.event import Event

from display_server.branch_server import BranchServer
from display_server.minding.rounds import Round, go
from display_server.running.repeating import after, every


def is_made(limits: dict[str, Any], *, on_duty: bool, rehearsal: bool) -> bool:
    """Whether a round of these limits does anything at a server that stands so."""
    made: list[str] = []
    begun: list[Callable[[], None]] = []
    desk = SimpleNamespace(state=SimpleNamespace(rehearsal=rehearsal))
    house = SimpleNamespace(duty=SimpleNamespace(held=on_duty), desk=desk)
    one = Round("looking", lambda: made.append("a look"), 1.0, **limits)
    go(one, cast(BranchServer, house), lambda every, seconds, work, what, first_s: begun.append(work))
    begun[0]()
    return bool(made)


@pytest.mark.parametrize(
    ("limits", "off_duty", "rehearsing"),
    [({}, True, True), ({"by_one": True}, False, True), ({"while_live": True}, True, False)],
)
def test_a_round_is_left_to_who_is_on_duty_and_out_of_a_rehearsal_where_it_says_so(
    limits: dict[str, Any], off_duty: bool, rehearsing: bool
) -> None:
    assert is_made(limits, on_duty=True, rehearsal=False)
    assert is_made(limits, on_duty=False, rehearsal=False) is off_duty
    assert is_made(limits, on_duty=True, rehearsal=True) is rehearsing


class FailsFirst:
    """Work that fails the first time, and says when it is done."""

    def __init__(self) -> None:
        self.tries = 0
        self.done = Event()

    def __call__(self) -> None:
        self.tries += 1
        if self.tries == 1:
            raise ZeroDivisionError
        self.done.set()


def test_a_round_that_failed_is_made_again(caplog: pytest.LogCaptureFixture) -> None:
    work = FailsFirst()
    with caplog.at_level(logging.ERROR):
        round = gevent.spawn(every, 0.001, work, "the round")
        assert work.done.wait(60)
        round.kill()
    assert caplog.messages == ["the round failed"]
    assert caplog.records[0].exc_info is not None


def test_what_failed_after_an_event_is_tried_again_without_another() -> None:
    work, happened = FailsFirst(), Event()
    happened.set()
    greenlet = gevent.spawn(after, happened, work, "looking", again_s=0.001)
    assert work.done.wait(60)
    greenlet.kill()
