"""Lines that neither wrap nor scroll. What a line looks like is worked out once, wherever it stands afterwards: a queue
that moves up by one is not drawn anew. Only lines that are different from before are painted."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.text import Text
from textual.cache import LRUCache
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from teller_console.panels.said import look_same

KEPT = 300
"""Lines whose looks are kept for each widget."""


class Lines(Widget):
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: Sequence[Text] = ()
        self._drawn: LRUCache[object, Strip] = LRUCache(KEPT)

    def lines(self) -> Sequence[Text]:
        """What stands on each line at the present width."""
        return self._lines

    def show_lines(self, lines: Sequence[Text]) -> None:
        """Show these from now on; the height stays."""
        before, self._lines = self._lines, lines
        width = self.size.width
        for y in range(max(len(before), len(lines))):
            if not look_same(lines[y : y + 1], before[y : y + 1]):
                self.refresh(Region(0, y, width, 1))

    def render_line(self, y: int) -> Strip:
        lines, width, style = self.lines(), self.size.width, self.visual_style.rich_style
        if y >= len(lines):
            return Strip.blank(width, style)
        line = lines[y]
        look = (line.plain, tuple(line.spans), line.style, width, style)
        drawn = self._drawn.get(look)
        if drawn is None:
            pieces = Segment.apply_style(line.render(self.app.console), style)
            drawn = self._drawn[look] = Strip(pieces).adjust_cell_length(width, style)
        return drawn
