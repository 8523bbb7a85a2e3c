"""A kiosk machine as a branch has it: `lobby kiosk` in a process, with a folder, a token and a printer of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from hardware import document
from hardware.document import Document
from kiosk.commands import TOKEN
from kiosk.memory import FILE
from tests.end_to_end.branch_process import Running, free_port


class KioskProcess(Running):
    """A kiosk machine; it keeps its port, as its browser's address is always the same."""

    def __init__(self, folder: Path, server: str, token: str, *, printer: str = "virtual") -> None:
        self.folder = folder
        self.pictures = folder / "printed"
        folder.mkdir(mode=0o700)
        (folder / TOKEN).write_text(f"{token}\n", encoding="ascii")
        port = str(free_port())
        arguments = ["kiosk", "--server", server, "--data", str(folder), "--port", port, "--printer", printer]
        super().__init__(arguments, folder.with_name(f"{folder.name}-log"), quick=True)

    def untold(self) -> int:
        """How much the server has not heard of."""
        return self._count(FILE, "SELECT count(*) FROM outbox WHERE refusal = ''")

    def refused(self) -> int:
        """How much the server did not want to hear."""
        return self._count(FILE, "SELECT count(*) FROM outbox WHERE refusal <> ''")

    def printing(self) -> int:
        """How many slips are on their way."""
        return self._count("spool.db", "SELECT count(*) FROM job WHERE state IN ('queued', 'sending')")

    def slips(self) -> Iterator[tuple[str, Document]]:
        """What was sent to the printer, and what is known to have become of it."""
        with closing(sqlite3.connect(f"file:{self.folder}/spool.db?mode=ro", uri=True)) as spool:
            for state, slip in spool.execute("SELECT state, document FROM job ORDER BY id").fetchall():
                yield state, document.decode(slip)

    def _count(self, file: str, query: str) -> int:
        with closing(sqlite3.connect(f"file:{self.folder / file}?mode=ro", uri=True)) as database:
            return int(database.execute(query).fetchone()[0])
