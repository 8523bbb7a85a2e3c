"""Intentions: one key each, for as long as it takes."""

from __future__ import annotations

from lobby.queue import commands as c
from teller_console.outbox import Outbox


def test_the_same_command_pressed_again_is_the_same_intention() -> None:
    outbox = Outbox()
    first = outbox.add(c.CallNext(3))
    assert outbox.add(c.CallNext(3)) is None
    assert outbox.head == first
    assert len(outbox) == 1


def test_the_same_command_after_the_answer_is_a_new_intention() -> None:
    outbox = Outbox()
    first = outbox.add(c.CallNext(3))
    assert first is not None
    outbox.answered(first)
    second = outbox.add(c.CallNext(3))
    assert second is not None
    assert second.key != first.key


def test_intentions_keep_the_order_of_the_keys() -> None:
    outbox = Outbox()
    for command in (c.CallNext(3), c.Start(3), c.CallNext(3)):
        outbox.add(command)
    assert outbox.commands == [c.CallNext(3), c.Start(3), c.CallNext(3)]
