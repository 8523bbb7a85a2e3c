"""Something that is right, spoilt in a few places: that comes further into a reader than what is only strange."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime, time
from typing import Any

from hypothesis import strategies as st

LETTERS = st.characters(exclude_categories=["Cs"])
STRANGE_TEXTS = [
    "", " ", "\x00", "\n", "\ufeff", "\u202e", "٣", "²", "%s%(x)s{}", "../../x", "9" * 400, "-1", "nan", "inf", "1e999",
    "0x10", "24:00", "2024-02-30", "9999-12-31", "0001-01-01", "[" * 60, "'\"<&>", "UTC", "Europe", "tcp://[",
    "http://x:99999", "é" * 300, "hex", "idna", "%d %d", "%",
]  # fmt: skip
STRANGE = st.one_of(
    st.sampled_from(STRANGE_TEXTS),
    st.text(LETTERS, max_size=12),
    st.booleans(),
    st.sampled_from([0, 1, -1, 2**31, 2**63 - 1, -(2**63), 10**30, 0.0, -0.5, 1e308, float("inf"), float("nan")]),
    st.sampled_from([[], {}, [[]], [{}], {"": ""}, ["a", "a"], {"en": ""}, {"en": 1}, ["\x00"]]),
    st.sampled_from([date(1, 1, 1), datetime(9999, 12, 31, 23, 59), time(23, 59, 59), date(2024, 2, 29)]),  # noqa: DTZ001
)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value inside tables and lists."""
    inside = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield (*at, key)
        yield from places(inner, (*at, key))


@st.composite
def spoilt(draw: st.DrawFn, right: Mapping[str, Any], *, most: int = 3) -> dict[str, Any]:
    """Tables and lists as they are in `right`, but for a few values: replaced, taken away, doubled, or under another
    name."""
    made: dict[str, Any] = deepcopy(dict(right))
    for _ in range(draw(st.integers(1, most))):
        *way, key = draw(st.sampled_from(list(places(made)) or [("x",)]))
        inside: Any = made
        for step in way:
            inside = inside[step]
        match draw(st.sampled_from(["replace", "replace", "replace", "remove", "double", "rename"])):
            case "remove" if key in inside or isinstance(inside, list):
                del inside[key]
            case "double" if isinstance(inside, list):
                inside.insert(key, deepcopy(inside[key]))
            case "rename" if isinstance(inside, dict):
                inside[draw(st.text(LETTERS, max_size=8))] = inside.pop(key, 1)
            case _:
                inside[key] = deepcopy(draw(STRANGE))
    return made


@st.composite
def spoilt_text(draw: st.DrawFn, right: str, pieces: tuple[str, ...] = ()) -> str:
    """A text with a few pieces cut out, doubled, or put in between."""
    text = right
    strange = st.one_of(st.sampled_from([*pieces, *STRANGE_TEXTS]), st.text(LETTERS, max_size=6))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + draw(st.one_of(st.just(""), strange, st.just(text[start:end] * 2))) + text[end:]
    return text


def as_toml(tables: Mapping[str, Any]) -> str:
    """The same as a TOML file."""
    return "".join(f"{_string(key)} = {_value(value)}\n" for key, value in tables.items())


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    writers: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
        (str, _string),
        (bool, lambda value: str(value).lower()),
        (int, str),
        (float, repr),
        ((date, time), lambda value: value.isoformat()),
        (list, lambda value: f"[{', '.join(map(_value, value))}]"),
        (dict, lambda value: "{" + ", ".join(f"{_string(k)} = {_value(v)}" for k, v in value.items()) + "}"),
    )
    return next(write(value) for kind, write in writers if isinstance(value, kind))
