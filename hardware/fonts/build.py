"""Cuts the shipped fonts from Debian's fonts-noto-core and fonts-noto-cjk, and prints what came out.

Run `python hardware/fonts/build.py` with fonttools and brotli installed (dependency group "fonts"); families named
behind it are cut alone. Each face of `families.toml` is cut to its characters, keeps shaping, kerning, marks and
tabular figures, loses its hints (a thermal head at 203 dpi and a screen at 40 inches do without), and is stored as
woff2, which both Pillow and browsers read.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
SOURCES = Path("/usr/share/fonts")
WEIGHTS = ("Regular", "Bold")
LEFT_OUT = {"frac", "numr", "dnom", "rtlm", "vert", "vrt2", "valt", "vkrn", "vpal", "vhal", "vchw", "halt", "palt"}
FEATURES = sorted({*subset.Options().layout_features, "case", "lnum", "tnum"} - LEFT_OUT)


def points(written: str) -> Iterator[int]:
    """The code points of hexadecimal stretches such as "20-7E A0"."""
    for stretch in written.split():
        first, _, last = stretch.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def charset(name: str) -> Iterator[int]:
    """The two-byte characters of a charset, as "gb2312": 7,445 signs and hanzi in rows A1-F7."""
    for row in range(0xA1, 0xFF):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes((row, cell)).decode(name))
            except UnicodeDecodeError:
                continue


def stretches(found: set[int]) -> str:
    """Code points as hexadecimal stretches."""
    parts: list[list[int]] = []
    for point in sorted(found):
        if parts and parts[-1][1] == point - 1:
            parts[-1][1] = point
        else:
            parts.append([point, point])
    return " ".join(f"{first:X}" if first == last else f"{first:X}-{last:X}" for first, last in parts)


def cut(family: str, entry: dict[str, Any], weight: str) -> Path:
    """Writes one woff2 file beside this script."""
    collection = entry["source"].endswith(".ttc")
    features = (
        [name for name in FEATURES if name != "locl"] if collection else FEATURES
    )  # else Japanese hanzi come along
    options = subset.Options(
        flavor="woff2",
        font_number=entry.get("face", 0),
        layout_features=features,
        hinting=False,
        desubroutinize=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        notdef_outline=True,
        drop_tables=["vhea", "vmtx", "VORG", "BASE", "DSIG", "MATH"],
    )
    wanted = set(points(entry["characters"]))
    if "charset" in entry:
        wanted.update(charset(entry["charset"]))
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    target = HERE / f"{family}-{weight}.woff2"
    with subset.load_font(str(SOURCES / entry["source"].format(weight=weight)), options) as font:
        cutter.subset(font)
        subset.save_font(font, str(target), options)
    return target


def characters_of(family: str) -> set[int]:
    """The code points that both weights of a cut family have."""
    found: list[set[int]] = []
    for weight in WEIGHTS:
        with TTFont(HERE / f"{family}-{weight}.woff2") as font:
            found.append(set(font.getBestCmap()))
    return set.intersection(*found)


def main(asked: list[str]) -> None:
    """Cuts the families asked for, or all, and writes `coverage.txt` for drawing to choose by, a line a family."""
    families = tomllib.loads((HERE / "families.toml").read_text(encoding="utf-8"))
    for family in asked or families:
        for weight in WEIGHTS:
            made = cut(family, families[family], weight)
            print(f"{made.name:32} {made.stat().st_size:>9,} bytes  from {families[family]['source']}")
    lines = [f"{family} {stretches(characters_of(family))}\n" for family in families]
    (HERE / "coverage.txt").write_text("".join(lines), encoding="ascii")
    print(f"{'coverage.txt':32} lists their characters")


if __name__ == "__main__":
    main(sys.argv[1:])
