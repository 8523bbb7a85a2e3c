"""The clock: against the journal, whose time never goes back, and against the world's."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lobby.doctor.database import last_event_at
from lobby.doctor.finding import Finding, Patient, broken, good, look, span

CLOCK = "clock"
BEHIND_MS = 1000
PATIENCE_S = 10.0
NOTED = Path("/run/systemd/timesync/synchronized")


def look_at_clock(patient: Patient, told: Callable[[], str] = lambda: _timedatectl()) -> Iterator[Finding]:
    """Behind the journal's last event? Kept right by a time service? `told` gives what timedatectl says."""
    zone = patient.config.setup.zone
    local = datetime.fromtimestamp(patient.now / 1000, ZoneInfo(zone))
    last = last_event_at(patient)
    if last is not None and last - patient.now > BEHIND_MS:
        behind = span((last - patient.now) / 1000)
        yield broken(
            CLOCK,
            f"The clock is {behind} behind the journal's last event: until it has caught up, time stands still.",
            "Set the clock, and have it kept right: apt install systemd-timesyncd",
        )
    else:
        yield good(CLOCK, f"It is {local:%A, %H:%M} in {zone}.")
    synchronised = _answers(told()).get("NTPSynchronized", "")
    if synchronised == "yes":
        yield good(CLOCK, "A time service keeps the clock right.")
    elif synchronised == "no":
        yield look(
            CLOCK,
            "No time service keeps the clock right.",
            "apt install systemd-timesyncd; where it is there: timedatectl timesync-status says what it waits for.",
        )
    else:
        yield look(
            CLOCK,
            "Whether a time service keeps the clock right cannot be told here.",
            "Ask timedatectl, or chronyc tracking.",
        )


def _answers(said: str) -> dict[str, str]:
    return {key: value for key, _, value in (line.partition("=") for line in said.splitlines())}


def _timedatectl() -> str:
    """What it says; what systemd-timesyncd noted (systemd-timesyncd.service(8)) where it has nobody to ask, and nothing
    where that did not."""
    try:
        asked = ["timedatectl", "show", "--property=NTPSynchronized"]
        return subprocess.run(asked, capture_output=True, text=True, timeout=PATIENCE_S, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return "NTPSynchronized=yes" if NOTED.exists() else ""
