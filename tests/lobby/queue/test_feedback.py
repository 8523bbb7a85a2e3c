"""What customers leave behind besides a visit: a list taken away, and how it went."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lobby import errors
from lobby.care import commands as care
from lobby.care import events as ce
from lobby.care.comments import comment_views
from lobby.care.feedback import Choices, FeedbackSetup
from lobby.care.templates import Named
from lobby.errors import LobbyError
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.commands import check
from lobby.queue.given import Actor
from lobby.records.people import People
from lobby.records.store import Store
from lobby.reports.live import live_figures
from tests.builders import ANN, KIOSK, MIA, VISITOR, Clock, Room, a_desk, a_room, a_setup, words_under
from tests.lobby.queue.test_commands import refused


def ratings(branch: Branch) -> dict[int, int]:
    return Counter(one.rating for one in branch.opinions.values())


def served(room: Room) -> str:
    """The number of a customer whom Ann has served."""
    number = room.issue(language="ru")
    if not room.branch.counter(1).open:
        room.open(1, ANN)
    room.serve()
    room.do(c.Finish(1))
    return number


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
    assert ratings(room.branch) == {5: 2, 1: 1}


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_is_from_one_to_five(rating: int) -> None:
    with pytest.raises(errors.BadField):
        check(c.GiveFeedback(rating))


def test_a_list_and_an_opinion_are_taken_on_a_closed_day_and_belong_to_it(room: Room) -> None:
    room.issue()
    room.do(c.CloseDay(), MIA)
    room.do(c.TakeList("cash"), KIOSK)
    room.do(c.GiveFeedback(4), KIOSK)
    assert (room.branch.day_closed, room.branch.lists_taken, ratings(room.branch)) == (True, {"cash": 1}, {4: 1})


@pytest.mark.parametrize("command", [c.TakeList("cash"), c.GiveFeedback(4)], ids=["list", "opinion"])
def test_a_new_day_counts_anew(room: Room, command: c.Command) -> None:
    room.do(c.TakeList("cash"), KIOSK)
    room.do(c.GiveFeedback(4), KIOSK)
    room.clock.forward(hours=24)
    made = room.do(command, KIOSK)
    assert [type(event) for event in made[:-1]] == [e.DayClosed, e.DayOpened]
    assert sum(room.branch.lists_taken.values()) + len(room.branch.opinions) == 1


def test_lists_and_opinions_are_there_after_a_restart_with_a_snapshot_and_without(tmp_path: Path) -> None:
    clock = Clock()
    desk = a_desk(tmp_path, clock=clock)
    desk.submit(c.TakeList("cash"), key="1", actor=KIOSK)
    desk.submit(c.GiveFeedback(2), key="2", actor=KIOSK)
    for _ in range(2):
        again = a_desk(tmp_path, clock=clock)
        assert (again.state.lists_taken, ratings(again.state)) == ({"cash": 1}, {2: 1})
        desk.close()
    assert again.journal.snapshots.newest() is not None


def test_the_same_touch_counts_once(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    for _ in range(2):
        desk.submit(c.GiveFeedback(2), key="touch", actor=KIOSK)
        desk.submit(c.TakeList("cash"), key="another", actor=KIOSK)
    assert (desk.state.lists_taken, ratings(desk.state)) == ({"cash": 1}, {2: 1})


# -- one answer a visit


def test_what_a_visit_says_has_its_service_language_and_whoever_served(room: Room) -> None:
    number = served(room)
    [said] = room.do(c.GiveFeedback(2, choices=("wait", "wait", "done"), ticket=number), VISITOR)
    assert said == e.FeedbackGiven(2, "phone", "ru", "cash", ("wait", "done"), "ann", room.ticket(number).id)
    assert room.branch.answered == {room.ticket(number).id: 2}


def test_a_visit_answers_once_and_a_finish_that_was_undone_gives_no_second_answer(room: Room) -> None:
    number = served(room)
    room.do(c.GiveFeedback(2, ticket=number), VISITOR)
    refused(room, c.GiveFeedback(5, ticket=number), errors.AlreadyAnswered, VISITOR)
    room.do(c.UndoStep(1))
    room.do(c.Finish(1))
    refused(room, c.GiveFeedback(5, ticket=number), errors.AlreadyAnswered, KIOSK)
    assert ratings(room.branch) == {2: 1}


def test_nobody_judges_a_visit_that_has_not_begun(room: Room) -> None:
    number = room.issue()
    refused(room, c.GiveFeedback(1, ticket=number), errors.TooSoonToSay, VISITOR)
    room.open(1, ANN)
    room.call()
    refused(room, c.GiveFeedback(1, ticket=number), errors.TooSoonToSay, VISITOR)
    room.do(c.Start(1))
    room.do(c.GiveFeedback(4, ticket=number), VISITOR)


@pytest.mark.parametrize("who", [ANN, MIA], ids=["teller", "manager"])
def test_staff_do_not_answer_for_a_visit_and_so_take_no_customers_answer_away(room: Room, who: Actor) -> None:
    number = served(room)
    refused(room, c.GiveFeedback(5, ticket=number), errors.NotAllowed, who)
    room.do(c.GiveFeedback(1, ticket=number), VISITOR)
    assert ratings(room.branch) == {1: 1}


def test_who_gave_up_may_say_so_and_nobody_is_rated_for_it(room: Room) -> None:
    number = room.issue()
    room.do(c.Cancel(number), VISITOR)
    [said] = room.do(c.GiveFeedback(1, choices=("wait",), ticket=number), VISITOR)
    assert isinstance(said, e.FeedbackGiven)
    assert (said.teller, room.branch.care.rated) == ("", ())


def test_a_visit_of_a_day_that_is_over_is_not_judged_any_more(room: Room) -> None:
    number = served(room)
    room.clock.forward(hours=24)
    refused(room, c.GiveFeedback(5, ticket=number), errors.UnknownTicket, VISITOR)


# -- what may be chosen


PARKING = Named("parking", {"en": "Parking"})


def test_a_service_has_choices_of_its_own_and_otherwise_those_of_all() -> None:
    setup = a_setup(feedback=FeedbackSetup(bad=(PARKING,), services={"loans": Choices(good=(Named("staff"),))}))
    assert setup.feedback.choices("loans", True) == (Named("staff"),)
    assert setup.feedback.choices("loans", False) == setup.feedback.choices("cash", False) == (PARKING,)
    assert [one.code for one in setup.feedback.choices("", True)] == ["wait", "staff", "answer", "done", "place"]


@pytest.mark.parametrize(("rating", "choice"), [(5, "parking"), (3, "staff"), (2, "<script>"), (4, "rude Ann")])
def test_what_was_not_offered_is_refused_so_that_no_words_come_into_the_journal(rating: int, choice: str) -> None:
    room = a_room(a_setup(feedback=FeedbackSetup(good=(Named("staff"),), bad=(PARKING,))))
    assert refused(room, c.GiveFeedback(rating, choices=(choice,)), errors.BadField, KIOSK)["field"] == "choices"


# -- words


def test_words_go_to_the_erasable_store_and_wait_where_the_answer_is_bad(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    for rating, note in ((5, "Ann was <b>great</b>"), (2, "Nobody looked at me\u202e"), (1, " \n"), (1, "Rain")):
        desk.submit(c.GiveFeedback(rating, note=note), key=note, actor=KIOSK)
    journal = repr(desk.events())
    assert not [word for word in ("great", "Nobody", "Rain") if word in journal]
    people = People(Store.in_folder(tmp_path), desk.setup.id)
    views = comment_views(desk.state.care.comments.values(), lambda reference: words_under(people, reference) or "")
    assert [(one.rating, one.waits, one.text) for one in views] == [
        (2, True, "Nobody looked at me"),
        (1, True, "Rain"),
        (5, False, "Ann was <b>great</b>"),
    ]


def test_a_comment_is_seen_to_once_by_somebody_and_lasts_two_months(room: Room) -> None:
    room.happen(e.DayOpened("2024-03-05", room.clock() - 1, room.clock() + 1))
    room.happen(e.FeedbackGiven(1, "kiosk", "en", note="ref"))
    seq = room.branch.seq
    room.clock.forward(minutes=5)
    [settled] = room.do(care.SettleComment(seq), MIA)
    assert settled == ce.CommentSettled(seq, 1, room.clock() - 300_000)
    assert refused(room, care.SettleComment(seq), errors.CommentIsSettled, MIA) == {"by": "mia"}
    refused(room, care.SettleComment(99), errors.UnknownComment, MIA)
    room.clock.forward(hours=61 * 24)
    room.issue()
    assert room.branch.care.comments == {}


def test_a_bad_answer_with_words_waits_for_somebody_however_long_that_takes(room: Room) -> None:
    room.happen(e.DayOpened("2024-03-05", room.clock() - 1, room.clock() + 1))
    bad = room.branch.seq + 1
    room.happen(e.FeedbackGiven(1, "phone", "en", note="ref"))
    room.happen(e.FeedbackGiven(5, "phone", "en", note="another"))
    room.clock.forward(hours=61 * 24)
    room.issue()
    assert list(room.branch.care.comments) == [bad]
    room.do(care.SettleComment(bad), MIA)
    for days, kept in ((59, [bad]), (2, [])):
        room.clock.forward(hours=days * 24)
        room.issue()
        assert list(room.branch.care.comments) == kept


def test_a_flood_of_answers_is_counted_and_changes_no_visit(room: Room) -> None:
    number = served(room)
    for _ in range(2000):
        room.do(c.GiveFeedback(1), KIOSK)
    room.do(c.GiveFeedback(5, ticket=number), VISITOR)
    figures = live_figures(room.branch, room.clock()).opinions
    assert (figures.ratings, figures.answered, figures.response_rate) == (2001, 1, 1.0)
