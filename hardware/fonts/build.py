"""Cuts the shipped fonts from Debian's fonts-noto-core and fonts-noto-cjk, and prints what came out.

Run `python hardware/fonts/build.py` with fonttools and brotli installed (dependency group "fonts"). Each face is
cut to the characters of its scripts, keeps shaping, kerning, marks and tabular figures, loses its hints (a thermal
head at 203 dpi and a screen at 40 inches do without), and is stored as woff2, which both Pillow and browsers read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
CORE = Path("/usr/share/fonts/truetype/noto")
CJK = Path("/usr/share/fonts/opentype/noto")
Part: TypeAlias = Iterable[int] | Callable[[], Iterable[int]]

PUNCTUATION = (
    range(0x2010, 0x2028),  # dashes, quotes, bullets, ellipsis
    range(0x202F, 0x2031),
    range(0x2032, 0x2034),
    range(0x2039, 0x203B),
    (0x2116, 0x2122, 0x2212, 0x25CC),  # numero, trade mark, minus, dotted circle
)
LATIN_AND_CYRILLIC = (
    range(0x20, 0x7F),
    range(0xA0, 0x250),
    range(0x2B0, 0x370),  # modifiers and combining marks, the stress mark of Russian among them
    range(0x400, 0x530),
    range(0x1E00, 0x1F00),
    range(0x20A0, 0x20C0),  # currencies
    *PUNCTUATION,
)
ARABIC = (
    range(0x20, 0x22),
    (0xA0, 0x200C, 0x200D, 0x200E, 0x200F, 0x25CC),
    range(0x600, 0x700),
    range(0x750, 0x780),
    range(0xFB50, 0xFDFF),  # presentation forms: what the shaper without raqm writes
    range(0xFE70, 0xFF00),
)


def gb2312() -> Iterable[int]:
    """The 7,445 characters of GB/T 2312-1980: rows 1-9 of signs, rows 16-87 of hanzi."""
    for row in (*range(0xA1, 0xAA), *range(0xB0, 0xF8)):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue


CHINESE = (range(0x20, 0x7F), (0xA0, 0xB7, 0xD7), gb2312, range(0x3000, 0x3018), range(0xFF01, 0xFF5F), (0xFFE5,))


@dataclass(frozen=True, slots=True)
class Cut:
    """One shipped file: where it comes from, the face's place in a collection, and its characters."""

    target: str
    source: Path
    characters: tuple[Part, ...]
    face: int = 0
    local_forms: bool = True  # the CJK collection's would bring in the Japanese and Korean shape of each hanzi


CUTS = tuple(
    Cut(f"{family}-{weight}.woff2", source, characters, face, local_forms=family != "NotoSansSC")
    for weight in ("Regular", "Bold")
    for family, source, characters, face in (
        ("NotoSans", CORE / f"NotoSans-{weight}.ttf", LATIN_AND_CYRILLIC, 0),
        ("NotoSansArabic", CORE / f"NotoSansArabic-{weight}.ttf", ARABIC, 0),
        ("NotoSansSC", CJK / f"NotoSansCJK-{weight}.ttc", CHINESE, 2),  # faces of the collection: JP, KR, SC, TC, HK
    )
)
FEATURES = ["calt", "case", "ccmp", "clig", "fina", "init", "isol", "kern", "liga", "lnum", "mark", "medi"]
FEATURES += ["mkmk", "rclt", "rlig", "rvrn", "tnum"]


def codepoints(characters: tuple[Part, ...]) -> set[int]:
    """The code points of the parts: ranges, tuples, or functions that yield them."""
    found: set[int] = set()
    for part in characters:
        found.update(part() if callable(part) else part)
    return found


def cut(order: Cut) -> Path:
    """Writes one woff2 file beside this script."""
    options = subset.Options(
        flavor="woff2",
        font_number=order.face,
        layout_features=[*FEATURES, "locl"] if order.local_forms else FEATURES,
        hinting=False,
        desubroutinize=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        notdef_outline=True,
        drop_tables=["vhea", "vmtx", "VORG", "BASE", "DSIG", "MATH"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codepoints(order.characters))
    target = HERE / order.target
    with subset.load_font(str(order.source), options) as font:
        cutter.subset(font)
        subset.save_font(font, str(target), options)
    return target


def stretches(found: set[int]) -> str:
    """Code points as hexadecimal stretches, "20-7E A0"."""
    parts: list[list[int]] = []
    for point in sorted(found):
        if parts and parts[-1][1] == point - 1:
            parts[-1][1] = point
        else:
            parts.append([point, point])
    return " ".join(f"{first:X}" if first == last else f"{first:X}-{last:X}" for first, last in parts)


def write_coverage() -> Path:
    """Writes which characters both weights of each family have, a line a family, for drawing to choose by."""
    families: dict[str, set[int]] = {}
    for order in CUTS:
        with TTFont(HERE / order.target) as font:
            has = set(font.getBestCmap())
        family = order.target.partition("-")[0]
        families[family] = families.get(family, has) & has
    target = HERE / "coverage.txt"
    target.write_text("".join(f"{family} {stretches(has)}\n" for family, has in families.items()), encoding="ascii")
    return target


if __name__ == "__main__":
    for order in CUTS:
        made = cut(order)
        print(f"{made.name:28} {made.stat().st_size:>9,} bytes  from {order.source.name}")
    print(f"{write_coverage().name:28} lists their characters")
