"""Two kiosk machines go on without the branch server, and nothing is lost, doubled or out of order afterwards.

This is the short form of `python -m tests.end_to_end.offline_run`, which takes the server away for a minute.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.offline_run import run

SEED = 20240305


@pytest.mark.slow
def test_two_kiosks_lose_the_server_while_it_and_one_of_them_are_killed(tmp_path: Path) -> None:
    counts = run(tmp_path, SEED, seconds=6.0, around_s=0.0, frozen=False)
    print(f"\n{counts}")
    assert 0 < counts.papers <= counts.waiting
    assert counts.alone
    assert counts.server_kills
    assert counts.kiosk_kills
