"""A small screen above another one, which is seen through it, dimmed."""

from __future__ import annotations

from functools import lru_cache
from typing import Self, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.strip import Strip

from teller_console.screens.whole import Whole

Result = TypeVar("Result")


@lru_cache(2000)
def _dimmed(style: Style, veil: Color) -> Style:
    color, behind = (
        (Color.from_rich_color(one) + veil).rich_color if one is not None else None
        for one in (style.color, style.bgcolor)
    )
    return style.clear_meta_and_links() + Style.from_color(color, behind)


class Above(ModalScreen[Result], Whole[Result]):
    """Textual would render the whole screen beneath anew for every line that it paints here, which takes longer than
    all the rest of a key. This one keeps each line until the screen beneath has changed, and its filters are not
    applied a second time: right-to-left words that were laid out once stand as they are read."""

    def __init__(self) -> None:
        super().__init__()
        self._beneath: list[Strip] | None = None
        self._veiled: dict[int, Strip] = {}

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if regions:  # what the screen beneath has changed of itself
            self.forget_beneath()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def forget_beneath(self) -> None:
        """What is beneath has to be rendered anew, all the way down."""
        self._beneath = None
        self._veiled.clear()
        below = self._below()
        if isinstance(below, Above):
            below.forget_beneath()

    def render_lines(self, crop: Region) -> list[Strip]:
        below = self._below()
        if below is None or not below.size:
            return super().render_lines(crop)
        if self._beneath is None:
            self._beneath = below._compositor.render_strips()
        return [self._seen_through(y).crop(crop.x, crop.right) for y in crop.line_range]

    def _seen_through(self, y: int) -> Strip:
        if y not in self._veiled:
            self._veiled[y] = self._dim(y)
        return self._veiled[y]

    def _dim(self, y: int) -> Strip:
        veil, beneath = self.styles.background, self._beneath or []
        if y >= len(beneath):
            return Strip.blank(self.size.width, Style.from_color(bgcolor=veil.rich_color))
        line = beneath[y]
        veiled = [Segment(text, _dimmed(style or Style.null(), veil)) for text, style, _ in line]
        return Strip(veiled, line.cell_length)

    def _below(self) -> Screen[object] | None:
        stack = self.app.screen_stack
        return stack[stack.index(self) - 1] if self in stack[1:] else None
