"""A bar of short pieces that never breaks a piece: as many lines as the width asks for."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.geometry import Size

from teller_console.panels.lines import Lines
from teller_console.panels.said import look_same


class Flow(Lines):
    """Pieces side by side, wrapped whole; with `spread`, the last stands at the right end of the first line."""

    def __init__(self, *, gap: int = 2, spread: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self._gap = gap
        self._spread = spread
        self._pieces: tuple[Text, ...] = ()
        self._laid_for = -1

    def show(self, pieces: Sequence[Text]) -> None:
        """Show these from now on; asks for another height only when it changed."""
        if look_same(pieces, self._pieces):
            return
        before = len(self._wrapped(self.size.width))
        self._pieces = tuple(pieces)
        self.show_lines(self._laid())
        if len(self._wrapped(self.size.width)) != before:
            self.refresh(layout=True)

    def lines(self) -> Sequence[Text]:
        if self._laid_for != self.size.width:
            self._lines = self._laid()
        return self._lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._wrapped(width)))

    def _laid(self) -> list[Text]:
        width = self._laid_for = self.size.width
        wrapped = self._wrapped(width)
        if self._spread and len(wrapped) == 1 and len(wrapped[0]) > 1:
            *rest, last = wrapped[0]
            left = Text(" " * self._gap).join(rest)
            return [Text.assemble(left, " " * (width - left.cell_len - last.cell_len), last)]
        return [Text(" " * self._gap).join(line) for line in wrapped]

    def _wrapped(self, width: int) -> list[list[Text]]:
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
