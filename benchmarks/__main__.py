"""All benchmarks, or those named: `python3 tasks.py bench door tap`. A table, and bench-results.json."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json
import os
import platform
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    busy,
    chain,
    console,
    databases,
    door,
    knowledge,
    long_history,
    outlook,
    over_http,
    reports,
    screen_page,
    screens,
    slips,
    soak,
    tap_to_paper,
)

ALL = {
    "door": door.run,
    "http": over_http.run,
    "screens": screens.run,
    "busy": busy.run,
    "page": screen_page.run,
    "slips": slips.run,
    "tap": tap_to_paper.run,
    "knowledge": knowledge.run,
    "console": console.run,
    "outlook": outlook.run,
    "reports": reports.run,
    "history": long_history.run,
    "soak": soak.run,
    "chain": chain.run,
    "databases": databases.run,
}
RESULTS = Path("bench-results.json")
CPUS = Path("/proc/cpuinfo")


def main() -> int:
    chosen = sys.argv[1:] or list(ALL)
    unknown = set(chosen) - set(ALL)
    if unknown:
        print(f"no such benchmark: {', '.join(sorted(unknown))}; known are {', '.join(ALL)}", file=sys.stderr)
        return 2
    at, made_on = datetime.now(UTC).isoformat(timespec="seconds"), machine()
    figures = [figure for name in chosen for figure in ALL[name]()]
    table = Table("figure", "value", "unit", "baseline", "ratio", "target")
    table.caption = ", ".join([at, *(f"{name} {value}" for name, value in made_on.items())])
    for figure in figures:
        row = figure.row()
        table.add_row(*("" if cell is None else str(cell) for cell in row.values()))
    Console().print(table)
    written = {
        "at": at,
        "machine": made_on,
        "figures": [figure.row() for figure in figures],
    }
    RESULTS.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    return 0


def machine() -> dict[str, str | int]:
    """What it was measured on."""
    model = next(
        (line.split(":", 1)[1].strip() for line in CPUS.read_text().splitlines() if line.startswith("model name")),
        platform.machine(),
    )
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


if __name__ == "__main__":
    sys.exit(main())
