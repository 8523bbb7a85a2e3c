"""What customers leave behind besides a visit: a list taken away, and how it went."""

from __future__ import annotations

from pathlib import Path

import pytest

from lobby import errors
from lobby.errors import LobbyError
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.commands import check
from tests.builders import ANN, KIOSK, MIA, Clock, Room, a_desk
from tests.lobby.queue.test_commands import refused


def test_a_list_that_is_taken_away_is_counted_by_service_and_nobody_waits(room: Room) -> None:
    [_, taken] = room.do(c.TakeList("loans", "ar"), KIOSK)
    assert taken == e.DocumentListTaken("loans", "ar")
    room.do(c.TakeList("loans"), KIOSK)
    room.do(c.TakeList("cash"), KIOSK)
    assert room.branch.lists_taken == {"loans": 2, "cash": 1}
    assert (room.branch.tickets, room.branch.next_number, room.branch.issued) == ({}, {}, {})


def test_a_list_speaks_the_branchs_own_language_unless_asked(room: Room) -> None:
    assert room.do(c.TakeList("loans"), KIOSK)[-1] == e.DocumentListTaken("loans", "en")


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (c.TakeList("tea"), errors.UnknownService),
        (c.TakeList("cash", "xx"), errors.UnknownLanguage),
        (c.GiveFeedback(3, "en", "tea"), errors.UnknownService),
        (c.GiveFeedback(3, "a name that somebody typed"), errors.UnknownLanguage),
    ],
)
def test_what_the_branch_does_not_have_is_refused_and_not_counted(
    room: Room, command: c.Command, refusal: type[LobbyError]
) -> None:
    refused(room, command, refusal, KIOSK)


def test_how_it_went_is_counted_by_rating_with_where_it_was_said(room: Room) -> None:
    [_, said] = room.do(c.GiveFeedback(5, "ru", "cash", ("wait", "staff")), KIOSK)
    assert said == e.FeedbackGiven(5, "kiosk", "ru", "cash", ("wait", "staff"))
    assert room.do(c.GiveFeedback(5), ANN) == [e.FeedbackGiven(5, "counter", "en")]
    room.do(c.GiveFeedback(1), KIOSK)
    assert room.branch.ratings == {5: 2, 1: 1}


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_is_from_one_to_five(rating: int) -> None:
    with pytest.raises(errors.BadField):
        check(c.GiveFeedback(rating))


def test_a_list_and_an_opinion_are_taken_on_a_closed_day_and_belong_to_it(room: Room) -> None:
    room.issue()
    room.do(c.CloseDay(), MIA)
    room.do(c.TakeList("cash"), KIOSK)
    room.do(c.GiveFeedback(4), KIOSK)
    assert (room.branch.day_closed, room.branch.lists_taken, room.branch.ratings) == (True, {"cash": 1}, {4: 1})


@pytest.mark.parametrize("command", [c.TakeList("cash"), c.GiveFeedback(4)], ids=["list", "opinion"])
def test_a_new_day_counts_anew(room: Room, command: c.Command) -> None:
    room.do(c.TakeList("cash"), KIOSK)
    room.do(c.GiveFeedback(4), KIOSK)
    room.clock.forward(hours=24)
    made = room.do(command, KIOSK)
    assert [type(event) for event in made[:-1]] == [e.DayClosed, e.DayOpened]
    assert sum(room.branch.lists_taken.values()) + sum(room.branch.ratings.values()) == 1


def test_lists_and_opinions_are_there_after_a_restart_with_a_snapshot_and_without(tmp_path: Path) -> None:
    clock = Clock()
    desk = a_desk(tmp_path, clock=clock)
    desk.submit(c.TakeList("cash"), key="1", actor=KIOSK)
    desk.submit(c.GiveFeedback(2), key="2", actor=KIOSK)
    for _ in range(2):
        again = a_desk(tmp_path, clock=clock)
        assert (again.state.lists_taken, again.state.ratings) == ({"cash": 1}, {2: 1})
        desk.close()
    assert again.journal.load_snapshot() is not None


def test_the_same_touch_counts_once(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    for _ in range(2):
        desk.submit(c.GiveFeedback(2), key="touch", actor=KIOSK)
        desk.submit(c.TakeList("cash"), key="another", actor=KIOSK)
    assert (desk.state.lists_taken, desk.state.ratings) == ({"cash": 1}, {2: 1})
