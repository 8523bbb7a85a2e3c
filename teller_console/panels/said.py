"""A text on the screen that is told over and over: what stands there already costs nothing, and another text of the
same height no new layout of the screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.widget import Widget
from textual.widgets import Static


def look_same(lines: Sequence[Text], before: Sequence[Text]) -> bool:
    """Whether these look alike: letters and styles."""
    return [(one.plain, one.style, one.spans) for one in lines] == [(one.plain, one.style, one.spans) for one in before]


def entitle(panel: Widget, said: str) -> None:
    """Give a panel its title; the one that it has already would have it painted anew."""
    if panel.border_title != said:
        panel.border_title = said


class Said(Static):
    def show(self, said: Text) -> None:
        """Show this from now on."""
        before = self.content
        if not isinstance(before, Text):
            self.update(said)
        elif not look_same([said], [before]):
            self.update(said, layout=self._height(said) != self._height(before))

    def _height(self, said: Text) -> int:
        """Lines that it takes at this width; 0 before there is one."""
        return len(said.wrap(self.app.console, self.size.width)) if self.size.width else 0
