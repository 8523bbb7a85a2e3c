"""Chance without a state: the draw for a name is the same whatever was drawn before it.

Two simulations of nearly the same scene therefore give the same customer the same luck, and what is shown moves with
the scene and not with the dice (common random numbers).
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def keys_of(names: Iterable[str]) -> NDArray[np.uint64]:
    """A number for each name, spread over 64 bits."""
    digests = b"".join(blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(digests, np.uint64)


def keys_after(name: str, count: int) -> NDArray[np.uint64]:
    """A number for the name's first, its second, and so on."""
    return _mixed(keys_of([name]) + np.arange(count, dtype=np.uint64) * GOLDEN)


def uniforms(seed: int, purpose: str, keys: NDArray[np.uint64], paths: int) -> NDArray[np.float64]:
    """Draws above 0 and below 1, `(keys, paths)`: SplitMix64 (Steele, Lea & Flood 2014), a stream for each seed,
    purpose and key, a place in it for each path."""
    start = _mixed(keys ^ keys_of([f"{seed} {purpose}"]))
    bits = start[:, None] + np.arange(1, paths + 1, dtype=np.uint64) * GOLDEN
    draws = (_mixed(bits) >> np.uint64(12)).astype(np.float64)
    draws += 0.5
    draws *= 2.0**-52
    return draws


def spread(seed: int, purpose: str, keys: NDArray[np.uint64], paths: int) -> NDArray[np.float64]:
    """The same, spread evenly: over the paths each key has the middle of every one of as many equal parts of 0 to 1, in
    an order by chance (Latin hypercube sampling; McKay, Beckman & Conover 1979). As good as twice the paths for what
    adds up, such as the services that one waits for."""
    draws = np.empty((len(keys), paths))
    order = uniforms(seed, purpose, keys, paths).argsort(axis=1)
    np.put_along_axis(draws, order, (np.arange(paths) + 0.5) / paths, axis=1)
    return draws


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    bits = bits ^ (bits >> np.uint64(30))
    bits *= np.uint64(0xBF58476D1CE4E5B9)
    bits ^= bits >> np.uint64(27)
    bits *= np.uint64(0x94D049BB133111EB)
    bits ^= bits >> np.uint64(31)
    return bits
