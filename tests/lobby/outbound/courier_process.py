"""A process with a post room, to be killed: `python -m tests.lobby.outbound.courier_process FOLDER URL [gevent]`.

It ends when a file `enough` appears in the folder, and says how long its loop stood still at most, in ms.
"""

from __future__ import annotations

import sys

if "gevent" in sys.argv:
    from gevent import monkey

    monkey.patch_all()

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lobby.outbound.post_room import PostRoom
from tests.lobby.outbound.branch import BRANCH, Branch, a_webhook


def on_a_thread() -> Callable[[Callable[[], Any]], Any]:
    from gevent.threadpool import ThreadPool

    apply: Callable[[Callable[[], Any]], Any] = ThreadPool(1).apply
    return apply


def main() -> None:
    branch = Branch(Path(sys.argv[1]))
    names = ["crm", "other"] if "gevent" in sys.argv else ["crm"]
    room = PostRoom(
        [a_webhook(branch.folder, sys.argv[2], name=name) for name in names],
        BRANCH,
        branch.journal,
        branch.store,
        branch.people.read,
        alerts=(),
        notify=lambda notice: None,
        clock=lambda: time.time_ns() // 1_000_000,
        live=lambda: True,
        offload=on_a_thread() if "gevent" in sys.argv else lambda work: work(),
    )
    room.start(0)
    print("ready", flush=True)
    longest = 0.0
    while not (branch.folder / "enough").exists():
        before = time.monotonic()
        time.sleep(0.005)
        longest = max(longest, time.monotonic() - before)
    print(round(longest * 1000), flush=True)


if __name__ == "__main__":
    main()
