"""What a kiosk machine remembers by itself, and what it does when its disk or its clock fails."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import memory as kept
from kiosk.memory import KEEP_MS, LEASE_MARGIN_MS, Memory
from lobby import errors
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.queue.leases import Lease
from lobby.queue.ticket import State
from lobby.views import TicketView
from tests.builders import TUESDAY

DAY_MS = 24 * 3600 * 1000
TODAY, TOMORROW = "2024-03-05", "2024-03-06"
FAR = TUESDAY + 30 * DAY_MS


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with closing(Memory(tmp_path)) as memory:
        yield memory


def leased(memory: Memory, first: int = 950, last: int = 999, until: int = FAR, service: str = "cash") -> Memory:
    memory.lease(service, (Lease(memory.holder, service, first, last, until),))
    return memory


def a_ticket(number: str = "A950", **changes: object) -> TicketView:
    return TicketView(
        **{
            "id": f"{TODAY}-{number}",
            "number": number,
            "service": "cash",
            "service_name": "Cash",
            "language": "en",
            "state": State.WAITING,
            "arrived_at": TUESDAY,
            "ahead": None,
        }
        | changes  # type: ignore[arg-type]
    )


def take(memory: Memory, day: str = TODAY, now: int = TUESDAY) -> int | None:
    with memory.transaction():
        return memory.take_number("cash", day, now)


# -- numbers


def test_leased_numbers_are_given_one_after_the_other_and_then_no_more(memory: Memory) -> None:
    leased(memory, 998, 999)
    assert memory.left("cash", TODAY, TUESDAY) == 2
    assert [take(memory) for _ in range(3)] == [998, 999, None]
    assert memory.left("cash", TODAY, TUESDAY) == 0


def test_a_second_lease_follows_the_first(memory: Memory) -> None:
    memory.lease("cash", tuple(Lease(memory.holder, "cash", first, first + 1, FAR) for first in (998, 900)))
    assert [take(memory) for _ in range(4)] == [998, 999, 900, 901]
    assert memory.leased("cash", TUESDAY) == 4


def test_each_day_begins_with_the_first_number_again(memory: Memory) -> None:
    leased(memory, 998, 999)
    assert [take(memory), take(memory), take(memory, TOMORROW, TUESDAY + DAY_MS)] == [998, 999, 998]


def test_a_number_of_a_transaction_that_failed_is_given_to_the_next(memory: Memory) -> None:
    leased(memory)

    def fails_in_between() -> None:
        with memory.transaction():
            assert memory.take_number("cash", TODAY, TUESDAY) == 950
            memory.put("key", c.TakeList("cash"))
            raise errors.BranchClosed()

    with pytest.raises(errors.BranchClosed):
        fails_in_between()
    assert take(memory) == 950
    assert memory.unsent() == []


def test_a_lease_is_not_used_on_its_last_day(memory: Memory) -> None:
    leased(memory, until=TUESDAY + LEASE_MARGIN_MS + 1)
    assert take(memory) == 950
    assert take(memory, now=TUESDAY + 1) is None
    assert memory.left("cash", TODAY, TUESDAY + 1) == memory.leased("cash", TUESDAY + 1) == 0


def test_a_renewed_lease_goes_on_where_it_was(memory: Memory) -> None:
    leased(memory, until=TUESDAY)
    assert take(memory) is None
    leased(memory)
    assert [take(memory), take(memory)] == [950, 951]
    leased(memory, until=FAR + DAY_MS)
    assert take(memory) == 952


def test_numbers_that_the_server_does_not_know_to_be_ours_are_given_no_more(memory: Memory) -> None:
    """A server restored from a backup of before the lease may have given them to another kiosk."""
    leased(memory, 940, 999)
    leased(memory, service="cards")
    assert take(memory) == 940
    leased(memory, 880, 939)
    assert take(memory) == 880
    memory.lease("cash", ())
    assert take(memory) is None
    assert memory.left("cards", TODAY, TUESDAY) == 50


def test_a_number_is_given_once_a_day_though_the_server_cuts_the_leases_otherwise(memory: Memory) -> None:
    """Restored from a backup of before two leases, it gives one stretch for both."""
    two = ((996, 999), (990, 995))
    memory.lease("cash", tuple(Lease(memory.holder, "cash", first, last, FAR) for first, last in two))
    assert [take(memory) for _ in range(5)] == [996, 997, 998, 999, 990]
    leased(memory, 990, 999)
    assert take(memory) is None
    assert memory.left("cash", TODAY, TUESDAY) == 0
    assert take(memory, "2026-03-11") == 990


def test_a_lease_of_one_service_gives_no_number_of_another(memory: Memory) -> None:
    leased(memory, service="cards")
    assert take(memory) is None


def test_a_new_database_is_another_holder_and_a_kept_one_the_same(tmp_path: Path) -> None:
    holders = []
    for folder in (tmp_path, tmp_path, tmp_path / "another"):
        folder.mkdir(exist_ok=True)
        with closing(Memory(folder)) as memory:
            holders.append(memory.holder)
    first, again, other = holders
    assert first == again != other


# -- time


def test_a_clock_set_back_is_not_obeyed_even_after_a_restart(tmp_path: Path) -> None:
    with closing(Memory(tmp_path)) as memory, memory.transaction():
        assert memory.moment(TUESDAY) == TUESDAY
        assert memory.moment(TUESDAY - DAY_MS) == TUESDAY
    with closing(Memory(tmp_path)) as memory, memory.transaction():
        assert memory.moment(TUESDAY - 1) == TUESDAY
        assert memory.moment(TUESDAY + 1) == TUESDAY + 1


# -- answers


def test_the_same_touch_gets_the_same_answer_after_a_restart(tmp_path: Path) -> None:
    wish, answer = c.Issue("cash", "en"), Answer(7, a_ticket())
    with closing(Memory(tmp_path)) as memory:
        assert memory.answered("key", wish) is None
        memory.answer("key", wish, answer, TUESDAY)
    with closing(Memory(tmp_path)) as memory:
        assert memory.answered("key", wish) == answer
        assert memory.answered("another key", wish) is None


def test_a_key_of_another_touch_is_refused(memory: Memory) -> None:
    memory.answer("key", c.Issue("cash"), Answer(7, a_ticket()), TUESDAY)
    for other in (c.Issue("cards"), c.TakeList("cash")):
        with pytest.raises(errors.KeyReused):
            memory.answered("key", other)


def test_answers_are_forgotten_after_days(memory: Memory) -> None:
    wish = c.Issue("cash")
    memory.answer("old", wish, Answer(1, a_ticket()), TUESDAY)
    memory.answer("new", wish, Answer(2, a_ticket("A951")), TUESDAY + KEEP_MS)
    assert memory.answered("old", wish) is not None
    memory.answer("newest", wish, Answer(3, a_ticket("A952")), TUESDAY + KEEP_MS + 1)
    assert memory.answered("old", wish) is None
    assert memory.answered("new", wish) is not None


def test_the_last_answer_about_a_ticket_is_found_by_number_and_by_id_and_nothing_else_is(memory: Memory) -> None:
    copy = a_ticket(copies=1)
    memory.answer("issue", c.Issue("cash"), Answer(1, a_ticket()), TUESDAY)
    memory.answer("again", c.Reprint("A950"), Answer(2, copy), TUESDAY)
    memory.answer("opinion", c.GiveFeedback(5, choices=("A950",)), Answer(0), TUESDAY)
    for reference in ("A950", "a950", copy.id):
        assert memory.latest(reference) == Answer(2, copy)
    for reference in ("A95", "A951", "cash", "%", '"', ""):
        assert memory.latest(reference) is None


# -- the outbox


def test_what_is_not_sent_stays_in_order_over_a_restart_and_is_told_once(tmp_path: Path) -> None:
    with closing(Memory(tmp_path)) as memory:
        for number in range(3):
            memory.put(f"key {number}", c.TakeList(f"service-{number}"))
        memory.put("key 1", c.TakeList("service-1"))
        first = memory.unsent()[0]
        memory.sent(first.id)
    with closing(Memory(tmp_path)) as memory:
        assert [(one.key, one.command) for one in memory.unsent()] == [
            ("key 1", c.TakeList("service-1")),
            ("key 2", c.TakeList("service-2")),
        ]
        assert memory.unsent_count() == 2


def test_what_the_server_refuses_stays_on_record_and_is_not_sent_again(memory: Memory) -> None:
    memory.put("key", c.TakeList("cash"))
    memory.refused(memory.unsent()[0].id, "no such service")
    assert memory.unsent() == []
    assert memory.unsent_count() == 1


# -- what can break

GIVES_FOR_EVER = """
import sys
from pathlib import Path
from kiosk.memory import Memory
from lobby.queue import commands as c
memory = Memory(Path(sys.argv[1]))
while True:
    with memory.transaction():
        number = memory.take_number("cash", "2024-03-05", 0)
        memory.put(f"key {number}", c.TakeList(f"service-{number}"))
    print(number, flush=True)
