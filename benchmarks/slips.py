"""The sample ticket as bytes: how many, and how long drawing and encoding takes, for each layout, mode and language.

Bytes stand against the whole picture sent dot by dot. Each time is the median of tickets with numbers and codes of
their own, after the first: fonts are loaded, and lines that every ticket of a branch shares may be remembered.
"""

from __future__ import annotations

import time
from statistics import median

from benchmarks.figures import Figure
from hardware.payload import MODES, Mode, payload
from hardware.profiles import EIGHTY_MM, PROFILES, Profile
from hardware.sample_slip import LINK, WORDINGS, sample_slip

TICKETS = 31
MOST_BYTES: dict[Mode, int] = {"raster": 21_000, "hybrid": 11_000}
MOST_MS = 30


def run() -> list[Figure]:
    """Bytes and milliseconds of each combination."""
    return [
        figure
        for profile in PROFILES.values()
        for mode in MODES
        for language in WORDINGS
        for figure in measured(profile, mode, language)
    ]


def measured(profile: Profile, mode: Mode, language: str) -> tuple[Figure, Figure]:
    """One combination: bytes of the last ticket, and the median time of all but the first."""
    times_ms = []
    for number in range(TICKETS):
        ticket = sample_slip(language, f"A{number:03}", f"{LINK[:-3]}{number:03}")
        begun = time.perf_counter()
        made = payload(ticket, profile, mode)
        times_ms.append((time.perf_counter() - begun) * 1000)
    name = f"slip, {profile.name}, {mode}, {language}"
    size, whole = len(made.data), made.rows * profile.dots // 8
    budget = f"<= {MOST_BYTES[mode]}" if profile is EIGHTY_MM else ""
    return (
        Figure(name, size, "bytes", whole, round(size / whole, 3), budget),
        Figure(name, round(median(times_ms[1:]), 1), "ms", target=f"<= {MOST_MS}"),
    )
