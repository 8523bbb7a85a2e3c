"""Pareto: codes from the most frequent on, each with the share that it has together with those before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

NO_NAMES: Mapping[str, dict[str, str]] = {}


class Part(msgspec.Struct, frozen=True):
    """One bar of a Pareto: a code (empty: not said) with the branch's own names for it, how many, which share of all
    that is, and the share with all those before it."""

    code: str
    names: dict[str, str]
    count: int
    share: float
    together: float


def pareto(codes: Iterable[str], names: Mapping[str, dict[str, str]] = NO_NAMES) -> tuple[Part, ...]:
    """The codes by how often they come, the most frequent first."""
    counted = sorted(Counter(codes).items(), key=lambda item: (-item[1], item[0]))
    total = sum(count for _, count in counted)
    parts, so_far = [], 0
    for code, count in counted:
        so_far += count
        parts.append(Part(code, names.get(code, {}), count, round(count / total, 4), round(so_far / total, 4)))
    return tuple(parts)
