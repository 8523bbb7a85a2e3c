"""The folder: changes are noticed, mistakes reported and survived, and what was seen outlives a restart."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from lobby.care.knowledge.reading import LARGEST_FILE
from lobby.knowledge_folder import MEMORY, REMEMBERED_MS, KnowledgeFolder
from tests.lobby.care.knowledge.test_rates import TABLE
from tests.lobby.care.knowledge.writing import TODAY, file_text


class House:
    """A branch's data folder, whose files a test writes."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.now = 1_000
        self.folder = self.opened()

    def opened(self) -> KnowledgeFolder:
        return KnowledgeFolder.of_branch(self.data, services=("cash", "cards"))

    def write(self, path: str, text: str | None = None) -> Path:
        file = self.data / "knowledge" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(file_text() if text is None else text, encoding="utf-8")
        self.now += 1_000
        os.utime(file, ns=(self.now * 1_000_000, self.now * 1_000_000))
        return file

    def scan(self) -> bool:
        return self.folder.scan(self.now)

    def ids(self) -> list[str]:
        return [article.id for article in self.folder.library.articles]

    def told(self) -> list[str]:
        return [str(mistake) for mistake in self.folder.mistakes]

    def news(self, since: int) -> list[tuple[str, str]]:
        changes = self.folder.library.changed_since(since, since_day=TODAY, today=TODAY)
        return [(change.what, change.id) for change in changes]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


# -- changes


def test_a_branch_without_the_folder_knows_nothing_and_that_is_no_mistake(house: House) -> None:
    assert not house.scan()
    assert (house.ids(), house.told()) == ([], [])


def test_an_article_written_changed_and_taken_away_is_noticed(house: House) -> None:
    file = house.write("cards/lost-card.en.md")
    assert house.scan()
    assert house.ids() == ["lost-card"]
    house.write("cards/lost-card.en.md", file_text("Another text."))
    assert house.scan()
    assert house.folder.library.articles[0].text == "Another text."
    file.unlink()
    assert house.scan()
    assert house.ids() == []


def test_a_scan_that_finds_no_change_keeps_the_library(house: House) -> None:
    house.write("cards/lost-card.en.md")
    house.write("cards/broken.en.md", "broken")
    house.scan()
    library = house.folder.library
    assert not house.scan()
    assert house.folder.library is library


def test_whoever_holds_a_library_keeps_it_as_it_was(house: House) -> None:
    house.write("cards/lost-card.en.md")
    house.scan()
    library = house.folder.library
    house.write("cards/coins.en.md")
    house.scan()
    assert (len(library.articles), len(house.folder.library.articles)) == (1, 2)


def test_hidden_files_other_files_and_a_readme_are_left_alone(house: House) -> None:
    for path in (".git/a.en.md", "README.md", "cards/readme.md", "cards/.#lost.en.md", "cards/photo.png", "a/b.toml"):
        house.write(path, "x")
    house.scan()
    assert (house.ids(), house.told()) == ([], [])


# -- mistakes


def test_a_file_that_breaks_keeps_its_last_good_article_and_is_reported(house: House) -> None:
    house.write("cards/lost-card.en.md")
    house.scan()
    house.write("cards/lost-card.en.md", "half a fi")
    assert house.scan()
    assert house.ids() == ["lost-card"]
    assert house.told()[0].startswith('cards/lost-card.en.md: line 1: must be "+++"')
    house.write("cards/lost-card.en.md", file_text("Mended."))
    house.scan()
    assert (house.folder.library.articles[0].text, house.told()) == ("Mended.", [])


def test_a_broken_file_hides_no_other(house: House) -> None:
    house.write("cards/broken.en.md", "broken")
    house.write("cards/lost-card.en.md")
    house.scan()
    assert house.ids() == ["lost-card"]


def test_two_files_of_one_name_are_a_mistake_and_the_first_is_kept(house: House) -> None:
    house.write("cards/lost-card.en.md")
    house.write("cash/lost-card.en.md")
    house.scan()
    assert [article.topic for article in house.folder.library.articles] == ["cards"]
    assert house.told() == ["cash/lost-card.en.md: name: is that of cards/lost-card.en.md too; rename one"]


def test_an_article_that_names_an_unknown_table_is_kept_and_reported(house: House) -> None:
    house.write("cards/lost-card.en.md", file_text("{{rates:gold}} {{rates:savings}}"))
    house.write("rates/savings.toml", TABLE)
    house.scan()
    assert house.ids() == ["lost-card"]
    assert list(house.folder.library.tables) == ["savings"]
    assert house.told() == ['cards/lost-card.en.md: rates: there is no table "gold" in rates/']


def test_what_is_no_text_or_too_much_is_refused_unread(house: House) -> None:
    house.write("cards/a.en.md").write_bytes(b"+++\n\xff")
    house.write("cards/b.en.md", "x" * (LARGEST_FILE + 1))
    os.mkfifo(house.data / "knowledge/cards/c.en.md")
    house.scan()
    assert [told.partition(".en.md: ")[2].partition(";")[0] for told in house.told()] == [
        "byte 4: is not UTF-8",
        "size: is more than 200 kB",
        "file: is not a plain file",
    ]


