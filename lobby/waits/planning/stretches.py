"""Stretches of time: joined, cut, taken out of each other. A stretch is (from, until); lists of them are in order."""

from __future__ import annotations

from collections.abc import Iterable

Stretch = tuple[float, float]


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time, without overlaps and without empty ones."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def both(ones: list[Stretch], others: list[Stretch]) -> list[Stretch]:
    """The time that is in one of `ones` and in one of `others`."""
    found: list[Stretch] = []
    at = there = 0
    while at < len(ones) and there < len(others):
        start, end = max(ones[at][0], others[there][0]), min(ones[at][1], others[there][1])
        if start < end:
            found.append((start, end))
        if ones[at][1] <= others[there][1]:
            at += 1
        else:
            there += 1
    return found


def without(stretches: list[Stretch], taken: list[Stretch]) -> list[Stretch]:
    """What is left of `stretches`."""
    if not taken:
        return list(stretches)
    edges = [float("-inf"), *(edge for stretch in taken for edge in stretch), float("inf")]
    return both(stretches, list(zip(edges[::2], edges[1::2], strict=True)))
