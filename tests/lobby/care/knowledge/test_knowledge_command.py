"""`lobby knowledge`: what an author sees before the tellers do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lobby.command_line.branch import write_example
from lobby.command_line.knowledge import knowledge
from tests.lobby.care.knowledge.writing import file_text


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_example(tmp_path)
    cards = tmp_path / "knowledge/cards"
    cards.mkdir(parents=True, exist_ok=True)
    (cards / "zz-lost.en.md").write_text(file_text(title='"A zebra was lost"'), encoding="utf-8")
    (cards / "zz-old.en.md").write_text(file_text(title='"Zebras"', valid_until="2020-01-01"), encoding="utf-8")
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(knowledge, words)
    return result.exit_code, result.output


def test_a_folder_that_is_right_is_counted_and_old_articles_named(data: Path) -> None:
    code, output = run("check", "--data", str(data))
    assert code == 0
    assert "out of date since 2020-01-01: zz-old.en, of Head cashier" in output


def test_mistakes_are_told_with_their_files_and_end_in_1(data: Path) -> None:
    (data / "knowledge/cards/bad.en.md").write_text(file_text(owner=None), encoding="utf-8")
    code, output = run("check", "--data", str(data))
    assert code == 1
    assert 'cards/bad.en.md: owner: is missing; write owner = "Head cashier"' in output
    told = json.loads(run("check", "--json", "--data", str(data))[1].partition("\nError")[0])
    assert [mistake["where"] for mistake in told["mistakes"]] == ["owner"]


def test_a_search_is_told_as_a_teller_would_see_it(data: Path) -> None:
    code, output = run("search", "--data", str(data), "zebra")
    assert code == 0
    assert output.splitlines()[0] == "zz-lost.en  A zebra was lost"
    assert "zz-old.en  Zebras  (out of date)" in output
    hits = json.loads(run("search", "--json", "--data", str(data), "zebra")[1])
    assert [hit["article"] for hit in hits] == ["zz-lost", "zz-old"]


def test_looking_leaves_no_memory_behind(data: Path) -> None:
    run("check", "--data", str(data))
    assert not list(data.glob("knowledge-seen*"))
