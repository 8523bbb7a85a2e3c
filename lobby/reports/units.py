"""A figure that a report shows: what it is called, what it is counted in, and the sentence that defines it.

The sentences are English and marked for the catalogues; whoever shows them translates. They follow what branches agree
on (notes of the field: wait by first call, service level with its variant stated, four kinds of leaving, occupancy
without breaks).
"""

from __future__ import annotations

from typing import NamedTuple

COUNT, SECONDS, SHARE, PER_HOUR, SCORE, COUNTS = "count", "s", "share", "per_hour", "score", "counts"
MEAN = "mean"
"""A mean of counts: one decimal."""
LONG_SECONDS = "seconds"
"""Times of hours and days; seconds in a sheet too."""


class Figure(NamedTuple):
    """`unit` is one of the constants above."""

    title: str
    unit: str
    definition: str
