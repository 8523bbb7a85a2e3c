"""The virtual printer as a process of its own.

    python -m hardware.virtual_printer --folder DIR --port 0

prints `ready tcp://127.0.0.1:PORT`, keeps what the paper would show as pictures, and stops on SIGTERM. With --orders it
takes faults from standard input, one a line, and says `done` when each is in effect.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hardware.profiles import EIGHTY_MM, PROFILES, profile_named
from hardware.virtual_device import KEEP, VirtualPrinter

ORDERS: dict[str, Callable[..., None]] = {
    order.__name__: order
    for order in (
        VirtualPrinter.stall,
        VirtualPrinter.drop_after,
        VirtualPrinter.silent,
        VirtualPrinter.slow,
        VirtualPrinter.garble,
        VirtualPrinter.chatter,
        VirtualPrinter.hang_up,
        VirtualPrinter.switch_off,
        VirtualPrinter.paper_out,
        VirtualPrinter.paper_near_end,
        VirtualPrinter.cover_open,
        VirtualPrinter.cutter_error,
        VirtualPrinter.cutter_error_at_the_cut,
        VirtualPrinter.heal,
    )
}


def main(arguments: list[str] | None = None) -> None:
    """Runs a virtual printer until SIGTERM, or until standard input closes where it takes orders from there."""
    parser = argparse.ArgumentParser(prog="python -m hardware.virtual_printer", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where each ticket is kept as NNNN.png")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--profile", choices=sorted(PROFILES), default=EIGHTY_MM.name)
    parser.add_argument("--old-model", action="store_true", help="one that does not know GS ( H")
    parser.add_argument("--keep", type=int, default=KEEP, help="how many pictures stay (%(default)s)")
    parser.add_argument(
        "--orders", action="store_true", help="take faults from standard input: stall, paper_out, heal ..."
    )
    given = parser.parse_args(arguments)
    printer = VirtualPrinter(
        given.folder,
        given.host,
        given.port,
        profile_named(given.profile),
        given.keep,
        process_marks=not given.old_model,
    )

    def end(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    printer.start()
    try:
        print(f"ready {printer.address}", flush=True)
        if given.orders:
            for line in sys.stdin:
                _obey(printer, line.split())
        else:
            while True:
                time.sleep(3600)
    finally:
        printer.stop()


def _obey(printer: VirtualPrinter, words: list[str]) -> None:
    try:
        ORDERS[words[0]](printer, *map(int, words[1:]))
        print("done", flush=True)
    except (IndexError, KeyError, TypeError, ValueError):
        print(f"no such order; known are {', '.join(ORDERS)}", flush=True)


if __name__ == "__main__":
    main()
