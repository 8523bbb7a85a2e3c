"""A branch server for benchmarks, in a process of its own, with a note of the moment of each commit.

    python -m benchmarks.branch_in_use FOLDER STAMPS [--plain-sending]

prints `ready URL`; when it is stopped, STAMPS holds the moments (s, the system's steady clock) as JSON. Whoever posts to
`NOTHING` is answered and nothing else: the floor of everything over HTTP.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

NOTHING = "/nothing"


def serve(folder: Path, stamps: Path, *, plain_sending: bool) -> None:
    from gevent import monkey

    monkey.patch_all()
    from display_server.permissions import ROUTES, Key
    from display_server.serve import RunningServer

    server = RunningServer(folder, "127.0.0.1", 0, plain_sending=plain_sending)
    server.app.add_url_rule(NOTHING, "nothing", lambda: ("", 204), methods=["POST"])
    ROUTES["nothing"] = Key.NONE
    moments: list[float] = []
    server.house.desk.follow(lambda: moments.append(time.perf_counter()))
    server.serve(lambda: print("ready", server.url, flush=True))
    stamps.write_text(json.dumps(moments), encoding="utf-8")


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]), plain_sending="--plain-sending" in sys.argv)
