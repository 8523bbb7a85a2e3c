"""`[retention]` of the branch file: how many days words about people are kept. See `lobby.retention`."""

from __future__ import annotations

from typing import Any

import msgspec

from lobby.branch_file.toml_values import Values

MOST_DAYS = 36_525


class Retention(msgspec.Struct, frozen=True):
    """So many days are words of each kind kept; 0: until somebody erases them. `tokens` are rows of tokens that have
    ended, which hold the names of staff and devices. `erasures_to`: a folder where it is noted too what is erased by
    hand (`lobby.records.erasures`); empty for none."""

    complaints: int = 2192
    promises: int = 365
    records: int = 365
    feedback: int = 365
    appointments: int = 30
    colleagues: int = 365
    tokens: int = 90
    erasures_to: str = ""


COMPLAINTS_LEAST = 1096
"""Days for which complaints are kept at the least: three years from receipt, FCA Handbook DISP 1.9.1R(2). Other
jurisdictions ask for as much or leave it open; a bank under MiFID keeps five years and says so in its branch file."""


class RetentionValues(Values):
    """Reads `[retention]`: `complaints_days = 2192` and the like."""

    def retention(self, table: dict[str, Any]) -> Retention:
        where, default = "retention", Retention()
        kinds = [name for name in Retention.__struct_fields__ if name != "erasures_to"]
        self.known(table, where, [*(f"{kind}_days" for kind in kinds), "erasures_to"])
        found = {kind: self.whole(table, f"{kind}_days", where, getattr(default, kind), 0, MOST_DAYS) for kind in kinds}
        if 0 < found["complaints"] < COMPLAINTS_LEAST:
            self.wrong(
                f"{where}.complaints_days",
                f"must be {COMPLAINTS_LEAST} (three years, as the law asks) or more, or 0 to keep them",
            )
        elsewhere = self.text(table, "erasures_to", where, "")
        if elsewhere and not elsewhere.startswith("/"):
            self.wrong(f"{where}.erasures_to", "must be the whole path of a folder, such as /var/backups/lobby")
        return Retention(**found, erasures_to=elsewhere)
