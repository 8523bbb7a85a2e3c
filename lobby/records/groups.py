"""Hashes as people read and type them: Crockford's base32 (https://www.crockford.com/base32.html), in groups of four.

It has no I, L, O and U; whoever reads an O for a 0 or writes small letters is understood all the same.
"""

from __future__ import annotations

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP = 4

_VALUES = {letter: value for value, letter in enumerate(LETTERS)} | {"O": 0, "I": 1, "L": 1}


class NotACode(ValueError):
    """A letter that no code has, or too few or too many of them."""


def grouped(hashed: bytes, bits: int) -> str:
    """The first `bits` of a hash (a multiple of 20), such as `K7Q2-9MXD` for 40."""
    number = int.from_bytes(hashed) >> (len(hashed) * 8 - bits)
    letters = [LETTERS[(number >> place) & 31] for place in range(bits - 5, -1, -5)]
    return "-".join("".join(letters[at : at + GROUP]) for at in range(0, len(letters), GROUP))


def same(written: str, bits: int) -> str:
    """A code of `bits` as somebody typed it, in the form of `grouped`; `NotACode` when it is none."""
    letters = [letter for letter in written.upper() if letter not in "- "]
    if len(letters) * 5 != bits or not all(letter in _VALUES for letter in letters):
        raise NotACode(written)
    number = 0
    for letter in letters:
        number = number << 5 | _VALUES[letter]
    return grouped((number << (-bits % 8)).to_bytes((bits + 7) // 8), bits)
