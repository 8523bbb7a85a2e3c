"""The branch file, spoilt anywhere: a branch can work by it, or every mistake is said with its place."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from functools import reduce
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hardware.counter_sign import mistakes as sign_mistakes
from kiosk.printing import mistakes as printer_mistakes
from lobby.config import FILE, TABLES, BadBranchFile, Config, load
from lobby.errors import LobbyError
from lobby.outbound.signing import new_secret
from lobby.queue import commands as c
from lobby.queue.branch import Branch
from tests.builders import KIOSK, Room
from tests.fuzz.cases import cases
from tests.fuzz.spoilt import as_toml, places, spoilt, spoilt_text

DOCS = Path(__file__).parents[2] / "docs"
PIECES = ("[", "]]", "=", '"""', "#", "{", "\\")
EXAMPLE = files("lobby.examples").joinpath("branch.toml").read_text(encoding="utf-8")


def documented() -> dict[str, Any]:
    """The example with every table that the documentation writes down."""
    tables: dict[str, Any] = {}
    for page in sorted(DOCS.glob("*.md")):
        for block in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            shown = tomllib.loads(block)
            if shown.keys() <= set(TABLES):
                tables |= shown
    return tables | tomllib.loads(EXAMPLE)


FULL = documented()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the files that the documentation speaks of."""
    made = tmp_path_factory.mktemp("branch")
    (made / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    for *way, key in places(FULL):
        if str(key).endswith("_file"):
            secret = made / reduce(lambda inside, step: inside[step], [*way, key], FULL)
            secret.write_text(new_secret())
            secret.chmod(0o600)
    return made


def read_or_said(folder: Path, text: str) -> Config | None:
    """The branch that the file says; None where it says its mistakes."""
    (folder / FILE).write_text(text, encoding="utf-8")
    try:
        return load(folder, printer_mistakes, sign_mistakes)
    except BadBranchFile as bad:
        said = bad.mistakes
    assert said
    assert all(mistake.where and mistake.what for mistake in said)
    return None


def work_by(config: Config) -> None:
    """A customer for each service, called and served at each counter."""
    room = Room(Branch(config.setup))
    steps: list[c.Command] = [c.Issue(code) for code in config.setup.services]
    steps += [c.Issue(code, priority=kind) for code in config.setup.services for kind in config.setup.priorities][:5]
    for number in list(config.setup.counters)[:8]:
        steps += [c.OpenCounter(number), c.CallNext(number), c.Start(number), c.Finish(number)]
    for step in steps:
        with suppress(LobbyError):
            room.do(step, KIOSK)


def test_the_documented_tables_are_right(folder: Path) -> None:
    assert read_or_said(folder, as_toml(FULL)), "what the documentation writes down is a branch file"


@cases(400)
@given(spoilt(FULL))
@example(FULL | {"mail": FULL["mail"] | {"password_file": "\0"}})
@example(FULL | {"webhooks": [FULL["webhooks"][0] | {"secret_file": "\0"}]})
@example(FULL | {"": 1})
def test_a_branch_works_by_its_file_or_is_told_what_is_wrong_with_it(folder: Path, tables: dict[str, Any]) -> None:
    config = read_or_said(folder, as_toml(tables))
    if config is not None:
        work_by(config)


@cases(100)
@given(st.sampled_from([EXAMPLE[:1500], EXAMPLE]).flatmap(lambda text: spoilt_text(text, PIECES)))
def test_a_file_cut_and_pasted_is_read_or_told_what_is_wrong_with_it(folder: Path, text: str) -> None:
    read_or_said(folder, text)
