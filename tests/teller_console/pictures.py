"""Pictures of the console for docs/: `python -m tests.teller_console.pictures`, all or those named.

Textual writes SVG; headless Chromium, with the fonts of this machine, makes PNG of it.
"""

from __future__ import annotations

import asyncio
import html
import itertools
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.cells import cell_len

from lobby.care import commands as cc
from lobby.queue import commands as c
from teller_console.messages import SnapshotArrived, TimeTold
from teller_console.right_to_left import RLI
from teller_console.screens.article import ArticleScreen
from teller_console.screens.my_day import MyDayScreen
from teller_console.screens.take_complaint import ComplaintForm
from teller_console.screens.take_complaint_receipt import ReceiptScreen
from tests.builders import Clock, moment
from tests.teller_console.care_stage import CareStage
from tests.teller_console.stage import OMAR, Teller

IMG = Path(__file__).parents[2] / "docs" / "img"
LANGUAGES = ("en", "ar", "zh", "ru")
CHROMIUM = "/usr/bin/chromium"
CELL = 12.2
"""Width of a character in Textual's SVG."""

TEXT = r'<text ([^>]*?)x="([0-9.]+)"([^>]*?)textLength="[0-9.]+"([^>]*)>([^<]*)</text>'
FONTS = '"DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Noto Sans Arabic", monospace'


Scene = Callable[[CareStage, Teller], Awaitable[None]]


def a_busy_branch(folder: Path) -> CareStage:
    """A morning at the example branch: waits of several lengths, priority, a parked customer, one kept for us."""
    stage = CareStage(folder, Clock(moment("2026-11-23 10:00")))
    clock = stage.clock
    stage.do(c.OpenCounter(2), OMAR)
    stage.do(c.OpenCounter(3))
    for _ in range(3):
        stage.served(minutes=5)
    stage.issue("accounts")
    for command in (c.CallNext(3), c.Start(3), c.Park(3, "fetches_a_document")):
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


async def serving(stage: CareStage, teller: Teller) -> None:
    """The work screen while a customer is served, the record open."""
    await teller.press("space")
    await teller.until(lambda: bool(stage.commands(c.CallNext)))
    await teller.press("s")
    await teller.until(lambda: bool(stage.commands(c.Start)))
    stage.clock.forward(252)
    await teller.press("f")
    stage.issue("cards", priority="priority")
    stage.follower.say(SnapshotArrived(stage.line.queue()))
    await teller.until(lambda: "C002" in teller.shows() and "4:1" in teller.shows())


async def called(stage: CareStage, teller: Teller) -> None:
    """Somebody was called and has not come yet."""
    await teller.press("space")
    await teller.until(lambda: teller.screen.counter.ticket is not None)


async def answers(stage: CareStage, teller: Teller) -> None:
    await called(stage, teller)
    await teller.press("slash")
    await teller.write({"en": "lost card", "zh": "银行卡丢失"}[stage.language])
    await teller.until(lambda: bool(getattr(teller.pilot.app.screen, "_articles", ())))
    await teller.press("enter")
    await teller.until(lambda: isinstance(teller.pilot.app.screen, ArticleScreen))
    await teller.until(lambda: getattr(teller.pilot.app.screen, "_shown", None) is not None)


async def complaint(stage: CareStage, teller: Teller) -> None:
    """A complaint was taken: the receipt."""
    await called(stage, teller)
    await teller.press("c")
    await teller.until(lambda: isinstance(teller.pilot.app.screen, ComplaintForm))
    await teller.write("Nobody told me about the fee")
    await teller.press("ctrl+s")
    await teller.until(lambda: isinstance(teller.pilot.app.screen, ReceiptScreen))


async def due(stage: CareStage, teller: Teller) -> None:
    stage.complaint(category="fees", contact="lake@example.com")
    stage.promise("Call about the card", within_h=4)
    stage.promise("Send the list of documents", within_h=72)
    stage.clock.forward(hours=3.5)
    stage.follower.say(TimeTold(stage.clock()))
    await teller.press("d")
    await teller.until(lambda: len(getattr(teller.pilot.app.screen, "_lines", ())) == 3)


async def my_day(stage: CareStage, teller: Teller) -> None:
    stage.do(cc.Praise("She explained everything twice, with a smile.", teller="maria"), OMAR)
    stage.promise("Call about the card", within_h=4)
    await teller.press("y")
    await teller.until(lambda: isinstance(teller.pilot.app.screen, MyDayScreen))
    await teller.sees("3")


WIDE, SMALL = (120, 36), (80, 24)
PICTURES: dict[str, tuple[Scene, str, tuple[int, int]]] = {
    **{f"console-{language}": (serving, language, WIDE) for language in LANGUAGES},
    "console-80x24-en": (called, "en", SMALL),
    "console-answers-en": (answers, "en", WIDE),
    "console-answers-zh": (answers, "zh", WIDE),
    "console-complaint-ar": (complaint, "ar", WIDE),
    "console-due-ru": (due, "ru", WIDE),
    "console-my-day-en": (my_day, "en", WIDE),
}


async def take(name: str, folder: Path) -> Path:
    """The picture of this name, as SVG."""
    scene, language, size = PICTURES[name]
    stage = a_busy_branch(folder)
    stage.language = language
    async with stage.signed_in(size) as teller:
        await scene(stage, teller)
        await teller.pilot.pause(0.5)
        path = folder / f"{name}.svg"
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
    for name in sys.argv[1:] or PICTURES:
        with TemporaryDirectory() as folder:
            to_png(asyncio.run(take(name, Path(folder))), IMG / f"{name}.png")


if __name__ == "__main__":
    main()
