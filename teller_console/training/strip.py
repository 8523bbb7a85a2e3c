"""The strip above every screen of a lesson."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from lobby.words import Words
from teller_console.training.scene import Scene


class Strip(Static):
    """Says that this is practice, and what the customer says; in two lines at most where `brief`."""

    DEFAULT_CSS = """
    Strip { dock: top; height: auto; max-height: 6; padding: 0 1; background: #4b3a12; color: #fff3d0; }
    Strip.brief { max-height: 2; }
    """

    def __init__(self, *, brief: bool) -> None:
        super().__init__(classes="brief" if brief else "")
        self._brief = brief

    def tell(self, scene: Scene, words: Words) -> None:
        head = Text(words("Practice branch"), "bold #f2c14e")
        title, told, hint = scene.title(words), scene.told(words), scene.hint(words)
        if self._brief:
            self.update(Text.assemble(head, "  ", (told, "bold")))
            return
        lines = [Text.assemble(head, f"  {title}"), Text(told, "bold"), Text(hint, "italic")]
        self.update(Text("\n").join(line for line in lines if line.plain))
