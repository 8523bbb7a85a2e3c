"""Reading plain data into structs, from any thread.

msgspec learns the shape of a struct when it is first asked for it, and is not done at once: another thread that asks
meanwhile finds half of it, and the process ends with a fault (seen with 0.22 where a console fetched the branch and
opened a counter at the same moment). Here one thread learns, and the others wait for it.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_learning = threading.Lock()
_known: set[Any] = set()


def decode(content: bytes | str, shape: type[T]) -> T:
    """JSON as a `shape`; `msgspec.DecodeError` where it is none, or is nested too deep."""
    _learn(shape)
    try:
        return msgspec.json.decode(content, type=shape)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from None


def convert(value: Any, shape: type[T]) -> T:
    """Plain values as a `shape`; raises what `msgspec.convert` raises."""
    _learn(shape)
    return msgspec.convert(value, shape)


def _learn(shape: Any) -> None:
    if shape not in _known:
        with _learning:
            msgspec.json.Decoder(shape)
            _known.add(shape)
