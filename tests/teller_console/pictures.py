"""Pictures of the console for docs/, one a language: `python -m tests.teller_console.pictures`.

Textual writes SVG; headless Chromium, with the fonts of this machine, makes PNG of it.
"""

from __future__ import annotations

import asyncio
import html
import itertools
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.cells import cell_len

from lobby.config import load
from lobby.queue import commands as c
from teller_console.right_to_left import RLI
from tests.builders import Clock, a_desk
from tests.teller_console.stage import OMAR, Stage

IMG = Path(__file__).parents[2] / "docs" / "img"
LANGUAGES = ("en", "ar", "zh", "ru")
CHROMIUM = "/usr/bin/chromium"
CELL = 12.2
"""Width of a character in Textual's SVG."""

TEXT = r'<text ([^>]*?)x="([0-9.]+)"([^>]*?)textLength="[0-9.]+"([^>]*)>([^<]*)</text>'
FONTS = '"DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Noto Sans Arabic", monospace'


def a_busy_branch(folder: Path) -> Stage:
    """A morning at the example branch: waits of several lengths, priority, a parked customer, one kept for us."""
    (folder / "branch.toml").write_bytes(files("lobby.examples").joinpath("branch.toml").read_bytes())
    clock = Clock()
    stage = Stage(a_desk(folder, clock=clock, setup=load(folder).setup), clock)
    stage.do(c.OpenCounter(2), OMAR)
    stage.do(c.OpenCounter(3))
    for command in (c.CallNext(3), c.Start(3), c.Park(3, "fetches a document")):
        stage.issue("accounts") if isinstance(command, c.CallNext) else None
        stage.do(command)
    stage.issue("cash", "ar", then=("cards",))
    for service, language, wait in (
        ("accounts", "ru", 50),
        ("cash", "en", 170),
        ("cards", "zh", 60),
        ("loans", "en", 40),
        ("cash", "ar", 90),
        ("accounts", "en", 70),
        ("cash", "ru", 30),
    ):
        clock.forward(wait)
        stage.issue(service, language)
    clock.forward(100)
    stage.do(c.CallNext(2), OMAR)
    stage.do(c.Transfer(2, to_counter=3), OMAR)
    stage.issue("cash", "en")
    clock.forward(35)
    return stage


async def take(stage: Stage, language: str, folder: Path) -> Path:
    """The work screen with a customer being served, as SVG."""
    stage.language = language
    async with stage.signed_in() as teller:
        await teller.press("space")
        await teller.until(lambda: bool(stage.commands(c.CallNext)))
        await teller.press("s")
        await teller.until(lambda: bool(stage.commands(c.Start)))
        stage.clock.forward(252)
        await teller.press("f")
        stage.issue("cards", priority="priority")
        await teller.until(lambda: "C002" in teller.shows() and "4:1" in teller.shows())
        path = folder / f"console-{language}.svg"
        path.write_text(teller.pilot.app.export_screenshot(title="lobby console"), encoding="utf-8")
        return path


def _cell_by_cell(found: re.Match[str]) -> str:
    """Textual's SVG counts letters where a terminal counts cells: give each run of one width its own place."""
    before, x, between, after, text = found.groups()
    said = html.unescape(text)
    runs = [said] if RLI in said else ["".join(run) for _, run in itertools.groupby(said, cell_len)]
    pieces, at = [], float(x)
    for run in runs:
        length = CELL * cell_len(run)
        escaped = html.escape(run).replace("\u00a0", "&#160;")
        pieces.append(f'<text {before}x="{at:.1f}"{between}textLength="{length:.1f}"{after}>{escaped}</text>')
        at += length
    return "".join(pieces)


def to_png(svg: Path, png: Path, scale: float = 1.0) -> None:
    """Render with Chromium; the web font that the file asks for is replaced by fonts of this machine."""
    text = svg.read_text(encoding="utf-8")
    start, end = text.index('viewBox="') + 9, text.index('"', text.index('viewBox="') + 9)
    width, height = (round(float(side)) for side in text[start:end].split()[2:])
    text = text.replace("font-family: Fira Code", f"font-family: {FONTS}")
    text = text.replace(
        "font-size: 20px", "font-size: 21px"
    )  # so that blocks meet: our fonts are lower than the one named
    text = re.sub(TEXT, _cell_by_cell, text)
    head, body = text.split("<style>", 1)
    _, rest = body.split("@font-face", 1)[0], body[body.rindex("@font-face") :].split("}", 1)[1]
    page = svg.with_suffix(".html")
    style = "html,body{margin:0;background:#10161d} svg{display:block}"
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{head}<style>{rest}", encoding="utf-8")
    subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--hide-scrollbars",
            f"--force-device-scale-factor={scale}",
            f"--window-size={width},{height}",
            f"--screenshot={png}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )


def main() -> None:
    IMG.mkdir(parents=True, exist_ok=True)
    for language in sys.argv[1:] or LANGUAGES:
        with TemporaryDirectory() as folder:
            svg = asyncio.run(take(a_busy_branch(Path(folder)), language, Path(folder)))
            to_png(svg, IMG / f"console-{language}.png")


if __name__ == "__main__":
    main()
