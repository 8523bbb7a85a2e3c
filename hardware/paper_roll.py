"""Paper by counting, since many printers have no sensor for the end of the roll, or one that sees its last turns only.

What each printer has used since its roll was changed is added up in the spool's file, in the same transaction that
says how a slip ended. A slip whose end is unknown counts in full: warned too early is better than too late.
"""

from __future__ import annotations

import sqlite3

from hardware.profiles import MM_PER_INCH, Profile
from hardware.spool_file import SpoolFile

CUTTER_MM = 15.0  # head to autocutter; "approx. 15" in Epson's TM-T88III specification, 1.7.1
LOW_PART = 0.1
MM_PER_M = 1000.0


def slip_mm(rows: int, profile: Profile) -> float:
    """The paper that a slip of so many rows takes, with the feed to the cutter, in millimetres."""
    return rows * MM_PER_INCH / profile.dpi + CUTTER_MM


def wind(db: sqlite3.Connection, printer: str, mm: float) -> None:
    """Adds what a slip took, within a transaction."""
    db.execute(
        "INSERT INTO roll (printer, used_mm) VALUES (?, ?) "
        "ON CONFLICT (printer) DO UPDATE SET used_mm = used_mm + excluded.used_mm",
        (printer, mm),
    )


class PaperRoll:
    """The roll in one printer, `length_m` metres when it was new."""

    def __init__(self, file: SpoolFile, printer: str, length_m: float) -> None:
        self._file = file
        self.printer = printer
        self.length_m = length_m

    def left_m(self) -> float:
        """Metres that should be left; 0 where more was used than a roll has."""
        rows = self._file.read("SELECT used_mm FROM roll WHERE printer = ?", (self.printer,))
        used_mm = float(rows[0][0]) if rows else 0.0
        return max(0.0, self.length_m - used_mm / MM_PER_M)

    def is_low(self) -> bool:
        """Whether less than a tenth is left."""
        return self.left_m() < LOW_PART * self.length_m

    def changed(self) -> None:
        """A new roll is in."""
        with self._file.transaction() as db:
            db.execute("DELETE FROM roll WHERE printer = ?", (self.printer,))
