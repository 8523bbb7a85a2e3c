"""The care room in this process: how often it asks the store."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import closing
from pathlib import Path

import pytest

from lobby.care import commands as care
from lobby.desk import Desk
from lobby.knowledge_folder import KnowledgeFolder
from lobby.local_care import LocalCare
from lobby.queue.decisions import Actor
from lobby.records.journal import Journal
from lobby.records.people import PORTION, Look, People
from lobby.records.store import Store
from tests.builders import ANN, BOB, MIA, TUESDAY, Clock, a_setup

AUDITOR = Actor("ida", "auditor")


class CountedPeople(People):
    """Counts what it is asked for."""

    asked: list[int]

    def read(self, references: Set[str], look: Look) -> dict[str, str]:
        self.asked.append(len(references))
        return super().read(references, look)


LOOK = Look("due-listed", "mia", "manager", TUESDAY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.in_folder(tmp_path)) as store:
        yield store


@pytest.fixture
def desk(store: Store) -> Desk:
    setup = a_setup()
    desk = Desk(setup, Journal(store, setup.id), clock=Clock())
    for n, actor in enumerate((ANN, ANN, BOB)):
        desk.submit(care.TakeComplaint(f"slow {n}"), key=f"c{n}", actor=actor)
        desk.submit(care.PromiseFollowUp(f"call {n}", within_h=n + 1), key=f"f{n}", actor=actor)
    return desk


@pytest.fixture
def people(store: Store, desk: Desk) -> CountedPeople:
    people = CountedPeople(store, desk.setup.id)
    people.asked = []
    return people


@pytest.mark.parametrize(("actor", "asked"), [(ANN, [4]), (BOB, [2]), (MIA, [6]), (AUDITOR, [])])
def test_the_words_of_all_that_is_due_are_read_at_once_and_only_those_that_are_shown(
    desk: Desk, people: CountedPeople, tmp_path: Path, actor: Actor, asked: list[int]
) -> None:
    shelf = KnowledgeFolder.of_branch(tmp_path, services=())
    due = LocalCare(desk, people, shelf, actor).due(everyone=True)
    assert (len(due.complaints), len(due.follow_ups)) == (3, 3)
    assert people.asked == asked
    assert sum(bool(one.told.text) for one in (*due.complaints, *due.follow_ups)) == sum(asked)


def test_more_words_than_one_question_holds_are_all_read_and_erased_ones_are_left_out(
    store: Store, desk: Desk, people: CountedPeople
) -> None:
    for n in range(PORTION):
        desk.submit(care.TakeComplaint(f"slow {n}"), key=f"more {n}", actor=ANN)
    references = {one.person for one in desk.state.care.complaints.values()}
    assert len(references) == PORTION + 3
    gone = min(references)
    assert people.erase({gone}) == 1
    assert people.read(references, LOOK).keys() == references - {gone}
    assert People(store, "another-branch").read(references, LOOK) == {}
    assert people.read(set(), LOOK) == {}
