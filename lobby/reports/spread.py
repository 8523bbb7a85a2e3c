"""How values spread: mean, median, 90th percentile, largest.

Percentiles interpolate linearly between neighbours in rank, as NumPy does by default and spreadsheets in
PERCENTILE.INC (type 7 of Hyndman & Fan 1996): with n values in order, the value at place 1 + (n - 1) p. Below `FEW`
values they are suppressed: they would describe single people and not the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

FEW = 5
"""No percentile of fewer values than this."""

Z_95 = 1.959964
"""Between this and its opposite lie 95 % of the normal distribution."""


class Spread(NamedTuple):
    """`n` values in seconds. None where there is nothing to say; percentiles also where n is under `FEW`."""

    n: int
    mean_s: float | None
    median_s: float | None
    p90_s: float | None
    max_s: float | None


def spread(values_ms: Sequence[int] | NDArray[np.int64]) -> Spread:
    """The spread of spans given in ms."""
    n = len(values_ms)
    if not n:
        return Spread(0, None, None, None, None)
    ordered = np.sort(np.asarray(values_ms, dtype=np.int64))
    enough = n >= FEW
    return Spread(
        n,
        seconds(int(ordered.sum()) / n),
        seconds(percentile(ordered, 0.5)) if enough else None,
        seconds(percentile(ordered, 0.9)) if enough else None,
        seconds(ordered[-1]),
    )


def percentile(ordered: Sequence[float] | NDArray[Any], p: float) -> float:
    """The value below which the share `p` of `ordered` (ascending, not empty) lies; see the module's head."""
    place = (len(ordered) - 1) * p
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))


def seconds(ms: float) -> float:
    return round(float(ms) / 1000, 3)


def share(part: float, whole: float) -> float | None:
    """`part / whole`, None when there is no whole."""
    return round(float(part / whole), 4) if whole else None


def wilson(part: int, whole: int) -> tuple[float | None, float | None]:
    """The ends of the 95 % interval of the share `part / whole` (Wilson 1927, the score interval): between them lies
    what chance alone explains. None for fewer than `FEW`."""
    if whole < FEW:
        return None, None
    z2 = Z_95**2
    middle = (part + z2 / 2) / (whole + z2)
    reach = Z_95 / (whole + z2) * sqrt(part * (whole - part) / whole + z2 / 4)
    return round(max(0.0, middle - reach), 4), round(min(1.0, middle + reach), 4)


def mean_s(values_ms: NDArray[Any]) -> float | None:
    """The mean of spans given in ms, None without any."""
    return seconds(values_ms.sum() / len(values_ms)) if len(values_ms) else None
