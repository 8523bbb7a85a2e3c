"""Fixtures for all tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import SubprocessError
from tempfile import TemporaryDirectory

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from werkzeug.routing import Rule

from lobby.desk import Desk
from lobby.records import staff
from lobby.records.store import Store
from lobby.replaying import memory
from tests import postgres as postgresql
from tests.builders import Clock, Room, a_desk, a_room
from tests.fuzz.cases import TIMES
from tests.postgres import Postgres, a_server, nobody_gives_it_up, on_postgres

MEMORY = memory()

# The same examples at every build, or whoever changed nothing hears of what another broke; see `tests.fuzz` for others.
settings.register_profile(
    "however busy the machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=TIMES == 1,
)
settings.load_profile("however busy the machine")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room() -> Room:
    """A branch without a store, on a Tuesday at nine; nothing happened yet."""
    return a_room()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    """A desk over a database of its own; `clock` turns its clock."""
    return a_desk(tmp_path, clock=clock)


@pytest.fixture(scope="session")
def memory_folder() -> Iterator[Path]:
    """A folder where a commit costs nothing, if this machine has one with room: for tests about decisions, not about
    disks."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture
def place(memory_folder: Path) -> Iterator[Path]:
    """An empty folder where a commit costs nothing: for tests about what is kept, not about disks."""
    with TemporaryDirectory(dir=memory_folder) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def empty_store(memory_folder: Path) -> Path:
    """A folder with a branch's database as the migrations make it, to be copied: they need not run for each test."""
    folder = memory_folder / "empty store"
    folder.mkdir()
    Store.in_folder(folder).close()
    return folder


@pytest.fixture(scope="session")
def postgres(memory_folder: Path) -> Iterator[Postgres]:
    """A PostgreSQL server to make databases on; skipped, and said so, where none can run."""
    try:
        server = a_server(memory_folder / "postgres")
    except (OSError, SubprocessError) as fault:
        pytest.skip(f"no PostgreSQL runs here: {fault}")
    with nobody_gives_it_up():
        yield server
    server.close()


@pytest.fixture
def postgres_database(postgres: Postgres) -> Iterator[str]:
    """The address of a fresh database on PostgreSQL, migrated, as `[server] database` and `Store` take it."""
    with postgres.database() as url:
        yield url


@pytest.fixture(scope="session", autouse=True)
def branches_are_on_the_database_that_is_asked_for(request: pytest.FixtureRequest) -> Iterator[None]:
    """`LOBBY_TEST_DATABASE=postgresql`: each branch of the tests is on a database of its own there."""
    with pytest.MonkeyPatch.context() as patch:
        if on_postgres():
            patch.setattr(postgresql, "database_of", request.getfixturevalue("postgres").keep)
        yield


@pytest.fixture(scope="session", autouse=True)
def routes_are_compiled_once() -> Iterator[None]:
    """Each application compiles its some 160 routes to code, which takes longer than most of what a test asks of it.
    The code depends on the route alone, so applications made one after the other share it."""
    compiled: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
    compile = Rule._compile_builder

    def remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        route = (rule.rule, *rule._trace, repr(rule.defaults), append_unknown)
        if route not in compiled:
            compiled[route] = compile(rule, append_unknown)
        return compiled[route]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", remembered)
        yield


@pytest.fixture(scope="session", autouse=True)
def passwords_are_hashed_quickly() -> Iterator[None]:
    """In this process; those that tests start hash as a branch does, which is slow on purpose."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff, "_hasher", quick)
        unknown = quick.hash("nobody's")
        patch.setattr(staff, "unknown", lambda: unknown)
        yield
