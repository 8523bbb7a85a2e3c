"""Slips on their way to the spool, as a server sends them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.printing import Printing
from lobby.queue import commands as c
from tests.builders import KIOSK, a_desk


def test_the_same_tap_sent_twice_before_either_reaches_the_spool_is_one_slip(tmp_path: Path) -> None:
    door = a_desk(tmp_path).door(KIOSK)
    ticket = door.submit(c.Issue("cash"), key="tap").ticket
    assert ticket is not None
    waiting: list[Callable[[], Any]] = []
    with closing(Printing(tmp_path, (), waiting.append)) as printing:
        for _ in range(2):
            printing.send(ticket, door.branch(), "")
        assert printing.state(ticket.id) == "queued"
        for work in waiting:
            work()
        assert len(printing.spool.jobs()) == 1
        assert printing.state(ticket.id) in {"queued", "sending", "held"}
