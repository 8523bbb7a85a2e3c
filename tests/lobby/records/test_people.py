"""The erasable store: who looks has a line in the trail first, and a fault of the database tells nobody's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from lobby.errors import StorageFull
from lobby.records import schema
from lobby.records.acts import Acts
from lobby.records.people import PORTION, Look, People
from lobby.records.same_look import MOST, SAME_LOOK_MS, SameLook
from lobby.records.store import Store
from tests.builders import TUESDAY

BRANCH = "north"
LOOK = Look("complaint-read", "ann", "teller", TUESDAY, "C-1", {"of": "the own"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.in_folder(tmp_path)) as opened:
        keep(opened, {"r1": "Rude to Lee", "r2": "Slow"})
        yield opened


def keep(store: Store, texts: dict[str, str], branch: str = BRANCH, kind: str = "TakeComplaint", at: int = 1) -> None:
    rows = [{"branch": branch, "reference": one, "kind": kind, "at": at, "body": text} for one, text in texts.items()]
    with store.write() as connection:
        connection.execute(insert(schema.people), rows)


def acts(store: Store) -> list[tuple[str, str, dict[str, str]]]:
    return [(act.kind, act.about, act.detail) for act in Acts(store, BRANCH).read()]


def test_a_look_has_its_line_with_the_number_of_texts(store: Store) -> None:
    assert People(store, BRANCH).read({"r1", "r2", ""}, LOOK) == {"r1": "Rude to Lee", "r2": "Slow"}
    assert acts(store) == [("complaint-read", "C-1", {"texts": "2", "of": "the own"})]


def test_who_asks_for_nothing_has_looked_at_nothing(store: Store) -> None:
    assert People(store, BRANCH).read({""}, LOOK) == {}
    assert acts(store) == []


def test_the_same_look_counts_once_for_a_while_and_another_persons_or_another_text_anew(store: Store) -> None:
    people = People(store, BRANCH)
    replace = Look.__struct_fields__
    bob = Look(**{name: getattr(LOOK, name) for name in replace} | {"actor": "bob"})
    late = Look(**{name: getattr(LOOK, name) for name in replace} | {"at": TUESDAY + SAME_LOOK_MS})
    for look, wanted, lines in ((LOOK, {"r1"}, 1), (LOOK, {"r1"}, 1), (LOOK, {"r2"}, 2), (bob, {"r1"}, 3)):
        people.read(wanted, look)
        assert len(acts(store)) == lines
    people.read({"r1"}, late)
    assert len(acts(store)) == 4


def test_a_look_that_cannot_be_noted_gives_nothing_and_is_not_taken_for_noted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: Any, **more: Any) -> int:
        raise StorageFull()

    people = People(store, BRANCH)
    with monkeypatch.context() as broken:
        broken.setattr(Acts, "note", full)
        with pytest.raises(StorageFull):
            people.read({"r1"}, LOOK)
    people.read({"r1"}, LOOK)
    assert len(acts(store)) == 1


def test_a_search_goes_through_all_texts_of_this_branch_alone(store: Store) -> None:
    keep(store, {f"x{n:04}": "nothing" for n in range(PORTION)} | {"z": "LEE again"})
    keep(store, {"other": "Lee"}, branch="south")
    assert People(store, BRANCH).holding("lee", LOOK) == {"r1", "z"}
    assert len(acts(store)) == 1


def test_old_texts_are_known_by_kind_and_time_without_being_read(store: Store) -> None:
    keep(store, {"new": "x"}, at=100)
    keep(store, {"comment": "x"}, kind="GiveFeedback")
    old = People(store, BRANCH).older({"TakeComplaint"}, 100)
    assert sorted((one.reference, one.kind, one.at) for one in old) == [
        ("r1", "TakeComplaint", 1),
        ("r2", "TakeComplaint", 1),
    ]
    assert acts(store) == []


def test_a_fault_of_the_database_does_not_repeat_the_words_that_were_to_be_written(store: Store) -> None:
    with pytest.raises(DBAPIError) as fault:
        keep(store, {"r1": "Lee was told twice"})
    assert "Lee was told" not in str(fault.value)


def test_the_memory_of_looks_is_bounded() -> None:
    seen = SameLook()
    for n in range(MOST + 1):
        seen.add(n, 0)
    assert seen.has(MOST, 0)
    assert not seen.has(0, 0)
    assert not seen.has(MOST, -1), "before it was noted"
