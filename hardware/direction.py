"""Which way text runs: bidirectional levels (Unicode Standard Annex 9) and the order of runs on a line.

A level is even where text runs to the right and odd where it runs to the left. The page's language gives the base
level, so that an Arabic line that begins with "A047" still begins at the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import bidirectional

from bidi import algorithm

from hardware.scripts import script_of

RIGHT_TO_LEFT = frozenset(("Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"))
_TURNS = frozenset(("R", "AL", "AN"))
_WITHOUT_LEVEL = frozenset(("BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))


def is_right_to_left(language: str) -> bool:
    """Whether the language (a BCP 47 tag) is written from right to left."""
    return script_of(language) in RIGHT_TO_LEFT


def levels(text: str, right_to_left: bool) -> list[int]:
    """The level of each character of a paragraph; characters without one of their own take their neighbour's."""
    base = int(right_to_left)
    kinds = [bidirectional(character) for character in text]
    if not right_to_left and not _TURNS.intersection(kinds):
        return [0] * len(text)
    kept = "".join(character for character, kind in zip(text, kinds, strict=True) if kind not in _WITHOUT_LEVEL)
    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, ("L", "R")[base]
    algorithm.get_embedding_levels(kept, storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    resolved = iter([int(character["level"]) for character in storage["chars"]])
    found: list[int] = []
    for kind in kinds:
        found.append((found[-1] if found else base) if kind in _WITHOUT_LEVEL else next(resolved))
    return found


def visual_order(run_levels: Sequence[int]) -> list[int]:
    """The indices of a line's runs from left to right (rule L2: reverse each stretch, highest level first)."""
    order = list(range(len(run_levels)))
    for level in range(max(run_levels, default=0), 0, -1):
        start = 0
        while start < len(order):
            stop = start
            while stop < len(order) and run_levels[order[stop]] >= level:
                stop += 1
            order[start:stop] = reversed(order[start:stop])
            start = stop + 1
    return order