def test_a_link_that_leaves_the_folder_is_refused_and_one_within_it_followed(house: House) -> None:
    outside = house.data / "secret.md"
    outside.write_text(file_text(), encoding="utf-8")
    inside = house.write("cards/lost-card.en.md")
    (inside.parent / "secret.en.md").symlink_to(outside)
    (inside.parent / "stolen-card.en.md").symlink_to(inside)
    (inside.parent / "loop.en.md").symlink_to("loop.en.md")
    (inside.parent.parent / "away").symlink_to(house.data, target_is_directory=True)
    house.scan()
    assert house.ids() == ["lost-card", "stolen-card"]
    assert sorted(told.partition(";")[0] for told in house.told())[0] == "away: folder: is a link"
    assert "cards/secret.en.md: file: is a link that leaves the folder; put the file itself here" in house.told()
    assert any(told.startswith("cards/loop.en.md: file: cannot be read") for told in house.told())


def test_a_folder_that_is_gone_for_a_while_leaves_the_articles_and_no_news(house: House) -> None:
    house.write("cards/lost-card.en.md")
    house.scan()
    away = house.data / "away"
    (house.data / "knowledge").rename(away)
    assert not house.scan()
    assert house.ids() == ["lost-card"]
    assert house.told() == [".: folder: is not there any more; the articles are as they last were"]
    away.rename(house.data / "knowledge")
    assert house.scan()
    assert (house.told(), house.news(since=house.now)) == ([], [])


# -- news


def test_news_outlive_a_restart(house: House) -> None:
    house.write("cards/lost-card.en.md")
    house.write("cards/coins.en.md")
    house.scan()
    shift = house.now
    house.write("cards/coins.en.md", file_text("Changed."))
    house.write("cards/blocked.en.md")
    house.scan()
    house.folder = house.opened()
    house.now += 1_000
    house.scan()
    assert sorted(house.news(since=shift)) == [("changed", "coins"), ("new", "blocked")]


def test_what_changed_while_nothing_ran_is_news_of_the_start(house: House) -> None:
    house.write("cards/lost-card.en.md")
    house.write("cards/coins.en.md")
    house.scan()
    (house.data / "knowledge/cards/coins.en.md").unlink()
    house.write("cards/lost-card.en.md", file_text("Changed."))
    house.folder = house.opened()
    house.scan()
    assert sorted(house.news(since=house.now - 1)) == [("changed", "lost-card"), ("withdrawn", "coins")]


def test_a_file_that_was_only_touched_or_broken_is_no_news(house: House) -> None:
    house.write("cards/lost-card.en.md")
    house.write("cards/coins.en.md")
    house.scan()
    shift = house.now
    house.write("cards/lost-card.en.md")
    house.write("cards/coins.en.md", "broken")
    house.scan()
    house.folder = house.opened()
    house.scan()
    assert house.news(since=shift) == []


def test_an_article_that_comes_back_as_it_was_is_no_news(house: House) -> None:
    house.write("cards/coins.en.md")
    file = house.write("cards/lost-card.en.md")
    house.scan()
    shift = house.now
    file.unlink()
    house.now += 1_000
    house.scan()
    assert house.news(since=shift) == [("withdrawn", "lost-card")]
    house.write("cards/lost-card.en.md")
    house.scan()
    assert house.news(since=shift) == []


def test_a_file_that_went_is_forgotten_in_time(house: House) -> None:
    house.write("cards/coins.en.md")
    file = house.write("cards/lost-card.en.md")
    house.scan()
    file.unlink()
    house.now += 1_000
    house.scan()
    gone = house.now
    house.now += REMEMBERED_MS
    house.write("cards/coins.en.md", file_text("Changed."))
    house.scan()
    assert "lost-card" not in (house.data / MEMORY).read_text(encoding="utf-8")
    assert house.news(since=gone - 1) == [("changed", "coins")]


def test_a_file_that_may_not_be_read_is_reported(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.write("cards/lost-card.en.md")
    opened = Path.open

    def refused(path: Path, *how: str) -> object:
        if path.suffix == ".md":
            raise PermissionError(13, "Permission denied")
        return opened(path, *how)

    monkeypatch.setattr(Path, "open", refused)
    house.scan()
    assert house.told() == ["cards/lost-card.en.md: file: cannot be read: Permission denied"]


def test_a_memory_that_cannot_be_read_makes_everything_new_and_says_so(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.write("cards/lost-card.en.md")
    (house.data / MEMORY).write_text("{half", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        house.folder = house.opened()
    house.scan()
    assert "cannot be read" in caplog.text
    assert house.news(since=0) == [("new", "lost-card")]


def test_a_memory_that_cannot_be_written_costs_no_article(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.write("cards/lost-card.en.md")
    (house.data / MEMORY).mkdir()
    with caplog.at_level(logging.WARNING):
        house.folder = house.opened()
        house.scan()
    assert house.ids() == ["lost-card"]
    assert "cannot be written" in caplog.text


def test_a_memory_that_could_not_be_written_is_written_at_the_next_scan_though_nothing_changed(house: House) -> None:
    house.write("cards/lost-card.en.md")
    noticed = house.now
    in_the_way = house.data / MEMORY
    in_the_way.mkdir()
    assert house.scan()
    assert not house.scan(), "still in the way"
    in_the_way.rmdir()
    house.now += 60_000
    assert not house.scan()
    assert in_the_way.is_file()
    house.folder = house.opened()
    house.scan()
    assert house.news(since=noticed - 1) == [("new", "lost-card")]
    assert house.news(since=noticed) == [], "it is known since it was first seen"


def test_a_memory_that_was_written_is_left_alone_while_nothing_changes(house: House) -> None:
    house.write("cards/lost-card.en.md")
    house.scan()
    (house.data / MEMORY).unlink()
    house.scan()
    assert not (house.data / MEMORY).exists()