"""


@pytest.mark.parametrize("last_heard", [1, 7, 23])
def test_a_number_that_was_said_is_kept_when_the_machine_dies(tmp_path: Path, last_heard: int) -> None:
    with closing(Memory(tmp_path)) as memory:
        leased(memory, 1, 9999)
    with subprocess.Popen([sys.executable, "-c", GIVES_FOR_EVER, tmp_path], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        heard = [int(child.stdout.readline()) for _ in range(last_heard)]
        child.send_signal(signal.SIGKILL)
        heard += [int(line) for line in child.stdout]
    with closing(Memory(tmp_path)) as memory:
        told = [one.key for one in memory.unsent(10_000)]
        assert told[: len(heard)] == [f"key {number}" for number in heard]
        assert take(memory) == len(told) + 1, "neither given twice nor left out"


FILLS_THE_DISK = """
import resource, sys
from pathlib import Path
from kiosk.memory import Memory
from lobby.errors import StorageFull
from lobby.queue import commands as c
memory = Memory(Path(sys.argv[1]))

def give():
    with memory.transaction():
        number = memory.take_number("cash", "2024-03-05", 0)
        memory.put(f"key {number}", c.GiveFeedback(5, "x" * 200))
    print(number, flush=True)

def disk_of(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

give()
disk_of(64 * 1024)
refusals = 0
while refusals < 3:
    try:
        give()
    except StorageFull:
        refusals += 1
assert memory.unsent() and memory.left("cash", "2024-03-05", 0)
disk_of(resource.RLIM_INFINITY)
give()
"""


def test_a_full_disk_refuses_gives_nothing_twice_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with closing(Memory(tmp_path)) as memory:
        leased(memory, 1, 9999)
    child = subprocess.run(
        [sys.executable, "-c", FILLS_THE_DISK, tmp_path], capture_output=True, text=True, timeout=60, check=False
    )
    assert child.returncode == 0, child.stderr
    said = list(map(int, child.stdout.split()))
    assert said == list(range(1, len(said) + 1))
    with closing(Memory(tmp_path)) as memory:
        assert [one.key for one in memory.unsent(10_000)] == [f"key {number}" for number in said]


def scribble(memory_file: Path) -> None:
    """No database any more."""
    memory_file.write_bytes(b"this was a database once" * 1000)


def scribble_over_the_pages(memory_file: Path) -> None:
    """It begins like a database, and goes on as noise."""
    whole = memory_file.read_bytes()
    memory_file.write_bytes(whole[:4096] + b"\x5a" * (len(whole) - 4096))


@pytest.mark.parametrize("damage", [scribble, scribble_over_the_pages])
def test_a_damaged_file_is_named(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    with closing(Memory(tmp_path)) as memory:
        leased(memory)
    damage(tmp_path / kept.FILE)
    with pytest.raises(errors.StorageDamaged) as found:
        Memory(tmp_path)
    assert str(tmp_path / kept.FILE) in str(found.value)


def test_a_file_that_is_damaged_while_it_is_used_is_named(tmp_path: Path) -> None:
    with closing(Memory(tmp_path)) as memory:
        for number in range(200):
            memory.put(f"key {number}", c.TakeList("cash"))
    with closing(Memory(tmp_path)) as memory:
        scribble_over_the_pages(tmp_path / kept.FILE)
        for asked in (memory.unsent, memory.unsent_count, lambda: memory.answered("key", c.TakeList("cash"))):
            with pytest.raises(errors.StorageDamaged):
                asked()


def test_a_database_that_somebody_else_holds_is_busy_and_not_damaged(memory: Memory) -> None:
    with closing(sqlite3.connect(memory.path)) as other, closing(other.cursor()) as writing:
        other.isolation_level = None
        writing.execute("BEGIN IMMEDIATE")
        memory._db.execute("PRAGMA busy_timeout = 10")
        with pytest.raises(errors.StorageBusy):
            memory.put("key", c.TakeList("cash"))
        writing.execute("ROLLBACK")
    memory.put("key", c.TakeList("cash"))
    assert memory.unsent_count() == 1


def test_what_another_version_kept_and_nobody_can_read_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(Memory(tmp_path)) as memory:
        memory.put("old", c.TakeList("cash"))
        memory.put("new", c.TakeList("cards"))
        with memory.transaction():
            memory._db.execute("UPDATE outbox SET command = ? WHERE key = 'old'", (b'{"command":"GoneVerb"}',))
        memory._say("briefing", b'{"setup":{"id":"x"}}')
        memory._say("alerts", b"[1]")
    with closing(Memory(tmp_path)) as memory:
        assert memory.briefing() is None
        assert memory.alerts() == []
        assert [one.key for one in memory.unsent()] == ["new"]
        assert memory.unsent_count() == 2, "it stays on record"
    assert "GoneVerb" in caplog.text


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_must_not_be_written_to_is_a_refusal(tmp_path: Path) -> None:
    with closing(Memory(tmp_path)) as memory:
        leased(memory)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(errors.Unavailable), closing(Memory(tmp_path)) as memory:
            memory.put("key", c.TakeList("cash"))
    finally:
        tmp_path.chmod(0o700)
