"""How a standing is tinted; the word always stands beside it."""

from __future__ import annotations

from teller_console.picture import Standing

TINTS = {Standing.OK: "#7fd1a0", Standing.AT_RISK: "#f2c14e", Standing.LATE: "bold #ff8a80"}
