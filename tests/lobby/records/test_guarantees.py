"""Every promise that is made in writing names tests, and they are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_promise_names_a_test_that_there_is() -> None:
    text = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| **")]
    named = {row: re.findall(r"`(test_\w+)`", row) for row in rows}
    assert len(rows) > 20
    assert all(named.values()), [row for row, tests in named.items() if not tests]
    there = {
        name for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }  # fmt: skip
    assert {test for tests in named.values() for test in tests} - there == set()
