"""A bar of short pieces that never breaks a piece: as many lines as the width asks for."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

from teller_console.panels.said import look_same


class Flow(Widget):
    """Pieces side by side, wrapped whole; with `spread`, the last stands at the right end of the first line."""

    def __init__(self, *, gap: int = 2, spread: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self._gap = gap
        self._spread = spread
        self._pieces: tuple[Text, ...] = ()

    def show(self, pieces: Sequence[Text]) -> None:
        """Show these from now on; asks for another height only when it changed."""
        if look_same(pieces, self._pieces):
            return
        before = len(self._lines(self.size.width))
        self._pieces = tuple(pieces)
        self.refresh(layout=len(self._lines(self.size.width)) != before)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._lines(width)))

    def render(self) -> Text:
        lines = self._lines(self.size.width)
        if self._spread and len(lines) == 1 and len(lines[0]) > 1:
            *rest, last = lines[0]
            left = Text(" " * self._gap).join(rest)
            room = self.size.width - left.cell_len - last.cell_len
            return Text.assemble(left, " " * room, last, no_wrap=True, end="")
        said = Text("\n").join(Text(" " * self._gap).join(line) for line in lines)
        said.no_wrap = True
        return said

    def _lines(self, width: int) -> list[list[Text]]:
        lines: list[list[Text]] = []
        used = 0
        for piece in self._pieces:
            if lines and used + self._gap + piece.cell_len <= width:
                lines[-1].append(piece)
                used += self._gap + piece.cell_len
            else:
                lines.append([piece])
                used = piece.cell_len
        return lines
