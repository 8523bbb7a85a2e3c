"""Pages of the database that are not what was written: a failing disk, a cable, half a copy. Either it is said in plain
words, or all that is served is what was recorded; `docs/backup.md` has the way back. With `LOBBY_FUZZ=20` twenty times
as many are hit.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec
import pytest

from lobby.errors import StorageDamaged
from lobby.queue import commands as c
from tests.builders import ANN, KIOSK, Clock, a_desk
from tests.end_to_end.house import a_house
from tests.fuzz.cases import TIMES

SEED = 20240305
TICKETS = 150
POINTS = round(15 * TIMES)


def worked(folder: Path) -> tuple[Clock, bytes]:
    """A morning's database, in one file; and the branch as it stood at its end."""
    clock = Clock()
    desk = a_desk(folder, clock=clock)
    desk.submit(c.OpenCounter(3), key="open", actor=ANN)
    for tap in range(TICKETS):
        clock.forward(20)
        desk.submit(c.Issue("cash"), key=f"tap {tap}", actor=KIOSK)
        for step in (c.CallNext(3), c.Start(3), c.Finish(3)):
            clock.forward(5)
            desk.submit(step, key=f"{type(step).__name__} {tap}", actor=ANN)
    desk.close()
    with closing(sqlite3.connect(folder / "lobby.db")) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return clock, msgspec.json.encode(desk.state)


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Clock, bytes]:
    folder = tmp_path_factory.mktemp("morning")
    clock, state = worked(folder)
    for more in ("lobby.db-wal", "lobby.db-shm"):
        (folder / more).unlink(missing_ok=True)
    return folder / "lobby.db", clock, state


PAGE = 4096


def damaged(data: bytes, kind: str, random: Random) -> bytes:
    """The file with one page, or one bit, that was not written so."""
    at = random.randrange(len(data) // PAGE) * PAGE
    other = random.randrange(len(data) // PAGE) * PAGE
    match kind:
        case "noise":
            page = random.randbytes(PAGE)
        case "zeros":
            page = bytes(PAGE)
        case "another page":
            page = data[other : other + PAGE]
        case _:
            turned = at + random.randrange(PAGE)
            return data[:turned] + bytes([data[turned] ^ 1 << random.randrange(8)]) + data[turned + 1 :]
    return data[:at] + page + data[at + PAGE :]


def served(folder: Path, clock: Clock) -> bytes:
    """The branch that a server would serve from this folder, where it can give a ticket after it."""
    desk = a_desk(folder, clock=clock)
    state = msgspec.json.encode(desk.state)
    desk.submit(c.Issue("cash"), key="one more", actor=KIOSK)
    desk.close()
    return state


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["noise", "zeros", "another page", "one bit"])
def test_a_damaged_database_serves_what_was_recorded_or_says_that_it_is_damaged(
    morning: tuple[Path, Clock, bytes], tmp_path: Path, kind: str
) -> None:
    file, clock, state = morning
    random, data, outcomes = Random(f"{SEED} {kind}"), file.read_bytes(), Counter[str]()
    for point in range(POINTS):
        folder = tmp_path / str(point)
        folder.mkdir()
        (folder / file.name).write_bytes(damaged(data, kind, random))
        try:
            found = served(folder, clock)
        except StorageDamaged:
            outcomes["said"] += 1
        else:
            assert found == state
            outcomes["served"] += 1
        shutil.rmtree(folder)
    print(f"{kind}: {dict(outcomes)}")
    if kind != "one bit":
        assert outcomes["said"], "no page that mattered was hit"


def test_half_a_file_is_said_to_be_damaged(morning: tuple[Path, Clock, bytes], tmp_path: Path) -> None:
    file, clock, _ = morning
    data = file.read_bytes()
    (tmp_path / file.name).write_bytes(data[: len(data) // 2])
    with pytest.raises(StorageDamaged):
        served(tmp_path, clock)


READ = ("/events", "/reports/day", "/timeline", "/exports/complaints.csv", "/board")


def test_pages_that_break_while_the_server_runs_are_refused_and_no_fault(tmp_path: Path) -> None:
    house = a_house(tmp_path / "branch", Clock())
    for _ in range(40):
        house.issue()
    assert [house.get(path).status_code for path in READ] == [200] * len(READ)
    file = tmp_path / "branch" / "lobby.db"
    with closing(sqlite3.connect(file)) as checkpoint:
        checkpoint.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    random = Random(SEED)
    with file.open("r+b") as opened:
        for page in range(5, file.stat().st_size // PAGE):
            opened.seek(page * PAGE)
            opened.write(random.randbytes(PAGE))
    answers = [house.get(path) for path in READ]
    answers.append(house.post("/tickets", {"service": "cash"}))
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.json["title"] for answer in refused} == {"StorageDamaged"}  # type: ignore[index]
    assert {answer.status_code for answer in answers} <= {200, 201, 503}, "what is in memory may still be told"
    house.server.close()
