"""The house's own rules, as tests: imports run one way, the style holds, the types agree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


def passes(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def tool(name: str) -> str:
    """The tool of this environment, or a skip that says so."""
    path = Path(sys.executable).parent / name
    if not path.exists():
        pytest.skip(f"{name} is not installed; `pip install --group lint` brings it")
    return str(path)


def test_imports_run_one_way() -> None:
    passes(tool("lint-imports"), "--no-cache")


def test_the_style_holds() -> None:
    passes(tool("ruff"), "check", ".")


def test_the_types_agree() -> None:
    passes(tool("mypy"))
