"""Pictures of a lesson for docs/, one a language: `python -m tests.teller_console.training.pictures`."""

from __future__ import annotations

import asyncio
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from teller_console.training.practice_branch import PracticeBranch
from teller_console.training.scene import Phase
from tests.teller_console.pictures import IMG, LANGUAGES, to_png
from tests.teller_console.training.trainee import at_work


async def take(branch: PracticeBranch, language: str, folder: Path) -> Path:
    """The console while an angry customer is served, as SVG."""
    async with at_work(branch, "angry", language=language) as trainee:
        for key, phase in (("space", Phase.CALLED), ("s", Phase.SERVING)):
            await trainee.until(lambda: trainee.console.scene.phase is not Phase.BEGINNING)
            await trainee.press(key)
            await trainee.until(lambda wanted=phase: trainee.console.scene.phase is wanted)
        await trainee.sees("0:01")
        path = folder / f"training-{language}.svg"
        path.write_text(trainee.console.export_screenshot(title="lobby train"), encoding="utf-8")
        return path


def main() -> None:
    for language in sys.argv[1:] or LANGUAGES:
        with closing(PracticeBranch()) as branch, TemporaryDirectory() as folder:
            branch.start()
            to_png(asyncio.run(take(branch, language, Path(folder))), IMG / f"training-{language}.png")


if __name__ == "__main__":
    main()
