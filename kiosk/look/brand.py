"""The bank's colour as a stylesheet: darkened for light pages and lightened for dark ones until text in it, and text on
it, can be read.

Text has a contrast of 7:1 (WCAG 2.2, 1.4.6). A colour that has it already stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass, replace
from functools import cache

CONTRAST = 7.0
STEPS = 100
BRIGHT = 0.35
"""A colour with so much between its strongest and its weakest part, of 1, is seen beside white."""
INK = "#13211f"
OUR_RADIUS_PX = 12


@dataclass(frozen=True)
class Paper:
    """What a theme writes on (#rrggbb, as in `tokens.css`): behind everything, and on cards. `far` is the lightness at
    the other end, 0 to 1, and `on` what is written on the bank's colour."""

    ground: str
    card: str
    far: float
    on: str


LIGHT = Paper("#f2f5f4", "#ffffff", far=0.0, on="#ffffff")
DARK = Paper("#0d1514", "#172321", far=1.0, on="#06110f")


@dataclass(frozen=True)
class Shades:
    """What a theme takes from the bank's colour: for text and filled areas, the same pressed, a tint behind text of
    that colour, and what is written on the filled area. `fill` and `on_fill` are for large areas, where those are to be
    other ones (else empty)."""

    brand: str
    press: str
    soft: str
    on: str
    fill: str = ""
    on_fill: str = ""

    def readable_on(self, paper: Paper) -> bool:
        """Whether all of it can be read."""
        written = ((self.brand, paper.ground), (self.brand, paper.card), (self.brand, self.soft))
        return all(contrast(*pair) >= CONTRAST for pair in (*written, (self.on, self.brand), (self.on, self.press)))


@cache
def shades(colour: str, paper: Paper) -> Shades:
    """What goes with the bank's colour, which keeps its hue and is made darker or lighter as little as can be."""
    for step in range(STEPS + 1):
        brand = towards(paper.far, colour, step / STEPS)
        found = Shades(brand, towards(paper.far, brand, 0.3), mixed(brand, paper.card, 0.88), paper.on)
        if found.readable_on(paper):
            break
    is_bright = max(_parts(colour)) - min(_parts(colour)) >= BRIGHT * 255 and contrast(INK, colour) >= CONTRAST
    return replace(found, fill=colour, on_fill=INK) if is_bright and found.brand != colour else found


def readable(colour: str) -> str:
    """The bank's colour as light pages show it."""
    return shades(colour, LIGHT).brand


def stylesheet(brand: str, radius_px: int) -> str:
    """The custom properties of `tokens.css` that a bank sets; `brand` is #rrggbb or empty (ours). High contrast stays
    as it is. `--round` is the radius as a share of ours, for pages that measure in shares of the screen."""
    radius = f"--radius-tile: {radius_px}px; --radius: {radius_px / 2:g}px; --round: {radius_px / OUR_RADIUS_PX:.3g};"
    rules = [f":root:root {{ {radius} }}"]
    if brand:
        light, dark, normal = shades(brand, LIGHT), shades(brand, DARK), ':not([data-contrast="high"])'
        rules += [
            f":root{normal} {{ {_properties(light)} }}",
            f':root[data-theme="dark"]{normal} {{ {_properties(dark)} }}',
            f'@media (prefers-color-scheme: dark) {{ :root[data-theme="auto"]{normal} {{ {_properties(dark)} }} }}',
        ]
    return "\n".join(rules) + "\n"


def _properties(found: Shades) -> str:
    areas = f" --fill: {found.fill}; --on-fill: {found.on_fill};" if found.fill else ""
    return (
        f"--brand: {found.brand}; --brand-press: {found.press}; --brand-soft: {found.soft}; "
        f"--on-brand: {found.on};{areas}"
    )


def towards(lightness: float, colour: str, share: float) -> str:
    """The colour with its lightness (0 to 1) moved by a share (0 to 1) of the way to another one."""
    hue, own, saturation = rgb_to_hls(*(part / 255 for part in _parts(colour)))
    return _colour(part * 255 for part in hls_to_rgb(hue, own + (lightness - own) * share, saturation))


def mixed(one: str, other: str, share: float) -> str:
    """`one` with a share (0 to 1) of `other`."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return _colour(a + (b - a) * share for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = (part / 255 for part in _parts(colour))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colour(parts: Iterable[float]) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in parts)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
