"""A branch server for benchmarks, in a process of its own, with a note of the moment of each commit.

    python -m benchmarks.branch_in_use FOLDER STAMPS [--plain-sending] [--no-clips] [--clock FILE]

prints `ready URL`; when it is stopped, STAMPS holds the moments (s, the system's steady clock) as JSON. Whoever posts
to `NOTHING` is answered and nothing else: the floor of everything over HTTP. With `--no-clips` the voice's clips are
not made, which takes a new branch its first minutes. With `--clock` the time is what the FILE's eight bytes say (ms
UTC), and no moments are noted.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

NOTHING = "/nothing"


def serve(folder: Path, stamps: Path, *, plain_sending: bool, clips: bool, clock: Path | None) -> None:
    from gevent import monkey

    monkey.patch_all()
    from display_server.branch_server import wall_clock
    from display_server.gate.permissions import ROUTES, Key
    from display_server.serve import RunningServer
    from display_server.voice import voices

    if not clips:
        voices.BUILD_AFTER_S = sys.maxsize
    now = wall_clock if clock is None else shared_clock(clock)
    server = RunningServer(folder, "127.0.0.1", 0, clock=now, plain_sending=plain_sending)
    server.app.add_url_rule(NOTHING, "nothing", lambda: ("", 204), methods=["POST"])
    ROUTES["nothing"] = Key.NONE
    moments: list[float] = []
    if clock is None:
        server.house.desk.follow(lambda: moments.append(time.perf_counter()))
    server.serve(lambda: print("ready", server.url, flush=True))
    stamps.write_text(json.dumps(moments), encoding="utf-8")


def shared_clock(path: Path) -> Callable[[], int]:
    """The time that another process sets, ms UTC."""
    shown = mmap.mmap(os.open(path, os.O_RDONLY), 8, prot=mmap.PROT_READ)
    return lambda: int.from_bytes(shown[:8], "little")


def main(arguments: list[str]) -> None:
    clock = Path(arguments[arguments.index("--clock") + 1]) if "--clock" in arguments else None
    serve(
        Path(arguments[0]),
        Path(arguments[1]),
        plain_sending="--plain-sending" in arguments,
        clips="--no-clips" not in arguments,
        clock=clock,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
