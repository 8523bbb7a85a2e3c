"""The disk under the data folder: room, how long a durable write takes, and how much a year will need."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lobby.doctor.database import grows_bytes_a_year
from lobby.doctor.finding import Finding, Patient, broken, good, look, size

DISK, SPEED = "disk", "disk speed"
LITTLE, TOO_LITTLE = 2e9, 0.2e9
SLOW_S, TOO_SLOW_S = 0.05, 0.5
"""A tap waits for two durable writes or so, and its ticket is to come within a second (docs/benchmarks.md)."""

TRIES = 15
BLOCK = bytes(4096)


def look_at_disk(patient: Patient) -> Iterator[Finding]:
    """Free space against what the branch writes in a year; files that may still be made."""
    room = shutil.disk_usage(patient.folder)
    year = grows_bytes_a_year(patient)
    says = f"{size(room.free)} of {size(room.total)} are free"
    says += f"; the database grows by some {size(year)} a year." if year else "."
    if room.free < TOO_LITTLE:
        yield broken(DISK, says, "Make room now: when the disk is full, nothing can be recorded, and no ticket given.")
    elif room.free < max(LITTLE, year):
        yield look(DISK, says, "Make room, or have a larger disk.")
    else:
        yield good(DISK, says)
    files = os.statvfs(patient.folder)
    if files.f_files and files.f_favail < 10_000:
        yield look(DISK, f"Only {files.f_favail} more files can be made.", "Look for a folder full of small files.")


def look_at_speed(patient: Patient) -> Iterator[Finding]:
    """How long the disk takes to keep 4 kB for certain. The file that is written has no name and leaves nothing."""
    try:
        times = sorted(_durable_writes(patient.folder))
    except OSError as fault:
        yield broken(SPEED, f"Nothing can be written: {fault.strerror}.", "Make room, or look at the disk: dmesg")
        return
    usual, worst = statistics.median(times), times[-1]
    says = f"A durable write takes {usual * 1000:.2g} ms, at worst {worst * 1000:.2g} ms."
    if usual > TOO_SLOW_S:
        yield broken(
            SPEED,
            says,
            "Whatever is recorded, every ticket too, waits for this. Use another disk; a network folder is none.",
        )
    elif usual > SLOW_S:
        yield look(
            SPEED,
            says,
            "Whatever is recorded, every ticket too, waits for this. Under 1 ms with power-loss protection.",
        )
    else:
        yield good(SPEED, says)


def _durable_writes(folder: Path) -> Iterator[float]:
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(TRIES):
            began = time.perf_counter()
            file.write(BLOCK)
            file.flush()
            os.fsync(file.fileno())
            yield time.perf_counter() - began
