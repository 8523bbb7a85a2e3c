"""How a standing is tinted; the word always stands beside it."""

from __future__ import annotations

from teller_console.picture import Standing

TINTS = {Standing.OK: "green", Standing.AT_RISK: "yellow", Standing.LATE: "bold red"}
